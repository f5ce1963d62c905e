"""Keep how every opportunity looks, each day, in rows that last until something changes.

A row is written when what people entered changed, or when the model's figures moved by more than a reader would
notice: the win chance by a whole point, the closing day by a week or into another month. A quiet opportunity
has one row for weeks. Whatever was true on a kept day can be read with `Snapshot.objects.on(day)`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from django.db import IntegrityError

from milepost.forecasts.models import Snapshot, SnapshotDay
from milepost.opportunities.models import Category, Opportunity, Outcome, Standing
from milepost.team.models import Company, Person
from milepost.web.jobs import ask
from milepost.web.turns import in_turns

MANY = 1000  # more than a person would wait for
WIN_MOVED, CLOSE_MOVED = 0.01, datetime.timedelta(days=7)
ENTERED = (
    "state",
    "ended_on",
    "territory",
    "salesperson",
    "coordinator",
    "playbook",
    "step_number",
    "step_name",
    "amount_minor",
    "currency",
    "value_minor",
    "category",
    "judged_category",
    "judged_win",
    "judged_close",
)
FIGURES = ("win", "win_low", "win_high", "close_on")
KEPT = (*ENTERED, *FIGURES)


def take(*, by: Person | None = None, today: datetime.date | None = None) -> SnapshotDay:
    """Keep how everything looks today; taking it again on the same day brings the day up to date.

    It is written in short transactions; a run that is cut short is made good by the next.
    """
    day, written = today or Company.the().today(), 0

    def keep(ids: list[int]) -> None:
        nonlocal written
        written += _take_some(ids, day)

    in_turns(_ids(), keep)
    kept, _new = SnapshotDay.objects.update_or_create(on=day, defaults={"by": by, "rows": written})
    return kept


def take_or_ask(*, by: Person) -> SnapshotDay | None:
    """Keep how everything looks now: at once when it is little, else in a job, and return the day it belongs to."""
    if Standing.objects.count() > MANY:
        ask("snapshot", unique_key="snapshot", by=by)
    else:
        # Where somebody else keeps the same at this very moment, theirs will do.
        with suppress(IntegrityError):
            return take(by=by)
    return SnapshotDay.objects.filter(on=Company.the().today()).first()


def take_daily(*, today: datetime.date | None = None) -> SnapshotDay | None:
    """Take today's snapshot unless it has been taken."""
    day = today or Company.the().today()
    return None if SnapshotDay.objects.filter(on=day).exists() else take(today=day)


def _ids() -> Iterator[int]:
    """Yield who may have changed: whatever is open, was open when last looked at, or has another end since then."""
    # Read to its end first: rows are written meanwhile, and SQLite takes no log in that somebody still reads behind.
    yield from list(Standing.objects.order_by("pk").values_list("pk", flat=True))
    last = SnapshotDay.objects.order_by("-taken_at").first()
    gone = set(
        Snapshot.objects.current().open().filter(opportunity__standing=None).values_list("opportunity", flat=True)
    )
    if last is not None:
        since = Outcome.objects.standing().filter(at__gt=last.taken_at, opportunity__standing=None)
        gone |= set(since.values_list("opportunity", flat=True))
    yield from sorted(gone)


def _take_some(ids: Sequence[int], day: datetime.date) -> int:
    """Write the rows of the opportunities that changed; return how many."""
    before = {row.opportunity_id: row for row in Snapshot.objects.current().filter(opportunity_id__in=ids)}
    now = {row.opportunity_id: row for row in _looks(ids, day)}
    changed = [row for pk, row in now.items() if pk not in before or is_another(before[pk], row)]
    another = [row.opportunity_id for row in changed]
    # What was kept earlier on the same day is replaced: a day has one look.
    Snapshot.objects.current().filter(opportunity_id__in=another, valid_from__gte=day).delete()
    yesterday = day - datetime.timedelta(days=1)
    Snapshot.objects.current().filter(opportunity_id__in=another).update(valid_to=yesterday)
    Snapshot.objects.bulk_create(changed)
    return len(changed)


def is_another(before: Snapshot, now: Snapshot) -> bool:
    """Tell whether anything changed that a reader would notice."""
    if any(getattr(before, name) != getattr(now, name) for name in ENTERED):
        return True
    if abs(before.win - now.win) >= WIN_MOVED:
        return True
    was, is_now = before.close_on, now.close_on
    if was is None or is_now is None:
        return was != is_now
    return abs(was - is_now) >= CLOSE_MOVED or (was.year, was.month) != (is_now.year, is_now.month)


def _looks(ids: Sequence[int], day: datetime.date) -> Iterator[Snapshot]:
    """Yield how each of the opportunities looks on the day."""
    entered = {row.pk: row for row in Opportunity.objects.filter(pk__in=ids).select_related("playbook_version")}
    standings = {row.pk: row for row in Standing.objects.filter(pk__in=ids)}
    for pk, standing in standings.items():
        yield look(standing, entered[pk], day=day)
    ended = [one for pk, one in entered.items() if pk not in standings]
    if ended:
        yield from _ends(ended, day)


def look(standing: Standing, opportunity: Opportunity, *, day: datetime.date) -> Snapshot:
    """Return how an open opportunity looks, as a row that has not been stored."""
    same = ("step_number", "step_name", "value_minor", *FIGURES, "category", "judged_category", "judged_win")
    return Snapshot(
        opportunity_id=standing.pk,
        valid_from=day,
        territory=standing.territory_id,
        salesperson=standing.salesperson_id,
        coordinator=standing.coordinator_id,
        playbook=standing.playbook_id,
        amount_minor=opportunity.value_minor,
        currency=opportunity.currency,
        judged_close=standing.judged_close,
        **{name: getattr(standing, name) for name in same},
    )


def _ends(ended: Sequence[Opportunity], day: datetime.date) -> Iterator[Snapshot]:
    """Yield the last look of those that are open no more: as they were, with how they ended."""
    ids = [one.pk for one in ended]
    last = {row.opportunity_id: row for row in Snapshot.objects.current().filter(opportunity_id__in=ids)}
    outcomes = {row.opportunity_id: row for row in Outcome.objects.standing().filter(opportunity_id__in=ids)}
    for one in ended:
        outcome = outcomes.get(one.pk)
        kept = {name: getattr(last[one.pk], name) for name in KEPT} if one.pk in last else _never_seen(one)
        kept |= {"state": outcome.kind if outcome else Snapshot.State.GONE, "value_minor": one.company_value_minor}
        kept["ended_on"] = (outcome.on if outcome else None) or day
        yield Snapshot(opportunity_id=one.pk, valid_from=day, **kept)


def _never_seen(opportunity: Opportunity) -> dict[str, Any]:
    """Return the look of one that began and ended between two snapshots."""
    return {
        "territory": opportunity.territory_id,
        "salesperson": opportunity.salesperson_id,
        "coordinator": opportunity.coordinator_id,
        "playbook": opportunity.playbook_version.playbook_id,
        "step_number": 0,
        "amount_minor": opportunity.value_minor,
        "currency": opportunity.currency,
        "category": Category.PIPELINE,
    }
