"""Set the scene: the company, its territories, its people and who stands in for whom, rates, offers, reasons."""

from __future__ import annotations

import datetime
import random
from bisect import bisect_right
from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib.auth.hashers import make_password

from milepost.buyers.models import Asked
from milepost.buyers.traits import INFLUENCE
from milepost.desk.models import SavedView
from milepost.exchange.example.words.market import CURRENCIES, OFFERS
from milepost.exchange.example.words.people import (
    COMPANY,
    DOMAIN,
    FIRST,
    LAST,
    OWN,
    PEOPLE,
    ROOT,
    SEE_ONLY_THEIR_OWN,
    TERRITORIES,
)
from milepost.exchange.example.words.reasons import REASONS
from milepost.opportunities.models import Offer, Reason
from milepost.team.models import Company, Cover, Membership, Person, Rate, Role, Territory
from milepost.web.text import name_key

PASSWORD = "milestones"  # noqa: S105 it is printed beside the example's address
CURRENCY = "EUR"
VIEWS = (
    ("Daniel Osei", "Waiting too long", "stalled=1&no_date=1&sort=loss", True),
    ("Daniel Osei", "Results missing", "result=1&sort=next", True),
    ("Mara Lindt", "Mine by next date", "person=me&group=none&sort=next", False),
    ("Ines Kovar", "My closest ones", "person=me&group=none&sort=close", False),
)
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class SignIn:
    """Somebody worth signing in as."""

    name: str
    email: str
    role: str
    sees: str


def sign_ins() -> list[SignIn]:
    """Return the people a visitor should try, one for each view of the company."""
    roles = {name: (role, where) for name, role, where in PEOPLE}
    chosen = ("Mara Lindt", "Ines Kovar", "Daniel Osei", "Noor Adeyemi")
    return [SignIn(name, address(name), str(roles[name][0].label), roles[name][1]) for name in chosen]


def address(name: str) -> str:
    """Return a person's address at the example company.

    >>> address("Matthias Brückner")
    'matthias.bruckner@kestermann.example'
    """
    return f"{name_key(name).replace(' ', '.')}@{DOMAIN}"


@dataclass
class Crew:
    """Who works in one territory, by role, and how well each sells (in log odds of a step)."""

    territory: Territory
    people: dict[str, list[Person]] = field(default_factory=dict)

    def any(self, role: str, rng: random.Random) -> Person:
        return rng.choice(self.people[role])


@dataclass
class Setting:
    """What all opportunities share: the company, its crews by territory, engineers, rates, reasons, offers."""

    company: Company
    today: datetime.date
    crews: list[Crew]
    team: list[Person]
    people: dict[str, Person]
    skill: dict[int, float]
    rates: dict[str, tuple[list[datetime.date], list[Rate]]]
    reasons: dict[str, list[Reason]]
    offers: list[tuple[Offer, bool]]
    root: Territory
    covers: list[Cover]

    def rate(self, currency: str, day: datetime.date) -> Rate | None:
        """Return the newest rate of a day or before; None for the company's own currency."""
        if currency == CURRENCY:
            return None
        days, rates = self.rates[currency]
        return rates[max(0, bisect_right(days, day) - 1)]


def set_the_scene(*, rng: random.Random, today: datetime.date, people: int, password: str) -> Setting:
    """Create everything that is there before the first opportunity."""
    company = Company.objects.create(pk=1, name=COMPANY, currency=CURRENCY, time_zone="Europe/Berlin")
    root = Territory.add(by=None, name=ROOT)
    crews = [Crew(Territory.add(by=None, name=name, parent=root)) for name in TERRITORIES]
    everybody = _hire(rng, crews, root, people, password)
    by_name = {person.name: person for person in everybody}
    _save_views(by_name)
    Asked.objects.create(trait=INFLUENCE, asked=True)
    return Setting(
        company=company,
        today=today,
        crews=crews,
        team=[by_name[name] for name, role, _where in PEOPLE if role == Role.TEAM_MEMBER],
        people=by_name,
        skill={person.pk: rng.gauss(0, 0.22) for person in everybody},
        rates=_rates(rng, today),
        reasons=_reasons(),
        offers=_offers(),
        root=root,
        covers=_stand_in(by_name, today),
    )


def _hire(rng: random.Random, crews: list[Crew], root: Territory, number: int, password: str) -> list[Person]:
    places = {crew.territory.name: crew for crew in crews}
    plan = [*PEOPLE, *_more_people(rng, number - len(PEOPLE))]
    secret = make_password(password)  # one hash for all: hundreds of them would take minutes
    people = [
        Person(name=name, name_key=name_key(name), email=address(name), password=secret) for name, _role, _where in plan
    ]
    people = Person.objects.bulk_create(people)
    memberships = []
    for person, (name, role, where) in zip(people, plan, strict=True):
        crew = places.get(where)
        scope = OWN if name in SEE_ONLY_THEIR_OWN or role == Role.TEAM_MEMBER else Membership.Scope.ALL
        territory = crew.territory if crew else root
        memberships.append(Membership(person=person, territory=territory, role=role, scope=scope))
        if crew:
            crew.people.setdefault(role, []).append(person)
    Membership.objects.bulk_create(memberships)
    return people


def _more_people(rng: random.Random, number: int) -> list[tuple[str, Role, str]]:
    """Invent salespeople, and a coordinator and an account manager for every few, for a larger company."""
    more: list[tuple[str, Role, str]] = []
    taken = {name for name, _role, _where in PEOPLE}
    roles = [Role.SALESPERSON, Role.SALESPERSON, Role.COORDINATOR, Role.SALESPERSON, Role.ACCOUNT_MANAGER]
    while len(more) < number:
        name = f"{rng.choice(FIRST)} {rng.choice(LAST)}"
        if name not in taken:
            taken.add(name)
            more.append((name, roles[len(more) % 5], TERRITORIES[len(more) // 5 % 4]))
    return more


def _stand_in(people: dict[str, Person], today: datetime.date) -> list[Cover]:
    """Let somebody be away now, and somebody else have been in summer."""
    plan = [
        ("Mara Lindt", "Tom Aldous", "Ines Kovar", -3, 11),
        ("Stefan Maurer", "Katalin Szabo", "Emil Hartung", -140, -119),
    ]
    return [
        Cover.arrange(
            by=people[by],
            absent=people[absent],
            stand_in=people[stand_in],
            starts_on=today + first * DAY,
            ends_on=today + last * DAY,
        )
        for by, absent, stand_in, first, last in plan
    ]


def _save_views(people: dict[str, Person]) -> None:
    """Keep some views of the Board, as people do after a week."""
    for owner, name, query, shared in VIEWS:
        SavedView.objects.create(owner=people[owner], name=name, query=query, shared=shared)


def _rates(rng: random.Random, today: datetime.date) -> dict[str, tuple[list[datetime.date], list[Rate]]]:
    """Keep a rate for every currency at the start of each quarter, walking at random as rates do."""
    first = datetime.date(today.year - 5, 1, 1)
    days = [datetime.date(y, m, 1) for y in range(first.year, today.year + 1) for m in (1, 4, 7, 10)]
    days = [day for day in days if day <= today]
    kept = {}
    for currency, (worth, moves) in CURRENCIES.items():
        rates = []
        for day in days:
            rates.append(Rate(currency=currency, base=CURRENCY, valid_from=day, value=round(Decimal(worth), 6)))
            worth *= 1 + rng.gauss(0, moves)
        kept[currency] = days, Rate.objects.bulk_create(rates)
    return kept


def _reasons() -> dict[str, list[Reason]]:
    # Some are there from the start; the example adds to them.
    have = set(Reason.objects.values_list("outcome", "text"))
    new = [
        Reason(outcome=outcome, text=text, position=place)
        for outcome, texts in REASONS.items()
        for place, text in enumerate(texts, start=1)
        if (outcome, text) not in have
    ]
    Reason.objects.bulk_create(new)
    return {outcome: list(Reason.objects.filter(outcome=outcome, text__in=texts)) for outcome, texts in REASONS.items()}


def _offers() -> list[tuple[Offer, bool]]:
    rows = [Offer(name=name, price_minor=price * 100, currency=CURRENCY) for name, price, _yearly in OFFERS]
    return list(zip(Offer.objects.bulk_create(rows), [yearly for _n, _p, yearly in OFFERS], strict=True))
