"""What open opportunities bring in a fiscal period: their amounts, by the figures they already have.

A figure knows the chance to be won by the end of each fiscal month to come; a period's is the difference of two. So the
whole distribution for any filter needs no more than its rows, and one look-up a figure.
"""

from __future__ import annotations

import datetime
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from milepost.engine.fiscal import Period
from milepost.forecasts.drift import shaken
from milepost.opportunities.models import Figure, FiguresRun

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from milepost.engine.parts import Parts

AT_ONCE = 500
NOTHING = -(2**63)  # no figure, no known value: no amount is so far below zero
KEPT = 16  # periods; some 0.8 kB for each figure in each of them


def covers(run: FiguresRun, period: Period) -> bool:
    """Tell whether a run's figures know a period: it is not over, and among the sixteen months to come."""
    return months(run.as_of, run.ends, period) is not None


def numbers(pairs: Iterable[tuple[int | None, int | None]] = ()) -> array[int]:
    """Put figures and values in minor units one after the other, NOTHING where there is none.

    >>> numbers([(7, None)]).tolist() == [7, NOTHING]
    True
    """
    return array("q", [NOTHING if each is None else each for pair in pairs for each in pair])


def parts(numbers: array[int], run: FiguresRun, period: Period, *, closed: int = 0, unit: int = 1) -> Parts:
    """Return what a period's total is made of, from the `numbers` of open opportunities.

    Amounts are given in so many minor units, and so is `closed`, what is won in the period already. One that stands
    at a no has no figure and no chance, one without a value is missing. Raises LookupError when the run does not
    cover the period.
    """
    import numpy as np

    from milepost.engine.parts import Parts

    if not covers(run, period):
        raise LookupError(f"The figures of {run.as_of} do not know {period.key}.")
    figure, value = np.frombuffer(numbers, np.int64).reshape(-1, 2).T if numbers else np.zeros((2, 0), np.int64)
    has_none = figure == NOTHING
    figures, place = np.unique(figure[~has_none], return_inverse=True)
    p = chances(run.pk, run.made_at, period).of(figures.tolist())
    cells = np.full(len(figure), len(figures))
    cells[~has_none] = place
    amounts = np.where(value == NOTHING, np.nan, value / unit)
    return Parts(amounts, cells, np.pad(p, ((0, 1), (0, 0))).astype(float), closed / unit)


def months(as_of: datetime.date, ends: Sequence[datetime.date], period: Period) -> tuple[int, int] | None:
    """Return the places among month ends that bound a period: the one before it (-1 = none) and its last."""
    if period.end not in ends:
        return None
    before = period.start - datetime.timedelta(days=1)
    if before < as_of:
        return -1, ends.index(period.end)
    return (ends.index(before), ends.index(period.end)) if before in ends else None


class Chances:
    """The chance to be won in one period, one row a figure, which grows by what is asked. A figure never changes."""

    def __init__(self, period: Period) -> None:
        self.period = period
        self._known: dict[int, NDArray[np.float32]] = {}
        self._lock = Lock()

    def of(self, figures: Sequence[int]) -> NDArray[np.float32]:
        """Return the chances of these figures [figures, draws]; nothing for one that has gone or does not know it."""
        import numpy as np

        with self._lock:
            missing = {pk for pk in figures if pk not in self._known}
            if missing:
                self._read(missing)
            found = [self._known.get(pk) for pk in figures]
        draws = next((len(row) for row in found if row is not None), 1)
        nothing = np.zeros(draws, np.float32)
        # Runs with another number of draws meet for the moment in which a new one is made.
        rows = [nothing if row is None else row if len(row) == draws else np.resize(row, draws) for row in found]
        return np.stack(rows) if rows else np.zeros((0, draws), np.float32)

    def _read(self, missing: set[int]) -> None:
        import numpy as np

        runs = {run.pk: run for run in FiguresRun.objects.defer("learnt")}
        bounds = {pk: months(run.as_of, run.ends, self.period) for pk, run in runs.items()}
        few = Figure.objects.filter(pk__in=missing)
        # Thousands are read in one question too: they lie side by side.
        found = few if len(missing) < AT_ONCE else Figure.objects.filter(pk__range=(min(missing), max(missing)))
        read: dict[int, dict[int, NDArray[np.float32]]] = defaultdict(dict)
        for pk, run_id, packed in found.values_list("pk", "run_id", "won_by").iterator(chunk_size=AT_ONCE):
            if (places := bounds.get(run_id)) is not None and packed and pk in missing:
                read[run_id][pk] = between(bytes(packed), len(runs[run_id].period_ends), *places)
        for run_id, rows in read.items():
            self._known.update(zip(rows, shaken(np.stack(list(rows.values())), runs[run_id].drift), strict=True))


def between(packed: bytes, count: int, before: int, last: int) -> NDArray[np.float32]:
    """Return the chance to be won after one month's end and by another's, in every draw."""
    import numpy as np

    by = np.frombuffer(packed, np.float16).reshape(count, -1)
    until = by[last].astype(np.float32)
    return until if before < 0 else np.maximum(until - by[before], 0)


@lru_cache(maxsize=KEPT)
def chances(run_id: int, made_at: datetime.datetime, period: Period) -> Chances:
    """Return the table of a period, begun anew with every run; `made_at` belongs to a run's name (`learnt_of`)."""
    return Chances(period)
