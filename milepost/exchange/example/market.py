"""Make the example company's clients: accounts in groups, some of them selected, and the contacts there."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass, field

from milepost.accounts.models import Account, Contact
from milepost.exchange.example.setting import Crew, Setting
from milepost.exchange.example.tables import Table
from milepost.exchange.example.words.market import (
    CURRENCY_OF,
    JOBS,
    PLACES,
    SECTORS,
    STEMS,
    WELL_KNOWN,
    ZONE_OF,
)
from milepost.exchange.example.words.people import FIRST, LAST
from milepost.team.models import Person, Role
from milepost.web.models import SearchEntry
from milepost.web.text import name_key

Place = tuple[str, str, str, str, str]


@dataclass(slots=True)
class Client:
    """An account as the generator knows it; `odds` is how well it buys, in log odds of a step."""

    id: int
    name: str
    sector: str
    country: str
    crew: Crew
    manager: Person
    selected: bool
    odds: float
    contacts: list[tuple[int, str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    lost: tuple[int, str, int] | None = None

    @property
    def currency(self) -> str:
        return CURRENCY_OF.get(self.country, "EUR")

    @property
    def zone(self) -> str:
        return ZONE_OF.get(self.country, "Europe/Berlin")


@dataclass
class Market:
    """All clients, with how much is tried with each."""

    clients: list[Client]
    weights: list[float]

    def any(self, rng: random.Random) -> Client:
        """Pick a client; those looked after most are tried most."""
        return rng.choices(self.clients, cum_weights=self.weights)[0]


class Trader:
    """Writes accounts and their contacts."""

    def __init__(self, rng: random.Random, setting: Setting) -> None:
        self.rng, self.setting = rng, setting
        self.since = setting.today - datetime.timedelta(days=4 * 365 + 30)
        self.made_at = datetime.datetime.combine(self.since, datetime.time(8), datetime.UTC)
        self.accounts = Table(
            Account, "name", "name_key", "territory_id", "manager_id", "parent_id", "sector", "city", "country",
            "website", "employees", "description", "selected_on", "created_at",
        )  # fmt: skip
        self.contacts = Table(
            Contact, "account_id", "name", "name_key", "job_title", "email", "phone", "language", "opted_out",
            "left_on", "created_at",
        )  # fmt: skip
        self.search = Table(SearchEntry, "kind", "object_id", "territory_id", "is_open", "changed_at", "text")
        self.crews = {crew.territory.name: crew for crew in setting.crews}

    def trade(self, wanted: int) -> Market:
        """Make so many accounts."""
        clients: list[Client] = []
        group: tuple[int, int] | None = None
        for number, place in enumerate(self._names(wanted)):
            client = self._client(place, self.crews[place[-1]], group, selected=number % 6 in (0, 4))
            clients.append(client)
            if number >= len(WELL_KNOWN) and number % 11 == 1 and self.rng.random() < 0.8:
                group = client.id, number
            elif group and number - group[1] >= 3:
                group = None
        for table in (self.accounts, self.contacts, self.search):
            table.flush()
        return Market(clients, self._weights(clients))

    def _weights(self, clients: list[Client]) -> list[float]:
        total, sums = 0.0, []
        for place, client in enumerate(clients):
            often = 1.6 if client.selected else 1.0
            often *= 1.6 if place < len(WELL_KNOWN) else 1.0
            total += often * self.rng.lognormvariate(0, 0.45)
            sums.append(total)
        return sums

    def _names(self, number: int) -> list[Place]:
        """Return the well-known clients, then invented ones, each name once."""
        places = list(WELL_KNOWN[:number])
        taken = {place[0] for place in places}
        territories = list(PLACES)
        while len(places) < number:
            sector = self.rng.choice(list(SECTORS))
            where = territories[len(places) % 4]
            city, country, _currency = self.rng.choice(PLACES[where])
            name = f"{self.rng.choice(STEMS)} {self.rng.choice(SECTORS[sector])}"
            if name in taken:
                name = f"{name} {city}"
            if name not in taken:
                taken.add(name)
                places.append((name, sector, city, country, where))
        return places

    def _client(self, place: Place, crew: Crew, group: tuple[int, int] | None, *, selected: bool) -> Client:
        rng = self.rng
        name, sector, city, country, _where = place
        manager = crew.any(Role.ACCOUNT_MANAGER, rng)
        selected_on = self.since + datetime.timedelta(days=rng.randrange(1200)) if selected else None
        domain = f"{name_key(name).replace(' ', '-')}.example"
        employees = int(rng.lognormvariate(6.4, 1.0)) if rng.random() < 0.9 else None
        pk = self.accounts.add(
            name, name_key(name), crew.territory.pk, manager.pk, group[0] if group else None, sector, city, country,
            f"https://www.{domain}", employees, "", selected_on, self.made_at,
        )  # fmt: skip
        text = name_key(f"{name} {city} {sector}")
        self.search.add("account", pk, crew.territory.pk, True, self.made_at, text)
        client = Client(pk, name, sector, country, crew, manager, selected, rng.gauss(0.1 if selected else 0, 0.22))
        self._contacts(client, domain)
        return client

    def _contacts(self, client: Client, domain: str) -> None:
        rng = self.rng
        jobs = rng.sample(JOBS, min(8, max(2, round(rng.gauss(5, 1.6)))))
        if not any(role == "economic_buyer" for _job, role in jobs) and rng.random() < 0.7:
            jobs[0] = JOBS[0]
        for job, role in jobs:
            name = f"{rng.choice(FIRST)} {rng.choice(LAST)}"
            if rng.random() < 0.12:
                name = f"Dr {name}"
            mail = f"{name_key(name).removeprefix('dr ').replace(' ', '.')}@{domain}"
            phone = f"+00 555 {rng.randrange(10_000):04d}" if rng.random() < 0.7 else ""
            left = self.setting.today - datetime.timedelta(days=rng.randrange(20, 700)) if rng.random() < 0.04 else None
            pk = self.contacts.add(
                client.id, name, name_key(name), job, mail, phone, "", rng.random() < 0.03, left, self.made_at
            )
            if left is None:
                client.contacts.append((pk, name, role))
            text = name_key(f"{name} {job} {client.name}")
            self.search.add("contact", pk, client.crew.territory.pk, True, self.made_at, text)
