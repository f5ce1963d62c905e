"""Keep the ranges that were computed: the same opportunities with the same figures have the same range.

The roll-up's many lines have the quick answer, the few totals of the Forecast page the exact one, and so have those
lines of the roll-up that the Forecast page has shown.

They are kept in the database, so that every process knows what one of them, or the job that learns, has computed. A
figure never changes, so its number stands for all its chances and need not be read to know that a range is there.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from milepost.forecasts.models import KeptRange
from milepost.forecasts.periods import numbers

if TYPE_CHECKING:
    from milepost.engine.fiscal import Period
    from milepost.engine.parts import Parts

DOTS = 50


class Range(NamedTuple):
    """What a total will come to, in units of the currency: P10, P50, P90, and the chance to reach the target."""

    low: float
    middle: float
    high: float
    reach: float | None


class Total(NamedTuple):
    """The exact answer of a few totals: also their mean, fifty equally likely results, and the best anyone could do.

    `floor` is how far off one would be on average who knew every chance: deals are won or lost whole.
    """

    low: float
    middle: float
    high: float
    reach: float | None
    mean: float
    dots: list[float]
    floor: float

    @property
    def limits(self) -> tuple[float, float, float]:
        """Return P10, P50 and P90."""
        return self.low, self.middle, self.high


class Whose(NamedTuple):
    """All that a range follows from: the open ones' figures and values, what is won, the target, and the period.

    `numbers` are as `periods.numbers` gives them: a line of thousands costs no object each.
    """

    numbers: array[int]
    closed_minor: int
    target_minor: int | None
    period: Period

    @classmethod
    def of(cls, pairs: Iterable[tuple[int | None, int | None]], period: Period) -> Whose:
        """Say whose range it is by pairs of a figure and a value; nothing is won yet, and no target set."""
        return cls(numbers(pairs), 0, None, period)

    @property
    def key(self) -> str:
        """Return a text that differs where any of it does."""
        digest = blake2b(self.numbers.tobytes(), digest_size=16)
        period = f"{self.period.start}/{self.period.end}"
        digest.update(f"{len(self.numbers) // 2}/{self.closed_minor}/{self.target_minor}/{period}".encode())
        return digest.hexdigest()


def exact(key: str) -> str:
    """Return the text that the exact answer is kept by, from that of the quick one."""
    return blake2b(f"exact/{key}".encode(), digest_size=16).hexdigest()


def totals(asked: Sequence[Whose], parts_of: Callable[[Whose], Parts], unit: int) -> list[Total]:
    """Return the exact total of each, those that are kept in one query; what had to be computed is kept."""
    keys = [exact(each.key) for each in asked]
    kept = KeptRange.objects.filter(key__in=keys, dots__isnull=False)
    known = {r.key: Total(r.low, r.middle, r.high, r.reach, r.mean or 0.0, r.dots or [], r.floor or 0.0) for r in kept}
    fresh = {key: _total(parts_of(each), each, unit) for key, each in zip(keys, asked, strict=True) if key not in known}
    _keep(fresh)
    known |= fresh
    return [known[key] for key in keys]


def _total(parts: Parts, whose: Whose, unit: int) -> Total:
    from milepost.engine.attainable import floor_of
    from milepost.engine.period import period_total

    found = period_total(parts)
    reach = None if whose.target_minor is None else found.reach(whose.target_minor / unit)
    dots = [float(each) for each in found.dots(DOTS)]
    return Total(*found.limits, reach, found.mean, dots, floor_of(parts).error)


def ranges(
    asked: Sequence[Whose],
    parts_of: Callable[[Whose], Parts],
    unit: int,
    is_over: Callable[[], bool] = lambda: False,
) -> list[Range | None]:
    """Return the range of each, those that are kept in one query; what had to be computed is kept.

    Where the exact answer is kept it is taken: two pages say the same of the same opportunities. Once `is_over`, no
    more than one is computed: the others are None.
    """
    keys = [(exact(key), key) for key in (each.key for each in asked)]
    kept = KeptRange.objects.filter(key__in=[key for both in keys for key in both])
    known = {row.key: Range(row.low, row.middle, row.high, row.reach) for row in kept}
    fresh: dict[str, Range] = {}
    for (whole, key), each in zip(keys, asked, strict=True):
        if whole in known or key in known or key in fresh:
            continue
        if fresh and is_over():
            break
        fresh[key] = _range(parts_of(each), None if each.target_minor is None else each.target_minor / unit)
    _keep(fresh)
    known |= fresh
    return [known.get(whole) or known.get(key) for whole, key in keys]


def _range(parts: Parts, target: float | None) -> Range:
    from milepost.engine.roughly import rough_total

    total = rough_total(parts)
    return Range(*total.limits, None if target is None else total.reach(target))


def _keep(fresh: Mapping[str, Range | Total]) -> None:
    if fresh:
        with transaction.atomic():
            rows: Iterable[KeptRange] = (KeptRange(key=key, **found._asdict()) for key, found in fresh.items())
            KeptRange.objects.bulk_create(rows, ignore_conflicts=True)
