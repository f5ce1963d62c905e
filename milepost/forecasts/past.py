"""Read the past once, so that any day of it can be looked at as it was."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from milepost.opportunities.models import Judgement, Opportunity, Outcome, Stay, Step

if TYPE_CHECKING:
    from milepost.engine.figures import Cell
    from milepost.engine.history import History

FAR = datetime.date.max.toordinal()
AT_ONCE = 20_000
TEACHING = (Stay.End.WON, Stay.End.LOST, Stay.End.AGAIN, Stay.End.BACK)
PASSED = (Stay.End.WON, Stay.End.SKIPPED)


class Spell(NamedTuple):
    """One stay in a step; days are ordinals, and it lasts until the day before `left`, or until the source's day."""

    step: int
    entered: int
    left: int
    end: str


class Bead(NamedTuple):
    """One step of a string; `skipped` is the day it was left out, if it was."""

    pk: int
    key: str
    required: bool
    skipped: int


class Said(NamedTuple):
    """What a person said of an opportunity, and when."""

    on: int
    category: str
    close_on: int | None


@dataclass(slots=True)
class Past:
    """One opportunity's past: `ended` is FAR while it is open, `is_dated` tells whether its days are known."""

    pk: int
    territory: int
    value: int | None
    confidential: bool
    started: int
    known_until: int
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
        return Cell(keys, min(day - spell.entered, 366) if here else 0)

    def called(self, day: int, end: int) -> bool | None:
        """Tell whether people had committed to it by then, to close by a day; None where nobody had said anything."""
        category, close_on = "", None
        for said in self.said:
            if said.on < day:
                category, close_on = said.category or category, said.close_on or close_on
        if not category:
            return None
        return category == "commit" and (close_on is None or close_on <= end)


def read_past() -> list[Past]:
    """Read every opportunity's days, steps, values and what people said of it."""
    found = {past.pk: past for past in _opportunities()}
    for outcome in Outcome.objects.standing().order_by().values_list("opportunity_id", "kind", "on").iterator():
        pk, kind, on = outcome
        if (past := found.get(pk)) is not None:
            past.won, past.ended = kind == Outcome.Kind.WON, on.toordinal() if on else FAR
            past.is_dated = on is not None
    _read_steps(found)
    _read_stays(found)
    said = Judgement.objects.order_by("id").values_list("opportunity_id", "on", "category", "close_on")
    for pk, on, category, close_on in said.iterator(chunk_size=AT_ONCE):
        if pk in found:
            found[pk].said.append(Said(on.toordinal(), category, close_on.toordinal() if close_on else None))
    return list(found.values())


def _opportunities() -> Iterator[Past]:
    columns = ("pk", "territory_id", "company_value_minor", "confidential", "started_on", "as_of")
    rows = Opportunity.objects.filter(merged_into=None).order_by().values_list(*columns)
    for pk, territory, value, confidential, started, as_of in rows.iterator(chunk_size=AT_ONCE):
        known = as_of.toordinal() if as_of else FAR
        yield Past(pk, territory, value, confidential, started.toordinal() if started else 0, known)


def _read_steps(found: dict[int, Past]) -> None:
    columns = ("opportunity_id", "pk", "key", "required", "state", "ended_on")
    rows = Step.objects.order_by("opportunity_id", "position").values_list(*columns)
    for pk, step, key, required, state, ended in rows.iterator(chunk_size=AT_ONCE):
        if pk in found:
            skipped = ended.toordinal() if state == Step.State.SKIPPED and ended else FAR
            found[pk].beads.append(Bead(step, key, required, skipped))


def _read_stays(found: dict[int, Past]) -> None:
    columns = ("opportunity_id", "step_id", "entered_on", "left_on", "end")
    for pk, step, entered, left, end in Stay.objects.order_by("id").values_list(*columns).iterator(chunk_size=AT_ONCE):
        if (past := found.get(pk)) is None:
            continue
        if entered is None or (end and left is None):
            past.is_dated = False
            continue
        until = left.toordinal() if left else past.ended if past.ended != FAR else FAR
        past.spells.append(Spell(step, entered.toordinal(), until, end))
    for past in found.values():
        past.spells.sort(key=lambda spell: (spell.entered, spell.left))
        past.is_dated = past.is_dated and bool(past.spells)


@dataclass(frozen=True)
class Trials:
    """All stays as columns, so that the history of any day is cut from them at once."""

    keys: tuple[str, ...]
    rows: list[tuple[int, int, int, int, int]]
    """Step, entered, left, end, known until."""

    @classmethod
    def of(cls, pasts: list[Past]) -> Trials:
        """Gather the stays whose days are known."""
        index: dict[str, int] = {}
        rows = []
        for past in pasts:
            keys = {bead.pk: bead.key for bead in past.beads}
            for spell in past.spells:
                if (key := keys.get(spell.step)) is not None:
                    place = index.setdefault(key, len(index))
                    rows.append((place, spell.entered, spell.left, _END[spell.end], past.known_until))
        return cls(tuple(index), rows)

    def history(self, day: int) -> History:
        """Return what had been seen by the start of a day: what had not been left by then was still open."""
        import numpy as np

        from milepost.engine.history import OPEN, History

        step, entered, left, end, known = np.array(self.rows, np.int64).reshape(-1, 5).T
        # What was skipped or moved is no trial once that is known; before, it was as open as any.
        seen = (entered < day) & ((left >= day) | (end >= 0))
        still = (left >= day)[seen]
        days = np.minimum(np.minimum(left, known), day)[seen] - entered[seen]
        return History(step[seen], np.maximum(days, 0), np.where(still, OPEN, end[seen]), self.keys)


_END: dict[str, int] = defaultdict(lambda: -1, {"": 0, "won": 1, "lost": 2, "again": 3, "back": 3})
