"""What moved since a kept day: it adds up to the cent, and every figure leads to its opportunities."""

import datetime
import re
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost.forecasts.calendar import calendar_of
from milepost.forecasts.models import Snapshot, SnapshotDay
from milepost.forecasts.snapshots import take
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Judgement, Outcome
from milepost.team.models import PlanRate, Rate

DAY = datetime.timedelta(days=1)
AGO = 8 * DAY


@pytest.fixture
def quarter(cast):
    return calendar_of(cast.company).period("quarter", cast.today)


def deal(cast, playbook, name, value, closes):
    one = begin(by=None, name=name, playbook_version=playbook, territory=cast.north, started_on=cast.today - 20 * DAY)
    one.revise(by=cast.coordinator, value_minor=value)
    Judgement.give(one, by=cast.salesperson, on=cast.today - AGO, close_on=closes)
    return one


def keep(cast):
    """Keep how everything looks, as of eight days ago."""
    take(today=cast.today - AGO)


def page(as_, person, query=""):
    answer = as_(person).get(f"/forecast/moved/{query}")
    assert answer.status_code == 200
    return answer


def amounts(answer, column=0):
    return {line.key: line.cells[column][1].amount for line in answer.context["lines"]}


def adds_up(answer):
    for column in range(3):
        found = amounts(answer, column)
        start, end = found.pop("start"), found.pop("end")
        assert start + sum(found.values()) == end
    return True


def test_it_says_what_became_of_each(cast, as_, playbook, quarter):
    later = quarter.end + 20 * DAY
    won, lost, pushed, up, pulled = (
        deal(cast, playbook, name, 100_00 * 10**n, later if name == "pulled" else quarter.end)
        for n, name in enumerate(("won", "lost", "pushed", "up", "pulled"))
    )
    keep(cast)
    Outcome.objects.create(opportunity=won, kind="won", on=cast.today)
    won.restand()
    close(lost, by=cast.coordinator, kind="lost", on=cast.today)
    Judgement.give(pushed, by=cast.salesperson, on=cast.today, close_on=later)
    Judgement.give(pulled, by=cast.salesperson, on=cast.today, close_on=quarter.end)
    up.revise(by=cast.coordinator, value_minor=100_000_01)
    new = deal(cast, playbook, "new", 7, quarter.end)
    answer = page(as_, cast.coordinator)
    assert amounts(answer) == {
        "start": 111_100_00,
        "created": 7,
        "pulled_in": 1_000_000_00,
        "increased": 1,
        "pushed_out": -10_000_00,
        "won": -100_00,
        "lost": -1_000_00,
        "end": 1_100_000_08,
    }
    assert adds_up(answer)
    who = page(as_, cast.coordinator, f"?move=created&in={quarter.key}")
    assert [each.one.pk for each in who.context["behind"].listed] == [new.pk]


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(-80, 300)), max_size=6))
def test_it_adds_up_to_the_cent_whatever_was_kept(cast, as_, opportunity, changes):
    Snapshot.objects.all().delete()
    SnapshotDay.objects.all().delete()
    keep(cast)
    for before, after, days in changes:
        closes = cast.today + days * DAY
        Snapshot.objects.filter(opportunity=opportunity).update(amount_minor=before, judged_close=closes)
        opportunity.revise(by=cast.coordinator, value_minor=after)
        assert adds_up(page(as_, cast.coordinator))


def test_its_figures_can_be_kept_for_all_periods(cast, as_, playbook, quarter):
    deal(cast, playbook, "one", 100_00, quarter.end)
    keep(cast)
    chart = page(as_, cast.coordinator).context["chart"]
    assert [head for head in chart.heads if head.endswith("(EUR)")] == [
        f"{name} (EUR)" for name in page(as_, cast.coordinator).context["heads"]
    ]
    assert [cell.plain for cell in chart.rows[0][1:3]] == ["100.00", 1]


def test_it_counts_how_often_one_was_pushed_out(cast, as_, playbook, quarter):
    one = deal(cast, playbook, "Pushed", 500_00, quarter.end)
    keep(cast)
    for n, ago in ((1, 5), (2, 3)):
        Judgement.give(one, by=cast.salesperson, on=cast.today, close_on=quarter.end + n * 35 * DAY)
        take(today=cast.today - ago * DAY)
    answer = page(as_, cast.coordinator, f"?since={cast.today - AGO}&move=pushed_out&in={quarter.key}")
    assert [(each.one.name, each.pushed) for each in answer.context["behind"].listed] == [("Pushed", 2)]
    assert "100\u202f% of what was there has been pushed out" in answer.content.decode()


def links(answer):
    return set(re.findall(r'href="([^"]*move=[^"]*)"', answer.content.decode()))


@pytest.mark.parametrize("query", ["", "&of=expected", "&rates=then", "&of=expected&rates=plan"])
def test_every_figure_leads_to_opportunities_of_the_same_sum(cast, as_, playbook, quarter, query):
    deals = [deal(cast, playbook, f"Deal {n}", 333_33 * (n + 1), quarter.end) for n in range(4)]
    keep(cast)
    close(deals[0], by=cast.coordinator, kind="lost", on=cast.today)
    Judgement.give(deals[1], by=cast.salesperson, on=cast.today, close_on=quarter.end + 30 * DAY)
    deals[2].revise(by=cast.coordinator, value_minor=77_77)
    Snapshot.objects.filter(opportunity=deals[3]).update(win=0.77)
    answer = page(as_, cast.coordinator, f"?since={cast.today - AGO}{query}")
    assert adds_up(answer)
    found = links(answer)
    assert found
    for href in found:
        behind = page(as_, cast.coordinator, href.split("#")[0].replace("&amp;", "&")).context["behind"]
        assert behind.unnamed == behind.rest == 0
        assert sum(each.amount for each in behind.listed) == behind.move.amount != 0


def test_what_a_figure_cannot_name_makes_the_rest_of_its_sum(cast, as_, playbook, quarter, monkeypatch):
    monkeypatch.setattr("milepost.forecasts.moved_page.MOST_LISTED", 2)
    for n in range(3):
        deal(cast, playbook, f"Deal {n}", 100_00 * (n + 1), quarter.end)
    keep(cast)
    answer = page(as_, cast.coordinator, f"?move=start&in={quarter.key}")
    behind = answer.context["behind"]
    assert ([each.amount for each in behind.listed], behind.rest, behind.unnamed) == ([300_00, 200_00], 100_00, 1)
    assert "1 more" in answer.content.decode()


def test_it_compares_any_two_kept_days(cast, as_, playbook, quarter):
    stays, won, later = (deal(cast, playbook, name, 100_00, quarter.end) for name in ("stays", "won", "later"))
    take(today=cast.today - 20 * DAY)
    stays.revise(by=cast.coordinator, value_minor=150_00)
    Outcome.objects.create(opportunity=won, kind="won", on=cast.today - 10 * DAY)
    won.restand()
    take(today=cast.today - 10 * DAY)
    close(later, by=cast.coordinator, kind="lost", on=cast.today)
    first, last = cast.today - 20 * DAY, cast.today - 10 * DAY
    answer = page(as_, cast.coordinator, f"?since={first}&until={last}")
    assert amounts(answer) == {"start": 300_00, "increased": 50_00, "won": -100_00, "end": 250_00}
    assert adds_up(answer)
    assert amounts(page(as_, cast.coordinator, f"?since={last}")) == {"start": 250_00, "lost": -100_00, "end": 150_00}
    both = page(as_, cast.coordinator, f"?until={last}").context["asked"]
    assert (both.since, both.until) == (first, last)


def test_what_had_ended_and_was_corrected_since_has_not_moved(cast, as_, playbook, quarter):
    deal(cast, playbook, "stays", 100_00, quarter.end)
    lost = deal(cast, playbook, "lost", 100_00, quarter.end)
    take(today=cast.today - 15 * DAY)
    close(lost, by=cast.coordinator, kind="lost", on=cast.today - 14 * DAY)
    take(today=cast.today - 12 * DAY)
    Outcome.objects.filter(opportunity=lost).update(kind="no_decision")
    take(today=cast.today - 9 * DAY)
    answer = page(as_, cast.coordinator, f"?since={cast.today - 12 * DAY}&until={cast.today - 9 * DAY}")
    assert amounts(answer) == {"start": 100_00, "end": 100_00}


def test_it_tells_what_is_expected_with_chances_of_their_own(cast, as_, playbook, quarter):
    up = deal(cast, playbook, "up", 1_000_00, quarter.end)
    lost = deal(cast, playbook, "lost", 1_000_00, quarter.end)
    keep(cast)
    Snapshot.objects.filter(opportunity=up).update(win=up.standing.win / 2)
    Snapshot.objects.filter(opportunity=lost).update(win=0.25)
    close(lost, by=cast.coordinator, kind="lost", on=cast.today)
    found = amounts(page(as_, cast.coordinator, "?of=expected"))
    now, before = round(1_000_00 * up.standing.win), round(1_000_00 * (up.standing.win / 2))
    assert found == {"start": before + 250_00, "likelier": now - before, "lost": -250_00, "end": now}


def test_at_plan_rates_there_are_none_to_move(cast, as_, playbook, quarter):
    one = deal(cast, playbook, "dollars", 100_00, quarter.end)
    won = deal(cast, playbook, "won", 100_00, quarter.end)
    for each in (one, won):
        each.revise(by=cast.coordinator, currency="USD", value_minor=100_00)
    Rate.keep(by=None, currency="USD", valid_from=cast.today - 40 * DAY, value=Decimal("0.8"))
    keep(cast)
    Rate.keep(by=None, currency="USD", valid_from=cast.today - DAY, value=Decimal("0.9"))
    Outcome.objects.create(opportunity=won, kind="won", on=cast.today)
    won.restand()
    assert amounts(page(as_, cast.coordinator))["rates"] > 0
    assert "has no rate for USD" in page(as_, cast.administrator, "?rates=plan").content.decode()
    PlanRate.keep(by=cast.administrator, year=quarter.year, currency="USD", value=Decimal("0.5"))
    answer = page(as_, cast.coordinator, "?rates=plan")
    assert amounts(answer) == {"start": 100_00, "won": -50_00, "end": 50_00}


@pytest.mark.parametrize("query", ["", "&until=1", "&move=start&of=expected&rates=plan"])
def test_it_asks_few_questions(cast, as_, playbook, quarter, query, django_assert_max_num_queries):
    for n in range(9):
        deal(cast, playbook, f"Deal {n}", 100_00, quarter.end)
    take(today=cast.today - 12 * DAY)
    keep(cast)
    query = f"?in={quarter.key}{query.replace('until=1', f'until={cast.today - AGO}')}"
    client = as_(cast.coordinator)
    client.get("/forecast/moved/")
    with django_assert_max_num_queries(16):
        assert client.get(f"/forecast/moved/{query}").status_code == 200


def test_it_says_when_there_will_be_something(cast, as_, opportunity):
    assert "From the day after the first one you can compare" in page(as_, cast.coordinator).content.decode()
    take(today=cast.today)
    assert "From tomorrow on you can compare" in page(as_, cast.coordinator).content.decode()


def test_it_shows_nothing_of_other_territories(cast, as_, playbook, quarter):
    deal(cast, playbook, "Not yours", 500_00, quarter.end)
    keep(cast)
    answer = page(as_, cast.outsider, f"?move=start&in={quarter.key}")
    assert amounts(answer) == {"start": 0, "end": 0}
    assert "Not yours" not in answer.content.decode()


@pytest.mark.parametrize("query", ["?since=1999-01-01", "?since=x&move=won&in=2999", "?rates=then"])
def test_it_takes_a_day_that_is_not_kept_for_the_usual_one(cast, as_, opportunity, query):
    keep(cast)
    assert page(as_, cast.coordinator, query).context["asked"].since == cast.today - AGO
