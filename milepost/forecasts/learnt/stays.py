"""Count the stays that a person asks about: how many ended how after how many days, added up by the database."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Case, Count, DateField, Exists, F, Func, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from milepost.forecasts.learnt.asked import Scope
from milepost.opportunities.models import Stay
from milepost.opportunities.models.opportunity import seen_by
from milepost.team.models import Person

if TYPE_CHECKING:
    from milepost.engine.group import Counts


class Days(Func):
    """Count the days from one date to another."""

    output_field = IntegerField()
    arity = 2
    template = "(%(expressions)s)"
    arg_joiner = " - "

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """Dates are texts on SQLite."""
        later, earlier = (Func(part, function="julianday") for part in self.source_expressions)
        copy = self.copy()
        copy.set_source_expressions([later, earlier])
        return copy.as_sql(compiler, connection, template="CAST(%(expressions)s AS INTEGER)", **more)


class Row(NamedTuple):
    """So many stays of one step that ended in one way after so many days; None where the days are not known.

    `before` are the days in the step before this try, where its age counts from the entry.
    """

    playbook: int
    key: str
    end: str
    cause: str
    days: int | None
    before: int
    number: int


def tally(scope: Scope, person: Person, today: datetime.date, by_entry: Collection[str] = ()) -> list[Row]:
    """Return the stays that count: of opportunities the person sees, entered since the day that is asked.

    One that lasts counts to today, or to the day its source was known. `by_entry` are the keys of the steps whose
    age counts from the entry.
    """
    seen = seen_by(person, "opportunity__") & Q(opportunity__merged_into=None)
    rows = Stay.objects.filter(seen, scope.condition("opportunity__"), entered_on__isnull=False)
    since = scope.asked.since(today)
    if since is not None:
        rows = rows.filter(entered_on__gte=since)
    now = Coalesce(F("opportunity__as_of"), Value(today, DateField()), output_field=DateField())
    left = Case(When(end="", then=now), default=F("left_on"), output_field=DateField())
    columns = ("opportunity__playbook_version__playbook_id", "key", "end", "cause")
    asked = {"days": Days(left, F("entered_on")), "before": _before(by_entry)}
    counted = rows.order_by().annotate(**asked).values_list(*columns, *asked).annotate(n=Count("pk"))
    return [Row(*row) for row in counted]


def _before(by_entry: Collection[str]) -> Any:
    """Return the days between the first of a string of tries at a step and each of them; 0 where nobody asks."""
    nothing = Value(0, IntegerField())
    if not by_entry:
        return nothing
    same = Stay.objects.filter(step=OuterRef("step"), pk__gt=OuterRef("pk"), pk__lt=OuterRef(OuterRef("pk")))
    tries = Stay.objects.filter(step=OuterRef("step"), pk__lt=OuterRef("pk"), end=Stay.End.AGAIN)
    tries = tries.filter(~Exists(same.exclude(end=Stay.End.AGAIN)), entered_on__isnull=False).order_by("pk")
    first = Coalesce(Subquery(tries.values("entered_on")[:1]), F("entered_on"), output_field=DateField())
    return Case(
        When(key__in=sorted(by_entry), then=Days(F("entered_on"), first)), default=nothing, output_field=IntegerField()
    )


def busiest(rows: list[Row]) -> int | None:
    """Return the playbook that most of them have gone through."""
    found: dict[int, int] = defaultdict(int)
    for row in rows:
        found[row.playbook] += row.number
    return max(found, key=lambda pk: (found[pk], -pk)) if found else None


def fates(rows: list[Row]) -> dict[str, dict[str, int]]:
    """Return by step how many reached it, are there, ended otherwise, or were met again."""
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        counts = found.setdefault(row.key, dict.fromkeys(FATES, 0))
        name = fate(row)
        if name:
            counts[name] += row.number
    return found


CAUSES: dict[str, str] = {Stay.Cause.NO_DECISION: "no_decision", Stay.Cause.WITHDRAWN: "stopped"}
ENDS: dict[str, str] = {"": "open", Stay.End.WON: "won", Stay.End.AGAIN: "again"}
FATES = ("won", "open", "no_decision", "stopped", "no", "again")


def fate(row: Row) -> str:
    """Say what became of a stay; "" where it is no trial: skipped, gone back, moved."""
    if row.end == Stay.End.LOST:
        return CAUSES.get(row.cause, "no")
    return ENDS.get(row.end, "")


def counts(rows: list[Row], key: str) -> Counts:
    """Return what the engine counts of one step."""
    import numpy as np

    from milepost.engine.group import count
    from milepost.engine.history import LEFT, LOST, OPEN, WON

    ends = {"": OPEN, Stay.End.WON: WON, Stay.End.LOST: LOST, Stay.End.AGAIN: LEFT, Stay.End.BACK: LEFT}
    kept = [
        (max(0, row.days), ends[row.end], row.number, max(0, row.before))
        for row in rows
        if row.key == key and row.days is not None and row.end in ends
    ]
    days, end, number, before = np.array(sorted(kept), int).reshape(-1, 4).T
    return count(days, end, number, before)
