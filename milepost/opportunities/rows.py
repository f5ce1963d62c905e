"""Gather what the Steps page shows of each step, with one query a table."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy

from milepost.engine.names import LAST_YES
from milepost.opportunities import line
from milepost.opportunities.models import Attempt, Attendance, Condition, Opportunity, Standing, Step, Tailoring, Task
from milepost.opportunities.models.gate import OPENED
from milepost.opportunities.tailor import AHEAD, first_place
from milepost.web.prepared import Prepared, given_id
from milepost.web.words import interval

BOOKED = ("scheduled", "held")
SKIPPED, BACK = (Tailoring.Kind.SKIPPED, Tailoring.Kind.OVERRIDDEN), (Tailoring.Kind.BACK,)
DATED = (line.WON, line.LOST, line.SKIPPED)
YES = gettext_lazy("The client’s last yes")
ANSWERS = (Attempt.Result.WON, Attempt.Result.LOST)
MENU = 5
"""So many steps from the end a menu has no room below it."""


@dataclass
class StepRow:
    """One step with all that hangs on it; the `can_` flags say which deeds the rules leave open."""

    step: Step
    number: int
    current: bool
    alive: bool
    blocked_by: list[Step]
    tries: list[Attempt] = field(default_factory=list)
    ours: list[Attendance] = field(default_factory=list)
    theirs: list[Attendance] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    why: list[Tailoring] = field(default_factory=list)
    can_add_after: bool = False
    can_move: bool = False
    opens_upward: bool = False
    ended_here: bool = False
    shut_by: str = ""
    menu: str = ""

    @property
    def attempt(self) -> Attempt | None:
        """Return the appointment booked, or held and not yet reported."""
        return next((t for t in reversed(self.tries) if t.state in BOOKED), None)

    @property
    def reasons(self) -> list[Tailoring]:
        """Return why it differs from its playbook: of skipping and going back to it, the last as long as it is so."""
        now = SKIPPED if self.step.state == line.SKIPPED else BACK
        last = next((why for why in reversed(self.why) if why.kind in now), None)
        return [why for why in self.why if why is last or why.kind not in (*SKIPPED, *BACK)]

    @property
    def number_of_try(self) -> int:
        """Return which try at this step it is, by the appointments; going back to it begins anew, and counts none."""
        tries = [t for t in self.tries if t.state != Attempt.State.CANCELLED]
        answered = [at for at, t in enumerate(tries, start=1) if t.result in ANSWERS]
        return len(tries[answered[-1] :] if answered and self.step.is_open else tries)

    @property
    def can_schedule(self) -> bool:
        return self._may_have_a_date and not self.shut_by

    @property
    def is_shut(self) -> bool:
        """Tell whether it has to wait for its date until a gate up to it is passed."""
        return self._may_have_a_date and bool(self.shut_by)

    @property
    def _may_have_a_date(self) -> bool:
        return self.alive and self.step.state in (line.PLANNED, line.SCHEDULED)

    @property
    def can_report(self) -> bool:
        return self.alive and self.step.is_open and not self.blocked_by

    @property
    def can_hold(self) -> bool:
        return self.can_report and self.step.state == line.SCHEDULED

    @property
    def can_reopen(self) -> bool:
        return self.alive and not self.step.is_open

    @property
    def has_days(self) -> bool:
        """Tell whether anything has happened at it whose day may be wrong."""
        held = (Attempt.State.HELD, Attempt.State.CLOSED)
        was_here = self.current or self.ended_here
        return was_here or self.step.state in DATED or any(t.state in held for t in self.tries)

    @property
    def ends_at(self) -> datetime.time | None:
        """Return the local time at which the appointment ends."""
        attempt = self.attempt
        if attempt is None or attempt.time is None:
            return None
        start = datetime.datetime.combine(attempt.on, attempt.time)
        return (start + datetime.timedelta(minutes=attempt.minutes)).time()

    @property
    def unmet(self) -> list[Condition]:
        return [c for c in self.conditions if c.state not in ("met", "waived")]

    @property
    def open_tasks(self) -> int:
        return sum(task.done_at is None for task in self.tasks)


def step_rows(opportunity: Opportunity, standing: Standing | None) -> list[StepRow]:
    """Return the rows of all steps, in order."""
    steps = opportunity.steps_in_order
    now = line.current(steps) if standing else None
    alive = standing is not None
    rows = {
        step.pk: StepRow(step, at, step is now, alive, line.in_the_way(steps, step))
        for at, step in enumerate(steps, start=1)
    }
    first = first_place(steps)
    for row in rows.values():
        row.opens_upward = row.number > max(MENU, len(steps) - MENU)
        row.can_add_after = alive and row.number >= first
        is_ahead = row.number > first and row.step.state in AHEAD
        row.can_move = alive and is_ahead and len(steps) - first > 1
    if standing:
        for pk, gate in gates_in_the_way(standing.beads).items():
            rows[pk].shut_by = gate
    bare = {place for place in HANGING if not getattr(opportunity, f"has_{place}", True)}
    if not alive:  # what is left to do after the end stands beneath the outcome
        bare.add("tasks")
    for place, hanging in HANGING.items():
        if place not in bare:
            for item in hanging.ask(opportunity=opportunity.pk):
                getattr(rows[item.step_id], place).append(item)
    _people(opportunity, rows.values())
    return list(rows.values())


def gates_in_the_way(beads: Sequence[Sequence[Any]]) -> dict[int, str]:
    """Return the first gate not passed by each step behind it, from an opportunity's compact string."""
    shut, found = "", {}
    for bead in beads:
        if bead[0].startswith("gate "):
            shut = shut or ("" if bead[0].removeprefix("gate ") in OPENED else bead[1])
        elif shut:
            found[bead[7]] = shut
    return found


def _of_steps(kind: Any, *related: str) -> Prepared[Any]:
    """Return the question for what hangs on the steps of an opportunity."""

    def build() -> Any:
        rows = kind.objects.filter(step__opportunity=given_id("opportunity"))
        return rows.select_related(*related).order_by("id")

    return Prepared(build)


HANGING = {
    "tries": Prepared(lambda: Attempt.objects.filter(step__opportunity=given_id("opportunity")).order_by("number")),
    "conditions": _of_steps(Condition, "owner_person", "owner_contact"),
    "why": _of_steps(Tailoring, "by"),
    "tasks": _of_steps(Task, "owner", "owner_contact"),
}


def _people(opportunity: Opportunity, rows: Iterable[StepRow]) -> None:
    booked = {row.attempt.pk: row for row in rows if row.attempt is not None}
    if not booked:
        return
    for who in COMING.ask(opportunity=opportunity.pk):
        if row := booked.get(who.attempt_id):
            (row.ours if who.person_id else row.theirs).append(who)


def _coming() -> Any:
    """Return who comes to an opportunity's appointments that are booked, or held and not yet reported."""
    rows = Attendance.objects.filter(attempt__step__opportunity=given_id("opportunity"))
    return rows.filter(attempt__state__in=BOOKED).select_related("person", "contact").order_by("id")


COMING = Prepared[Attendance](_coming)


APART = 0.02
"""Chances that are not so far apart are alike: neither is called the weakest."""
COUNTED_LATER = ("old", "later", "undated_open", "undated_ended")
"""What a figure of long ago does not count."""


@dataclass(frozen=True)
class ChanceRow:
    """One step's part in the win chance, with the counts behind it.

    `old` counts those that lasted as long in it as this one has, `later` those of them that were reached after all;
    `undated_open` those still open of which nobody knows since when, so that they tell nothing; `undated_ended` those
    that ended, and nobody knows after how long; `stated` tells whether its days lean on those its playbook states.
    """

    name: str
    conversion: float
    low: float
    high: float
    won: int
    lost: int
    open: int
    thin: bool
    rare: bool
    weakest: bool
    old: int = 0
    later: int = 0
    undated_open: int = 0
    undated_ended: int = 0
    is_end: bool = False
    stated: bool = False

    @classmethod
    def of(cls, part: dict[str, Any], *, name: str, weakest: bool = False) -> ChanceRow:
        """Return the row of a part of a figure; the last yes is no step that could be bettered."""
        is_end = part["key"] == LAST_YES
        given = {key: part[key] for key in ("conversion", "low", "high", "won", "lost", "open", "thin", "rare")}
        given |= {key: part.get(key, 0) for key in COUNTED_LATER} | {"stated": part.get("stated", False)}
        return cls(name=name, weakest=weakest and not is_end, is_end=is_end, **given)

    @property
    def interval(self) -> str:
        return interval(self.low, self.high)

    @property
    def entered(self) -> int:
        """Return how many opportunities like it are known to have ended this step."""
        return self.won + self.lost

    @property
    def share_of_ended(self) -> float:
        """Return the share of those that ended this step which reached it; 0 where none has."""
        return self.won / self.entered if self.entered else 0.0

    @property
    def waiting(self) -> int:
        """Count those still open that tell how long there has been no answer."""
        return self.open - self.undated_open

    @property
    def is_capped(self) -> bool:
        """Tell whether all that ended were reached, and the chance is as high as any is taken to be."""
        return self.entered > 0 and self.lost == 0 and self.undated_ended > 0 and self.conversion > 0.975

    @property
    def leans(self) -> bool:
        """Tell whether its chance is not the share of those that ended, and nothing else is said of why."""
        apart = abs(self.share_of_ended - self.conversion) >= APART
        return self.entered > 0 and self.waiting == 0 and apart and not self.is_capped and not self.is_end

    @property
    def is_without_days(self) -> bool:
        """Tell whether many ended, and of none it is known after how long."""
        return 0 < self.entered <= self.undated_ended


def _stands_out(parts: Sequence[dict[str, Any]], at: int) -> bool:
    """Tell whether there are others, and the nearest above it is not about as weak."""
    others = [part["conversion"] for n, part in enumerate(parts) if n != at and part["key"] != LAST_YES]
    return any(others) and not 0 <= min(others) - parts[at]["conversion"] < APART


def chance_rows(opportunity: Opportunity, standing: Standing | None) -> list[ChanceRow]:
    """Return the steps still to win with their figures, in order."""
    if standing is None or standing.figure is None:
        return []
    names = {step.key: step.name for step in opportunity.steps_in_order}
    rows = []
    for at, part in enumerate(standing.figure.steps):
        weakest = at == standing.figure.weakest and _stands_out(standing.figure.steps, at)
        name = str(YES) if part["key"] == LAST_YES else names.get(part["key"], part["key"])
        rows.append(ChanceRow.of(part, name=name, weakest=weakest))
    return rows
