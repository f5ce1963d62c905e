"""Read the past, some opportunities at a time, so that any day of it can be looked at as it was."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from milepost.opportunities.models import Judgement, Opportunity, Outcome, Stay, Step
from milepost.web.turns import chunks

if TYPE_CHECKING:
    from milepost.engine.figures import Cell

FAR = datetime.date.max.toordinal()
AT_ONCE = 5_000
PASSED = (Stay.End.WON, Stay.End.SKIPPED)


class Spell(NamedTuple):
    """One stay in a step; days are ordinals, and it lasts until the day before `left`, or until the source's day.

    `first` is the day of the first of a string of tries at the step.
    """

    step: int
    entered: int
    left: int
    end: str
    first: int


class Bead(NamedTuple):
    """One step of a string; `skipped` is the day it was left out, if it was."""

    pk: int
    key: str
    required: bool
    skipped: int


class Said(NamedTuple):
    """What a person said of an opportunity, and when; `by` is None where nobody is known to have said it."""

    on: int
    category: str
    close_on: int | None
    by: int | None = None
    probability: float | None = None


@dataclass(slots=True)
class Past:
    """One opportunity's past: `ended` is FAR while it is open, `is_dated` tells whether its days are known."""

    pk: int
    territory: int
    value: int | None
    confidential: bool
    started: int
    known_until: int
    playbook: int = 0
    asked_for: int | None = None
    ended: int = FAR
    won: bool = False
    is_dated: bool = True
    beads: list[Bead] = field(default_factory=list)
    spells: list[Spell] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)

    def is_open_on(self, day: int) -> bool:
        """Tell whether it had begun before the day, and had not ended."""
        begun = self.spells[0].entered if self.spells else self.started
        return begun < day <= self.ended and day <= self.known_until

    def cell(self, day: int) -> Cell | None:
        """Return what its chance depended on at the start of a day; None where nothing was to be expected any more."""
        from milepost.engine.figures import Cell

        spell = max((s for s in self.spells if s.entered < day), key=lambda s: (s.entered, s.left))
        place = next((at for at, bead in enumerate(self.beads) if bead.pk == spell.step), 0)
        lasts = spell.left >= day
        if not lasts and spell.end == Stay.End.LOST and self.beads[place].required:
            return None
        rest = self.beads[place + (not lasts and spell.end in (*PASSED, Stay.End.LOST)) :]
        keys = tuple(bead.key for bead in rest if bead.required and bead.skipped >= day)
        here = lasts and bool(rest) and rest[0].required and rest[0].skipped >= day
        ages = [min(day - since, 366) if here else 0 for since in (spell.entered, spell.first)]
        return Cell(keys, ages[0], step_age=ages[1])

    def called(self, day: int, end: int) -> bool | None:
        """Tell whether people had committed to it by then, to close by a day; None where nobody had said anything."""
        category, close_on = "", None
        for said in self.said:
            if said.on < day:
                category, close_on = said.category or category, said.close_on or close_on
        if not category:
            return None
        return category == "commit" and (close_on is None or close_on <= end)


def read_past() -> Iterator[list[Past]]:
    """Read every opportunity's days, steps, values and what people said of it, a few thousand at a time."""
    ids = list(Opportunity.objects.filter(merged_into=None).order_by("pk").values_list("pk", flat=True))
    for some in chunks(ids, AT_ONCE):
        yield read_some(some[0], some[-1])


def read_some(first: int, last: int) -> list[Past]:
    """Read the opportunities whose ids lie between two."""
    return _read({"opportunity_id__gte": first, "opportunity_id__lte": last}, {"pk__range": (first, last)})


def read_those(pks: Sequence[int]) -> list[Past]:
    """Read some opportunities."""
    return _read({"opportunity_id__in": pks}, {"pk__in": pks})


def _read(between: dict[str, Any], those: dict[str, Any]) -> list[Past]:
    found = {past.pk: past for past in _opportunities(those)}
    outcomes = Outcome.objects.standing().filter(**between).order_by().values_list("opportunity_id", "kind", "on")
    for pk, kind, on in outcomes:
        if (past := found.get(pk)) is not None:
            past.won, past.ended = kind == Outcome.Kind.WON, on.toordinal() if on else FAR
            past.is_dated = on is not None
    _read_steps(found, between)
    _read_stays(found, between)
    said = Judgement.objects.filter(**between).order_by("id")
    columns = ("opportunity_id", "on", "category", "close_on", "by_id", "probability")
    for pk, on, category, close_on, by, probability in said.values_list(*columns):
        if pk in found:
            close = close_on.toordinal() if close_on else None
            found[pk].said.append(Said(on.toordinal(), category, close, by, probability))
    return list(found.values())


def _opportunities(those: dict[str, Any]) -> Iterator[Past]:
    columns = ("pk", "territory_id", "company_value_minor", "confidential", "started_on", "as_of")
    more = ("playbook_version__playbook_id", "asked_for_id")
    rows = Opportunity.objects.filter(merged_into=None, **those).order_by("pk").values_list(*columns, *more)
    for pk, territory, value, confidential, started, as_of, playbook, asked_for in rows:
        known, begun = as_of.toordinal() if as_of else FAR, started.toordinal() if started else 0
        yield Past(pk, territory, value, confidential, begun, known, playbook, asked_for)


def _read_steps(found: dict[int, Past], between: dict[str, Any]) -> None:
    columns = ("opportunity_id", "pk", "key", "required", "state", "ended_on")
    rows = Step.objects.filter(**between).order_by("opportunity_id", "position").values_list(*columns)
    for pk, step, key, required, state, ended in rows:
        if pk in found:
            skipped = ended.toordinal() if state == Step.State.SKIPPED and ended else FAR
            found[pk].beads.append(Bead(step, key, required, skipped))


def _read_stays(found: dict[int, Past], between: dict[str, Any]) -> None:
    columns = ("opportunity_id", "step_id", "entered_on", "left_on", "end")
    tried: dict[int, Spell] = {}
    for pk, step, entered, left, end in Stay.objects.filter(**between).order_by("id").values_list(*columns):
        if (past := found.get(pk)) is None:
            continue
        if entered is None or (end and left is None):
            past.is_dated = False
            continue
        before, day = tried.get(pk), entered.toordinal()
        goes_on = before is not None and before.step == step and before.end == Stay.End.AGAIN
        first = min(day, before.first) if goes_on and before else day
        tried[pk] = Spell(step, day, left.toordinal() if left else past.ended, end, first)
        past.spells.append(tried[pk])
    for past in found.values():
        past.spells.sort(key=lambda spell: (spell.entered, spell.left))
        past.is_dated = past.is_dated and bool(past.spells)
