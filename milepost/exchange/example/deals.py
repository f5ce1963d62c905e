"""Choose what an opportunity is about: client, playbook, people, name, what it is worth."""

from __future__ import annotations

import datetime
import math
import random
from dataclasses import dataclass, field
from decimal import Decimal

from milepost.exchange.example.market import Client, Market
from milepost.exchange.example.playbooks import ADDED, NEW, RENEWED, Book, Line
from milepost.exchange.example.setting import CURRENCY, Setting
from milepost.exchange.example.words.market import ADD_ON_FORMS, RENEWAL_FORMS, SITES, TOPICS
from milepost.opportunities.models import Offer, ValueLine
from milepost.team.models import Person, Rate, Role
from milepost.team.money import to_major, to_minor


@dataclass(slots=True)
class Deal:
    """What is fixed when an opportunity begins.

    `odds` is what it has from its client, its seller and its luck; `worth` is in the company's currency, None while
    nobody knows.
    """

    client: Client
    book: Book
    line: Line
    start: int
    coordinator: Person
    salesperson: Person
    odds: float
    worth: float | None
    known: bool = True
    value_minor: int | None = None
    margin_minor: int | None = None
    currency: str = CURRENCY
    name: str = ""
    lines: list[ValueLine] = field(default_factory=list)


class Dealer:
    """Deals out opportunities."""

    def __init__(self, setting: Setting, books: list[Book], market: Market) -> None:
        self.setting, self.books, self.market = setting, books, market
        self.shares = [book.share for book in books]

    def deal(self, rng: random.Random, start: int) -> Deal:
        """Return what an opportunity that begins on `start` is about, without what only tellers need."""
        client = self.market.any(rng)
        book = rng.choices(self.books, self.shares)[0]
        crew = client.crew
        seller = client.manager if book.kind == RENEWED else crew.any(Role.SALESPERSON, rng)
        size = rng.gauss(0, 1)
        odds = client.odds + self.setting.skill[seller.pk] + rng.gauss(0, 0.3) - 0.12 * size
        worth = book.median * math.exp(book.spread * size) * (1.25 if client.selected else 0.95)
        coordinator = crew.any(Role.COORDINATOR, rng)
        return Deal(client, book, book.line_of(start), start, coordinator, seller, odds, worth)

    def complete(self, rng: random.Random, deal: Deal, *, in_full: bool = False) -> None:
        """Give the deal its name and its value in money; `in_full`, a name of its own, and some values line by line."""
        deal.name = deal.name or self._name(rng, deal)
        if in_full:  # only these names are kept in memory
            deal.name = self._own_name(rng, deal)
        deal.currency = deal.client.currency if rng.random() < 0.8 else CURRENCY
        if deal.worth is None or rng.random() < 0.03:
            return
        rate = self.setting.rate(deal.currency, datetime.date.fromordinal(deal.start))
        if in_full and rng.random() < 0.4:
            deal.lines = self._lines(rng, deal, rate, deal.worth)
            deal.value_minor = sum(line.total_minor for line in deal.lines)
            deal.margin_minor = sum(line.margin_minor or 0 for line in deal.lines)
            return
        deal.value_minor = _rounded(deal.worth / float(rate.value if rate else 1), deal.currency)
        if rng.random() < 0.8:
            deal.margin_minor = round(deal.value_minor * max(0.08, round(deal.book.margin + rng.gauss(0, 0.07), 2)))

    def _lines(self, rng: random.Random, deal: Deal, rate: Rate | None, worth: float) -> list[ValueLine]:
        """Make lines that come near to what the deal is worth: a yearly one for renewals, a mix for the others."""
        once = [offer for offer, yearly in self.setting.offers if not yearly]
        yearly = [offer for offer, yearly in self.setting.offers if yearly]
        chosen = [rng.choice(yearly)] if deal.book.kind == RENEWED else rng.sample(once, rng.randint(1, 3))
        if deal.book.kind == NEW:
            chosen.append(rng.choice(yearly))
        return [self._line(rng, deal, rate, offer, worth / len(chosen), offer in yearly) for offer in chosen]

    def _line(
        self, rng: random.Random, deal: Deal, rate: Rate | None, offer: Offer, worth: float, yearly: bool
    ) -> ValueLine:
        term = rng.choice((12, 24, 36, 36, 60)) if yearly else None
        discount = rng.choice((0, 0, 5, 8, 10, 12))
        price = offer.price_minor / 100  # type: ignore[operator]  # every offer of the example has one
        often = worth / (price * (term or 12) / 12)
        if often < 0.75:  # a smaller one of its kind
            price, often = price * often, 1
        return ValueLine(
            offer=offer,
            name=offer.name,
            quantity=Decimal(max(1, round(often))),
            price_minor=_rounded(price / float(rate.value if rate else 1), deal.currency),
            discount=Decimal(discount),
            rhythm=ValueLine.Rhythm.YEARLY if yearly else ValueLine.Rhythm.ONCE,
            term_months=term,
            margin_share=Decimal(round(100 * min(0.75, max(0.1, rng.gauss(deal.book.margin, 0.07))))),
        )

    def _name(self, rng: random.Random, deal: Deal) -> str:
        topics = TOPICS[deal.client.sector]
        topic = rng.choice(topics).format(n=rng.randint(2, 9))
        if deal.book.kind == ADDED:
            topic = rng.choice(ADD_ON_FORMS).format(topic=topic, low=topic[:1].lower() + topic[1:])
        elif deal.book.kind == RENEWED:
            year = datetime.date.fromordinal(deal.start + 120).year
            topic = rng.choice(RENEWAL_FORMS).format(year=year)
        return topic

    def _own_name(self, rng: random.Random, deal: Deal) -> str:
        """Return the deal's name, made longer where the client has one of the same name."""
        name, number = deal.name, 2
        for site in rng.sample(SITES, len(SITES)):
            if name not in deal.client.names:
                break
            name = f"{deal.name}, {site}"
        while name in deal.client.names:
            name, number = f"{deal.name}, part {number}", number + 1
        deal.client.names.add(name)
        return name

    def in_company_currency(self, deal: Deal, day: datetime.date) -> tuple[int | None, Rate | None]:
        """Convert as the verbs do, by the rate of the day."""
        if deal.value_minor is None or deal.currency == CURRENCY:
            return deal.value_minor, None
        rate = self.setting.rate(deal.currency, day)
        assert rate is not None
        return to_minor(to_major(deal.value_minor, deal.currency) * rate.value, CURRENCY), rate


def _rounded(amount: float, currency: str) -> int:
    """Return an amount in minor units, rounded as people round a first guess; never nothing."""
    amount = max(amount, 1.0)
    step = 10 ** max(0, math.floor(math.log10(amount)) - 1)
    half = max(1, step // 2) if amount / step < 40 else step
    return to_minor(Decimal(max(1, round(amount / half)) * half), currency)
