"""What has ended: paged by key, filtered, exported, and only what a person may see."""

import datetime
import html
import re

import pytest
from django.urls import reverse

from milepost.desk.board import ended
from milepost.desk.tests.test_board_export import read_csv, read_xlsx
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close, correct
from milepost.opportunities.models import Opportunity, Outcome, Reason
from milepost.opportunities.models.opportunity import TeamMember

ENDED = reverse("desk:ended")


@pytest.fixture
def past(cast, playbook, account):
    """Fourteen that ended, some on the same day, some on no known day, the last in the south."""
    days = [datetime.date(2020, 5, 1), datetime.date(2021, 5, 1), datetime.date(2021, 5, 1), None]
    for at in range(14):
        one = Opportunity.objects.create(
            name=f"Deal {at}", name_key=f"deal {at}", playbook_version=playbook, currency="EUR", account=account,
            territory=cast.south if at == 13 else cast.north, salesperson=cast.salesperson if at % 2 else None,
        )  # fmt: skip
        Outcome.objects.create(opportunity=one, kind=["won", "lost"][at % 2], on=days[at % 4])
    return list(Outcome.objects.order_by("-on", "-id"))


def names_in(page):
    return re.findall(r'<a class="opp-name" href="[^"]*">(Deal \d+)', page)


def walk(client, query=""):
    found, link = [], f"?{query}"
    for _page in range(50):
        page = client.get(ENDED + link).content.decode()
        found += names_in(page)
        more = re.search(r'href="([^"]*after=[^"]*)"', page)
        if not more:
            return found
        link = html.unescape(more[1])
    raise AssertionError("The pages do not end.")


@pytest.mark.parametrize("size", [1, 2, 3, 5, 13, 14, 50])
def test_it_shows_every_one_once_newest_first_and_undated_last(as_, cast, past, size, monkeypatch):
    monkeypatch.setattr(ended, "PAGE", size)

    dated = sorted((o for o in past if o.on), key=lambda o: (o.on, o.pk), reverse=True)
    undated = sorted((o for o in past if not o.on), key=lambda o: o.pk, reverse=True)
    assert walk(as_(cast.administrator)) == [o.opportunity.name for o in [*dated, *undated]]


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ("outcome=won", lambda o: o.kind == "won"),
        ("year=2020", lambda o: o.on and o.on.year == 2020),
        ("year=2021&outcome=lost", lambda o: o.on and o.on.year == 2021 and o.kind == "lost"),
        ("person=nobody", lambda o: o.opportunity.salesperson is None),
        ("outcome=open_again", lambda o: True),
    ],
)
def test_it_keeps_what_is_asked(as_, cast, past, query, condition):
    assert set(walk(as_(cast.administrator), query)) == {o.opportunity.name for o in past if condition(o)}


@pytest.mark.parametrize("query", ["outcome=open_again", "year=99999", "year=x", "person=0", "territory=0"])
def test_a_wrong_filter_says_so(as_, cast, past, query):
    assert "is left out:" in as_(cast.administrator).get(f"{ENDED}?{query}").content.decode()


@pytest.mark.parametrize("after", ["x", "2020-05-01_", "_x", "2020-13-01_3", "_" + "9" * 40])
def test_a_wrong_place_begins_at_the_beginning(as_, cast, past, after):
    page = as_(cast.administrator).get(ENDED, {"after": after})

    assert page.status_code == 200
    assert len(names_in(page.content.decode())) == 14


def test_an_outsider_sees_only_their_own(as_, cast, past):
    outside = as_(cast.outsider)
    page = outside.get(ENDED).content.decode()

    assert names_in(page) == ["Deal 13"]
    assert "<dd>1</dd>" in page
    assert [row["Opportunity"] for row in read_csv(outside, reverse("desk:ended_csv"))] == ["Deal 13"]


@pytest.mark.parametrize("who", ["administrator", "salesperson", "outsider", "team_member"])
@pytest.mark.parametrize("query", ["", "outcome=lost", "year=2021"])
def test_it_counts_what_it_lists(as_, cast, past, who, query):
    Opportunity.objects.filter(name__in=["Deal 1", "Deal 4"]).update(confidential=True)
    Opportunity.objects.filter(name="Deal 7").update(merged_into=past[0].opportunity)
    TeamMember.objects.create(opportunity=Opportunity.objects.get(name="Deal 4"), person=cast.team_member)
    client = as_(getattr(cast, who))

    counted = re.findall(r"<dd>(\d+)</dd>", client.get(f"{ENDED}?{query}").text)

    assert sum(map(int, counted)) == len(walk(client, query)) == len(read_csv(client, f"{ENDED}csv/?{query}"))


def test_it_shows_why_and_to_whom(as_, cast, opportunity):
    reason = Reason.objects.create(outcome="lost", text="Price")
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today, reasons=[reason], lost_to="Vantor")

    page = as_(cast.coordinator).get(ENDED).content.decode()

    assert "Price" in page
    assert "lost to Vantor" in page
    (row,) = read_csv(as_(cast.coordinator), reverse("desk:ended_csv"))
    assert (row["Reasons"], row["Lost to"], row["Outcome"]) == ("Price", "Vantor", "lost")
    assert read_xlsx(as_(cast.coordinator), reverse("desk:ended_xlsx"))[1][0] == "Coating line 4"


def test_one_that_was_opened_again_has_not_ended(as_, cast, playbook):
    one = begin(by=None, name="Deal 1", territory=cast.north, playbook_version=playbook)
    outcome = close(one, by=cast.coordinator, kind="lost", on=cast.today)
    correct(outcome, by=cast.coordinator, kind="open_again", on=None, why="They called")

    assert walk(as_(cast.coordinator)) == []


def test_it_takes_few_queries(as_, cast, past, django_assert_max_num_queries):
    admin = as_(cast.administrator)
    with django_assert_max_num_queries(15):
        admin.get(ENDED)


def test_it_adds_up_what_was_won_whatever_the_page_shows(cast, as_, past):
    won = [outcome.opportunity_id for outcome in past if outcome.kind == "won"]
    Opportunity.objects.filter(pk__in=won).update(company_value_minor=500_000_00)
    page = as_(cast.coordinator).get(ENDED).text
    totals = page.split('class="totals"')[1].split("</dl>")[0]
    assert "<small>€3.50\xa0M</small></dt><dd>7</dd>" in totals
    assert totals.count("<small>") == 1
