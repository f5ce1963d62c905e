"""Names that are kept where they are read often follow the account or person that is renamed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from milepost.opportunities.begin import begin
from milepost.opportunities.models import Standing
from milepost.web.search import candidates


@pytest.fixture
def several(cast, playbook, account, opportunity):
    for name in ("Kiln", "Pumps", "Drives", "Winder", "Dryer", "Press"):
        begin(by=None, name=name, account=account, territory=cast.north, playbook_version=playbook)
    return account


def test_an_account_is_renamed_on_all_its_opportunities(cast, several):
    several.revise(by=cast.coordinator, name="Solway Board")

    assert set(Standing.objects.values_list("account_name", flat=True)) == {"Solway Board"}
    assert len(candidates("solway", kind="opportunity")) == 7
    assert not candidates("brennholt", kind="opportunity")


def test_an_account_with_many_is_renamed_with_no_more_questions_than_one_with_few(cast, playbook, account, opportunity):
    with CaptureQueriesContext(connection) as few:
        account.revise(by=cast.coordinator, name="Solway Board")
    for number in range(6):
        begin(by=None, name=f"Kiln {number}", account=account, territory=cast.north, playbook_version=playbook)
    with CaptureQueriesContext(connection) as many:
        account.revise(by=cast.coordinator, name="Solway Water")

    assert len(many) <= len(few)


def test_an_opportunity_without_an_account_keeps_none(cast, several, playbook):
    lone = begin(by=None, name="Lone", territory=cast.north, playbook_version=playbook)
    several.revise(by=cast.coordinator, name="Solway Board")
    assert Standing.objects.get(pk=lone.pk).account_name == ""


def test_whoever_is_renamed_stands_on_the_board_under_the_new_name_at_once(as_, cast, opportunity):
    opportunity.assign(by=cast.coordinator, role="salesperson", person=cast.salesperson)
    typed = {"name": "Ilse Neu", "email": cast.salesperson.email, "time_zone": "", "version": 1}

    answer = as_(cast.administrator).post(reverse("team:person", args=[cast.salesperson.pk]), typed)

    assert answer.status_code == 302
    assert Standing.objects.get().next_who == "Ilse Neu"


def test_a_renamed_coordinator_is_named_only_where_there_is_no_salesperson(cast, several, opportunity):
    opportunity.assign(by=cast.coordinator, role="salesperson", person=cast.salesperson)
    before = Standing.objects.get(pk=opportunity.pk).next_who
    Standing.objects.exclude(pk=opportunity.pk).first().opportunity.assign(
        by=cast.coordinator, role="coordinator", person=cast.coordinator
    )

    cast.coordinator.revise(by=cast.coordinator, name="Ada Neu")

    assert Standing.objects.get(pk=opportunity.pk).next_who == before
    assert Standing.objects.filter(next_who="Ada Neu").count() == 1
