"""A small company for tests: two territories, one person in each role, one playbook of three steps."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from milepost.accounts.models import Account, Contact
from milepost.opportunities.begin import begin
from milepost.opportunities.models import Opportunity
from milepost.playbooks.models import Playbook, PlaybookVersion
from milepost.team.models import Company, Membership, Person, Role, Territory

PASSWORD = "a-long-enough-one"


@dataclass
class Cast:
    """The people of the tests, by what they do; `outsider` coordinates the other territory."""

    company: Company
    world: Territory
    north: Territory
    south: Territory
    coordinator: Person
    salesperson: Person
    account_manager: Person
    sales_manager: Person
    team_member: Person
    administrator: Person
    outsider: Person

    @property
    def today(self) -> datetime.date:
        return self.company.today()


@pytest.fixture
def cast(again) -> Cast:
    return Cast(**again("cast", everybody))


def everybody() -> dict[str, Any]:
    company = Company.objects.create(pk=1, name="Northwind Controls", currency="EUR", time_zone="Europe/Berlin")
    world = Territory.add(by=None, name="World")
    north = Territory.add(by=None, name="North", parent=world)
    south = Territory.add(by=None, name="South", parent=world)
    people = {}
    for role in Role:
        person = Person.join(by=None, name=f"{role.label} Person", email=f"{role.value}@example.com")
        where = world if role == Role.ADMINISTRATOR else north
        Membership.give(by=None, person=person, territory=where, role=role)
        people[role.value] = person
    outsider = Person.join(by=None, name="Outside Person", email="outsider@example.com")
    Membership.give(by=None, person=outsider, territory=south, role=Role.COORDINATOR)
    return {"company": company, "world": world, "north": north, "south": south, "outsider": outsider, **people}


@pytest.fixture
def as_(client):
    """Sign a person in: `as_(cast.coordinator).get(url)`."""

    def sign_in(person: Person) -> Client:
        own = Client()
        own.force_login(person)
        return own

    return sign_in


@pytest.fixture
def playbook(cast, again) -> PlaybookVersion:
    return again("playbook", lambda: {"version": new_business(cast)})["version"]


def new_business(cast: Cast) -> PlaybookVersion:
    book = Playbook.add(by=cast.coordinator, name="New business")
    draft = book.draft
    draft.add_step(by=None, name="First talk", key="first", usual_days=14, milestone="They name the problem")
    draft.add_step(by=None, name="Site visit", key="visit", usual_days=10, required=False)
    draft.add_step(by=None, name="Proposal", key="proposal", usual_days=21, milestone="They discuss it with us")
    draft.add_step(by=None, name="Contract", key="contract", usual_days=30, milestone="They sign")
    draft.publish(by=None)
    return draft


@pytest.fixture
def account(cast, again) -> Account:
    return again("account", lambda: {"account": paper_mill(cast)})["account"]


def paper_mill(cast: Cast) -> Account:
    return Account.add(by=cast.coordinator, name="Brennholt Paper", territory=cast.north)


@pytest.fixture
def contact(cast, account, again) -> Contact:
    return again("contact", lambda: {"contact": mill_director(cast, account)})["contact"]


def mill_director(cast: Cast, account: Account) -> Contact:
    return Contact.add(by=cast.coordinator, account=account, name="Dr Helene Brandt", job_title="Mill director")


@pytest.fixture
def opportunity(cast, playbook, account, again) -> Opportunity:
    """An opportunity in the north, begun ten days ago, worth 120,000 EUR."""
    return again("opportunity", lambda: {"opportunity": coating_line(cast, playbook, account)})["opportunity"]


def coating_line(cast: Cast, playbook: PlaybookVersion, account: Account) -> Opportunity:
    return begin(
        by=cast.coordinator,
        name="Coating line 4",
        account=account,
        territory=cast.north,
        playbook_version=playbook,
        coordinator=cast.coordinator,
        salesperson=cast.salesperson,
        started_on=cast.today - datetime.timedelta(days=10),
        value_minor=120_000_00,
    )


@pytest.fixture
def world(cast, playbook, account, contact, opportunity) -> SimpleNamespace:
    """Everything at once, for tests that walk all addresses."""
    return SimpleNamespace(cast=cast, playbook=playbook, account=account, contact=contact, opportunity=opportunity)
