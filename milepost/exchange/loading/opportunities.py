"""Take over opportunities: new ones many at once, known ones one by one."""

from __future__ import annotations

from collections.abc import Iterable

from milepost.exchange.loading.accounts import AccountBook
from milepost.exchange.loading.compare import Known, find_others, told_apart
from milepost.exchange.loading.drafts import Draft
from milepost.exchange.loading.ledger import Ledger, Links, write_in_chunks
from milepost.exchange.loading.newcomers import Newcomers
from milepost.exchange.loading.offers import Offers
from milepost.exchange.loading.people import People, Territories
from milepost.exchange.loading.playbook import Steps
from milepost.exchange.loading.rates import Rates
from milepost.exchange.loading.update import Updater
from milepost.opportunities.models import Opportunity
from milepost.opportunities.standing import restand


class OpportunityBook:
    """Take over the opportunities of an import."""

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
        self.people = people
        self.accounts = accounts
        self.offers = offers
        self.links = Links(ledger, "opportunity")
        self.rates = Rates(ledger.company)
        self.updater = Updater(ledger, self.links, self.rates, steps)
        self.newcomers = Newcomers(ledger, steps, self.rates, territories=territories, people=people, offers=offers)

    def load(self, drafts: Iterable[Draft]) -> None:
        """Write drafts in short transactions."""
        write_in_chunks(self.ledger, drafts, self._take)

    def _take(self, chunk: list[Draft]) -> None:
        drafts = [draft for draft in chunk if not self.links.twice(draft.external_id, draft.line, draft.table)]
        find_others(drafts, self.accounts, self.people, self.offers)
        links = self.links.of(draft.external_id for draft in drafts)
        if links:
            self.ledger.beside.settle()  # who waits for the other connection must not hold rows it may want
        new, same, changed = told_apart(drafts, links)
        for draft in drafts:
            for problem in draft.without:
                self.ledger.refuse("opportunity", draft.table, problem)
        self.newcomers.write(new, alone=not links)
        self._update(changed)
        if changed:
            restand([link.object_id for _draft, link in changed])
        # Rows that this very import has written before it was interrupted are counted already.
        told = sum(link.seen_id != self.ledger.batch.pk for _draft, link in same)
        self.ledger.count("opportunity", "unchanged", told)
        self.links.saw(link for _draft, link in same)
        self._move_clock([link.object_id for link in links.values()])

    def _update(self, changed: Known) -> None:
        """Bring known ones up to date, and keep how those stood that have changed."""
        stood = self.ledger.before.pictures("opportunity", [link.object_id for _draft, link in changed])
        for draft, link in changed:
            if self.updater.update(draft, link):
                self.ledger.before.keep("opportunity", link.object_id, stood[link.object_id], link)

    def _move_clock(self, ids: list[int]) -> None:
        """Let ages count to the newer day of these files, where nobody has moved the string here."""
        known = Opportunity.objects.filter(pk__in=ids, as_of__lt=self.ledger.as_of)
        if was := dict(known.values_list("pk", "as_of")):
            self.ledger.before.moves_clocks(was)
            known.update(as_of=self.ledger.as_of)
