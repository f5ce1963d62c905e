"""Set two versions of a playbook side by side: what was added, taken out, changed, moved."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from milepost.playbooks.models import PlaybookStep
from milepost.playbooks.picture import hours_of

FIELDS = (
    "name",
    "milestone",
    "activity",
    "evidence",
    "call_plan",
    "required",
    "usual_days",
    "hours",
    "theirs",
    "their_hours",
)


@dataclass(frozen=True)
class Difference:
    """One field that says something else in the later version."""

    label: str
    was: Any
    now: Any


@dataclass(frozen=True)
class Row:
    """A step in the earlier version, in the later one, or in both."""

    was: PlaybookStep | None
    now: PlaybookStep | None
    moved: bool = False
    differences: tuple[Difference, ...] = ()

    @property
    def kind(self) -> str:
        if self.was is None:
            return "added"
        if self.now is None:
            return "removed"
        return "changed" if self.differences else "moved" if self.moved else "same"


def compare(earlier: Sequence[PlaybookStep], later: Sequence[PlaybookStep]) -> list[Row]:
    """Return one row a step, in the later order; what was taken out stands where it was."""
    before = {step.key: step for step in earlier}
    keys = {step.key for step in later}
    places = {step.key: at for at, step in enumerate(earlier)}
    stayed = in_order([step.key for step in later if step.key in before], places)
    rows = [
        Row(before.get(step.key), step, step.key in before and step.key not in stayed, differences(before, step))
        for step in later
    ]
    for at, step in enumerate(earlier):
        if step.key not in keys:
            rows.insert(_place(rows, earlier[:at]), Row(step, None))
    return rows


def in_order(keys: Sequence[str], places: dict[str, int]) -> set[str]:
    """Return the most steps that kept their order: the longest increasing run of their former places.

    >>> sorted(in_order(["b", "c", "a"], {"a": 0, "b": 1, "c": 2}))
    ['b', 'c']
    """
    ends: list[int] = []
    last: list[str] = []
    before: dict[str, str | None] = {}
    for key in keys:
        at = bisect_left(ends, places[key])
        before[key] = last[at - 1] if at else None
        ends[at : at + 1], last[at : at + 1] = [places[key]], [key]
    kept: set[str] = set()
    key_now = last[-1] if last else None
    while key_now is not None:
        kept.add(key_now)
        key_now = before[key_now]
    return kept


def differences(before: dict[str, PlaybookStep], step: PlaybookStep) -> tuple[Difference, ...]:
    """Return what a step says otherwise than it did."""
    was = before.get(step.key)
    if was is None:
        return ()
    return tuple(
        Difference(label(step, name), said(was, name), said(step, name))
        for name in FIELDS
        if getattr(was, name) != getattr(step, name)
    )


def _place(rows: Sequence[Row], before: Sequence[PlaybookStep]) -> int:
    """Return where a step that was taken out belongs: behind the nearest one that stood before it."""
    for step in reversed(before):
        for at, row in enumerate(rows):
            if row.was is not None and row.was.key == step.key:
                return at + 1
    return 0


def said(step: PlaybookStep, name: str) -> Any:
    """Return what a field says: our hours with the names of the roles."""
    if name != "hours":
        return getattr(step, name)
    return ", ".join(f"{hours:g} h {role}" for role, hours in hours_of(step))


def label(step: PlaybookStep, name: str) -> str:
    """Return what a field is called on screen."""
    return str(getattr(step._meta.get_field(name), "verbose_name", name))
