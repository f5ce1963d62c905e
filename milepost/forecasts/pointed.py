"""Which open opportunities a forecast points at: those that decide a period, and whose call is furthest off.

Both need the chances of all that are open. So they are found once and kept by what they follow from, as ranges are.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from milepost.forecasts import periods
from milepost.forecasts.kept_answers import kept, key_of
from milepost.forecasts.kept_ranges import Whose
from milepost.opportunities.models import Category

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from milepost.engine.fiscal import Period
    from milepost.forecasts.portfolio import Portfolio

MOST_DECIDING = 6
KEPT = 500
_known: dict[str, Pointed] = {}
"""What was found, by all that it follows from: each process reads what is kept once."""


@dataclass(frozen=True)
class Pointed:
    """Places among a portfolio's rows.

    deciding  those that carry most of a total's luck, x² p (1 - p): place, chance p, share of the luck of all
    furthest  by category the one whose call is furthest from what the model expects of it
    """

    deciding: Sequence[tuple[int, float, float]] = ()
    furthest: Mapping[str, int] = field(default_factory=dict)


def pointed(portfolio: Portfolio, period: Period, called: Mapping[str, Sequence[int]]) -> Pointed:
    """Return what a forecast of a period points at; nothing where the period is too far off.

    `called` are the places among the rows of those that people call, by category.
    """
    if not periods.covers(portfolio.run, period):
        return Pointed()
    told = [part for name, places in called.items() for part in (name, array("q", places).tobytes())]
    run = portfolio.run  # its moment too: after a rollback the next run, and its figures, get the same ids
    whose = Whose(portfolio.numbers, 0, None, period).key
    key = key_of("pointed", run.pk, run.made_at.isoformat(), whose, *told)
    found = _known.get(key) or Pointed(**kept(key, lambda: _find(portfolio, period, called)))
    if len(_known) >= KEPT:
        _known.clear()
    _known[key] = found
    return found


def _find(portfolio: Portfolio, period: Period, called: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    import numpy as np

    x = np.array([row.value_minor or 0 for row in portfolio.rows], float)
    p = _means(portfolio, period)
    luck = x**2 * p * (1 - p)
    whole = luck.sum()
    first = np.argsort(-luck, kind="stable")[:MOST_DECIDING] if whole else np.zeros(0, int)
    deciding = [(int(at), float(p[at]), float(luck[at] / whole)) for at in first if luck[at]]
    furthest = {}
    for category, places in called.items():
        said = 0 if category == Category.OMITTED else 1
        off = np.abs(said - p[list(places)]) * x[list(places)]
        furthest[category] = int(places[int(off.argmax())])
    return {"deciding": deciding, "furthest": furthest}


def _means(portfolio: Portfolio, period: Period) -> NDArray[np.float64]:
    """Return of each row the mean chance to be won in the period; 0 of one without a figure."""
    import numpy as np

    figures = sorted({row.figure for row in portfolio.rows if row.figure is not None})
    run = portfolio.run
    means = periods.chances(run.pk, run.made_at, period).of(figures).mean(axis=1)
    known: dict[int | None, float] = dict(zip(figures, means.tolist(), strict=True))
    return np.array([known.get(row.figure, 0.0) for row in portfolio.rows], float)
