"""The rules of the line, true without a database: which step is current, what may be held, what is left to win.

Each function takes the steps in order; a step needs `state`, `required` and `to_confirm`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

PLANNED, SCHEDULED, HELD, WON = "planned", "scheduled", "held", "won"
LOST, SKIPPED, NOT_RECORDED = "lost", "skipped", "not_recorded"
OPEN = (PLANNED, SCHEDULED, HELD)
PASSED = (WON, SKIPPED, NOT_RECORDED)


class OnTheLine(Protocol):
    """What the rules need to know of a step."""

    state: str
    required: bool
    to_confirm: bool


S = TypeVar("S", bound=OnTheLine)


def current(steps: Sequence[S]) -> S | None:
    """Return the step where work is now: the first that is open, to be confirmed, or lost though required.

    Optional steps that nobody has booked give way to the booked one behind them: work is there by now.
    """
    ahead = [s for s in steps if s.state in OPEN or s.to_confirm or (s.state == LOST and s.required)]
    for step in ahead:
        if step.state in (SCHEDULED, HELD):
            return step
        if step.required or step.state != PLANNED:
            break
    return ahead[0] if ahead else None


def in_the_way(steps: Sequence[S], step: S) -> list[S]:
    """Return the earlier required steps that must be won, or skipped with a reason, before `step` is held."""
    earlier = steps[: list(steps).index(step)]
    return [s for s in earlier if s.required and (s.state not in PASSED or s.to_confirm)]


def passed_over(steps: Sequence[S], step: S) -> list[S]:
    """Return the earlier optional steps still open: holding `step` passes them over."""
    earlier = steps[: list(steps).index(step)]
    return [s for s in earlier if not s.required and s.state in OPEN]


def still_to_win(steps: Sequence[S]) -> list[S]:
    """Return the required steps whose winning is still ahead, in order."""
    return [s for s in steps if s.required and (s.state not in PASSED or s.to_confirm)]
