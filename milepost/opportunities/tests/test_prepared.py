"""Questions put into SQL once: they answer as the plain question does, whoever asks, whatever changed meanwhile."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import DateField, F
from django.http import Http404

from milepost.opportunities.models import Opportunity, Step
from milepost.opportunities.views.parts import FOUND
from milepost.web.prepared import Given, Prepared, given_id

pytestmark = pytest.mark.django_db


def of_rows(row: Any) -> dict[str, Any]:
    """Return all that was read of a row."""
    return {name: value for name, value in vars(row).items() if name != "_state"}


def test_it_answers_as_the_plain_question(cast: Any, opportunity: Opportunity) -> None:
    plain = Prepared(lambda: Step.objects.filter(opportunity=given_id("of")).select_related("opportunity__account"))
    asked = plain.ask(of=opportunity.pk)
    same = list(Step.objects.filter(opportunity=opportunity).select_related("opportunity__account"))
    assert asked
    assert list(map(of_rows, asked)) == list(map(of_rows, same))
    assert [of_rows(a.opportunity) for a in asked] == [of_rows(b.opportunity) for b in same]
    assert plain.ask(of=opportunity.pk + 1) == []


def test_it_takes_other_kinds_of_values_and_rows(opportunity: Opportunity) -> None:
    until = Given("until", DateField())
    begun = Prepared(lambda: Opportunity.objects.filter(started_on__lte=until).values_list("pk", F("name")))
    assert opportunity.started_on is not None
    assert begun.ask(until=opportunity.started_on) == [(opportunity.pk, opportunity.name)]
    assert begun.ask(until=opportunity.started_on - datetime.timedelta(days=1)) == []


def test_it_knows_what_changed_since(cast: Any, opportunity: Opportunity) -> None:
    sight = cast.coordinator.sight
    assert FOUND.find(sight, pk=opportunity.pk).name == opportunity.name
    Opportunity.objects.filter(pk=opportunity.pk).update(name="Another name")
    assert FOUND.find(sight, pk=opportunity.pk).name == "Another name"


def test_it_gives_nobody_what_another_sees(cast: Any, opportunity: Opportunity) -> None:
    assert FOUND.find(cast.coordinator.sight, pk=opportunity.pk) == opportunity
    with pytest.raises(Http404):
        FOUND.find(cast.outsider.sight, pk=opportunity.pk)


def test_it_finds_no_row_by_a_number_that_no_row_can_have(cast: Any, as_: Any) -> None:
    client = as_(cast.coordinator)
    assert client.get(f"/opportunities/{10**30}/").status_code == 404
    assert client.get(f"/opportunities/{10**18}/").status_code == 404


def test_it_tells_values_that_are_given_from_those_that_stand_in_the_question(opportunity: Opportunity) -> None:
    Opportunity.objects.filter(pk=opportunity.pk).update(name="100 % of %s and $1")
    named = Prepared(lambda of: Opportunity.objects.filter(pk=given_id("pk"), name=of).exclude(name__contains="%%"))
    assert named.ask("100 % of %s and $1", pk=opportunity.pk) == [opportunity]
    assert named.ask("100 % of %s and $2", pk=opportunity.pk) == []
    assert named.ask("100 % of %s and $1", pk=opportunity.pk + 1) == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps no plans")
def test_postgresql_plans_a_question_once(opportunity: Opportunity) -> None:
    plain = Prepared(lambda: Step.objects.filter(opportunity=given_id("of")))
    for _ in range(3):
        assert plain.ask(of=opportunity.pk)
    plans = """SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%"opportunities_step"%$1%'"""
    with connection.cursor() as cursor:
        cursor.execute(plans)
        once = cursor.fetchone()
        plain.ask(of=opportunity.pk + 1)
        cursor.execute(plans)
        assert once == cursor.fetchone() != (0,)
