"""The first run, invitations, forgotten passwords and signing in."""

import datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from milepost.team.models import AccessLink, Company, Person, Role

GOOD = "four wooden milestones"
FIRST = {
    "company": "Northwind", "currency": "EUR", "time_zone": "Europe/Berlin", "name": "Ada Lindt",
    "email": "Ada@Example.com", "password": GOOD, "again": GOOD,
}  # fmt: skip


@pytest.mark.django_db
def test_it_sends_everybody_to_the_first_run_while_there_is_no_company(client):
    for address in ("/", "/desk/", reverse("account_login")):
        assert client.get(address).headers["Location"] == reverse("team:first_run")


@pytest.mark.django_db
def test_it_founds_the_company_once(client):
    assert client.post(reverse("team:first_run"), FIRST).headers["Location"] == reverse("team:welcome")
    ada = Person.objects.get(email="ada@example.com")
    assert ada.sight.holds(Role.ADMINISTRATOR, Role.COORDINATOR)
    page = client.get(reverse("team:welcome"))
    assert page.status_code == 200
    assert 'aria-current="page"' not in page.text  # it leads to several places, and lies in none
    assert b"The sponsor left" in client.get(reverse("desk:reasons")).content
    assert client.get(reverse("team:first_run")).status_code == 404
    assert Company.objects.count() == 1


@pytest.mark.django_db
def test_it_keeps_what_was_typed_and_says_what_is_wrong(client):
    answer = client.post(reverse("team:first_run"), FIRST | {"again": "something else"})
    assert answer.status_code == 422
    assert b"The two do not match." in answer.content
    assert b"Ada Lindt" in answer.content
    assert not Company.objects.exists()


def invite(as_, cast, **changed):
    said = {"name": "New Person", "email": "new@example.com", "role": "salesperson", "territory": cast.north.pk}
    return as_(cast.administrator).post(reverse("team:invite"), said | {"scope": "own"} | changed)


def test_an_invitation_link_lets_in_once(cast, as_, client):
    answer = invite(as_, cast)
    address = answer.context["address"].removeprefix("http://testserver")
    page = client.get(address)
    assert b"New Person" in page.content
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert client.post(address, {"password": "short", "again": "short"}).status_code == 422
    assert client.post(address, {"password": GOOD, "again": GOOD}).headers["Location"] == reverse("desk:home")
    assert client.get(reverse("team:myself")).status_code == 200
    assert client.get(address).status_code == 410


def test_a_link_runs_out_and_a_newer_one_replaces_it(cast, as_, client):
    first = AccessLink.make(by=cast.administrator, person=cast.salesperson, purpose="reset")
    second = AccessLink.make(by=cast.administrator, person=cast.salesperson, purpose="reset")
    assert client.get(reverse("team:enter", args=[first])).status_code == 410
    assert client.get(reverse("team:enter", args=[second])).status_code == 200
    with time_machine.travel(timezone.now() + datetime.timedelta(days=3)):
        assert client.get(reverse("team:enter", args=[second])).status_code == 410


def test_the_same_address_is_not_invited_twice(cast, as_):
    cast.salesperson.set_password(GOOD)
    cast.salesperson.save()
    answer = invite(as_, cast, email=cast.salesperson.email.upper())
    assert answer.status_code == 422
    assert b"here already" in answer.content


def test_it_signs_in_by_address_and_password(cast, client):
    cast.coordinator.set_password(GOOD)
    cast.coordinator.save()
    said = {"login": cast.coordinator.email, "password": GOOD}
    assert client.post(reverse("account_login"), said).status_code == 302
    assert client.get(reverse("team:settings")).status_code == 200


def test_signing_in_and_out_speaks_as_the_rest_does(cast, client):
    cast.coordinator.set_password(GOOD)
    cast.coordinator.save()
    login = reverse("account_login")
    wrong = client.post(login, {"login": cast.coordinator.email, "password": "not-the-one"}).text
    assert "Address and password do not go together." in wrong
    first = client.post(login, {"login": cast.coordinator.email, "password": GOOD}, follow=True)
    assert list(first.context["messages"]) == []
    last = client.post(reverse("account_logout"), follow=True)
    assert [str(message) for message in last.context["messages"]] == ["You are signed out."]


def test_a_changed_password_is_said_in_our_words(cast, client):
    cast.coordinator.set_password(GOOD)
    cast.coordinator.save()
    client.post(reverse("account_login"), {"login": cast.coordinator.email, "password": GOOD})
    new = "quite-another-sentence"
    said = {"oldpassword": GOOD, "password1": new, "password2": new}
    page = client.post(reverse("account_change_password"), said, follow=True).text
    assert "From now on the new password is yours." in page


def test_guessing_is_throttled(cast, client):
    said = {"login": cast.coordinator.email, "password": "wrong"}
    pages = [client.post(reverse("account_login"), said).content for _ in range(12)]
    assert b"Too many" in pages[-1]


def sign_in(client, person, password, **more):
    return client.post(reverse("account_login"), {"login": person.email, "password": password}, **more)


def test_who_guesses_locks_nobody_out_but_themselves(cast, client):
    cast.coordinator.set_password(GOOD)
    cast.coordinator.save()
    for _again in range(12):
        page = sign_in(client, cast.coordinator, "wrong", REMOTE_ADDR="10.0.0.66")
    assert b"Too many" in page.content
    assert b"Too many" in sign_in(client, cast.coordinator, GOOD, REMOTE_ADDR="10.0.0.66").content
    assert sign_in(client, cast.coordinator, GOOD, REMOTE_ADDR="10.0.0.7").status_code == 302


def test_guessing_from_many_machines_is_throttled_too(cast, client, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"failed_anywhere": "10/h/key"}
    for n in range(11):
        page = sign_in(client, cast.coordinator, "wrong", REMOTE_ADDR=f"10.0.0.{n}")
    assert b"Too many" in page.content
    assert b"Too many" not in sign_in(client, cast.salesperson, "wrong", REMOTE_ADDR="10.0.0.1").content


def test_signing_in_rightly_uses_up_no_tries(cast, client, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"failed_anywhere": "2/h/key"}
    cast.coordinator.set_password(GOOD)
    cast.coordinator.save()
    for _again in range(10):
        assert sign_in(Client(), cast.coordinator, GOOD).status_code == 302


def test_a_new_password_ends_every_other_session(cast, client):
    cast.salesperson.set_password(GOOD)
    cast.salesperson.save()
    sign_in(client, cast.salesperson, GOOD)
    assert client.get(reverse("team:myself")).status_code == 200
    token = AccessLink.make(by=cast.administrator, person=cast.salesperson, purpose="reset")
    own = Client()
    new = "another sentence of mine"
    assert own.post(reverse("team:enter", args=[token]), {"password": new, "again": new}).status_code == 302
    assert own.get(reverse("team:myself")).status_code == 200
    assert client.get(reverse("team:myself")).status_code == 302


def test_who_is_let_go_is_out_at_once(cast, as_):
    theirs = as_(cast.salesperson)
    assert theirs.get(reverse("team:myself")).status_code == 200
    as_(cast.administrator).post(reverse("team:let_go", args=[cast.salesperson.pk]), {"to": "gone"})
    assert theirs.get(reverse("team:myself")).status_code == 302


def test_somebody_who_left_is_not_let_in(cast, as_, client):
    cast.salesperson.set_password(GOOD)
    cast.salesperson.save()
    as_(cast.administrator).post(reverse("team:let_go", args=[cast.salesperson.pk]))
    client.post(reverse("account_login"), {"login": cast.salesperson.email, "password": GOOD})
    assert client.get(reverse("team:settings")).status_code == 302


def test_nobody_signs_up_by_themselves(cast, client):
    assert client.get("/signup/").status_code == 404
