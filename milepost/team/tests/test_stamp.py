"""What is remembered by the team's stamp is never older than the team: whoever changes it, in whatever way."""

import datetime

import pytest
from django.db import connection

from milepost.team.models import Company, Cover, Membership, Person, Role, Territory


def cover(cast):
    day = cast.today
    Cover.objects.create(absent=cast.salesperson, stand_in=cast.outsider, starts_on=day, ends_on=day)


CHANGES = {
    "a role is given": lambda cast: Membership.give(
        by=None, person=cast.outsider, territory=cast.north, role=Role.COORDINATOR
    ),
    "a role is taken in bulk": lambda cast: Membership.objects.filter(person=cast.salesperson).delete(),
    "a scope is changed in bulk": lambda cast: Membership.objects.update(scope="own"),
    "a territory moves": lambda cast: Territory.objects.filter(pk=cast.south.pk).update(
        path=f"{cast.north.path}{cast.south.pk}/", parent=cast.north
    ),
    "somebody stands in": cover,
    "somebody is renamed": lambda cast: Person.objects.filter(pk=cast.outsider.pk).update(name="Oona Outside"),
    "somebody leaves": lambda cast: Person.objects.filter(pk=cast.outsider.pk).update(is_active=False),
    "somebody comes": lambda cast: Person.join(by=None, name="New Person", email="new@example.com"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_it_is_another_stamp_after(cast, change):
    before = Company.the().team_stamp
    change(cast)
    assert Company.the().team_stamp != before


def test_it_is_the_same_stamp_after_signing_in(cast, as_):
    before = Company.the().team_stamp
    as_(cast.salesperson).get("/my-day/")
    assert Company.the().team_stamp == before


def test_it_asks_for_a_persons_sight_once(cast, as_, django_assert_max_num_queries):
    client = as_(cast.coordinator)
    client.get("/find/?q=nothing")
    with django_assert_max_num_queries(7):  # who, the company, and four of search
        client.get("/find/?q=nothing")


def test_it_shows_what_a_new_role_opens_at_the_next_request(cast, as_, opportunity):
    client = as_(cast.outsider)
    assert client.get(f"/opportunities/{opportunity.pk}/").status_code == 404
    Membership.objects.create(person=cast.outsider, territory=cast.north, role=Role.TEAM_MEMBER)
    assert client.get(f"/opportunities/{opportunity.pk}/").status_code == 200
    Membership.objects.filter(person=cast.outsider, territory=cast.north).delete()
    assert client.get(f"/opportunities/{opportunity.pk}/").status_code == 404


def test_it_forgets_a_cover_the_day_after(cast, as_, opportunity, time_machine):
    cover(cast)
    opportunity_page = f"/opportunities/{opportunity.pk}/"
    Membership.objects.filter(person=cast.outsider).delete()
    type(opportunity).objects.filter(pk=opportunity.pk).update(salesperson=cast.salesperson)
    client = as_(cast.outsider)
    assert client.get(opportunity_page).status_code == 200
    time_machine.move_to(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1))
    assert client.get(opportunity_page).status_code == 404


def test_it_has_all_its_triggers_after_every_migration(db):
    """SQLite makes a table anew for some changes, and drops its triggers without a word."""
    listed = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(listed)
        there = {name for (name,) in cursor.fetchall()}
    team = ("team_membership", "team_cover", "team_territory", "team_person")
    tables = (*team, "buyers_asked", "buyers_listedanswer", "buyers_warningrule")
    assert {f"{table}_stamp_{deed}" for table in tables for deed in ("insert", "update", "delete")} <= there
    kept = ("web_change", "plans_planversion", "plans_agreement")
    assert {f"{table}_no_{deed}" for table in kept for deed in ("update", "delete")} <= there
