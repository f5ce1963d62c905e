"""Give many opportunities the list price of what they ask for at once, and take it back.

An import may name what is asked for and not what it is worth. The list price is a first value, as a line of its own:
who knows better edits the line, and what the source says later stands in its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet

from milepost.opportunities.models import Opportunity, Standing, ValueLine
from milepost.opportunities.permissions import may_move
from milepost.opportunities.reprice import reprice_some
from milepost.team.models import Person
from milepost.web.history import kind_of
from milepost.web.models import Change
from milepost.web.turns import chunks

AT_ONCE = 5_000
PRICED, TAKEN_BACK = "priced from the list", "list price taken back"


@dataclass(frozen=True)
class Fillable:
    """Opportunities whose list price can be filled in by somebody; `sums` are minor units by currency."""

    ids: list[int]
    count: int
    sums: dict[str, int]


def fillable(rows: QuerySet[Opportunity] | QuerySet[Standing], person: Person) -> Fillable:
    """Return what list prices would bring among these, where the value is unknown and the person may fill it in."""
    unknown = (
        rows.filter(value_minor=None).order_by("pk").only("pk", "coordinator_id", "salesperson_id", "territory_id")
    )
    ids = [row.pk for row in unknown if may_move(person, row)]
    offers = by_offer(ids)
    return Fillable(ids, sum(n for *_offer, n in offers), sums_of(offers))


def sums_of(offers: Iterable[tuple[str, int, str, int]]) -> dict[str, int]:
    """Add up what `by_offer` returned, by currency."""
    sums: Counter[str] = Counter()
    for _name, price_minor, currency, n in offers:
        sums[currency] += price_minor * n
    return dict(sums)


def priceable(ids: Iterable[int]) -> QuerySet[Opportunity]:
    """Keep those whose value is unknown and whose offer has a list price in their own currency."""
    return Opportunity.objects.filter(
        pk__in=ids,
        value_minor=None,
        value_lines=None,
        merged_into=None,
        asked_for__price_minor__gt=0,
        asked_for__currency=F("currency"),
    )


def by_offer(ids: Collection[int]) -> list[tuple[str, int, str, int]]:
    """Return what is asked for: its name, list price in minor units, currency, and by how many."""
    found: Counter[tuple[str, int, str]] = Counter()
    for some in chunks(ids, AT_ONCE):
        rows = priceable(some).order_by().values_list("asked_for__name", "asked_for__price_minor", "currency")
        for name, price, currency, n in rows.annotate(n=Count("pk")):
            found[name, price or 0, currency] += n
    return [(*offer, n) for offer, n in sorted(found.items())]


def price(ids: Collection[int], *, by: Person) -> dict[int, int]:
    """Give each its list price as one line and as its value; return the line of each one that got it."""
    rows = list(_held(priceable(ids).values_list("pk", flat=True)).filter(value_minor=None).select_related("asked_for"))
    offers = [(row, row.asked_for) for row in rows]
    lines = ValueLine.objects.bulk_create(
        ValueLine(opportunity=row, offer=offer, name=offer.name, price_minor=offer.price_minor or 0)
        for row, offer in offers
        if offer is not None
    )
    prices = {line.opportunity_id: line.price_minor for line in lines}
    _revalue(rows, prices, verb=PRICED, by=by)
    return {line.opportunity_id: line.pk for line in lines}


def unprice(lines: dict[int, int], *, by: Person) -> int:
    """Take the list price from those whose line is still as it was made; return how many those are."""
    whole = ValueLine.objects.filter(pk__in=lines.values(), version=1, opportunity__value_minor=F("price_minor"))
    held = _held(whole.values_list("opportunity_id", flat=True)).open().select_related("asked_for")
    rows = [row for row in held.prefetch_related("value_lines") if has_list_price(row)]
    ValueLine.objects.filter(pk__in=[lines[row.pk] for row in rows]).delete()
    _revalue(rows, dict.fromkeys((row.pk for row in rows), None), verb=TAKEN_BACK, by=by)
    return len(rows)


def revalue(opportunity: Opportunity, value_minor: int, *, by: Person) -> None:
    """Give an opportunity the value it was won with, in minor units; its one line at the list price follows."""
    if has_list_price(opportunity):
        opportunity.value_lines.get().revise(by=by, price_minor=value_minor)
        opportunity.refresh_from_db()
    else:
        opportunity.revise(by=by, value_minor=value_minor)


def has_list_price(opportunity: Opportunity) -> bool:
    """Tell whether its value is what it asks for at a plain price, in one line: nobody has looked closer yet."""
    if opportunity.value_minor is None or opportunity.asked_for_id is None:
        return False
    lines = list(opportunity.value_lines.all())
    if len(lines) != 1:
        return False
    only = lines[0]
    plain = only.quantity == Decimal(1) and not only.discount and only.version == 1
    return plain and only.offer_id == opportunity.asked_for_id and only.price_minor == opportunity.value_minor


def _held(ids: Iterable[int]) -> Any:
    """Return the rows, locked on PostgreSQL; SQLite lets nobody else write until the transaction ends."""
    return Opportunity.objects.filter(pk__in=list(ids)).select_for_update(of=("self",)).order_by("pk")


def _revalue(rows: list[Opportunity], values: dict[int, Any], *, verb: str, by: Person) -> None:
    """Write each one's value with a line of history, and bring what is read of it up to date."""
    for value in set(values.values()):
        ids = [pk for pk, own in values.items() if own == value]
        Opportunity.objects.filter(pk__in=ids).update(value_minor=value, version=F("version") + 1)
    Change.objects.bulk_create(
        Change(
            by=by,
            on_behalf_of_id=by.acting_for(row),
            verb=verb,
            subject_kind=kind_of(row),
            subject_id=row.pk,
            part=row.asked_for.name[:200] if row.asked_for else "",
            what={"value_minor": [row.value_minor, values[row.pk]]},
        )
        for row in rows
    )
    reprice_some([row.pk for row in rows])
