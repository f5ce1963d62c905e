"""Set the example company's targets, and let its people have submitted numbers for the quarter they are in."""

from __future__ import annotations

import datetime
import random
from collections import defaultdict
from dataclasses import asdict, replace
from typing import Any

from milepost.exchange.example.setting import CURRENCY, DAY, Setting
from milepost.exchange.example.tables import Table, count_on
from milepost.forecasts.asked import Asked
from milepost.forecasts.line import Line
from milepost.forecasts.models import Submission, Target
from milepost.forecasts.models.submissions import Basis
from milepost.forecasts.rollup import Rollup
from milepost.opportunities.models import Outcome
from milepost.team.models import Person, Role
from milepost.web.models import Change

PAST, AHEAD = 8, 3
HEAD = "Daniel Osei"
ROUND = 50_000_00
DAYS_AGO = (17, 10, 2)
NOTES = ("", "Two of them are waiting for a signature.", "One moved into next quarter.")
WHY = ("Procurement takes longer than they think.", "I leave out what has no date yet.", "The pilot is not won yet.")


def set_targets(setting: Setting, today: datetime.date) -> None:
    """Set targets by quarter for each territory and the whole, and by person from this quarter on."""
    calendar = setting.company.fiscal
    now = calendar.period("quarter", today)
    quarters = [calendar.move(now, n) for n in range(-PAST, AHEAD + 1)]
    usual = _usual(setting, quarters[0].start, now.start)
    for place, quarter in enumerate(quarters):
        whole = 0
        for crew in setting.crews:
            amount = _rounded(usual[crew.territory.pk] * (0.85 + 0.03 * place))
            whole += amount
            Target.set(by=None, period=quarter.key, territory=crew.territory, amount_minor=amount)
            for person in crew.people.get(Role.SALESPERSON, []) if place >= PAST else []:
                share = _rounded(amount / len(crew.people[Role.SALESPERSON]) * 1.1, ROUND // 5)
                Target.set(by=None, period=quarter.key, territory=crew.territory, person=person, amount_minor=share)
        Target.set(by=None, period=quarter.key, territory=setting.root, amount_minor=whole)


def _usual(setting: Setting, first: datetime.date, end: datetime.date) -> dict[int, float]:
    """Return what each territory wins in a usual quarter of the last two years."""
    rows = Outcome.objects.filter(kind="won", superseded_by=None, on__gte=first, on__lt=end)
    sums: dict[int, float] = defaultdict(float)
    for where, value in rows.values_list("opportunity__territory_id", "opportunity__company_value_minor"):
        sums[where] += (value or 0) / PAST
    return sums


def _rounded(amount: float, to: int = ROUND) -> int:
    return max(0, round(amount / to) * to)


def submit_numbers(setting: Setting, rng: random.Random) -> None:
    """Let sellers and managers have submitted numbers in the last weeks, some of them adjusted."""
    head = setting.people[HEAD]
    rollup = Rollup(head, setting.company, Asked())
    rows = Table(Submission, *COLUMNS)
    changes = Table(Change, "at", "by_id", "verb", "subject_kind", "subject_id", "what")
    days = [_at_work(setting.today - ago * DAY) for ago in DAYS_AGO]
    managers = {crew.territory.pk: crew.people[Role.SALES_MANAGER][0] for crew in setting.crews}
    managers[setting.root.pk] = head
    for day in (day for day in days if day in rollup.period):
        for line in rollup.lines:
            if not line.place.is_nobody and line.range is not None and rng.random() < 0.9:
                _say(rows, changes, line, day, managers[line.place.territory.pk], rng)
    for table in (rows, changes):
        table.flush()
    count_on([rows, changes])


def _say(rows: Table, changes: Table, line: Line, day: datetime.date, manager: Person, rng: random.Random) -> None:
    """Let one line's person submit a number, and their manager adjust some."""
    basis, person = _basis(line, day, rng), line.place.person
    hope = rng.uniform(0.9, 1.35) if person else rng.uniform(0.95, 1.12)
    amount = _rounded(max(basis.closed_minor, (basis.model_middle_minor or 0) * hope), ROUND // 50)
    own = _add(rows, changes, line, person or manager, day, amount, basis, note=rng.choice(NOTES))
    if person is not None and amount and rng.random() < 0.2:
        less = _rounded(amount * rng.uniform(0.75, 0.95), ROUND // 50)
        _add(rows, changes, line, manager, day + DAY, less, basis, note=rng.choice(WHY), adjusts=own)


def _at_work(day: datetime.date) -> datetime.date:
    """Return the day, or the Friday before where it is a weekend."""
    return day - DAY * max(0, day.weekday() - 4)


def _basis(line: Line, day: datetime.date, rng: random.Random) -> Basis:
    """Return what stood behind a number some days ago: near what stands there today, less what came in since."""
    moved = rng.uniform(0.9, 1.08)
    names = ("commit_minor", "best_case_minor", "model_low_minor", "model_middle_minor", "model_high_minor")
    values = {name: round((getattr(line.basis, name) or 0) * moved) for name in names}
    return replace(line.basis, closed_minor=sum(minor for on, minor in line.won_by_day() if on <= day), **values)


COLUMNS = (
    "period",
    "territory_id",
    "person_id",
    "is_adjustment",
    "adjusts_id",
    "by_id",
    "at",
    "on",
    "amount_minor",
    "currency",
    "note",
    "previous_id",
    "whose",
    *asdict(Basis()),
)


def _add(
    rows: Table,
    changes: Table,
    line: Line,
    by: Person,
    day: datetime.date,
    amount: int,
    basis: Basis,
    *,
    note: str,
    adjusts: int | None = None,
) -> int:
    """Write one number behind the newest of the same; return its id."""
    place, period = line.place, line.rollup.period.key
    person = place.person.pk if place.person else None
    whose = Submission.name_of(place.territory.pk, person, adjusts is not None)
    before: tuple[Any, ...] | None = next((row for row in reversed(rows.rows) if row[13] == whose), None)
    at = datetime.datetime.combine(day, datetime.time(8, 30), datetime.UTC)
    given = rows.add(
        period, place.territory.pk, person, adjusts is not None, adjusts, by.pk, at, day, amount, CURRENCY, note,
        before[0] if before else None, whose, *asdict(basis).values(),
    )  # fmt: skip
    what = {"amount_minor": [before[9] if before else None, amount], "period": [None, period]}
    changes.add(at, by.pk, "submitted" if adjusts is None else "adjusted", "submission", given, what)
    return given
