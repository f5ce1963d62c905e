"""Which columns of which rows an import may change of a thing that is here already, and how they are pictured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import models

from milepost.accounts.models import Account, Contact
from milepost.buyers.models import Stakeholder
from milepost.buyers.models.stakeholder import StakeholderFact
from milepost.opportunities.models import Judgement, Offer, Opportunity, Outcome, Stay, Step, Task, ValueLine
from milepost.team.models import Person
from milepost.web.history import plain


class Part(NamedTuple):
    """One kind of row of a thing: the way from it to the thing, and the columns that an import may change.

    Rows of which it may only add some have none; rows that it may delete have all.
    """

    model: type[models.Model]
    way: str
    columns: tuple[str, ...]

    @property
    def label(self) -> str:
        return str(self.model._meta.label_lower)

    def of(self, ids: Sequence[int]) -> models.QuerySet[Any]:
        """Return the rows of some things, those too that lists leave out."""
        return self.model._base_manager.filter(**{f"{self.way}__in": ids})


def _all(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields if not field.primary_key)


OWN = (
    *("name", "name_key", "account_id", "salesperson_id", "started_on", "value_minor", "currency"),
    *("company_value_minor", "rate_id", "description", "as_of"),
)
TOUCHED: dict[str, tuple[Part, ...]] = {
    "opportunity": (
        Part(Opportunity, "pk", OWN),
        Part(Step, "opportunity_id", ("position", "state", "ended_on", "to_confirm")),
        Part(Stay, "opportunity_id", _all(Stay)),
        Part(Outcome, "opportunity_id", ("step_id", "superseded_by_id")),
        Part(Judgement, "opportunity_id", ()),
        Part(ValueLine, "opportunity_id", _all(ValueLine)),
    ),
    "account": (
        Part(
            Account,
            "pk",
            (
                *("name", "name_key", "territory_id", "manager_id", "employees"),
                *("sector", "city", "country", "website"),
            ),
        ),
    ),
    "contact": (Part(Contact, "pk", ("name", "name_key", "account_id", "job_title", "email", "phone", "opted_out")),),
    "stakeholder": (Part(Stakeholder, "pk", ("role",)), Part(StakeholderFact, "stakeholder_id", ())),
    "offer": (Part(Offer, "pk", ("price_minor", "currency")),),
    "task": (Part(Task, "pk", ("done_at", "done_by_id")),),
    "person": (Part(Person, "pk", ("name", "name_key")),),
}
"""By the kind under which the history knows a thing; the thing itself comes first. What the importer comes to change
has to be named here: `test_undo_changes.py` compares every row."""

Picture = dict[str, Any]


def pictures(kind: str, ids: Sequence[int]) -> dict[int, Picture]:
    """Return how some things stand, in values that JSON can keep: by kind of row its columns, then its rows."""
    found: dict[int, Picture] = {pk: {} for pk in ids}
    for part in TOUCHED[kind] if ids else ():
        for picture in found.values():
            picture[part.label] = [part.columns, []]
        for pk, owner, *values in _in_order(part.of(ids)).values_list("pk", part.way, *part.columns):
            found[owner][part.label][1].append([pk, *map(plain, values)])
    return found


def _in_order(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    return rows.order_by("position" if rows.model is Step else "pk")
