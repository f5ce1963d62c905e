"""Take over products and services."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from milepost.exchange.loading.ledger import Ledger, readable, write_in_chunks
from milepost.exchange.mapping import TableMapping
from milepost.exchange.reading import Table
from milepost.exchange.rows import Reading
from milepost.opportunities.models import Offer
from milepost.team.money import to_minor
from milepost.web.text import name_key


class Offers:
    """Find offers by name and write them; a name that was a slip is read as the one it stands for."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.same_as = ledger.mapping.same_as.get("offer", {})
        self.by_name = {name_key(offer.name): offer for offer in Offer.objects.all()}

    def load(self, tables: list[tuple[TableMapping, Table]]) -> None:
        """Take over the tables of offers."""
        for mapping, table in tables:
            write_in_chunks(self.ledger, readable(self.ledger, "offer", mapping, table), self._take_all)

    def _take_all(self, chunk: list[Reading]) -> None:
        for reading in chunk:
            if reading.values.get("name"):
                self._take(reading.values["name"], reading.values.get("price"))

    def _take(self, name: str, price: Decimal | None) -> None:
        minor = None if price is None else to_minor(price, self.ledger.mapping.currency)
        offer = self.by_name.get(name_key(name))
        if offer is None:
            self._add(name, minor)
        elif minor is not None and offer.price_minor is None:
            stood = self.ledger.before.picture("offer", offer)
            offer.edit(by=self.ledger.by, price_minor=minor, currency=self.ledger.mapping.currency)
            self.ledger.before.keep("offer", offer.pk, stood)
            self.ledger.count("offer", "changed")
        elif offer.pk not in self.ledger.batch.made.get("offer", []):
            self.ledger.count("offer", "unchanged")

    def find_or_make(self, name: str | None) -> Offer | None:
        """Find the offer a row names; one that no file lists is added."""
        if not name:
            return None
        name = self.same_as.get(name, name)
        return self.by_name.get(name_key(name)) or self._add(name, None)

    def _add(self, name: str, minor: int | None) -> Offer:
        currency = self.ledger.mapping.currency if minor is not None else ""
        with transaction.atomic():
            offer = Offer.objects.create(name=name, price_minor=minor, currency=currency)
            self.ledger.count("offer", "created")
            self.ledger.made("offer", offer.pk)
            self.ledger.flush()
        self.by_name[name_key(name)] = offer
        return offer
