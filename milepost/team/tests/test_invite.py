"""Whoever is invited may be known here by name alone: then it is asked whether that very person is meant."""

import pytest
from django.test import Client
from django.urls import reverse

from milepost.team.models import NO_ADDRESS, Membership, Person

GOOD = "four wooden milestones"


@pytest.fixture
def anna(cast):
    """Somebody whom an import has named, with the office it said she works in."""
    anna = Person.join(by=None, name="Anna Snelling", email=f"anna{NO_ADDRESS}")
    Membership.give(by=None, person=anna, territory=cast.north, role="salesperson")
    return anna


@pytest.fixture
def invite(cast, as_):
    client = as_(cast.administrator)
    said = {"name": "anna  Snelling", "email": "Anna@Example.com", "role": "salesperson", "territory": cast.south.pk}

    def invite(**changed):
        return client.post(reverse("team:invite"), said | {"scope": "own"} | changed)

    return invite


def asked(answer):
    """Give what is offered at the field, and what is said there."""
    assert answer.status_code == 422
    form = answer.context["form"]
    return [value for value, _words in form.fields["who"].choices], " ".join(form.errors.get("who", []))


def test_it_asks_whether_who_came_with_an_import_is_meant(anna, invite):
    answer = invite()
    offered, words = asked(answer)
    assert offered == [str(anna.pk), "new"]
    assert "Somebody of this name is known here and cannot sign in yet." in words
    assert "Anna Snelling, came with an import, Salesperson, North" in answer.text
    assert NO_ADDRESS not in answer.text
    assert "optional" not in answer.text
    assert Person.objects.filter(name_key=anna.name_key).count() == 1


def test_that_very_person_is_invited(cast, anna, invite):
    link = invite(who=anna.pk).context["address"].removeprefix("http://testserver")
    anna.refresh_from_db()
    assert (anna.name, anna.email) == ("Anna Snelling", "anna@example.com")
    assert set(anna.memberships.values_list("territory", flat=True)) == {cast.north.pk, cast.south.pk}
    assert Person.objects.filter(name_key=anna.name_key).count() == 1
    assert Client().post(link, {"password": GOOD, "again": GOOD}).status_code == 302
    anna.refresh_from_db()
    assert not anna.is_awaited


def test_somebody_else_of_the_name_is_added(anna, invite):
    assert invite(who="new").status_code == 200
    other = Person.objects.get(email="anna@example.com")
    assert other.pk != anna.pk
    assert Person.objects.get(pk=anna.pk).is_from_import


def test_who_has_the_address_is_meant_whatever_their_name(cast, anna, invite):
    Person.objects.filter(pk=anna.pk).update(email="anna@example.com")
    offered, words = asked(invite(name="A. Snelling"))
    assert offered == [str(anna.pk)]
    assert "Somebody of this address" in words
    assert asked(invite(name="A. Snelling", who="new"))[0] == [str(anna.pk)]
    assert invite(name="A. Snelling", who=anna.pk).status_code == 200
    assert Person.objects.get(email="anna@example.com").name == "Anna Snelling"


def test_who_was_chosen_is_not_invited_under_another_name_in_silence(anna, invite):
    offered, words = asked(invite(name="Bo Krag", who=anna.pk))
    assert offered == ["new"]
    assert "Choose again" in words
    assert invite(name="Bo Krag", who="new").status_code == 200
    assert Person.objects.get(pk=anna.pk).is_from_import


def test_nothing_is_asked_where_nobody_is_known_by_it(anna, invite):
    page = invite(name="Bo Krag", email="nonsense")
    assert page.status_code == 422
    assert "who" not in page.context["form"].fields
    assert invite(name="Bo Krag").status_code == 200


def test_who_can_sign_in_under_the_name_is_somebody_else(anna, invite):
    anna.email = "old@example.com"
    anna.set_password(GOOD)
    anna.save()
    assert invite().status_code == 200
