"""The columns of each kind: from which field each comes, how its values are written, and how they are read back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models

from milepost.team.models import Company
from milepost.web.models import Editable

TYPES: tuple[tuple[type[models.Field[Any, Any]], str], ...] = (
    (models.BooleanField, "yes or no"),
    (models.DateTimeField, "moment"),
    (models.DateField, "day"),
    (models.TimeField, "time"),
    (models.DecimalField, "decimal"),
    (models.FloatField, "float"),
    (models.JSONField, "data"),
    (models.IntegerField, "number"),
)
UNITS = {
    "yes or no": "true or false",
    "moment": "a moment in UTC, as 2026-11-27T14:05:00Z",
    "day": "a day, as 2026-11-27",
    "time": "a time of day, as 14:05:00",
    "decimal": "a number with decimals after a point",
    "float": "a number with decimals after a point",
    "data": "JSON, as Milepost keeps it",
    "number": "a whole number",
    "money": "an amount in whole units of its currency, with the currency's decimals after a point",
    "text": "text",
}
"""What the values of each type look like; the description says it of every column."""

LEFT_OUT = {
    "team.Person.password",
    "team.Person.last_login",
    "team.Company.team_stamp",
    "team.Company.figures_behind_since",
    "plans.Invitation.token_hash",
    "plans.Invitation.hint",
}
"""Columns that are secret or of this machine; a new company makes its own."""

COMPANY = "company"
MONEY = {
    "opportunities.Opportunity.value_minor": "currency",
    "opportunities.Opportunity.margin_minor": "currency",
    "opportunities.Opportunity.company_value_minor": COMPANY,
    "opportunities.Offer.price_minor": "currency",
    "opportunities.ValueLine.price_minor": "opportunity__currency",
    "playbooks.PlaybookGate.money_minor": COMPANY,
    "gates.HourCost.minor": COMPANY,
    "gates.GateDecision.money_minor": COMPANY,
    "gates.Expense.minor": COMPANY,
    "plans.Study.price_minor": "opportunity__currency",
    "forecasts.Target.amount_minor": "currency",
    "forecasts.Snapshot.amount_minor": "currency",
    "forecasts.Snapshot.value_minor": COMPANY,
    **{
        f"forecasts.Submission.{name}_minor": "currency"
        for name in ("amount", "closed", "commit", "best_case", "model_low", "model_middle", "model_high")
    },
    **{f"forecasts.PeriodTotal.{name}": "currency" for name in ("low", "middle", "high", "mean", "won")},
}
"""Amounts in minor units, each with the field that names its currency, or COMPANY for the company's own."""

# Of these there are so many that a name beside every id would double the file; the ids lead to the names.
BARE = {
    "opportunities.Step", "opportunities.Stay", "opportunities.Attempt", "opportunities.Attendance", "web.Change",
    "exchange.SourceLink", "forecasts.Snapshot", "forecasts.PeriodTotal", "exchange.RefusedRow",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column of a file.

    head      its name in the file
    path      where its values are asked for, as Django follows it; "" where every row has the same
    type      what its values look like: a key of UNITS
    field     the field it is read back into; None where it stands there for people alone
    currency  for an amount, the head of the column with its currency
    always    what every row has
    """

    head: str
    path: str
    type: str
    field: models.Field[Any, Any] | None = None
    currency: str = ""
    always: str = ""

    @property
    def is_nullable_text(self) -> bool:
        return self.type == "text" and self.field is not None and self.field.null

    @property
    def meaning(self) -> str:
        """Say what the column holds."""
        if self.field is None:
            return "the currency of the amount" if "currency" in self.head else "the name, for reading"
        if self.field.is_relation:
            from milepost.exchange.whole.kinds import file_of

            return f"the id of a row in {file_of(self.field.related_model)}"  # type: ignore[arg-type]
        if self.field.primary_key:
            return "the number of the row"
        said = str(self.field.verbose_name)
        choices = ", ".join(str(key) for key, _label in self.field.flatchoices if key != "")
        return f"{said}: one of {choices}" if choices else said


def columns_of(model: type[models.Model]) -> list[Column]:
    """Return the columns of a kind, in the order of its fields."""
    found: list[Column] = []
    for field in model._meta.concrete_fields:
        if not _is_left_out(model, field):
            found += _columns(model, field, {column.head for column in found})
    return found


def _is_left_out(model: type[models.Model], field: models.Field[Any, Any]) -> bool:
    """Tell whether a field is secret, follows from another, or only counts edits."""
    if f"{model._meta.label}.{field.name}" in LEFT_OUT or field.name == "name_key":
        return True
    return field.name == "version" and issubclass(model, Editable)


def _columns(model: type[models.Model], field: models.Field[Any, Any], taken: set[str]) -> Iterator[Column]:
    money = MONEY.get(f"{model._meta.label}.{field.name}")
    if money is not None:
        yield from _amount(model, field, money, taken)
        return
    yield Column(field.attname, field.attname, _type(field), field)
    if field.is_relation and model._meta.label not in BARE and _has_name(field.related_model):
        yield Column(field.name, f"{field.name}__name", "text")


def _amount(model: type[models.Model], field: models.Field[Any, Any], money: str, taken: set[str]) -> Iterator[Column]:
    head = "amount" if field.name == "minor" else field.name.removesuffix("_minor")
    if money == "currency":
        yield Column(head, field.attname, "money", field, currency="currency")
        return
    beside = f"{head}_currency"
    yield Column(head, field.attname, "money", field, currency=beside)
    if money == COMPANY:
        company = Company.objects.first()  # there is none yet where the file is read
        yield Column(beside, "", "text", always=company.currency if company else "")
    else:
        yield Column(beside, money, "text")


def _type(field: models.Field[Any, Any]) -> str:
    if field.is_relation:
        return _type(field.target_field)  # type: ignore[attr-defined]
    return next((type_ for kind, type_ in TYPES if isinstance(field, kind)), "text")


def _has_name(model: Any) -> bool:
    return any(field.name == "name" for field in model._meta.concrete_fields)
