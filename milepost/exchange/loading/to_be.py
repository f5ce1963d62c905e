"""Find what an import would find and make, and make nothing: for the look before it.

What would be made has a number below zero until it is there.
"""

from __future__ import annotations

from typing import Any

from milepost.exchange.loading.accounts import AccountBook
from milepost.exchange.loading.ledger import Ledger, Links, readable
from milepost.exchange.loading.offers import Offers
from milepost.exchange.loading.people import People, Territories
from milepost.exchange.mapping import TableMapping
from milepost.exchange.reading import Table
from milepost.opportunities.models import Offer
from milepost.web.text import name_key

Tables = list[tuple[TableMapping, Table]]


class LedgerToBe(Ledger):
    """Count and note in memory alone."""

    def flush(self) -> None:
        """Store nothing."""

    def made(self, kind: str, pk: int) -> None:
        """Keep nothing: nothing is made."""


class LinksToBe(Links):
    """Find links, and make none."""

    def make(self, rows: Any, *, new: bool = True) -> None:
        """Link nothing."""


class PeopleToBe(People):
    """Find people; who would be added has a stand-in."""

    def __init__(self, ledger: Ledger, territories: Territories) -> None:
        super().__init__(ledger, territories)
        self.coming: dict[int, str] = {}
        self.links = LinksToBe(ledger, "person")

    def load(self, tables: Tables) -> None:
        """Learn whom the tables of people name."""
        for mapping, table in tables:
            for reading in readable(self.ledger, "person", mapping, table):
                self._take(reading.values, reading.line, table.name)

    def _rename(self, pk: int, external_id: str, given: dict[str, str]) -> None:
        self._learn(external_id, pk, given)

    def _make(self, external_id: str, given: dict[str, str]) -> int:
        return self._add(given["name"], "", "", "")

    def _add(self, name: str, email: str, territory: str, role: str) -> int:
        pk = _stand_in(self.coming, name)
        if email:
            self.by_email[email] = pk
        return pk


class AccountsToBe(AccountBook):
    """Find accounts; one that would be added has a stand-in."""

    def __init__(self, ledger: Ledger, territories: Territories, people: People) -> None:
        super().__init__(ledger, territories, people)
        self.coming: dict[int, str] = {}

    def load(self, tables: Tables) -> None:
        """Learn which accounts the tables of accounts name."""
        for mapping, table in tables:
            for reading in readable(self.ledger, "account", mapping, table):
                if name := reading.values.get("name"):
                    self._foresee(self._external_id(reading.values), name, reading.line, table.name)

    def _foresee(self, external_id: str, name: str, line: int, table: str) -> None:
        if not self.links.twice(external_id, line, table):
            pk = self.by_id.get(external_id) or self._adoptable(name) or _stand_in(self.coming, name)
            self._learn(external_id, pk, name)

    def _create(self, new: list[tuple[str, dict[str, Any], str]]) -> None:
        for external_id, given, _parent in new:
            self._learn(external_id, _stand_in(self.coming, given["name"]), given["name"])


class OffersToBe(Offers):
    """Find offers by name; one that would be added is known by its name alone."""

    def load(self, tables: Tables) -> None:
        """Learn which offers the tables of offers name."""
        for mapping, table in tables:
            for reading in readable(self.ledger, "offer", mapping, table):
                name = reading.values.get("name")
                if name and name_key(name) not in self.by_name:
                    self._add(name, None)

    def _add(self, name: str, minor: int | None) -> Offer:
        return self.by_name.setdefault(name_key(name), Offer(name=name))


def _stand_in(coming: dict[int, str], name: str) -> int:
    pk = -1 - len(coming)
    coming[pk] = name
    return pk
