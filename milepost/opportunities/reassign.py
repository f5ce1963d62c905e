"""Give many opportunities their coordinator or salesperson at once: the twin of `Opportunity.assign`."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import F

from milepost.opportunities.models.opportunity import Opportunity
from milepost.opportunities.standing import restand
from milepost.team.models import Person
from milepost.web.history import kind_of, plain
from milepost.web.models import Change
from milepost.web.turns import in_turns


def reassign(
    to: Mapping[int, Person | None], *, by: Person, role: str, verb: str = "assigned"
) -> dict[int, int | None]:
    """Give each of these opportunities its new person in `role`; return whom each of the changed ones had.

    Like `assign`, every change has its line in the history and its reading row is brought up to date.
    """
    before: dict[int, int | None] = {}

    def give(ids: list[int]) -> None:
        before.update(_reassign_some({pk: to[pk] for pk in ids}, by=by, role=role, verb=verb))

    in_turns(to, give)
    return before


def _reassign_some(to: Mapping[int, Person | None], *, by: Person, role: str, verb: str) -> dict[int, int | None]:
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
