"""Try whether dated facts would have foretold how past opportunities ended, and keep what came of it."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.forecasts.facts import Known, facts, read_known
from milepost.forecasts.models import AnswersTrial
from milepost.opportunities.models import Outcome, Stay

if TYPE_CHECKING:
    from milepost.engine.answers import Past

STRIDE = 14
"""Opportunities are looked at every so many days, the same days for all."""

MOST, AT_MOST = 4_000, 13
"""So many opportunities, those that ended last, and so many days of each."""

STEPS = 12
KEPT = 60


@dataclass(frozen=True)
class Row:
    """One past day of an opportunity: the step it was in, and since when it was in it and in all."""

    opportunity: int
    day: datetime.date
    step: str
    entered: datetime.date
    begun: datetime.date
    closed: datetime.date
    won: bool


def try_facts(*, today: datetime.date) -> AnswersTrial:
    """Try all facts on what has ended, and keep the result beside earlier ones."""
    from milepost.engine.answers import try_answers

    names = list(facts())
    rows = list(rows_of(today))
    tried = try_answers(names, past_of(rows, names, read_known(sorted({row.opportunity for row in rows}))))
    trial = AnswersTrial(as_of=today, cases=0, facts=names)
    if tried is not None:
        trial.cases, trial.without, trial.with_answers = tried.cases, tried.without, tried.with_answers
        trial.error, trial.earned = tried.error, tried.earned
        trial.effects = [[e.question, e.answer, e.factor, e.won, e.lost] for e in tried.effects]
    trial.save()
    old = AnswersTrial.objects.order_by("-id").values_list("pk", flat=True)[KEPT:]
    AnswersTrial.objects.filter(pk__in=list(old)).delete()
    return trial


def rows_of(today: datetime.date) -> Iterator[Row]:
    """Look at the opportunities that ended last, on the days on which they were open."""
    ended = Outcome.objects.standing().filter(on__isnull=False, on__lt=today, opportunity__merged_into=None)
    ends = {
        pk: (on, kind == Outcome.Kind.WON)
        for pk, on, kind in ended.order_by("-on", "-id").values_list("opportunity_id", "on", "kind")[:MOST]
    }
    stays = Stay.objects.filter(opportunity__in=list(ends), entered_on__isnull=False).order_by("opportunity", "pk")
    of_one: dict[int, list[tuple[str, datetime.date]]] = {}
    for pk, key, entered in stays.values_list("opportunity_id", "key", "entered_on"):
        assert entered is not None  # those without a day of entry are left out above
        of_one.setdefault(pk, []).append((key, entered))
    for pk, went in of_one.items():
        yield from _days(pk, went, *ends[pk], today)


def _days(
    pk: int, went: Sequence[tuple[str, datetime.date]], closed: datetime.date, won: bool, today: datetime.date
) -> Iterator[Row]:
    """Tell where one opportunity was every fourteenth day, the newest days first."""
    begun = min(entered for _key, entered in went)
    last = min(closed, today)
    day = last - datetime.timedelta(days=(last.toordinal() - today.toordinal()) % STRIDE)
    for _n in range(AT_MOST):
        if day <= begun:
            return
        before = [(key, entered) for key, entered in went if entered < day]
        yield Row(pk, day, *before[-1], begun, closed, won)
        day -= datetime.timedelta(days=STRIDE)


def past_of(rows: Sequence[Row], names: Sequence[str], known: Known) -> Past:
    """Put rows into columns."""
    import numpy as np

    from milepost.engine.answers import Past, as_columns

    usual = [key for key, _number in Counter(row.step for row in rows).most_common(STEPS)]
    place = {key: n for n, key in enumerate(usual)}
    ages = np.array([[(row.day - row.entered).days, (row.day - row.begun).days] for row in rows]).reshape(-1, 2)
    return Past(
        plain=as_columns([place.get(row.step, STEPS) for row in rows], STEPS + 1, ages),
        answers=[[known.on(row.opportunity, name, row.day) for name in names] for row in rows],
        won=np.array([row.won for row in rows], float),
        day=np.array([row.day.toordinal() for row in rows], int),
        closed=np.array([row.closed.toordinal() for row in rows], int),
        case=np.array([row.opportunity for row in rows], int),
    )
