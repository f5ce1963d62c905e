"""What moved since a kept day: it adds up to the cent, and every figure leads to its opportunities."""

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost.forecasts.calendar import calendar_of
from milepost.forecasts.models import Snapshot, SnapshotDay
from milepost.forecasts.snapshots import take
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Judgement, Outcome

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
    assert [one.pk for one, _pushed in who.context["listed"]] == [new.pk]


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


def test_it_counts_how_often_one_was_pushed_out(cast, as_, playbook, quarter):
    one = deal(cast, playbook, "Pushed", 500_00, quarter.end)
    keep(cast)
    for n, ago in ((1, 5), (2, 3)):
        Judgement.give(one, by=cast.salesperson, on=cast.today, close_on=quarter.end + n * 35 * DAY)
        take(today=cast.today - ago * DAY)
    answer = page(as_, cast.coordinator, f"?since={cast.today - AGO}&move=pushed_out&in={quarter.key}")
    assert [(each.name, n) for each, n in answer.context["listed"]] == [("Pushed", 2)]
    assert "100\u202f% of what was there has been pushed out" in answer.content.decode()


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
