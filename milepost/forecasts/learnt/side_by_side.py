"""How the same steps go for groups side by side, and which of them can be told apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.forecasts.learnt.groups import Group, groups_of
from milepost.forecasts.learnt.steps import StepLine, figures_of
from milepost.playbooks.models import PlaybookStep

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from milepost.engine.group import GroupStep, Range
    from milepost.forecasts.learnt.reading import Reading

SURE = 0.95
"""From this chance on it is said which group is ahead."""
NEAR = 0.055
"""Where the whole range of a difference is within five points, and within an eighth of what is reached, groups hardly
differ: two points of ten are a lot."""
EIGHTH = 1 / 8


@dataclass(frozen=True)
class Apart:
    """The two groups furthest apart in a figure: by how much, and how sure it is which is ahead."""

    ahead: Group
    behind: Group
    by: Range
    chance: float
    level: float

    @property
    def is_sure(self) -> bool:
        return self.chance >= SURE

    @property
    def is_near(self) -> bool:
        """Tell whether they hardly differ: enough was seen to say so."""
        furthest = max(abs(self.by.low), abs(self.by.high))
        return not self.is_sure and furthest < min(NEAR, EIGHTH * self.level)


@dataclass(frozen=True)
class Row:
    """One step: how it goes for each group, None where nothing of it came here; how far apart they are."""

    step: PlaybookStep
    number: int | None
    lines: list[StepLine | None]
    apart: Apart | None
    slower: Apart | None


@dataclass(frozen=True)
class Whole:
    """How many that begin the line are won, by group."""

    shares: list[Range]
    apart: Apart | None


@dataclass(frozen=True)
class Beside:
    """The groups side by side, with how many smaller ones are left out."""

    groups: list[Group]
    left_out: int
    rows: list[Row]
    whole: Whole

    @property
    def is_thin(self) -> bool:
        """Tell whether some figure rests on a handful."""
        return any(line.is_thin for row in self.rows for line in row.lines if line)

    def seen(self) -> Iterator[tuple[Group, StepLine]]:
        """Yield every group at every step it came to."""
        for row in self.rows:
            yield from self.seen_at(row)

    def seen_at(self, row: Row) -> list[tuple[Group, StepLine]]:
        """Return the groups that came to a step, with how it goes for each."""
        return [(group, line) for group, line in zip(self.groups, row.lines, strict=True) if line]


def side_by_side(reading: Reading) -> Beside | None:
    """Return how each step goes for each group; None where there are no two to compare."""
    groups, left_out = groups_of(reading)
    if len(groups) < 2:
        return None
    steps = steps_of(reading)
    columns = [_column(reading, group, steps) for group in groups]
    places = {step.key: at for at, step in enumerate(reading.steps, start=1)}
    lines = [[column[at] for column in columns] for at in range(len(steps))]
    rows = [_row(step, places.get(step.key), groups, each) for step, each in zip(steps, lines, strict=True)]
    return Beside(groups, left_out, rows, _whole(reading, groups, columns))


def steps_of(reading: Reading) -> list[PlaybookStep]:
    """Return the steps of the line; where versions are compared, those of older ones too, each after its neighbour."""
    found = list(reading.steps)
    if reading.asked.compare != "version" or reading.shown is None:
        return found
    before: PlaybookStep | None = None
    for step in reading.published:
        if step.version_of.playbook_id == reading.shown.playbook_id:
            keys = [each.key for each in found]
            if step.key not in keys:
                after = before is not None and before.version_of_id == step.version_of_id
                found.insert(keys.index(before.key) + 1 if after and before else 0, step)
            before = step
    return found


def _column(reading: Reading, group: Group, steps: Sequence[PlaybookStep]) -> list[StepLine]:
    """Return how each step goes for one group."""
    playbook = reading.shown.playbook_id if reading.shown else 0
    tally = reading.tally_of(group.chosen)
    figures = figures_of(reading.run, steps, playbook, tally, group.key)
    fates = [tally.fates(playbook, step.key) for step in steps]
    return [StepLine(*each) for each in zip(steps, fates, figures, strict=True)]


def _row(step: PlaybookStep, number: int | None, groups: Sequence[Group], lines: Sequence[StepLine]) -> Row:
    seen = [line if line.came else None for line in lines]
    shares = [line.figure.draws if line else None for line in seen]
    days = [line.figure.days_draws if line else None for line in seen]
    return Row(step, number, seen, apart(groups, shares), apart(groups, days))


def _whole(reading: Reading, groups: Sequence[Group], columns: Sequence[Sequence[StepLine]]) -> Whole:
    """Multiply up the required steps of the line that is shown."""
    from milepost.engine.group import all_of, range_of

    keys = {step.key for step in reading.steps if step.required}
    required: list[list[GroupStep]] = [[line.figure for line in column if line.step.key in keys] for column in columns]
    draws = [all_of(each) for each in required]
    return Whole([range_of(each) for each in draws], apart(groups, draws))


def apart(groups: Sequence[Group], draws: Sequence[NDArray[np.float64] | None]) -> Apart | None:
    """Return the two groups furthest apart in the mean, and how sure it is that they lie in that order."""
    from milepost.engine.group import chance_above, difference

    seen = [(float(each.mean()), at) for at, each in enumerate(draws) if each is not None]
    if len(seen) < 2:
        return None
    (_low, low), (level, high) = min(seen), max(seen)
    first, second = draws[high], draws[low]
    if low == high or first is None or second is None:
        return None
    chance = chance_above(first, second, groups=len(seen))
    return Apart(groups[high], groups[low], difference(first, second), chance, level)
