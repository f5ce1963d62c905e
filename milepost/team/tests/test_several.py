"""Several people are let in at once: their addresses, one role, a link for each."""

import csv
import re

import pytest
from django.test import Client
from django.urls import reverse

from milepost.team.models import NO_ADDRESS, AccessLink, Membership, Person

SEVERAL = "team:invite_several"


@pytest.fixture
def imported(cast):
    """Two people whom an import has named."""
    return [Person.join(by=None, name=name, email=f"{name[0]}{NO_ADDRESS}") for name in ("Anna Lind", "=Bo Krag")]


def said(cast, people, **more):
    given = {"role": "salesperson", "territory": cast.south.pk, "scope": "own", "who": [p.pk for p in people]}
    return given | {f"email-{p.pk}": f"person{p.pk}@example.com" for p in people} | more


def test_only_those_who_are_not_in_yet_can_be_chosen(cast, as_, imported):
    client = as_(cast.administrator)
    cast.salesperson.set_password("a-long-enough-one")
    cast.salesperson.save()
    page = client.get(reverse("team:people")).text
    assert f'name="who" value="{imported[0].pk}"' in page
    assert f'name="who" value="{cast.salesperson.pk}"' not in page
    form = client.get(reverse(SEVERAL), {"who": [imported[0].pk, cast.salesperson.pk, "x"]}).text
    assert f'name="email-{imported[0].pk}"' in form
    assert f'name="email-{cast.salesperson.pk}"' not in form


def test_each_gets_the_role_and_a_link_that_works(cast, as_, imported):
    page = as_(cast.administrator).post(reverse(SEVERAL), said(cast, imported)).text
    links = re.findall(r'readonly value="http://testserver([^"]+)"', page)
    assert len(links) == 2
    assert "@no-address" not in page
    for person, link in zip(sorted(imported, key=lambda p: p.name_key), links, strict=True):
        person.refresh_from_db()
        assert person.email == f"person{person.pk}@example.com"
        membership = Membership.objects.get(person=person)
        assert (membership.territory, membership.role, membership.scope) == (cast.south, "salesperson", "own")
        password = {"password": "a quiet long sentence", "again": "a quiet long sentence"}
        assert Client().post(link, password).status_code == 302
        assert not Person.objects.get(pk=person.pk).is_awaited


def test_the_links_come_as_csv_that_no_spreadsheet_runs(cast, as_, imported):
    answer = as_(cast.administrator).post(reverse(SEVERAL), said(cast, imported, csv="1"))
    assert answer["Content-Type"].startswith("text/csv")
    assert "no-store" in answer["Cache-Control"]
    head, *rows = csv.reader(answer.content.decode("utf-8-sig").splitlines())
    assert head == ["Name", "E-mail address", "Link"]
    assert {row[0] for row in rows} == {"Anna Lind", "'=Bo Krag"}
    for row in rows:
        assert AccessLink.usable(row[2].rstrip("/").rpartition("/")[2]).person.email == row[1]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("", "This field is required."),
        ("nonsense", "valid email"),
        ("coordinator@example.com", "here already"),
        ("TWICE@example.com", "stands here twice"),
    ],
)
def test_a_wrong_address_is_told_at_its_field_and_lets_nobody_in(cast, as_, imported, wrong, words):
    first, second = sorted(imported, key=lambda p: p.name_key)
    given = said(cast, imported, **{f"email-{first.pk}": "twice@example.com", f"email-{second.pk}": wrong})
    answer = as_(cast.administrator).post(reverse(SEVERAL), given)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [f"email-{second.pk}"]
    assert words in answer.text
    assert "twice@example.com" in answer.text
    assert not AccessLink.objects.exists()


def test_it_says_how_to_choose_when_nobody_is_chosen(cast, as_):
    assert "Nobody is chosen" in as_(cast.administrator).get(reverse(SEVERAL)).text
    assert as_(cast.coordinator).get(reverse(SEVERAL)).status_code == 403


def test_those_who_have_roles_already_may_keep_to_them(cast, as_, imported):
    for person in imported:
        Membership.give(by=None, person=person, territory=cast.north, role="salesperson")
    client, half = as_(cast.administrator), said(cast, imported, territory="")
    answer = client.post(reverse(SEVERAL), half)
    assert answer.text.count(f"Salesperson, {cast.north}") == len(imported)
    assert list(answer.context["form"].errors) == ["territory"]
    assert "Choose both, or neither." in answer.text
    assert client.post(reverse(SEVERAL), half | {"role": ""}).status_code == 200
    assert Membership.objects.filter(person__in=imported).count() == 2
