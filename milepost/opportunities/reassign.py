"""Give many opportunities their coordinator or salesperson at once: the twin of `Opportunity.assign`."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F

from milepost.opportunities.models.opportunity import Opportunity
from milepost.opportunities.standing import AT_ONCE, chunks, restand
from milepost.team.models import Person
from milepost.web.history import kind_of, plain
from milepost.web.models import Change


def reassign(
    to: Mapping[int, Person | None], *, by: Person, role: str, verb: str = "assigned"
) -> dict[int, int | None]:
    """Give each of these opportunities its new person in `role`; return whom each of the changed ones had.

    Like `assign`, every change has its line in the history and its reading row is brought up to date.
    """
    before: dict[int, int | None] = {}
    for chunk in chunks(to, AT_ONCE):
        with transaction.atomic():
            before |= _reassign_chunk({pk: to[pk] for pk in chunk}, by=by, role=role, verb=verb)
    return before


def _reassign_chunk(to: Mapping[int, Person | None], *, by: Person, role: str, verb: str) -> dict[int, int | None]:
    rows = Opportunity.objects.filter(pk__in=to, merged_into=None).select_related("coordinator", "salesperson")
    # The rows are locked on PostgreSQL; SQLite lets nobody else write until the transaction ends.
    locked = rows.select_for_update(of=("self",)).order_by("pk")
    before: dict[int, int | None] = {}
    changes = []
    for opportunity in locked:
        old, new = getattr(opportunity, role), to[opportunity.pk]
        if old == new:
            continue
        before[opportunity.pk] = old.pk if old else None
        setattr(opportunity, role, new)
        changes.append(
            Change(
                by=by,
                on_behalf_of_id=by.acting_for(opportunity),
                verb=verb,
                subject_kind=kind_of(opportunity),
                subject_id=opportunity.pk,
                what={role: [plain(old), plain(new)]},
            )
        )
    for person in {to[pk] for pk in before}:
        ids = [pk for pk in before if to[pk] == person]
        Opportunity.objects.filter(pk__in=ids).update(**{role: person}, version=F("version") + 1)
    Change.objects.bulk_create(changes)
    restand(before)
    return before
