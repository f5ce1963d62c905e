"""Settings: what is asked of people at a client, and in which words."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from milepost.buyers.forms.lists import AnswerForm, ReplyForm, RuleForm
from milepost.buyers.models import Asked, ListedAnswer, Lists, ReplyTemplate, WarningRule
from milepost.buyers.models.lists import capital
from milepost.buyers.traits import TRAITS
from milepost.team.request import Request
from milepost.team.views.people import administrator


def lists(request: Request) -> HttpResponse:
    """Show every list, and which of them are asked."""
    administrator(request)
    kept = Lists.read()
    shown = [(trait, key in kept.asked, _answers(kept, key)) for key, trait in TRAITS.items()]
    return render(request, "buyers/lists.html", {"lists": shown})


def _answers(kept: Lists, trait: str) -> list[Any]:
    usual = TRAITS[trait].answers
    return [(one, capital(str(usual[one.means])) if one.own else "") for one in kept.all_of(trait)]


@require_POST
def ask_for(request: Request) -> HttpResponse:
    """Ask for a trait from now on, or no longer."""
    administrator(request)
    try:
        Asked.say(request.POST.get("trait", ""), asked=request.POST.get("to") == "asked", by=request.user)
    except ValueError as error:
        messages.error(request, str(error))
    return redirect("buyers:lists")


def answer(request: Request) -> HttpResponse:
    """Add an answer of the company's own, or reword one."""
    administrator(request)
    given = request.POST if request.method == "POST" else request.GET
    trait, key = _trait(given.get("trait", "role")), given.get("key", "")
    known = Lists.read().answers[trait].get(key)
    if key and known is None:
        raise Http404
    initial = {"text": capital(known.text)} if known else {}
    form = AnswerForm(request.POST if request.method == "POST" else None, trait=trait, key=key, initial=initial)
    if form.is_bound and form.is_valid() and _kept(form, request):
        messages.success(request, _("Saved."))
        return redirect("buyers:lists")
    context = {"form": form, "trait": TRAITS[trait], "known": known}
    return render(request, "buyers/answer.html", context, status=422 if form.errors else 200)


def _kept(form: AnswerForm, request: Request) -> bool:
    try:
        form.keep(by=request.user)
    except ValueError as error:
        form.add_error("text", str(error))
    return not form.errors


@require_POST
def retire(request: Request) -> HttpResponse:
    """Offer an answer no longer, or again."""
    administrator(request)
    try:
        row = ListedAnswer.of(request.POST.get("trait", ""), request.POST.get("key", ""))
        if (request.POST.get("to") == "retired") != bool(row.retired_at):
            (row.revive if row.retired_at else row.retire)(by=request.user)
    except ValueError as error:
        messages.error(request, str(error))
    return redirect("buyers:lists")


def rules(request: Request) -> HttpResponse:
    """Show and change when the company is warned about people."""
    administrator(request)
    kept = WarningRule.all_as_kept()
    changed = next((kind for kind in kept if f"{kind}-since" in request.POST), None)
    forms = [RuleForm(request.POST if kind == changed else None, instance=row) for kind, row in kept.items()]
    form = next((one for one in forms if one.is_bound), None)
    if form is not None and form.is_valid() and form.apply(by=request.user):
        messages.success(request, _("Saved."))
        return redirect("buyers:rules")
    status = 200 if form is None else 409 if form.conflicts else 422
    return render(request, "buyers/rules.html", {"forms": forms}, status=status)


def replies(request: Request) -> HttpResponse:
    """Show and change the replies that are drafted when it is said what becomes of a request."""
    administrator(request)
    rows = ReplyTemplate.all_as_kept()
    changed = next((row.verdict for row in rows if f"{row.verdict}-text" in request.POST), None)
    forms = [ReplyForm(request.POST if row.verdict == changed else None, instance=row) for row in rows]
    form = next((one for one in forms if one.is_bound), None)
    if form is not None and form.is_valid() and form.apply(by=request.user):
        messages.success(request, _("Saved."))
        return redirect("buyers:replies")
    status = 200 if form is None else 409 if form.conflicts else 422
    return render(request, "buyers/replies.html", {"forms": forms}, status=status)


def _trait(key: str) -> str:
    if key not in TRAITS:
        raise Http404
    return key
