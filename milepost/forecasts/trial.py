"""Try whether what is known beside the steps would have foretold past ends better than the chain, and keep the result.

Rows are past days of opportunities that have ended, every fourth week, the same days for all. The chain's chance on
such a day is learnt from what had been seen by then; bins, clocks and what is told apart are today's.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from milepost.forecasts.models import AnswersTrial
from milepost.forecasts.past import read_those
from milepost.opportunities.facts import facts, read_known
from milepost.opportunities.models import Outcome

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from milepost.engine.challengers import Past, Tried
    from milepost.engine.figures import Cell
    from milepost.engine.learnt import Learnt
    from milepost.forecasts.past import Past as OnePast
    from milepost.forecasts.stays import Stays
    from milepost.opportunities.found import Found

STRIDE = 28
"""Opportunities are looked at every so many days."""

YEARS = 3
MOST, AT_MOST = 4_000, 8
"""So many opportunities that have ended in these years, evenly from all, and so many days of each, the last ones."""

STEPS, DRAWS = 12, 40
KEPT = 60


@dataclass(frozen=True)
class Row:
    """One past day of an opportunity, an ordinal: what its chance hung on, and the days since it began."""

    opportunity: int
    day: int
    cell: Cell
    age: int
    closed: int
    won: bool


def earned() -> dict[str, Any]:
    """Return what corrects chances by the newest trial; nothing where the chain stands alone."""
    newest = AnswersTrial.objects.values_list("correction", flat=True).first()
    return newest or {}


def try_facts(stays: Stays, learnt: Learnt, found: Found, *, today: datetime.date) -> AnswersTrial:
    """Let facts and ages challenge the chain on what has ended, and keep the result beside earlier ones."""
    names = [fact.key for fact in facts().values() if fact.tried]
    rows = list(rows_of(today))
    tried = _tried(rows, names, Chain(stays, learnt, found)) if rows else None
    trial = AnswersTrial(as_of=today, cases=0, facts=names)
    if tried is not None:
        _tell(trial, tried)
    trial.save()
    old = AnswersTrial.objects.order_by("-id").values_list("pk", flat=True)[KEPT:]
    AnswersTrial.objects.filter(pk__in=list(old)).delete()
    return trial


def _tell(trial: AnswersTrial, tried: Tried) -> None:
    shown = tried.chosen or max(tried.results, key=lambda result: result.saved)
    trial.cases, trial.without, trial.with_answers, trial.error = tried.cases, tried.chain, shown.loss, shown.error
    trial.earned, trial.champion = tried.chosen is not None, tried.chosen.name if tried.chosen else ""
    trial.results = [[each.name, each.loss, each.saved, each.error] for each in tried.results]
    trial.correction = tried.correction.to_json() if tried.correction else {}
    trial.effects = [[e.question, e.answer, e.factor, e.won, e.lost] for e in tried.effects]


def rows_of(today: datetime.date) -> Iterator[Row]:
    """Look at opportunities that have ended, on the last days on which they were open."""
    since = today - datetime.timedelta(days=365 * YEARS)
    ended = Outcome.objects.standing().filter(on__gte=since, on__lt=today, opportunity__merged_into=None)
    pks = list(ended.order_by("opportunity").values_list("opportunity_id", flat=True))
    some = pks[:: max(1, -(-len(pks) // MOST))]
    for past in read_those(some):
        if past.is_dated and past.spells:
            yield from _days(past, since.toordinal(), today.toordinal())


def _days(past: OnePast, since: int, today: int) -> Iterator[Row]:
    """Look at one opportunity, the newest days first; days are counted back from today."""
    last = min(past.ended, past.known_until)
    day = last - (last - today) % STRIDE
    begun = past.started or past.spells[0].entered
    for _n in range(AT_MOST):
        if day < since or not past.is_open_on(day):
            return
        cell = past.cell(day)
        if cell is not None and not cell.is_all_reached:
            yield Row(past.pk, day, cell, max(0, day - begun), past.ended, past.won)
        day -= STRIDE


class Chain:
    """Say what the chain would have said on a past day."""

    def __init__(self, stays: Stays, learnt: Learnt, found: Found) -> None:
        self.stays, self.now, self.found = stays, learnt, found
        self.segment, self.names = stays.about.segments(found.by, found.cuts)

    def chances(self, rows: Sequence[Row]) -> NDArray:
        """Return the chance of each row on its own day."""
        import numpy as np

        p, days = np.zeros(len(rows)), defaultdict(list)
        for n, row in enumerate(rows):
            days[row.day].append(n)
        for day, those in days.items():
            p[those] = self._on(day, [rows[n] for n in those])
        return p

    def _on(self, day: int, rows: Sequence[Row]) -> list[float]:
        import numpy as np

        from milepost.engine.learn import learn
        from milepost.engine.tables import Tables

        seen, about = self.stays.on(day), self.stays.about
        history = about.tell_apart(seen.history, seen.place, self.found.by, self.found.cuts)
        learnt = learn(history, draws=DRAWS, edges=self.now.blocks, clocks=self.now.clocks_by_key)
        tables, known = Tables(learnt), {}
        found = []
        for row, place in zip(rows, about.places(np.array([row.opportunity for row in rows], np.int64)), strict=True):
            segment = self.segment[place]
            cell = learnt.whole(learnt.counted(row.cell, self.names[segment] if segment >= 0 else None))
            if cell not in known:
                known[cell] = float(tables.win(cell)[:-1].mean())
            found.append(known[cell])
        return found


def _tried(rows: Sequence[Row], names: Sequence[str], chain: Chain) -> Tried | None:
    """Put rows into columns, those of days that have matured, and try."""
    import numpy as np

    from milepost.engine.challengers import try_corrections

    days = np.unique([row.day for row in rows])
    by_day = dict(zip(days.tolist(), _matured(chain.stays, days), strict=True))
    ripe = [row for row in rows if by_day[row.day] is not None]
    if not ripe:
        return None
    usual = [key for key, _number in Counter(row.cell.keys[0] for row in ripe).most_common(STEPS)]
    return try_corrections(names, usual, past_of(ripe, names, usual, chain.chances(ripe), by_day))


def past_of(
    rows: Sequence[Row], names: Sequence[str], steps: Sequence[str], chain: NDArray, matured: dict[int, int | None]
) -> Past:
    """Put rows into columns."""
    import numpy as np

    from milepost.engine.challengers import Past

    known, place = read_known(sorted({row.opportunity for row in rows}), names), {key: n for n, key in enumerate(steps)}
    date = {row.day: datetime.date.fromordinal(row.day) for row in rows}
    return Past(
        chain=chain,
        answers=[[known.on(row.opportunity, name, date[row.day]) for name in names] for row in rows],
        step=np.array([place.get(row.cell.keys[0], -1) for row in rows], int),
        ages=np.array([[row.cell.age or 0, row.age] for row in rows], float),
        won=np.array([row.won for row in rows], float),
        day=np.array([row.day for row in rows], int),
        closed=np.array([row.closed for row in rows], int),
        case=np.array([row.opportunity for row in rows], int),
        matured=np.array([matured[row.day] for row in rows], int),
    )


def _matured(stays: Stays, days: NDArray) -> list[int | None]:
    """Return for each day when four in five of those open on it had ended; None where that is still to come."""
    import numpy as np

    from milepost.engine.challengers import matured

    far = np.iinfo(np.int64).max
    begun, ended = np.full(len(stays.about.pk), far), np.full(len(stays.about.pk), far)
    np.minimum.at(begun, stays.place, stays.entered.astype(np.int64))
    ends = Outcome.objects.standing().filter(on__isnull=False)
    told = list(ends.order_by().values_list("opportunity_id", "on"))
    place = stays.about.places(np.array([pk for pk, _on in told], np.int64))
    on = np.array([on.toordinal() for _pk, on in told if on], np.int64)
    ended[place[place >= 0]] = on[place >= 0]
    return [None if day == far else int(day) for day in matured(begun, ended, days)]
