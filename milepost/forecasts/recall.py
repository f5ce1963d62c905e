"""Keep past days after the fact, from the days of steps and ends: for a company that comes with a past.

The chances are those of what is known now, and values are today's: what they were then is not known.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction

from milepost.forecasts.drift import shaken
from milepost.forecasts.models import PeriodTotal, Snapshot, SnapshotDay
from milepost.forecasts.past import Past, read_past
from milepost.forecasts.snapshots import is_another
from milepost.forecasts.totals import Deal, Scopes, Totals, known_periods, read_won, store
from milepost.opportunities.figures import current_run, learnt_of
from milepost.opportunities.found import Found
from milepost.opportunities.models import Opportunity, Outcome, Step
from milepost.opportunities.standing import model_category
from milepost.team.models import Company

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from milepost.engine.figures import Cell
    from milepost.engine.fiscal import Period
    from milepost.engine.learnt import Learnt

DAY = datetime.timedelta(days=1)


@transaction.atomic
def recall(days: Iterable[datetime.date], *, today: datetime.date) -> int:
    """Keep these days, in order, as their evenings looked; none may be kept yet. Return how many rows it took."""
    if SnapshotDay.objects.exists():
        raise ValueError("Days are kept already.")
    days = sorted(days)
    run, first = current_run(today), days[0].toordinal()
    pasts = [past for some in read_past() for past in some if past.is_dated and past.ended > first]
    looking = Looking(learnt_of(run.pk, run.made_at), Found.from_json(run.found), pasts)
    summing = Summing(looking, days, run.drift)
    for day in days:
        looking.look(day)
        store(day, summing.of(day))
    Snapshot.objects.bulk_create(looking.rows, batch_size=500)
    SnapshotDay.objects.bulk_create(SnapshotDay(on=day, rows=looking.written[day]) for day in days)
    return len(looking.rows)


class Looking:
    """Rows of one day after another; a row lasts until something changes."""

    def __init__(self, learnt: Learnt, found: Found, pasts: list[Past]) -> None:
        self.learnt, self.found, self.pasts = learnt, found, pasts
        ids = [past.pk for past in pasts]
        self.entered = Opportunity.objects.select_related("playbook_version", "territory").in_bulk(ids)
        self.ends = dict(Outcome.objects.standing().filter(opportunity__in=ids).values_list("opportunity", "kind"))
        self.names = dict(Step.objects.filter(opportunity__in=ids).values_list("pk", "name"))
        self.last: dict[int, Snapshot] = {}
        self.rows: list[Snapshot] = []
        self.written: dict[datetime.date, int] = {}
        self.going: list[Past] = []
        self.cells: list[Any] = []
        self.alike: list[Any] = []

    def look(self, day: datetime.date) -> None:
        """Look at everything as it was on the evening of a day."""
        from milepost.engine.string_forecast import forecast_cells

        before, morning = len(self.rows), day.toordinal() + 1
        self.going = going = [past for past in self.pasts if past.is_open_on(morning)]
        self.cells = cells = [self._cell(past, morning) for past in going]
        self.alike = alike = list(dict.fromkeys(cell for cell in cells if cell is not None))
        answers = dict(zip(alike, forecast_cells(self.learnt, alike, day=day.toordinal()), strict=True))
        for past, cell in zip(going, cells, strict=True):
            self._keep(self._open(past, day, cell, answers.get(cell) if cell else None))
        for past in self.pasts:
            if past.ended < morning and past.pk in self.last and self.last[past.pk].state == Snapshot.State.OPEN:
                self._keep(self._ended(past, day))
        self.written[day] = len(self.rows) - before

    def _cell(self, past: Past, morning: int) -> Cell | None:
        cell, one = past.cell(morning), self.entered[past.pk]
        book = one.playbook_version.playbook_id
        segment = self.found.segment(path=one.territory.path, playbook=book, value=past.value)
        return None if cell is None else self.learnt.counted(cell, segment)

    def _keep(self, row: Snapshot) -> None:
        last = self.last.get(row.opportunity_id)
        if last is not None and not is_another(last, row):
            return
        if last is not None:
            last.valid_to = row.valid_from - DAY
        self.last[row.opportunity_id] = row
        self.rows.append(row)

    def _open(self, past: Past, day: datetime.date, cell: Any, answer: Any) -> Snapshot:
        place = next((n for n, bead in enumerate(past.beads) if cell and bead.key == cell.keys[0]), None)
        row = self._row(past, day)
        row.step_number = len(past.beads) if place is None else place + 1
        row.step_name = "" if place is None else self.names.get(past.beads[place].pk, "")
        if answer is not None:
            row.win, row.win_low, row.win_high = answer.win, answer.win_low, answer.win_high
            row.close_on = day + answer.close_days[1] * DAY
        row.category = row.judged_category or model_category(row.win)
        return row

    def _row(self, past: Past, day: datetime.date) -> Snapshot:
        one = self.entered[past.pk]
        said = [each for each in past.said if each.on <= day.toordinal()]
        closes = [each.close_on for each in said if each.close_on]
        return Snapshot(
            opportunity_id=past.pk,
            valid_from=day,
            territory=past.territory,
            salesperson=one.salesperson_id,
            coordinator=one.coordinator_id,
            playbook=one.playbook_version.playbook_id,
            step_number=0,
            amount_minor=one.value_minor,
            currency=one.currency,
            value_minor=past.value,
            judged_category=next((each.category for each in reversed(said) if each.category), ""),
            judged_close=datetime.date.fromordinal(closes[-1]) if closes else None,
        )

    def _ended(self, past: Past, day: datetime.date) -> Snapshot:
        row, last = self._row(past, day), self.last[past.pk]
        for name in ("step_number", "step_name", "win", "win_low", "win_high", "close_on", "category"):
            setattr(row, name, getattr(last, name))
        row.state, row.ended_on = self.ends[past.pk], datetime.date.fromordinal(past.ended)
        return row


class Summing:
    """The totals of the days that are looked at, of territories as a whole."""

    def __init__(self, looking: Looking, days: list[datetime.date], drift: dict[str, Any]) -> None:
        self.looking, self.company, self.scopes = looking, Company.the(), Scopes.read(people=False)
        self.drift = drift
        self.won = read_won(days[0] - 366 * DAY, days[-1])

    def of(self, day: datetime.date) -> list[PeriodTotal]:
        """Return the totals of the day that was looked at last."""
        looking, calendar = self.looking, self.company.fiscal
        place = {cell: at for at, cell in enumerate(looking.alike)}
        deals = [
            Deal(past.territory, looking.entered[past.pk].salesperson_id, past.value, place.get(cell, len(place)))
            for past, cell in zip(looking.going, looking.cells, strict=True)
            if not past.confidential
        ]
        totals = Totals(day, self.company, self.scopes, deals, self.won)
        return [
            row
            for period in known_periods(calendar, day)
            if day in period
            for row in totals.of(period, partial(self._chances, day), calendar)
        ]

    def _chances(self, day: datetime.date, part: Period) -> NDArray[np.float32]:
        """Return the chances of what was looked at to be won in a part of a period, and a last row of none."""
        import numpy as np

        from milepost.engine.won_by import won_by

        learnt, alike = self.looking.learnt, self.looking.alike
        if not alike:
            return np.zeros((1, learnt.draws), np.float32)
        before = (part.start - day).days - 1
        by = won_by(learnt, alike, [max(before, 0), (part.end - day).days], day=day.toordinal())
        within = by[:, 1] if before < 0 else np.maximum(by[:, 1] - by[:, 0], 0)
        return np.pad(shaken(within, self.drift), ((0, 1), (0, 0)))
