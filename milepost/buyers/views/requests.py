"""Requests of the client: taking them in, saying what we do with them, and the queue over all opportunities."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from milepost.accounts.models import Contact
from milepost.buyers.forms.requests import LetterForm, RequestForm, VerdictForm
from milepost.buyers.letter import Letter
from milepost.buyers.models import ClientRequest
from milepost.buyers.triage import Usual, burst, bursts, draft, usual
from milepost.opportunities.models import Attachment, Opportunity
from milepost.opportunities.permissions import may_move
from milepost.opportunities.views.parts import STANDS_AGAINST, ask, done, found, goes, head, refused, sent, today_of
from milepost.opportunities.views.work import must_work
from milepost.team.request import Request
from milepost.web.doors import find, must
from milepost.web.text import number

PAGE, SHOWN, NAMED, BURSTS = 40, 100, 20, 5
OUTLOOKS_OWN = "winmail.dat"
FORM: dict[str, str] = {"template": "buyers/request_edit.html", "tab": "requests"}
KINDS = {
    "": lambda rows: rows.to_triage(),
    "hold": lambda rows: rows.filter(verdict=ClientRequest.Verdict.HOLD, done_on=None),
    "answer": lambda rows: rows.filter(verdict=ClientRequest.Verdict.ANSWER, done_on=None),
    "done": lambda rows: rows.filter(Q(done_on__isnull=False) | Q(verdict=ClientRequest.Verdict.DECLINE)),
}


@require_GET
def queue(request: Request) -> HttpResponse:
    """Show the requests of all opportunities that wait for a word, the oldest first."""
    kind = request.GET.get("kind", "") if request.GET.get("kind", "") in KINDS else ""
    seen = ClientRequest.objects.visible_to(request.user)
    rows = KINDS[kind](seen).select_related("opportunity__account", "asked_by", "owner").order_by("pk")
    after = number(request.GET.get("after", ""))
    page = list((rows.filter(pk__gt=after) if after is not None else rows)[: PAGE + 1])
    for row in page:
        row.may_say = may_move(request.user, row.opportunity)
    context = {
        "kind": kind,
        "today": today_of(request),
        "requests": page[:PAGE],
        "more": page[PAGE - 1].pk if len(page) > PAGE else None,
        "counts": [(key, label, KINDS[key](seen).count()) for key, label in _labels()],
        "bursts": list(bursts(request.user, today_of(request)).values())[:BURSTS],
    }
    return render(request, "buyers/queue.html", context)


def _labels() -> list[tuple[str, str]]:
    return [("", _("To triage")), ("hold", _("On hold")), ("answer", _("Being answered")), ("done", _("Done"))]


@require_GET
def requests(request: Request, pk: int) -> HttpResponse:
    """Show what the client has asked for, and whether many ask at once."""
    return _show(request, found(request, pk))


def _show(request: Request, opportunity: Opportunity, status: int = 200, **more: Any) -> HttpResponse:
    context = head(request, opportunity, tab="requests")
    rows = opportunity.requests.select_related("asked_by", "owner").order_by("done_on", "-asked_on", "-pk")
    context |= {
        "requests": rows[:SHOWN],
        "burst": burst(opportunity, request.user, context["today"]),
        "letter_form": LetterForm(),
        **more,
    }
    return render(request, "buyers/requests.html", context, status=status)


def requests_url(opportunity: Opportunity) -> str:
    return reverse("buyers:requests", args=[opportunity.pk])


def add(request: Request, pk: int) -> HttpResponse:
    """Take a request in by hand."""
    opportunity = found(request, pk)
    must_work(request, opportunity)
    first = {"asked_on": today_of(request)}
    form = RequestForm(sent(request), opportunity=opportunity, person=request.user, initial=first)
    if goes(form, lambda: ClientRequest.take(opportunity, by=request.user, **form.values())):
        return done(request, opportunity, _("Taken in."), to=requests_url(opportunity))
    return ask(request, opportunity, form, title=_("Take a request in"), button=_("Take it in"), **FORM)


@require_POST
def read_letter(request: Request, pk: int) -> HttpResponse:
    """Take a request in from a forwarded e-mail: as text, the file kept beside it."""
    opportunity = found(request, pk)
    must_work(request, opportunity)
    form = LetterForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, opportunity, 422, letter_form=form)
    row = _take_letter(opportunity, form, request)
    said = _("Taken in from the e-mail. Say now who is behind it.")
    return done(request, opportunity, said, to=reverse("buyers:request", args=[row.pk]))


@transaction.atomic
def _take_letter(opportunity: Opportunity, form: LetterForm, request: Request) -> ClientRequest:
    letter: Letter = form.letter
    contact = _contact(opportunity, letter)
    file = Attachment.keep(form.cleaned_data["file"], by=request.user, opportunity=opportunity)
    today = today_of(request)
    return ClientRequest.take(
        opportunity,
        by=request.user,
        title=letter.subject or _("E-mail without a subject"),
        text=_told(letter),
        asked_by=contact,
        asked_by_name="" if contact else letter.sender,
        asked_on=min(letter.on, today) if letter.on else today,
        letter=file,
    )


def _told(letter: Letter) -> str:
    """Return what an e-mail says, and what hangs on it by name: nothing of that is opened."""
    text = letter.text
    if not text and any(name.casefold() == OUTLOOKS_OWN for name in letter.attachments):
        text = _("Its text is inside winmail.dat, which only Outlook opens. Write here what they ask.")
    hangs = _("Attached to the e-mail: %(names)s") % {"names": ", ".join(letter.attachments[:NAMED])}
    return "\n\n".join(filter(None, [text, hangs if letter.attachments else ""]))


def _contact(opportunity: Opportunity, letter: Letter) -> Contact | None:
    """Return the account's contact with the sender's address."""
    if not letter.address or opportunity.account_id is None:
        return None
    return Contact.objects.filter(account=opportunity.account_id, email__iexact=letter.address).order_by("pk").first()


def _request(request: Request, pk: int) -> ClientRequest:
    row = find(ClientRequest.objects.visible_to(request.user).select_related("asked_by", "owner", "letter"), pk=pk)
    row.opportunity = found(request, row.opportunity_id)
    return row


@require_GET
def one(request: Request, pk: int) -> HttpResponse:
    """Show a request, and what we do with it."""
    row = _request(request, pk)
    what = usual(row.opportunity)
    first = {
        "verdict": row.verdict or what.verdict,
        "owner": row.owner_id or row.opportunity.salesperson_id,
        "version": row.version,
    }
    return _show_one(request, row, VerdictForm(usual=what.verdict, initial=first), what)


@require_POST
def say(request: Request, pk: int) -> HttpResponse:
    """Say what we do with a request: answer, hold or decline it."""
    row = _request(request, pk)
    must(may_move(request.user, row.opportunity), _("Its coordinator says what becomes of a request."))
    what = usual(row.opportunity)
    form = VerdictForm(request.POST, usual=what.verdict)
    if goes(form, lambda: form.say(row, by=request.user)):
        to = reverse("buyers:request", args=[pk])
        return done(request, row.opportunity, _("Kept. A reply is drafted below."), to=to)
    return _show_one(request, _request(request, pk), form, what)


def _show_one(request: Request, row: ClientRequest, form: VerdictForm, what: Usual) -> HttpResponse:
    context = {
        **head(request, row.opportunity, tab="requests"),
        "row": row,
        "form": form,
        "usual": what,
        "reply": draft(row, row.verdict, request.user) if row.verdict else "",
        "may_say": may_move(request.user, row.opportunity),
    }
    return render(request, "buyers/request.html", context, status=422 if form.errors else 200)


def edit(request: Request, pk: int) -> HttpResponse:
    """Change what is known of a request."""
    row = _request(request, pk)
    opportunity = row.opportunity
    must_work(request, opportunity)
    form = RequestForm(sent(request), instance=row, opportunity=opportunity, person=request.user)
    form.row.opportunity = opportunity
    if goes(form, lambda: form.apply(by=request.user)):
        return done(request, opportunity, _("Saved."), to=reverse("buyers:request", args=[pk]))
    return ask(request, opportunity, form, title=_("Edit “%s”") % form.row, button=_("Save"), **FORM)


@require_POST
def finish(request: Request, pk: int) -> HttpResponse:
    """Record that a request has been answered."""
    row = _request(request, pk)
    must_work(request, row.opportunity)
    try:
        row.finish(by=request.user, on=today_of(request))
    except STANDS_AGAINST as error:
        return refused(request, row.opportunity, error, to=requests_url(row.opportunity))
    return done(request, row.opportunity, _("Answered."), to=requests_url(row.opportunity))
