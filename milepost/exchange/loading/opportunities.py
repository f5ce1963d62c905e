"""Write opportunities with their strings, outcomes and values; bring known ones up to date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from milepost.exchange.loading.accounts import AccountBook
from milepost.exchange.loading.drafts import Draft
from milepost.exchange.loading.ledger import Ledger, Links, fingerprint, write_in_chunks
from milepost.exchange.loading.offers import Offers
from milepost.exchange.loading.people import People, Territories, coordinator_of
from milepost.exchange.loading.playbook import Steps
from milepost.exchange.loading.rates import Rates
from milepost.exchange.loading.strings import Line, line_up
from milepost.exchange.loading.update import Updater
from milepost.exchange.models import SourceLink
from milepost.opportunities.begin import step_from
from milepost.opportunities.close import CAUSES
from milepost.opportunities.models import Judgement, Opportunity, Outcome, Stay, Step, ValueLine
from milepost.opportunities.standing import restand
from milepost.team.models import Territory
from milepost.web.models import SearchEntry
from milepost.web.text import name_key


class OpportunityBook:
    """Write the opportunities of an import, new ones in bulk, known ones one by one."""

    def __init__(
        self,
        ledger: Ledger,
        steps: Steps,
        *,
        territories: Territories,
        people: People,
        accounts: AccountBook,
        offers: Offers,
    ) -> None:
        self.ledger = ledger
        self.steps = steps
        self.territories = territories
        self.people = people
        self.accounts = accounts
        self.offers = offers
        self.links = Links(ledger, "opportunity")
        self.rates = Rates(ledger.company)
        self.updater = Updater(ledger, self.links, self.rates, steps)
        self.coordinator = coordinator_of(ledger.mapping.coordinator, by=ledger.by)

    def load(self, drafts: Iterable[Draft]) -> None:
        """Write drafts in short transactions."""
        write_in_chunks(self.ledger, drafts, self._take)

    def _take(self, chunk: list[Draft]) -> None:
        drafts = [draft for draft in chunk if not self.links.twice(draft.external_id, draft.line, draft.table)]
        self._find_others(drafts)
        links = self.links.of(draft.external_id for draft in drafts)
        for draft in drafts:
            if draft.external_id in links:
                draft.keep_what_was_known(links[draft.external_id].given)
            for problem in draft.without:
                self.ledger.refuse("opportunity", draft.table, problem)
        new = [draft for draft in drafts if draft.external_id not in links]
        same: list[tuple[Draft, SourceLink]] = []
        changed: list[tuple[Draft, SourceLink]] = []
        for draft in drafts:
            link = links.get(draft.external_id)
            if link is not None:
                (same if link.fingerprint == fingerprint(draft.given()) else changed).append((draft, link))
        self._create(new)
        for draft, link in changed:
            self.updater.update(draft, link)
        if changed:
            restand([link.object_id for _draft, link in changed])
        # Rows that this very import has written before it was interrupted are counted already.
        told = sum(link.seen_id != self.ledger.batch.pk for _draft, link in same)
        self.ledger.count("opportunity", "unchanged", told)
        self.links.saw(link for _draft, link in same)
        self._move_clock([link.object_id for link in links.values()])

    def _find_others(self, drafts: Sequence[Draft]) -> None:
        """Find, or add, the accounts, people and offers the drafts name."""
        wanted = [(draft.values.get("account"), draft.values.get("account_id")) for draft in drafts]
        same_as = self.accounts.same_as
        for draft, account_id in zip(drafts, self.accounts.find_or_make_all(wanted), strict=True):
            draft.account_id = account_id
            named = draft.values.get("account") or ""
            draft.account_name = same_as.get(named, named)
            draft.salesperson_id = self.people.find_or_make(draft.values.get("owner"), draft.values.get("owner_id"))
            offer = self.offers.find_or_make(draft.values.get("offer"))
            draft.offer_name = offer.name if offer else ""

    def _move_clock(self, ids: list[int]) -> None:
        """Let ages count to the newer day of these files, where nobody has moved the string here."""
        known = Opportunity.objects.filter(pk__in=ids, as_of__lt=self.ledger.as_of)
        known.update(as_of=self.ledger.as_of)

    def _create(self, drafts: Sequence[Draft]) -> None:
        rows = [self._opportunity(draft) for draft in drafts]
        Opportunity.objects.bulk_create(rows)
        lines = [line_up(len(self.steps.all), d.visits, d.outcome, d.ended_on) for d in drafts]
        steps = self._write_steps(rows, lines)
        self._write_stays(rows, lines, steps, drafts)
        self._write_ends(rows, lines, steps, drafts)
        self._write_worth(rows, drafts)
        self.links.make((d.external_id, row.pk, d.given()) for row, d in zip(rows, drafts, strict=True))
        SearchEntry.objects.bulk_create(
            SearchEntry(
                kind="opportunity",
                object_id=row.pk,
                territory_id=row.territory_id,
                is_open=draft.outcome is None,
                text=name_key(f"{row.name} {draft.account_name}"),
            )
            for row, draft in zip(rows, drafts, strict=True)
        )
        self.ledger.count("opportunity", "created", len(rows))

    def _opportunity(self, draft: Draft) -> Opportunity:
        values = draft.fields() | {"started_on": draft.values.get("started_on")}
        company_minor, rate = self.rates.convert(draft.value_minor, draft.currency, draft.ended_on)
        if draft.value_minor is not None and company_minor is None:
            self.ledger.note(
                _("Amounts without a rate for their day, missing in all totals until there is one: %(n)s.")
            )
        if draft.outcome is None and draft.value_minor is None:
            self.ledger.note(_("New open opportunities whose value is unknown: %(n)s."))
        if draft.outcome is None and draft.account_id is None:
            self.ledger.note(_("New open opportunities whose account is unknown: %(n)s."))
        return Opportunity(
            **values,
            name_key=name_key(draft.name)[:200],
            territory=self._territory(draft),
            coordinator=self.coordinator if draft.outcome is None else None,
            playbook_version=self.steps.version,
            company_value_minor=company_minor,
            rate=rate,
            as_of=self.ledger.as_of,
            first_told=self.ledger.as_of,
            asked_for=self.offers.find_or_make(draft.offer_name) if draft.value_minor is None else None,
        )

    def _territory(self, draft: Draft) -> Territory:
        """Give the territory the row names, else its salesperson's office, else the importer's own."""
        office = self.people.office.get(draft.salesperson_id or 0)
        return self.territories.find_or_make(draft.values.get("territory") or office)

    def _write_steps(self, rows: Sequence[Opportunity], lines: Sequence[Line]) -> list[list[Step]]:
        strings = []
        for row, line in zip(rows, lines, strict=True):
            string = [step_from(step, row) for step in self.steps.all]
            for step, stands in zip(string, line.steps, strict=True):
                step.state, step.ended_on, step.to_confirm = stands
            strings.append(string)
        Step.objects.bulk_create(step for string in strings for step in string)
        return strings

    def _write_stays(
        self,
        rows: Sequence[Opportunity],
        lines: Sequence[Line],
        steps: Sequence[Sequence[Step]],
        drafts: Sequence[Draft],
    ) -> None:
        Stay.objects.bulk_create(
            stay
            for row, line, string, draft in zip(rows, lines, steps, drafts, strict=True)
            for stay in stays_of(row, line, string, draft.outcome)
        )

    def _write_ends(
        self,
        rows: Sequence[Opportunity],
        lines: Sequence[Line],
        steps: Sequence[Sequence[Step]],
        drafts: Sequence[Draft],
    ) -> None:
        Outcome.objects.bulk_create(
            Outcome(
                opportunity=row,
                kind=draft.outcome,
                on=draft.ended_on,
                words=draft.values.get("reason") or "",
                step=string[line.last] if line.last is not None and draft.outcome != Outcome.Kind.WON else None,
                by=self.ledger.by,
            )
            for row, line, string, draft in zip(rows, lines, steps, drafts, strict=True)
            if draft.outcome is not None
        )

    def _write_worth(self, rows: Sequence[Opportunity], drafts: Sequence[Draft]) -> None:
        """Write what is sold as a line of its own, and the day its owner expects as their judgement."""
        pairs = list(zip(rows, drafts, strict=True))
        ValueLine.objects.bulk_create(
            ValueLine(
                opportunity=row,
                offer=self.offers.find_or_make(draft.offer_name),
                name=draft.offer_name,
                price_minor=draft.value_minor,
            )
            for row, draft in pairs
            if draft.offer_name and draft.value_minor is not None
        )
        Judgement.objects.bulk_create(judgements_of(pairs, self.ledger.as_of))


def stays_of(row: Opportunity, line: Line, steps: Sequence[Step], outcome: str | None) -> list[Stay]:
    """Build the stays of one string; a lost one carries its cause."""
    cause = CAUSES.get(outcome, "") if outcome else ""  # type: ignore[call-overload]
    return [
        Stay(
            opportunity=row,
            step=steps[stay.place],
            key=steps[stay.place].key,
            entered_on=stay.entered,
            left_on=stay.left,
            end=stay.end,
            cause=cause if stay.end == Stay.End.LOST else "",
        )
        for stay in line.stays
    ]


def judgements_of(pairs: Iterable[tuple[Opportunity, Any]], as_of: dt.date) -> list[Judgement]:
    """Build the owners' expected closing days of open opportunities."""
    return [
        Judgement(opportunity=row, on=as_of, by_id=draft.salesperson_id, close_on=draft.expected_close)
        for row, draft in pairs
        if draft.expected_close is not None
    ]
