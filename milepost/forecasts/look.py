"""Look at one past period from its first day: what was open, what would have been said of it, and what came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from milepost.forecasts.models import Replay
from milepost.forecasts.past import FAR, Past

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from milepost.engine.drift import Drift, Gone
    from milepost.engine.figures import Cell
    from milepost.engine.fiscal import Period
    from milepost.engine.learnt import Learnt
    from milepost.forecasts.stays import Stays

PRIOR_TRIES = 4.0
"""So many tries at the base rate are added to those of each step, as people smooth such rates."""
NOTHING = -1
Paths = Mapping[int, Sequence[int]]


@dataclass
class Rates:
    """What a team without a model would go by: the shares won within a quarter, as seen in the quarters before."""

    tries: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    wins: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, look: Look) -> None:
        """Count a quarter in, once it is over."""
        for stage, won in zip(look.stages, look.came, strict=True):
            self.tries[stage] += 1
            self.wins[stage] += won

    @property
    def base(self) -> float | None:
        """Return the share of all; None before there has been a quarter to count."""
        tries = sum(self.tries.values())
        return sum(self.wins.values()) / tries if tries else None

    def of(self, stages: Sequence[str]) -> NDArray[np.float64] | None:
        """Return the share for each step, leaning on the base rate where a step was tried seldom."""
        import numpy as np

        if (base := self.base) is None:
            return None
        share = {s: (self.wins[s] + PRIOR_TRIES * base) / (self.tries[s] + PRIOR_TRIES) for s in set(stages)}
        return np.array([share[s] for s in stages])


def learnt_on(stays: Stays, day: int) -> tuple[Learnt, NDArray, Sequence[str], int]:
    """Learn from what had been seen by the start of a day, with nothing that was found later.

    Return what was learnt, each opportunity's segment by its place in `stays.about`, the segments' names, and of how
    many stays it was learnt.
    """
    from milepost.engine.division import choose_division
    from milepost.engine.learn import learn

    seen, about, cuts = stays.on(day), stays.about, stays.about.cuts()
    by = choose_division(seen.history, about.divisions(seen.history, seen.place, cuts)) or ""
    learnt = learn(about.tell_apart(seen.history, seen.place, by, cuts))
    return learnt, *about.segments(by, cuts), len(seen.history)


NEARLY = 7
"""So many days before the end of a period its source may have been known for the last time."""


class Look:
    """One period: a few numbers for each opportunity that was open on its first day, and sums of the others."""

    def __init__(self, period: Period, unit: int) -> None:
        self.period, self.unit = period, unit
        self.day, self.end = period.start.toordinal(), period.end.toordinal()
        self.open: list[int] = []
        self.territory: list[int] = []
        self.value: list[float] = []
        self.assumed: list[bool] = []
        self.came: list[bool] = []
        self.said: list[bool | None] = []
        self.asked: list[int] = []
        self.alike: dict[Cell, int] = {}
        self.undated: dict[int, int] = defaultdict(int)
        self.later: dict[int, list[int]] = defaultdict(list)

    @property
    def stages(self) -> list[str]:
        """Return the step that each was in; "" where it has none any more."""
        firsts = ["" if cell.is_all_reached else cell.keys[0] for cell in self.alike]
        return [firsts[at] if at != NOTHING else "" for at in self.asked]

    def add(self, past: Past, assumed: int | None = None) -> None:
        """Take in one opportunity, if it was open on the first day, or began later and was won within the period.

        `assumed` stands for its value where that is not known.
        """
        if past.is_open_on(self.day):
            if self._is_known(past):
                self._add_open(past, assumed)
            else:
                self.undated[past.territory] += 1
        elif past.is_dated and past.spells[0].entered >= self.day and self._came(past):
            self.later[past.territory].append((assumed if past.value is None else past.value) or 0)

    def _add_open(self, past: Past, assumed: int | None) -> None:
        cell = past.cell(self.day)
        value = assumed if past.value is None else past.value
        self.open.append(past.pk)
        self.territory.append(past.territory)
        self.value.append(float("nan") if value is None else value)
        self.assumed.append(past.value is None and assumed is not None)
        self.came.append(self._came(past))
        self.said.append(past.called(self.day, self.end))
        self.asked.append(NOTHING if cell is None else self.alike.setdefault(cell, len(self.alike)))

    def _is_known(self, past: Past) -> bool:
        """Tell whether its days are known, and its source up to the end of the period or nearly.

        Of a source that was known to a day within it, those that had ended by then would speak for all.
        """
        return past.is_dated and past.known_until >= self.end - NEARLY

    def _came(self, past: Past) -> bool:
        return past.won and self.day <= past.ended <= self.end

    def learn(self, stays: Stays) -> None:
        """Learn from what had been seen by the day, and ask for everyone's chance to be won within the period."""
        import numpy as np

        from milepost.engine.drift import long_enough

        learnt, segment, names, self.stays = learnt_on(stays, self.day)
        known_before = self.day - int(stays.entered.min(initial=FAR))
        self.is_telling = long_enough(known_before, self.end - self.day + 1)
        self._ask(learnt, segment[stays.about.places(np.array(self.open, np.int64))], names)

    def _ask(self, learnt: Learnt, segment: NDArray, names: Sequence[str]) -> None:
        """Set `cell` [open], the row in `p` [cells, draws] of each one's chance."""
        import numpy as np

        from milepost.engine.won_by import won_by

        questions, asked = list(self.alike), np.array(self.asked)
        pairs, place = np.unique(np.column_stack([asked, segment]), axis=0, return_inverse=True)
        rows: dict[Cell | None, int] = {}
        cells = [learnt.counted(questions[at], names[s] if s >= 0 else None) if at >= 0 else None for at, s in pairs]
        row = np.array([rows.setdefault(cell, len(rows)) for cell in cells], int)
        self.cell = row[place.ravel()]
        ask = [cell for cell in rows if cell is not None]
        self.p = np.zeros((len(rows), learnt.draws))  # of some nothing was to be expected any more
        self.p[[rows[cell] for cell in ask]] = won_by(learnt, ask, [self.end - self.day], day=self.day)[:, 0]

    def gone(self, mine: NDArray[np.int64] | slice = slice(None)) -> Gone:
        """Return how the period went as a whole, of these or of all."""
        import numpy as np

        from milepost.engine.drift import Gone

        values, cell = np.nan_to_num(np.array(self.value, float))[mine] / self.unit, self.cell[mine]
        amounts, squares = (np.bincount(cell, values**power, len(self.p)) for power in (1, 2))
        return Gone.of(float(values @ np.array(self.came, float)[mine]), amounts, squares, self.p)

    def rows(self, rates: Rates, paths: Paths, drift: Drift) -> list[Replay]:
        """Return the period's replay for every territory that had anything open, with the drift known by then."""
        import numpy as np

        from milepost.engine.drift import moved

        self.moved = moved(self.p, drift.shocks(self.p.shape[1]))
        below: dict[int, list[int]] = defaultdict(list)
        for territory in {*self.territory}:
            for up in paths.get(territory, []):
                below[up].append(territory)
        staged, where = rates.of(self.stages), np.array(self.territory)
        return [
            self._row(up, np.flatnonzero(np.isin(where, parts)), rates.base, staged, paths)
            for up, parts in below.items()
        ]

    def _row(
        self, territory: int, mine: NDArray[np.int64], base: float | None, staged: NDArray | None, paths: Paths
    ) -> Replay:
        import numpy as np

        values, came = np.array(self.value)[mine], np.array(self.came, float)[mine]
        known = np.nan_to_num(values)
        mean = self.p.mean(1)[self.cell[mine]]
        stage = None if staged is None else staged[mine]
        gone = self.gone(mine)
        later = [value for at, some in self.later.items() if territory in paths.get(at, []) for value in some]
        return Replay(
            period=self.period.key,
            start=self.period.start,
            end=self.period.end,
            territory_id=territory,
            stays=self.stays,
            open=len(mine),
            unvalued=int(np.isnan(values).sum()),
            assumed=int(np.array(self.assumed, bool)[mine].sum()),
            undated=sum(number for at, number in self.undated.items() if territory in paths.get(at, [])),
            won=round(float(known @ came)),
            won_number=int(came.sum()),
            later=sum(later),
            later_number=len(later),
            spread=round(gone.sd * self.unit) if self.is_telling else None,
            slope=round(gone.slope * self.unit) if self.is_telling else None,
            base=None if base is None else round(float(known.sum()) * base),
            staged=None if stage is None else round(float(known @ stage)),
            **self._totals(values, mine),
            **self._called(mine, known),
            **scores(mean, came, base, stage),
        )

    def _totals(self, values: NDArray, mine: NDArray) -> dict[str, int]:
        """Return the range the model would have given, and how far off anyone would have been."""
        from milepost.engine.attainable import floor_of
        from milepost.engine.parts import Parts
        from milepost.engine.period import period_total

        amounts, cell = values / self.unit, self.cell[mine]
        total, floor = period_total(Parts(amounts, cell, self.moved)), floor_of(Parts(amounts, cell, self.p))
        low, middle, high = total.limits
        named = {"low": low, "middle": middle, "high": high, "mean": total.mean, "floor": floor.error}
        return {name: round(amount * self.unit) for name, amount in named.items()}

    def _called(self, mine: NDArray, known: NDArray) -> dict[str, int | None]:
        """Return what people had committed to, by how many calls; None where there was no call at all."""
        said = [self.said[at] for at in mine.tolist()]
        committed = [at for at, one in enumerate(said) if one]
        worth = round(float(known[committed].sum()))
        return {"called": worth if any(one is not None for one in said) else None, "called_number": len(committed)}


def scores(p: NDArray, came: NDArray, base: float | None, staged: NDArray | None) -> dict[str, Any]:
    """Score the model and what a team would use in its stead, and count how its chances came true."""
    import numpy as np

    from milepost.engine.attainable import best_scores
    from milepost.engine.scores import Score, tenths

    best = best_scores(p)
    scores: dict[str, Any] = {
        "model": Score.of(p, came).parts,
        "floor": [best.brier * len(p), best.log_loss * len(p)],
    }
    if base is not None and staged is not None:
        scores |= {"base": Score.of(np.full(len(p), base), came).parts, "staged": Score.of(staged, came).parts}
    return {"scores": scores, "tenths": [[b.n, b.said, b.won] for b in tenths(p, came)]}
