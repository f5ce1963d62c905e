"""The Questions page: what we must find out, by whom and when, and what we were told."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from milepost.buyers.forms.question import AnswerQuestionForm, QuestionForm, TemplateForm
from milepost.buyers.models import Question, QuestionAnswer, QuestionTemplate
from milepost.buyers.views.tab import Tab
from milepost.opportunities.views.parts import found, head, sent
from milepost.playbooks.models import Playbook
from milepost.playbooks.permissions import may_edit
from milepost.team.request import Request
from milepost.web.doors import must

TAB = Tab("questions", Question)


def questions(request: Request, pk: int) -> HttpResponse:
    """Show what is to be found out, the oldest debt first, and what has been answered."""
    opportunity = found(request, pk)
    answers = Prefetch("answers", QuestionAnswer.objects.select_related("by").order_by("-id"))
    rows = list(opportunity.questions.select_related("owner", "stakeholder__contact").prefetch_related(answers))
    playbook = opportunity.playbook_version.playbook_id
    asked = {row.template_id for row in rows}
    offered = QuestionTemplate.objects.filter(playbook=playbook, retired_at=None).values_list("pk", flat=True)
    context = {
        **head(request, opportunity, tab="questions"),
        "open": [row for row in rows if row.answered_on is None],
        "answered": sorted((r for r in rows if r.answered_on), key=lambda r: (r.answered_on, r.pk), reverse=True),
        "offered": len(set(offered) - asked),
    }
    return render(request, "buyers/questions.html", context)


def add(request: Request, pk: int) -> HttpResponse:
    """Put a question into the plan."""
    opportunity = TAB.opportunity(request, pk)
    first = {"owner": request.user, "text": request.GET.get("text", "")[:300]}
    form = QuestionForm(sent(request), opportunity=opportunity, initial=first)
    words = {"title": _("What must we find out?"), "button": _("Ask"), "said": _("Asked.")}

    def act() -> None:
        Question.ask(opportunity, by=request.user, **form.values())

    return TAB.deed(request, opportunity, form, act, **words)


@require_POST
def take(request: Request, pk: int) -> HttpResponse:
    """Ask what the playbook asks and is not asked yet."""
    opportunity = TAB.opportunity(request, pk)
    n = Question.take_over(opportunity, by=request.user)
    said = ngettext("%(n)s question is taken over.", "%(n)s questions are taken over.", n) % {"n": n}
    return TAB.done(request, opportunity, said)


@require_POST
def open_plan(request: Request, pk: int) -> HttpResponse:
    """Open a sales project plan: ask whose vision is behind it all, and what the playbook asks."""
    opportunity = TAB.opportunity(request, pk)
    n = Question.open_plan(opportunity, by=request.user)
    said = ngettext("%(n)s question is asked.", "%(n)s questions are asked.", n) % {"n": n}
    return TAB.done(request, opportunity, said if n else _("All of it is asked already."))


def edit(request: Request, pk: int) -> HttpResponse:
    """Change a question, who finds out, or by when."""
    row = TAB.row(request, pk)
    form = QuestionForm(sent(request), instance=row, opportunity=row.opportunity)
    form.row.opportunity = row.opportunity
    words = {"title": _("Edit the question"), "button": _("Save"), "said": _("Saved.")}
    return TAB.deed(request, row.opportunity, form, partial(form.apply, by=request.user), **words)


def answer(request: Request, pk: int) -> HttpResponse:
    """Keep what came of asking."""
    row = TAB.row(request, pk)
    form = AnswerQuestionForm(sent(request))
    words = {"title": row.text, "button": _("Keep"), "said": _("Kept."), "lead": row.how}

    def act() -> None:
        row.answer(by=request.user, **form.cleaned_data)

    return TAB.deed(request, row.opportunity, form, act, **words)


@require_POST
def reopen(request: Request, pk: int) -> HttpResponse:
    """Ask again."""
    row = TAB.row(request, pk)
    return TAB.at_once(request, row.opportunity, partial(row.reopen, by=request.user), _("Asked again."))


def templates(request: Request, pk: int) -> HttpResponse:
    """Keep the questions that every opportunity of a playbook should have answered."""
    playbook = get_object_or_404(Playbook, pk=pk)
    must(may_edit(request.user), _("Coordinators and managers decide what a playbook asks."))
    form = TemplateForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _added(form, playbook, request):
        messages.success(request, _("Added."))
        return redirect("buyers:question_templates", pk=pk)
    context: dict[str, Any] = {"playbook": playbook, "form": form, "rows": playbook.questions.all()}
    return render(request, "buyers/templates.html", context, status=422 if form.errors else 200)


def _added(form: TemplateForm, playbook: Playbook, request: Request) -> bool:
    try:
        QuestionTemplate.add(playbook, by=request.user, **form.cleaned_data)
    except ValueError as error:
        form.add_error("text", str(error))
    return not form.errors


@require_POST
def retire_template(request: Request, pk: int) -> HttpResponse:
    """Ask it of new opportunities no longer, or again."""
    must(may_edit(request.user), _("Coordinators and managers decide what a playbook asks."))
    row = get_object_or_404(QuestionTemplate, pk=pk)
    if (request.POST.get("to") == "retired") != bool(row.retired_at):
        (row.revive if row.retired_at else row.retire)(by=request.user)
    return redirect("buyers:question_templates", pk=row.playbook_id)
