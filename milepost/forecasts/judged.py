"""Look at every word that people gave on an opportunity, beside what the model would have said on the same morning.

Nothing that happened on that morning's day or later is looked at; the model has learnt from what had been seen by the
first of that month. A word is fresh for ninety days (`voices.FRESH`), and is looked at on the day after it was given
and on each month's first day, as long as its opportunity was open then.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from milepost.forecasts.look import learnt_on
from milepost.forecasts.models import JudgedLook
from milepost.forecasts.past import Past
from milepost.opportunities.voices import FRESH
from milepost.web.turns import in_turns

if TYPE_CHECKING:
    from milepost.engine.figures import Cell
    from milepost.forecasts.stays import Stays

YEARS = 3
AT_ONCE = 2_000


class Word(NamedTuple):
    """What one person's word on an opportunity was by a morning, an ordinal, and what its chance hung on."""

    opportunity: int
    person: int
    day: int
    probability: float | None
    category: str
    cell: Cell


class Words:
    """All words that are to be looked at, by the month in which that is."""

    def __init__(self, first: int, last: int) -> None:
        self.first, self.last = first, last
        self.by_month: dict[int, list[Word]] = defaultdict(list)

    @classmethod
    def until(cls, today: datetime.date) -> Words:
        """Begin to collect those of the last years."""
        return cls(today.replace(year=today.year - YEARS, day=1).toordinal(), today.toordinal())

    def add(self, past: Past) -> None:
        """Take in what people said of one opportunity."""
        if past.confidential or not past.is_dated:
            return
        for person in {said.by for said in past.said if said.by is not None}:
            for word in words_of(past, person, self.first, self.last):
                self.by_month[datetime.date.fromordinal(word.day).replace(day=1).toordinal()].append(word)

    def keep(self, stays: Stays) -> int:
        """Keep all looks anew, each beside what the model would have said; return how many. Safe to run twice."""
        by_day: dict[datetime.date, list[JudgedLook]] = defaultdict(list)
        for month in sorted(self.by_month):
            for look in _looks(self.by_month[month], stays, month):
                by_day[look.on].append(look)
        in_turns(sorted(by_day.keys() | _days_kept()), lambda days: _replace(days, by_day))
        return sum(map(len, by_day.values()))


def _days_kept() -> set[datetime.date]:
    return set(JudgedLook.objects.order_by().values_list("on", flat=True).distinct())


def _replace(days: Sequence[datetime.date], by_day: Mapping[datetime.date, list[JudgedLook]]) -> None:
    """Put the looks of some days in the place of what was kept of them; each look tells something by itself."""
    JudgedLook.objects.filter(on__in=days).delete()
    JudgedLook.objects.bulk_create([look for day in days for look in by_day.get(day, ())], batch_size=AT_ONCE)


def words_of(past: Past, person: int, first: int, last: int) -> Iterator[Word]:
    """Yield one person's words on an opportunity; where nothing was to be expected any more, nothing is compared."""
    given = [said for said in past.said if said.by == person and (said.category or said.probability is not None)]
    days = {said.on + 1 for said in given}
    days |= {month for said in given for month in _firsts(said.on + 1, said.on + FRESH)}
    for day in sorted(days):
        if not first <= day <= last or not past.is_open_on(day):
            continue
        cell = past.cell(day)
        if cell is None or cell.is_all_reached:
            continue
        fresh = [said for said in given if said.on < day <= said.on + FRESH]
        probability = next((s.probability for s in reversed(fresh) if s.probability is not None), None)
        category = next((s.category for s in reversed(fresh) if s.category), "")
        yield Word(past.pk, person, day, probability, category, cell)


def _firsts(start: int, end: int) -> Iterator[int]:
    """Yield the first days of months between two days, both included.

    >>> [datetime.date.fromordinal(day).isoformat() for day in _firsts(739000, 739060)]
    ['2024-05-01', '2024-06-01']
    """
    day = datetime.date.fromordinal(start)
    while day.toordinal() <= end:
        if day.day == 1:
            yield day.toordinal()
        day = (day.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)


def _looks(words: Sequence[Word], stays: Stays, month: int) -> Iterator[JudgedLook]:
    """Yield the looks of one month."""
    import numpy as np

    from milepost.engine.string_forecast import forecast_cells

    learnt, segment, names, _n = learnt_on(stays, month)
    where = segment[stays.about.places(np.array([word.opportunity for word in words], np.int64))]
    cells = [learnt.counted(w.cell, names[s] if s >= 0 else None) for w, s in zip(words, where, strict=True)]
    alike = list(dict.fromkeys(cells))
    wins = {cell: answer.win for cell, answer in zip(alike, forecast_cells(learnt, alike), strict=True)}
    for word, cell in zip(words, cells, strict=True):
        yield JudgedLook(
            opportunity_id=word.opportunity,
            person_id=word.person,
            on=datetime.date.fromordinal(word.day),
            probability=word.probability,
            category=word.category,
            model_win=wins[cell],
        )
