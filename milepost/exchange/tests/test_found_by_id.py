"""Search finds what was imported by the id it has in its source."""

import csv
import io

import pytest
from django.db import connection
from django.urls import reverse

from milepost.exchange.found import by_id
from milepost.exchange.models import ImportBatch, SourceLink
from milepost.exchange.tests.deals import one
from milepost.opportunities.close import close


@pytest.fixture
def search(as_, cast):
    def ask(query, person=None):
        return as_(person or cast.coordinator).get(reverse("desk:search"), {"q": query}).text

    return ask


@pytest.fixture
def linked(opportunity, account):
    """An opportunity and its account with the ids they have in a CRM."""
    rows = [("opportunity", "006Dn00000ABcd1", opportunity), ("account", "001DN00000XY", account)]
    for kind, external_id, row in rows:
        SourceLink.objects.create(source="Salesforce", kind=kind, external_id=external_id, object_id=row.pk)


def test_what_an_import_brought_is_found_by_its_id(bring, search):
    bring()
    link = SourceLink.objects.get(kind="opportunity", object_id=one("Line 4").pk)
    assert ImportBatch.objects.exists()
    assert "Line 4" in search(link.external_id)


@pytest.mark.parametrize("query", ["006Dn00000ABcd1", "006Dn0", "001DN00000XY", "001dn00000xy", " 001DN "])
def test_it_is_found_whole_by_its_beginning_and_in_other_letters(linked, search, query):
    text = search(query)
    assert ("Coating line 4" if query.strip().startswith("006") else "Brennholt Paper") in text
    assert "Nothing begins with" not in text


def test_it_says_by_which_id_it_was_found(linked, search):
    assert "006Dn00000ABcd1, Brennholt Paper" in search("006Dn")


@pytest.mark.parametrize(
    ("query", "is_found"), [("ORYORRQV", True), ("oryorrqv", True), ("ORYO", True), ("oryo", False)]
)
def test_an_id_of_letters_alone_is_found_whole_or_by_its_capitals(opportunity, search, query, is_found):
    SourceLink.objects.create(source="CRM", kind="opportunity", external_id="ORYORRQV", object_id=opportunity.pk)
    assert ("ORYORRQV, Brennholt Paper" in search(query)) is is_found


def test_an_id_that_is_the_name_itself_is_not_said_twice(account, search):
    account.revise(by=None, name="Brennholt")
    SourceLink.objects.create(source="CRM", kind="account", external_id="Brennholt", object_id=account.pk)
    assert "Brennholt</" in search("Brennholt")
    assert "Brennholt, " not in search("Brennholt")


@pytest.mark.parametrize("query", ["00", "06Dn", "006Dn 0", "ABcd", "006%", "006_n"])
def test_what_is_no_beginning_of_an_id_finds_nothing(linked, search, query):
    assert "Coating line 4" not in search(query)


def test_only_what_one_may_see_is_found(linked, search, cast):
    for query in ("006Dn00000ABcd1", "001DN"):
        assert "Nothing begins with" in search(query, cast.outsider)


def test_a_whole_id_comes_before_those_that_begin_with_it(linked):
    for n in range(3):
        SourceLink.objects.create(source="Salesforce", kind="opportunity", external_id=f"001DN00000XY{n}", object_id=n)
    assert by_id("001DN00000XY")["opportunity"] == {}
    assert len(by_id("001DN00000X")["opportunity"]) == 3


def test_what_is_found_by_name_too_stands_there_once(linked, search, opportunity):
    opportunity.revise(by=None, name="006Dn line")
    assert search("006Dn").count(reverse("opportunities:page", args=[opportunity.pk])) == 1


def test_the_database_finds_an_id_by_its_index(linked):
    rows = [SourceLink(source="S", kind="account", external_id=f"A{n:06}", object_id=n) for n in range(5000)]
    SourceLink.objects.bulk_create(rows)
    from milepost.exchange.found import KINDS, _begins

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE exchange_sourcelink")
    plan = SourceLink.objects.filter(_begins({"A00012"}), kind__in=KINDS).explain()
    assert "source_link_by_id" in plan


@pytest.mark.parametrize("ids", [["006Dn00000ABcd1"], ["006Dn00000ABcd1", "DEAL-7"], []])
def test_lists_that_are_taken_along_have_the_ids(opportunity, account, as_, cast, ids):
    for source, external_id in enumerate(ids):
        told = {"source": f"CRM {source}", "external_id": external_id}
        SourceLink.objects.create(kind="opportunity", object_id=opportunity.pk, **told)
        SourceLink.objects.create(kind="account", object_id=account.pk, **told)

    def taken(name):
        text = as_(cast.administrator).get(reverse(name)).getvalue().decode("utf-8-sig")
        return [row["Id at its source"] for row in csv.DictReader(io.StringIO(text))]

    assert taken("desk:board_csv") == taken("desk:accounts_export") == [", ".join(ids)]
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today)
    assert taken("desk:board_csv") == []
    assert taken("desk:ended_csv") == [", ".join(ids)]
