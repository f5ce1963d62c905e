"""Take up what a client said: each kind changes one thing of ours, by whoever accepts it."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from milepost.accounts.models import Contact
from milepost.opportunities.models import Attachment, Attempt
from milepost.plans.models import ClientWord, PlanPart
from milepost.team.models import Person

Kind = ClientWord.Kind
CHANGES = {Kind.DONE, Kind.DATE, Kind.COLLEAGUE, Kind.FILE}
"""Kinds that change something of ours when taken up; the others are only answered."""
DONE_ALREADY = {Kind.TIME}
"""Kinds that have changed it when they were said: an answer is not needed."""


@transaction.atomic
def take_up(word: ClientWord, *, by: Person, today: datetime.date, answer: str = "") -> None:
    """Accept what a client said and do it; raises ValueError when it cannot be done, or was answered already."""
    word.reply(by=by, accepted=True, answer=answer)
    act = ACTS.get(word.kind)
    if act is not None:
        act(word, by, today)


def _part(word: ClientWord) -> PlanPart:
    part = PlanPart.objects.with_originals().filter(pk=word.part_id or 0).first()
    if part is None:
        raise ValueError(_("What this is about is not on the plan any more."))
    return part


def _finish(word: ClientWord, by: Person, today: datetime.date) -> None:
    """Count what the client says as done: a step is won by it only here."""
    part, reason = _part(word), _("%s said so on the shared plan") % word.who
    if part.task is not None:
        part.task.finish(by=by)
    elif part.condition is not None:
        part.condition.turn("met", by=by, reason=reason)
    elif part.step is not None:
        part.step.win(by=by, on=today, reason=reason)


def _move(word: ClientWord, by: Person, today: datetime.date) -> None:
    part = _part(word)
    if part.step_id and Attempt.objects.filter(step=part.step_id, state__in=["scheduled", "held"]).exists():
        raise ValueError(_("An appointment is set for this step. Move it under Steps, then answer here."))
    # A task or a condition keeps its own day: what the client reads is the plan's.
    part.revise(by=by, by_whom="by_them", on=word.on, **({"about": False} if part.step_id else {}))


def _hand_over(word: ClientWord, by: Person, today: datetime.date) -> None:
    part, account = _part(word), word.plan.opportunity.account
    if account is None:
        raise ValueError(_("The opportunity has no account. Set it first."))
    contact = known(word) or Contact.add(by=by, account=account, name=word.name, email=word.email)
    part.revise(by=by, contact=contact, theirs="", ours="" if part.kind != "step" else part.ours)


def known(word: ClientWord) -> Contact | None:
    """Return the contact a client has named, where we know them: by the address, else by the name alone."""
    here = Contact.objects.filter(account=word.plan.opportunity.account_id).here()
    by_address = here.filter(email__iexact=word.email).first() if word.email else None
    by_name = list(here.filter(name__iexact=word.name)[:2])
    return by_address or (by_name[0] if len(by_name) == 1 and not (word.email and by_name[0].email) else None)


def _keep(word: ClientWord, by: Person, today: datetime.date) -> None:
    """Keep the file among the opportunity's own, at its step where it has one."""
    part = _part(word) if word.part_id else None
    with default_storage.open(word.path) as stored:
        upload = UploadedFile(stored, name=word.name, content_type="application/octet-stream", size=word.size)
        more = {"step": part.step} if part is not None and part.step is not None else {}
        Attachment.keep(upload, by=by, opportunity=word.plan.opportunity, **more)


ACTS: dict[str, Callable[[ClientWord, Person, datetime.date], None]] = {
    Kind.DONE: _finish,
    Kind.DATE: _move,
    Kind.COLLEAGUE: _hand_over,
    Kind.FILE: _keep,
}
