"""How the steps of a playbook go: who came, who went on, how sure that is, how long it took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from milepost.forecasts.kept_answers import kept, key_of
from milepost.forecasts.learnt.stays import Tally
from milepost.opportunities.figures import learnt_of
from milepost.opportunities.models import FiguresRun
from milepost.playbooks.models import PlaybookStep

if TYPE_CHECKING:
    import datetime

    from milepost.engine.group import Counts, GroupStep
    from milepost.engine.learnt import Learnt

SUREST = (0.975, 0.985)
"""Between these a share reads as 98 %; of imported ends none is taken to be surer (`engine/undated.py`)."""
FEW = 20
"""With fewer that have ended the page says so."""


class Rest(StrEnum):
    """What a step's days rest on: its own past, that and its usual days, those alone, or what is usual elsewhere."""

    PAST = "past"
    BOTH = "both"
    USUAL = "usual"
    ELSEWHERE = "elsewhere"


def rest_of(learnt: Learnt, key: str) -> Rest:
    """Return what the days of a step rest on, in the whole company."""
    ended, undated = learnt.ended(key), learnt.without_days(key)
    is_dated = sum(ended[:2]) > sum(undated[:2])
    if learnt.states(key):
        return Rest.BOTH if is_dated else Rest.USUAL
    return Rest.PAST if is_dated else Rest.ELSEWHERE


@dataclass(frozen=True)
class StepLine:
    """One step: what became of those that came to it, and how the next ones will fare.

    `worth_minor` is what five more of a hundred reached would add to the open ones' expected value. `undated` tells of
    the whole company how many were reached, and not, on days nobody knows: they count in the share; and how many
    are there, nobody knows since when. `rest` is what its days rest on.
    """

    step: PlaybookStep
    counts: dict[str, int]
    figure: GroupStep
    is_weakest: bool = False
    worth_minor: int | None = None
    undated: tuple[int, int, int] = (0, 0, 0)
    rest: Rest = Rest.PAST

    @property
    def came(self) -> int:
        """Count the tries that came to an end, and those that are there now; meeting again is no end."""
        return self.ended + self.counts["open"]

    @property
    def ended(self) -> int:
        return sum(self.counts[name] for name in ("won", "no", "no_decision", "stopped"))

    @property
    def is_thin(self) -> bool:
        return self.ended < FEW

    @property
    def parts(self) -> list[tuple[str, float, float]]:
        """Return the bar's parts: kind, where it begins and how wide it is, in percent of those that came."""
        found, at = [], 0.0
        for kind in ("won", "open", "no_decision", "stopped", "no"):
            width = 100 * self.counts[kind] / self.came if self.came else 0.0
            found.append((kind, round(at, 2), round(width, 2)))
            at += width
        return [part for part in found if part[2]]

    @property
    def days(self) -> tuple[int, int, int, int]:
        """Return the middle of the days until it is reached, the limits of that middle, and by when nine in ten are."""
        own = self.figure
        low, high, late = (round(each) for each in (own.days.low, own.days.high, own.late))
        return round(own.days.mean), low, high, late

    @property
    def knows_days(self) -> bool:
        """Tell whether its days come of what was recorded or stated, here or of everybody."""
        return self.rest is not Rest.ELSEWHERE

    @property
    def is_capped(self) -> bool:
        """Tell whether its share, with all of its range, is as high as any is taken to be."""
        return SUREST[0] <= self.figure.conversion.low <= self.figure.conversion.high < SUREST[1]

    @property
    def is_slow(self) -> bool:
        """Tell whether its usual days are below what is likely of the middle: not for a handful."""
        return self.figure.days.low > self.step.usual_days


def lines(
    steps: Sequence[PlaybookStep],
    playbook: int,
    tally: Tally,
    run: FiguresRun,
    worths: dict[str, int],
    *,
    whole: bool = False,
) -> list[StepLine]:
    """Return the steps in their order, each with what became of it; none where nothing has come to any.

    The weakest is the one where the same improvement would add most to what the open ones are expected to bring;
    where none of them has a value, the required one that is reached least of those of which that is known. Those on
    days nobody knows are told where it is asked of the `whole` company.
    """
    fates = [tally.fates(playbook, step.key) for step in steps]
    if not any(any(each.values()) for each in fates):
        return []
    figures = figures_of(run, steps, playbook, tally)
    required = [at for at, step in enumerate(steps) if step.required]
    seen = [at for at in required if any(fates[at].values()) and not figures[at].is_elders]
    least = min(seen, key=lambda at: figures[at].conversion.mean, default=None)
    worth = {at: worths[steps[at].key] for at in required if steps[at].key in worths}
    weakest = max(worth, key=lambda at: worth[at]) if any(worth.values()) else least
    learnt = learnt_of(run.pk, run.made_at)
    undated = [learnt.without_days(step.key) if whole else (0, 0, 0) for step in steps]
    return [
        StepLine(step, fates[at], figures[at], at == weakest, worth.get(at), undated[at], rest_of(learnt, step.key))
        for at, step in enumerate(steps)
    ]


def figures_of(
    run: FiguresRun, steps: Sequence[PlaybookStep], playbook: int, tally: Tally, group: str = ""
) -> Sequence[GroupStep]:
    """Return how each step goes for the group; the same counts are answered once."""
    keys = tuple(step.key for step in steps)
    seen = tuple(Seen(tally.counts(playbook, key)) for key in keys)
    return _figures(run.pk, run.made_at, keys, seen, group)


class Seen:
    """What the engine counts of one step, told from other counts by its sum."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        parts = (counts.D, counts.N, counts.ends)
        self.sum = blake2b(b"".join(part.tobytes() for part in parts), digest_size=16).digest()

    def __hash__(self) -> int:
        return hash(self.sum)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Seen) and other.sum == self.sum


@lru_cache(maxsize=128)
def _figures(
    run_id: int, made_at: datetime.datetime, keys: tuple[str, ...], seen: tuple[Seen, ...], group: str
) -> tuple[GroupStep, ...]:
    from milepost.engine.group import GroupStep, group_steps

    def compute() -> list[Any]:
        counts = [each.counts for each in seen]
        return [step.to_json() for step in group_steps(learnt_of(run_id, made_at), keys, counts, name=group)]

    key = key_of("group", run_id, made_at.isoformat(), group, *keys, *(each.sum for each in seen))
    return tuple(map(GroupStep.from_json, kept(key, compute)))
