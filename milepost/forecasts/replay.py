"""The mirror: say of every past quarter what the model would have said on its first day, beside what came.

Nothing that was entered or happened on that day or after it is looked at, but for two things: what an opportunity
is worth is what is known now, and its steps are those it has now. Appointments booked then are not kept and count
for nothing.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction

from milepost.forecasts.models import Replay
from milepost.forecasts.past import FAR, Past, Trials, read_past
from milepost.team.models import Company, Territory
from milepost.team.money import exponent

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from milepost.engine.fiscal import Period

QUARTERS, WARM_UP = 12, 8
PRIOR_TRIES = 4.0
"""So many tries at the base rate are added to those of each step, as people smooth such rates."""
Told = Callable[[int, int], None]


def replay(*, today: datetime.date | None = None, told: Told = lambda done, of: None) -> int:
    """Replay the past quarters and keep what came of it; return how many there were. Safe to run twice."""
    company = Company.the()
    day = today or company.today()
    pasts = [past for past in read_past() if past.ended >= 0]
    periods = _periods(company, day, pasts)
    trials, rates, paths = Trials.of(pasts), Rates(), _paths()
    kept = []
    for number, period in enumerate(periods):
        look = Look(period, pasts, 10 ** exponent(company.currency))
        if number >= len(periods) - QUARTERS and look.open:
            look.learn(trials)
            _keep(period, look.rows(rates, paths))
            kept.append(period.key)
        rates.add(look)
        told(number + 1, len(periods))
    Replay.objects.exclude(period__in=kept).delete()
    return len(kept)


def _periods(company: Company, today: datetime.date, pasts: Sequence[Past]) -> list[Period]:
    """Return the quarters that are over, from the first in which anything had begun."""
    calendar = company.fiscal
    first = min((past.spells[0].entered for past in pasts if past.is_dated), default=FAR)
    now = calendar.period("quarter", today)
    before = [calendar.move(now, -n) for n in range(QUARTERS + WARM_UP, 0, -1)]
    return [period for period in before if period.start.toordinal() > first]


def _paths() -> dict[int, list[int]]:
    """Return each territory's own id and those of all above it."""
    paths = dict(Territory.objects.values_list("path", "pk"))
    return {pk: [up for path, up in paths.items() if own.startswith(path)] for own, pk in paths.items()}


@transaction.atomic
def _keep(period: Period, rows: Iterable[Replay]) -> None:
    Replay.objects.filter(period=period.key).delete()
    Replay.objects.bulk_create(rows)


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
        shares = [(self.wins[s] + PRIOR_TRIES * base) / (self.tries[s] + PRIOR_TRIES) for s in stages]
        return np.array(shares)


class Look:
    """One period from its first day: what was open, what the model would have said of it, and what came."""

    def __init__(self, period: Period, pasts: Sequence[Past], unit: int) -> None:
        self.period, self.unit = period, unit
        self.day, self.end = period.start.toordinal(), period.end.toordinal()
        mine = [past for past in pasts if not past.confidential]
        begun = [past for past in mine if past.is_open_on(self.day)]
        self.open = [past for past in begun if self._is_known(past)]
        self.undated = [past for past in begun if not self._is_known(past)]
        self.later = [p for p in mine if p.is_dated and p.spells[0].entered >= self.day and self._came(p)]
        self.cells = [past.cell(self.day) for past in self.open]
        self.stages = [cell.keys[0] if cell and cell.keys else "" for cell in self.cells]
        self.came = [self._came(past) for past in self.open]

    def _is_known(self, past: Past) -> bool:
        """Tell whether its days are known, to the end of the period or to its own."""
        return past.is_dated and (past.ended != FAR or past.known_until >= self.end)

    def _came(self, past: Past) -> bool:
        return past.won and self.day <= past.ended <= self.end

    def learn(self, trials: Trials) -> None:
        """Learn from what had been seen by the day, and ask for everyone's chance to be won within the period."""
        import numpy as np

        from milepost.engine.learn import learn
        from milepost.engine.won_by import won_by

        history = trials.history(self.day)
        learnt = learn(history)
        self.stays = len(history)
        alike = list(dict.fromkeys(cell for cell in self.cells if cell is not None))
        place = {cell: at for at, cell in enumerate(alike)}
        # The last row is of those from which nothing was to be expected any more.
        self.cell = np.array([place.get(cell, len(alike)) if cell else len(alike) for cell in self.cells], int)
        chances = won_by(learnt, alike, [self.end - self.day])[:, 0] if alike else np.zeros((0, learnt.draws))
        self.p = np.vstack([chances, np.zeros((1, learnt.draws))]).astype(float)

    def rows(self, rates: Rates, paths: dict[int, list[int]]) -> list[Replay]:
        """Return the period's replay for every territory that had anything open."""
        parts: dict[int, list[int]] = defaultdict(list)
        for at, past in enumerate(self.open):
            for territory in paths.get(past.territory, []):
                parts[territory].append(at)
        staged = rates.of(self.stages)
        return [self._row(territory, mine, rates.base, staged, paths) for territory, mine in parts.items()]

    def _row(
        self, territory: int, mine: list[int], base: float | None, staged: NDArray | None, paths: dict[int, list[int]]
    ) -> Replay:
        import numpy as np

        values = np.array([self.open[at].value for at in mine], float)
        came = np.array([self.came[at] for at in mine], float)
        known = np.nan_to_num(values)
        mean = self.p.mean(1)[self.cell[mine]]
        stage = None if staged is None else staged[mine]
        later = [p for p in self.later if territory in paths.get(p.territory, [])]
        return Replay(
            period=self.period.key,
            start=self.period.start,
            end=self.period.end,
            territory_id=territory,
            stays=self.stays,
            open=len(mine),
            unvalued=int(np.isnan(values).sum()),
            undated=sum(territory in paths.get(p.territory, []) for p in self.undated),
            won=round(float(known @ came)),
            won_number=int(came.sum()),
            later=sum(p.value or 0 for p in later),
            later_number=len(later),
            base=None if base is None else round(float(known.sum()) * base),
            staged=None if stage is None else round(float(known @ stage)),
            **self._totals(values, mine),
            **self._called(mine),
            **_scores(mean, came, base, stage),
        )

    def _totals(self, values: NDArray, mine: list[int]) -> dict[str, int]:
        """Return the range the model would have given, and how far off anyone would have been."""
        from milepost.engine.attainable import floor_of
        from milepost.engine.parts import Parts
        from milepost.engine.period import period_total

        parts = Parts(values / self.unit, self.cell[mine], self.p)
        total, floor = period_total(parts), floor_of(parts)
        low, middle, high = total.limits
        named = {"low": low, "middle": middle, "high": high, "mean": total.mean, "floor": floor.error}
        return {name: round(amount * self.unit) for name, amount in named.items()}

    def _called(self, mine: list[int]) -> dict[str, int | None]:
        """Return what people had committed to, by how many calls; None where there was no call at all."""
        said = [(self.open[at], self.open[at].called(self.day, self.end)) for at in mine]
        calls = [(past, commit) for past, commit in said if commit is not None]
        worth = sum(past.value or 0 for past, commit in calls if commit)
        return {"called": worth if calls else None, "called_number": sum(bool(commit) for _past, commit in calls)}


def _scores(p: NDArray, came: NDArray, base: float | None, staged: NDArray | None) -> dict[str, Any]:
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
