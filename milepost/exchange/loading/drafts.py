"""Draft an opportunity from what a row says, before anything is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from moneyed import CURRENCIES

from milepost.exchange.loading.history import History, latest_rows
from milepost.exchange.loading.ledger import Ledger, plain, readable
from milepost.exchange.loading.playbook import Outline
from milepost.exchange.loading.strings import Visit, tidy
from milepost.exchange.mapping import TableMapping
from milepost.exchange.reading import Table
from milepost.exchange.rows import STAGE_DATE, Problem, Reading, read_rows
from milepost.exchange.stages import STEP, WON, outcome_of
from milepost.exchange.values import currency_code
from milepost.team.money import to_minor
from milepost.web.text import name_key

LARGEST = 9 * 10**15


@dataclass
class Draft:
    """Hold one opportunity as the source tells it."""

    external_id: str
    line: int
    table: str
    values: dict[str, Any]
    stage: str
    outcome: str | None
    ended_on: dt.date | None
    place: int | None
    visits: list[Visit]
    dated: bool
    value_minor: int | None
    currency: str
    description: str = ""
    account_id: int | None = None
    salesperson_id: int | None = None
    offer_name: str = ""
    account_name: str = ""
    without: list[Problem] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)  # the column of each field that cannot be read

    @property
    def name(self) -> str:
        """Give the opportunity's own name, or one made of what is sold to whom."""
        return self.name_for(self.account_name)

    def name_for(self, account: str) -> str:
        """Give the opportunity's own name, or one made of what is sold to this account."""
        if self.values.get("name"):
            return str(self.values["name"])
        what = self.offer_name or _("Opportunity")
        if account:
            return (_("%(what)s for %(account)s") % {"what": what, "account": account})[:200]
        return f"{what} ({self.external_id})"[:200]

    @property
    def expected_close(self) -> dt.date | None:
        """Give the day the owner expects it to close, as long as it is open."""
        if self.outcome is not None:
            return None
        return self.values.get("expected_close") or self.values.get("close_date")

    def fields(self) -> dict[str, Any]:
        """Give the fields the source owns, as JSON keeps them."""
        given = {
            "name": self.name,
            "account_id": self.account_id,
            "salesperson_id": self.salesperson_id,
            "started_on": plain(self.values.get("started_on")),
            "value_minor": self.value_minor,
            "currency": self.currency,
        }
        if self.description:
            given["description"] = self.description
        return given

    def progress(self) -> dict[str, Any]:
        """Give what the source says of where it stands and how it ended."""
        return {
            "stage": self.stage,
            "outcome": self.outcome,
            "ended_on": plain(self.ended_on),
            "visits": [[visit.place, plain(visit.entered)] for visit in self.visits],
            "words": self.values.get("reason") or "",
        }

    def given(self) -> dict[str, Any]:
        """Give everything the source says that an import keeps."""
        more = {
            "territory": self.values.get("territory") or "",
            "offer": self.offer_name,
            "expected_close": plain(self.expected_close),
        }
        return {"fields": self.fields(), "progress": self.progress(), **more}


class RefusedDraft(ValueError):
    """Say why a row cannot become an opportunity: the column, its value, the reason."""

    def __init__(self, field_name: str, value: object, reason: str) -> None:
        super().__init__(reason)
        self.field, self.value, self.reason = field_name, value, reason


@dataclass
class Drafter:
    """Make drafts out of the rows of opportunity tables."""

    ledger: Ledger
    steps: Outline
    history: History = field(default_factory=History)
    accounts: dict[str, str] = field(default_factory=dict)  # where another table says whose an opportunity is

    def __post_init__(self) -> None:
        self.labels = {"next_step": _("Next step in the source"), "source": _("Came from")}
        self._plan = lru_cache(maxsize=1_000)(self.ledger.mapping.plan_of)

    def drafts(self, mapping: TableMapping, table: Table) -> Iterator[Draft]:
        """Draft every row that can be taken over, and write down the others."""
        latest = latest_rows(mapping, read_rows(table, mapping)) if mapping.by_stage else {}
        for reading in readable(self.ledger, "opportunity", mapping, table):
            if latest.get(reading.values.get("external_id") or "", reading.line) != reading.line:
                continue  # a stage it has left: told by its history
            try:
                yield self._draft(reading, mapping, table.name)
            except RefusedDraft as refused:
                column = mapping.columns.get(refused.field, "")
                problem = Problem(reading.line, column, str(refused.value or "")[:200], refused.reason)
                self.ledger.refuse("opportunity", table.name, problem)

    def _draft(self, reading: Reading, mapping: TableMapping, table: str) -> Draft:
        values = reading.values
        stage, means = self._stage(values)
        outcome = outcome_of(values, means)
        ended_on = end_of(values, outcome) if outcome else None
        external_id = self._external_id(values)
        self._settle_account(external_id, values)
        visits, dated = self._visits(external_id, values, stage, outcome, ended_on)
        without = list(reading.problems)
        currency, value_minor = self._worth(reading, mapping, outcome, without)
        lost = {problem.column for problem in without}
        return Draft(
            external_id=external_id,
            line=reading.line,
            table=table,
            values=values,
            stage=stage,
            outcome=outcome,
            ended_on=ended_on,
            place=self.steps.place(stage),
            visits=visits,
            dated=dated,
            value_minor=value_minor,
            currency=currency,
            description=self._description(values),
            without=without,
            unread={name: column for name, column in mapping.columns.items() if column in lost} if lost else {},
        )

    def _description(self, values: dict[str, Any]) -> str:
        """Write down, beneath what the source itself describes, what else it says."""
        told = (f"{label}: {values[name]}" for name, label in self.labels.items() if values.get(name))
        return "\n\n".join(filter(None, [values.get("description"), *told]))

    def _settle_account(self, external_id: str, values: dict[str, Any]) -> None:
        """Take the account from where the source keeps it; of several, joined by semicolons, the first."""
        for name in ("account_id", "account"):
            if ";" in (values.get(name) or ""):
                values[name] = values[name].partition(";")[0].strip() or None
        if not values.get("account_id") and external_id in self.accounts:
            values["account_id"] = self.accounts[external_id]

    def _external_id(self, values: dict[str, Any]) -> str:
        """Name the row: by the source's id, else by what makes it one of a kind."""
        if values.get("external_id"):
            return self.ledger.id_of(str(values["external_id"]))
        if not values.get("name"):
            raise RefusedDraft("name", "", _("The row has neither an id nor a name."))
        parts = [values["name"], values.get("account") or values.get("account_id") or ""]
        return "name:" + "|".join([*map(name_key, parts), str(values.get("started_on") or "")])[:240]

    def _stage(self, values: dict[str, Any]) -> tuple[str, str]:
        """Give the stage that a row says, of a slip the one that is meant, and what it means."""
        stage = values.get("stage") or values.get("status") or ""
        plan = self._plan(stage)
        if plan is None and stage:
            raise RefusedDraft("stage", stage, _("It is not settled what this stage becomes."))
        return (plan.meant or stage, plan.means) if plan else (stage, STEP)

    def _worth(
        self, reading: Reading, mapping: TableMapping, outcome: str | None, without: list[Problem]
    ) -> tuple[str, int | None]:
        """Give currency and value in minor units; one that cannot be stays unknown, and is written down as typed."""
        values = reading.values
        code = currency_code(values.get("currency") or self.ledger.mapping.currency or self.ledger.company.currency)
        refused, why = "", ""
        if code not in CURRENCIES:
            refused, why = "currency", _("This is not a currency’s three-letter code.")
            code = (self.ledger.mapping.currency or self.ledger.company.currency).upper()
        try:
            minor = self._value(worth_of(values, outcome), code, outcome)
        except ValueError as error:
            refused, why = "value", str(error)
        if not refused:
            return code, minor
        amount = "" if values.get("value") is None else str(values["value"])
        typed = amount if refused == "value" else f"{amount} {values.get('currency')}".strip()
        without.append(Problem(reading.line, mapping.columns.get(refused, ""), typed[:200], why, whole_row=False))
        return code, None

    def _value(self, amount: Decimal | None, currency: str, outcome: str | None) -> int | None:
        """Give the value in minor units; a 0 on what was not won means that none is known."""
        if amount is None or (amount == 0 and self.ledger.mapping.zero_is_unknown and outcome != WON):
            return None
        if amount < 0:
            raise ValueError(_("An opportunity’s value cannot be below zero."))
        minor = to_minor(amount, currency)
        if minor > LARGEST:
            raise ValueError(_("This amount is too large."))
        return minor

    def _visits(
        self, external_id: str, values: dict[str, Any], stage: str, outcome: str | None, ended_on: dt.date | None
    ) -> tuple[list[Visit], bool]:
        """List the steps the opportunity has been in; tell whether the files date more than the present one."""
        events = self.history.of(external_id, values.get("started_on"))
        events += sorted(
            (day, name.removeprefix(STAGE_DATE)) for name, day in values.items() if name.startswith(STAGE_DATE) and day
        )
        places = [(day, self.steps.place(name)) for day, name in sorted(events, key=lambda event: event[0])]
        visits = tidy((Visit(place, day) for day, place in places if place is not None), ended_on)
        dated = bool(visits)
        here = self.steps.place(stage)
        if here is not None and (not visits or visits[-1].place != here):
            visits = self._come_here(visits, here, values, ended_on)
        elif outcome is not None and not visits and len(self.steps.names) == 1:
            visits = tidy([Visit(0, values.get("started_on"))], ended_on)
        return visits, dated

    def _come_here(
        self, visits: list[Visit], here: int, values: dict[str, Any], ended_on: dt.date | None
    ) -> list[Visit]:
        """Add the step the row says it is in; who began there has been there from the start."""
        since = values.get("stage_since")
        if since is None and here == 0 and not visits:
            since = values.get("started_on")
        if visits and since and visits[-1].entered and since < visits[-1].entered:
            since = None
        if ended_on and since and since > ended_on:
            since = None
        # A stage's date stands for coming to it; where a later stage is dated too, the row has gone back.
        return [*visits, Visit(here, since)]


def end_of(values: dict[str, Any], outcome: str) -> dt.date | None:
    """Return the day on which an opportunity ended, where the source tells one."""
    own = values.get("won_on") if outcome == WON else values.get("lost_on")
    return values.get("closed_on") or own or values.get("close_date")


def worth_of(values: dict[str, Any], outcome: str | None) -> Decimal | None:
    """Return what an opportunity is worth: what came in where it was won and the source tells that apart."""
    actual: Decimal | None = values.get("actual_value")
    value: Decimal | None = values.get("value")
    return actual if outcome == WON and actual else value
