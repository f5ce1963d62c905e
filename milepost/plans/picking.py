"""Let a client pick one of the times offered: the step has its appointment then, and the other times are released."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from milepost.accounts.models import Contact
from milepost.opportunities.models import Attempt, Step
from milepost.opportunities.models.step import NotAllowed
from milepost.plans.models import ClientWord, Invitation, OfferedTime, TimeOffer
from milepost.plans.models.offer import step_of
from milepost.web.words import day


class NotOnOffer(ValueError):
    """This time cannot be picked any more; the message says why, in words for the client."""


class NothingBooked(ValueError):
    """A rule of ours stands against an appointment; the client is told that there is none, and not which rule."""


def pick(link: Invitation, time: OfferedTime, *, about: str) -> Attempt:
    """Book the time for whoever picks it; `about` is the step's name as they read it.

    Raises NotOnOffer, and NothingBooked where a gate stands against it: the time is then kept as the client's wish.
    """
    try:
        return _book(link, time, about)
    except NotAllowed as error:
        _wish(link, time, about)
        told = _("Nothing is booked: this appointment cannot be made yet. We have been told which time suits you.")
        raise NothingBooked(told) from error


@transaction.atomic
def _book(link: Invitation, time: OfferedTime, about: str) -> Attempt:
    link.plan.opportunity.hold_still()
    time = OfferedTime.objects.select_related("offer__part__plan", "offer__part__step").get(pk=time.pk)
    time.offer.part.plan.opportunity = link.plan.opportunity
    step, offer, now = step_of(time.offer.part), time.offer, timezone.now()
    _must_be_on_offer(time, step)
    values: dict[str, Any] = {"on": time.on, "time": time.time, "zone": offer.zone, "minutes": offer.minutes}
    values |= {"ours": list(offer.ours.filter(is_active=True)), "theirs": _theirs(step, link)}
    attempt = Attempt.schedule(step, by=None, place=offer.place, by_whom=offer.by_whom, **values)
    OfferedTime.objects.filter(pk=time.pk).update(picked_at=now, picked_by=link)
    TimeOffer.objects.filter(pk=offer.pk).update(ended_at=now)
    _word(link, time, ClientWord.Kind.TIME, about)
    return attempt


def _theirs(step: Step, link: Invitation) -> list[Contact]:
    """Return who of the client is down for it: whoever picks, and who was down for the date that is moved."""
    booked = step.attempt
    rows = booked.attendances.exclude(contact=None).select_related("contact") if booked is not None else ()
    return [link.contact, *(row.contact for row in rows if row.contact and row.contact_id != link.contact_id)]


def _must_be_on_offer(time: OfferedTime, step: Step) -> None:
    """Raise NotOnOffer unless the time can be picked; whoever is late reads what was picked, and by whom."""
    first = time.offer.times.exclude(picked_at=None).select_related("offer", "picked_by__contact").first()
    if first is not None and first.picked_by is not None:
        told = {"who": first.picked_by, "when": said(first)}
        raise NotOnOffer(_("%(who)s was a moment earlier and has picked %(when)s.") % told)
    standing = OfferedTime.objects.standing().filter(pk=time.pk).exists()
    if step.attempt is not None and not standing:
        told = {"day": day(step.attempt.on)}
        raise NotOnOffer(_("A date has been set meanwhile: %(day)s. The times are no longer offered.") % told)
    if time.is_past:
        raise NotOnOffer(_("This time has passed. Pick another one."))
    if not standing:
        raise NotOnOffer(_("This time is no longer offered."))


def said(time: OfferedTime) -> str:
    """Return a time in words: its day, hour and zone."""
    return f"{day(time.on)}, {time.time:%H:%M} ({time.offer.zone})"


@transaction.atomic
def _wish(link: Invitation, time: OfferedTime, about: str) -> None:
    """Keep that the time would suit, as a date the client proposes."""
    link.plan.opportunity.hold_still()
    same = link.words.open().filter(kind=ClientWord.Kind.DATE, part=time.offer.part, on=time.on, time=time.time)
    if not same.exists():
        _word(link, time, ClientWord.Kind.DATE, about)


def _word(link: Invitation, time: OfferedTime, kind: str, about: str) -> None:
    when = {"on": time.on, "time": time.time, "zone": time.offer.zone}
    ClientWord.keep(link, kind=kind, part=time.offer.part, about=about[:300], **when)
