"""The Board through its address: what it shows, to whom, and what it says of what it cannot show."""

import re

from django.urls import reverse

from milepost.desk.tests.boards import many
from milepost.opportunities.begin import begin
from milepost.opportunities.models import Standing
from milepost.opportunities.report import report
from milepost.opportunities.standing import UNKNOWN, restand

BOARD = reverse("desk:board")


def test_it_shows_every_open_opportunity_as_one_row(as_, cast, opportunity):
    page = as_(cast.coordinator).get(BOARD).content.decode()

    assert page.count('class="opp"') == 1
    assert "Coating line 4" in page
    assert "Brennholt Paper" in page
    assert "€120" in page
    assert "No date yet" in page


def test_it_says_as_the_page_does_where_not_all_of_a_chance_has_a_history(as_, cast, opportunity):
    client, told = as_(cast.coordinator), "leans on the default: not every part of it has a history yet"
    assert told in client.get(BOARD).content.decode()
    page = client.get(reverse("opportunities:page", args=[opportunity.pk])).content.decode()
    assert "Hollow dots lean on the default" in page

    Standing.objects.filter(pk=opportunity.pk).update(thin=False)
    assert told not in client.get(BOARD).content.decode()


def test_an_amount_without_a_rate_is_shown_as_it_is(as_, cast, playbook):
    kept = {"by": cast.coordinator, "playbook_version": playbook, "territory": cast.north, "currency": "GBP"}
    begin(name="Ferry", value_minor=10_000_00, **kept)

    page = as_(cast.coordinator).get(BOARD).content.decode()

    assert re.search(r'£10[^<]*k<span class="sub">no rate</span>', page)


def test_it_shows_nothing_to_somebody_outside(as_, cast, opportunity):
    page = as_(cast.outsider).get(BOARD).content.decode()

    assert "Coating line 4" not in page
    assert "Brennholt Paper" not in page
    assert "No open opportunities yet" in page


def test_it_escapes_hostile_names(as_, cast, playbook, account):
    account.revise(by=cast.coordinator, name="<img src=x onerror=alert(1)>")
    begin(
        by=cast.coordinator,
        name="</a><script>alert(1)</script>",
        account=account,
        territory=cast.north,
        playbook_version=playbook,
        coordinator=cast.coordinator,
    )

    page = as_(cast.coordinator).get(BOARD).content.decode()

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_row_and_page_tell_others_whom_one_that_is_all_reached_waits_for(as_, cast, opportunity):
    for key in ("first", "proposal", "contract"):
        report(opportunity.steps.get(key=key), by=cast.salesperson, result="won", on=cast.today)
    page = reverse("opportunities:page", args=[opportunity.pk])

    def told(person):
        return [" ".join(as_(person).get(url).text.split()) for url in (BOARD, page)]

    board, own = told(cast.coordinator)
    assert "Record the win" in board
    assert "Record how it ended." in own
    for said in told(cast.salesperson):
        assert f"{cast.coordinator.name} records how it ended" in said
        assert "Record " not in said
        assert "you record" not in said

    cast.coordinator.leave(by=cast.administrator)
    board, own = told(cast.salesperson)
    assert "A coordinator or manager records how it ended" in board
    assert "A coordinator or manager of its territory records how it ended" in own


def test_it_says_to_which_day_an_imported_one_counts(as_, cast, opportunity):
    type(opportunity).objects.filter(pk=opportunity.pk).update(as_of="2017-12-31")
    restand([opportunity.pk])

    page = as_(cast.coordinator).get(BOARD).content.decode()

    assert "as of Dec 2017" in page


def test_it_says_where_many_are_alike_and_leads_to_an_order_that_tells_more(as_, cast, playbook, account):
    many(cast, playbook, account, 40)
    client = as_(cast.administrator)
    assert "how they are ordered says nothing" not in client.get(BOARD).text
    Standing.objects.update(expected_key=UNKNOWN)
    page = client.get(f"{BOARD}?group=none").text
    assert "30 rows here are alike in their expected value" in page
    assert "sort=loss" in page
    assert "are alike" not in client.get(f"{BOARD}?group=none&sort=loss").text
