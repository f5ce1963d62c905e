"""Draw an opportunity's string large: each bead with one fact, from the reading row and the steps alone."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from milepost.opportunities import line
from milepost.opportunities.beads import gate_bead
from milepost.web.string_drawing import Bead, unpack
from milepost.web.words import short_day

if TYPE_CHECKING:
    from milepost.opportunities.models import Opportunity, Standing, Step


def large_beads(opportunity: Opportunity, standing: Standing | None, today: datetime.date) -> list[Bead]:
    """Return the beads of the whole string; a closed one has no current bead."""
    steps = opportunity.steps_in_order
    packed = {bead[7]: bead for bead in standing.beads if not bead[0].startswith("gate ")} if standing else {}
    now = line.current(steps) if standing else None
    about = expected_days(steps, standing, opportunity.as_of or today) if standing else {}
    gates = _gates(opportunity, standing, steps, today)
    beads = []
    for step in steps:
        if step.pk in gates:
            beads.append(_gate(opportunity, gates[step.pk]))
        beads.append(_bead(step, packed.get(step.pk), step is now, about, standing, today))
    return beads


def _gates(
    opportunity: Opportunity, standing: Standing | None, steps: Sequence[Step], today: datetime.date
) -> dict[int, Sequence[Any]]:
    """Return the gates in compact form by the step they stand before; the reading row has those of an open one."""
    if standing is None:
        rows = opportunity.gates.select_related("playbook_gate").order_by()
        return {gate.step_id: gate_bead(gate, steps, today) for gate in rows}
    behind = zip(standing.beads, standing.beads[1:], strict=False)
    return {after[7]: bead for bead, after in behind if bead[0].startswith("gate ")}


def _gate(opportunity: Opportunity, packed: Sequence[Any]) -> Bead:
    gate = unpack(packed, say=lambda iso: short_day(datetime.date.fromisoformat(iso)))
    fact = gate.fact
    if gate.state == "paused":
        fact = _("until %(day)s") % {"day": gate.fact} if gate.fact else _("until then")
    elif gate.state == "waiting":
        fact = _("decide")
    # There is room for a word or two; the rest stands on the gate's own card.
    return gate._replace(
        name=gate.name.partition(":")[0],
        tip=gate.name,
        fact=fact,
        tone="gate" if gate.state == "waiting" else "",
        href=reverse("gates:gates", args=[opportunity.pk]),
    )


def _bead(
    step: Step,
    packed: Sequence[Any] | None,
    current: bool,
    about: dict[int, datetime.date],
    standing: Standing | None,
    today: datetime.date,
) -> Bead:
    booked = datetime.date.fromisoformat(packed[4]) if packed and packed[4] else None
    fact, tone = _fact(step, booked, current, about, standing, today)
    paced = pace(standing, (standing.as_of if standing else None) or today) if current else {}
    return Bead(
        state="to_confirm" if step.to_confirm else step.state,
        name=step.name,
        optional=not step.required,
        current=current,
        fact=fact,
        tone=tone,
        conditions=packed[6] if packed else (),
        id=step.pk,
        **paced,
    )


def pace(standing: Standing | None, clock: datetime.date) -> dict[str, Any]:
    """Return the days in the current step against the usual ones, and whether they are too many."""
    if standing is None or standing.entered_on is None:
        return {}
    days = max(0, (clock - standing.entered_on).days)
    return {"days": days, "usual_days": standing.usual_days, "over": standing.over_from <= clock}


def _fact(
    step: Step,
    booked: datetime.date | None,
    current: bool,
    about: dict[int, datetime.date],
    standing: Standing | None,
    today: datetime.date,
) -> tuple[str, str]:
    """Return the line under a bead's name, and its tone."""
    if step.to_confirm:
        return _("to confirm"), "late"
    if step.state == line.LOST:
        return (f"{_('said no')} {short_day(step.ended_on)}" if step.ended_on else _("said no")), ""
    if step.state == line.SKIPPED:
        return _("skipped"), ""
    if step.state == line.NOT_RECORDED:
        return _("not recorded"), ""
    if step.ended_on:
        return short_day(step.ended_on), ""
    if booked is not None:
        return _appointment(booked, current, standing, today), "late" if step.state == line.HELD else ""
    if step.due_on is not None:
        return _("by %(day)s") % {"day": short_day(step.due_on)}, "late" if step.due_on < today else ""
    if step.pk in about:
        return _("about %(day)s") % {"day": short_day(about[step.pk])}, ""
    return _("no date yet") if current else "", ""


def _appointment(booked: datetime.date, current: bool, standing: Standing | None, today: datetime.date) -> str:
    day = {0: _("today"), 1: _("tomorrow")}.get((booked - today).days, short_day(booked))
    if not current or standing is None or standing.next_at is None:
        return day
    time = f" {date_format(timezone.localtime(standing.next_at), 'H:i')}" if standing.next_timed else ""
    return f"{day}{time}"


def expected_days(steps: Sequence[Step], standing: Standing, clock: datetime.date) -> dict[int, datetime.date]:
    """Return about when each later step would be reached: the last on the day the figures expect the close.

    The figures tell each day by the steps up to it alone, so that a change further ahead moves none before it; without
    them the steps' usual days count. No step comes before an appointment that is booked for an earlier one.
    After a no nothing is expected. An imported string says nothing about days to come until a person has taken it in
    hand.
    """
    if standing.as_of is not None or standing.step_id is None or standing.step_state == line.LOST:
        return {}
    parts = standing.figure.steps if standing.figure else ()
    told = {part["key"]: part["days"] for part in parts if "days" in part}
    last = (standing.close_on - clock).days if told and standing.close_on else None
    return {pk: _on(clock, days) for pk, days in _days_until(steps, standing, clock, told, last).items()}


def _days_until(
    steps: Sequence[Step], standing: Standing, clock: datetime.date, told: dict[str, int], last: int | None
) -> dict[int, int]:
    """Return the days until each later step is reached; what is booked beyond its day puts off those behind it."""
    until = {b[7]: (datetime.date.fromisoformat(b[4]) - clock).days for b in standing.beads if len(b) > 7 and b[4]}
    spent = (clock - standing.entered_on).days if standing.entered_on else 0
    days, booked, late, ahead = 0, 0, 0, False
    due: dict[int, int] = {}
    for step in steps:
        if step.pk == standing.step_id:
            ahead, days = True, told.get(step.key, 0 if told else max(0, step.usual_days - spent))
        elif ahead and step.state in line.OPEN and step.required:
            days = max(days, told[step.key] + late) if step.key in told else days + step.usual_days
            due[step.pk] = max(days if last is None else min(days, last), booked)
        if ahead and step.state in line.OPEN:
            booked = max(booked, until.get(step.pk, 0))
            late += max(0, booked - days) if step.key in told else 0
            days = max(days, booked)
    return due


def _on(clock: datetime.date, days: int) -> datetime.date:
    return clock + datetime.timedelta(days=min(days, (datetime.date.max - clock).days))
