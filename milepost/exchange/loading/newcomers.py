"""Write opportunities that are new, with their strings, outcomes, values and links, as plain rows."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any

from django.utils.translation import gettext as _

from milepost.accounts.models import Account
from milepost.exchange.loading.drafts import Draft
from milepost.exchange.loading.ledger import Ledger, Links
from milepost.exchange.loading.offers import Offers
from milepost.exchange.loading.people import People, Territories, coordinator_of
from milepost.exchange.loading.playbook import Steps
from milepost.exchange.loading.rates import Rates
from milepost.exchange.loading.strings import Line, line_up
from milepost.exchange.models import SourceLink
from milepost.opportunities.begin import COPIED
from milepost.opportunities.close import CAUSES
from milepost.opportunities.models import Judgement, Opportunity, Outcome, Stay, Step, ValueLine
from milepost.web.beside import may_write_beside
from milepost.web.many import Lot, Row, Rows, numbers, plan_anew
from milepost.web.models import SearchEntry
from milepost.web.text import name_key

KIND = "opportunity"
PLAN_FIRST, PLAN_AGAIN = 500, 20  # so many new ones, then so many times as many, make another plan the better one
OPPORTUNITIES = Rows(
    Opportunity,
    *("id", "name", "name_key", "account_id", "territory_id", "coordinator_id", "salesperson_id"),
    *("playbook_version_id", "started_on", "value_minor", "currency", "company_value_minor", "rate_id"),
    *("description", "as_of", "first_told", "asked_for_id"),
)
STEPS = Rows(Step, "id", "opportunity_id", "playbook_step_id", *COPIED, "state", "ended_on", "to_confirm")
STAYS = Rows(Stay, "opportunity_id", "step_id", "key", "entered_on", "left_on", "end", "cause")
OUTCOMES = Rows(Outcome, "opportunity_id", "kind", "on", "words", "step_id", "by_id")
VALUE_LINES = Rows(ValueLine, "opportunity_id", "offer_id", "name", "price_minor")
JUDGEMENTS = Rows(Judgement, "opportunity_id", "on", "by_id", "close_on")
SEARCH = Rows(SearchEntry, "kind", "object_id", "territory_id", "is_open", "text")


@lru_cache(maxsize=20_000)
def iso(day: dt.date | None) -> str | None:
    """Write a day as the database takes it."""
    return None if day is None else day.isoformat()


class Newcomers:
    """Write what no earlier import has made; its rows are built by hand, as many at once as a turn lasts."""

    def __init__(
        self, ledger: Ledger, steps: Steps, rates: Rates, *, territories: Territories, people: People, offers: Offers
    ) -> None:
        self.ledger, self.steps, self.rates = ledger, steps, rates
        self.territories, self.people, self.offers = territories, people, offers
        self.links = Links(ledger, KIND)
        self.coordinator = coordinator_of(ledger.mapping.coordinator, by=ledger.by)
        self.copied = [_copied(step) for step in steps.all]
        self.by = ledger.by.pk if ledger.by else None
        self.as_of = iso(ledger.as_of)
        self.written, self.plan_at = 0, PLAN_FIRST

    def write(self, drafts: Sequence[Draft], *, alone: bool) -> None:
        """Write drafts with all that hangs on them; `alone` where the caller's transaction does nothing else.

        The caller's transaction writes them, or another beside it if this one has had nothing to write.
        """
        if not drafts:
            return
        places = [self._territory(draft) for draft in drafts]
        given = [draft.given() for draft in drafts]
        opportunities = [self._opportunity(*one) for one in zip(drafts, given, places, strict=True)]
        beside = alone and may_write_beside()  # asked before numbers are taken, which PostgreSQL takes for writing
        own = numbers(Opportunity, len(drafts))
        accounts = _names({draft.account_id for draft in drafts if draft.account_id})
        lot: Lot = [
            (OPPORTUNITIES, [(pk, *row) for pk, row in zip(own, opportunities, strict=True)]),
            *self._strings(own, drafts),
            *self._worth(own, drafts),
            self.links.rows(zip((draft.external_id for draft in drafts), own, given, strict=True)),
            (
                SEARCH,
                [
                    (KIND, pk, place, draft.outcome is None, _found_by(draft, said["fields"]["name"], accounts))
                    for pk, draft, said, place in zip(own, drafts, given, places, strict=True)
                ],
            ),
        ]
        self.ledger.count(KIND, "created", len(drafts))
        self.ledger.write(lot, then=self._plan(len(drafts)), beside=beside)

    def _plan(self, count: int) -> Callable[[], None] | None:
        """Return what is to be done once so many more are written, if it is time for it."""
        self.written += count
        if self.written < self.plan_at:
            return None
        self.plan_at = PLAN_AGAIN * self.written
        return partial(plan_anew, Opportunity, Step, SourceLink)

    def _opportunity(self, draft: Draft, given: dict[str, Any], territory: int) -> Row:
        """Give an opportunity's row, but for its number."""
        company_minor, rate = self.rates.convert(draft.value_minor, draft.currency, draft.ended_on)
        self._note(draft, company_minor)
        going_on = self.coordinator is not None and draft.outcome is None
        asked_for = self.offers.find_or_make(draft.offer_name) if draft.value_minor is None else None
        said: dict[str, Any] = given["fields"]
        name, fields = said["name"], (draft.value_minor, draft.currency, company_minor, rate and rate.pk)
        return (
            *(name, name_key(name)[:200], draft.account_id, territory),
            *(self.coordinator.pk if going_on and self.coordinator else None, draft.salesperson_id),
            *(self.steps.version.pk, iso(draft.values.get("started_on")), *fields),
            *(said.get("description", ""), self.as_of, self.as_of, asked_for and asked_for.pk),
        )

    def _note(self, draft: Draft, company_minor: int | None) -> None:
        if draft.value_minor is not None and company_minor is None:
            self.ledger.note(
                _("Amounts without a rate for their day, missing in all totals until there is one: %(n)s.")
            )
        if draft.outcome is None and draft.value_minor is None:
            self.ledger.note(_("New open opportunities whose value is unknown: %(n)s."))
        if draft.outcome is None and draft.account_id is None:
            self.ledger.note(_("New open opportunities whose account is unknown: %(n)s."))

    def _territory(self, draft: Draft) -> int:
        """Give the territory the row names, else its salesperson's office, else the importer's own."""
        office = self.people.office.get(draft.salesperson_id or 0)
        return self.territories.find_or_make(draft.values.get("territory") or office).pk

    def _strings(self, own: Sequence[int], drafts: Sequence[Draft]) -> Lot:
        count = len(self.copied)
        ids = numbers(Step, count * len(drafts))
        steps: list[Row] = []
        stays: list[Row] = []
        outcomes: list[Row] = []
        for place, (pk, draft) in enumerate(zip(own, drafts, strict=True)):
            line = line_up(count, draft.visits, draft.outcome, draft.ended_on)
            string = ids[place * count : (place + 1) * count]
            for number, copied, stands in zip(string, self.copied, line.steps, strict=True):
                steps.append((number, pk, *copied, stands.state, iso(stands.ended_on), stands.to_confirm))
            stays += self._stays(pk, line, string, draft.outcome)
            if draft.outcome is not None:
                outcomes.append(self._outcome(pk, draft, line, string))
        return [(STEPS, steps), (STAYS, stays), (OUTCOMES, outcomes)]

    def _stays(self, pk: int, line: Line, string: Sequence[int], outcome: str | None) -> Iterator[Row]:
        """Give the stays of one string; a lost one carries its cause."""
        cause = CAUSES.get(outcome, "") if outcome else ""  # type: ignore[call-overload]
        for stay in line.stays:
            lost = cause if stay.end == Stay.End.LOST else ""
            key = self.steps.all[stay.place].key
            yield pk, string[stay.place], key, iso(stay.entered), iso(stay.left), str(stay.end), str(lost)

    def _outcome(self, pk: int, draft: Draft, line: Line, string: Sequence[int]) -> Row:
        step = string[line.last] if line.last is not None and draft.outcome != Outcome.Kind.WON else None
        return pk, draft.outcome, iso(draft.ended_on), draft.values.get("reason") or "", step, self.by

    def _worth(self, own: Sequence[int], drafts: Sequence[Draft]) -> Lot:
        """Give what is sold as a line of its own, and the day its owner expects as their judgement."""
        pairs = list(zip(own, drafts, strict=True))
        sold = [(pk, draft) for pk, draft in pairs if draft.offer_name and draft.value_minor is not None]
        lines: list[Row] = [(pk, self._offer(draft), draft.offer_name, draft.value_minor) for pk, draft in sold]
        expected = [(pk, draft) for pk, draft in pairs if draft.expected_close is not None]
        judged: list[Row] = [
            (pk, self.as_of, draft.salesperson_id, iso(draft.expected_close)) for pk, draft in expected
        ]
        return [(VALUE_LINES, lines), (JUDGEMENTS, judged)]

    def _offer(self, draft: Draft) -> int | None:
        offer = self.offers.find_or_make(draft.offer_name)
        return offer.pk if offer else None


def _names(accounts: set[int]) -> dict[int, str]:
    """Return what accounts are called here: a row may name them by their ids alone."""
    return dict(Account.objects.filter(pk__in=accounts).values_list("pk", "name"))


def _found_by(draft: Draft, name: str, accounts: dict[int, str]) -> str:
    return name_key(f"{name} {accounts.get(draft.account_id or 0, '')}")


def _copied(step: Any) -> Row:
    """Give what each string's copy of a playbook's step says, as the database holds it."""
    values = ((name, getattr(step, name)) for name in COPIED)
    return (step.pk, *(json.dumps(value) if name == "hours" else value for name, value in values))
