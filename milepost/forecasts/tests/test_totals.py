"""What each period was to come to, kept day by day, and how that is shown."""

import datetime

import pytest

from milepost.forecasts.calendar import calendar_of
from milepost.forecasts.models import PeriodTotal
from milepost.forecasts.page import PeriodView
from milepost.forecasts.recall import recall
from milepost.forecasts.totals import keep_totals, known_periods
from milepost.opportunities.models import Outcome
from milepost.web.jobs import Work, ask, claim

DAY = datetime.timedelta(days=1)


def forecast(as_, person, query="?by=year"):
    answer = as_(person).get(f"/forecast/{query}")
    assert answer.status_code == 200
    return answer.context


def of(territory, period):
    return PeriodTotal.objects.get(territory=territory, period=period.key)


@pytest.fixture
def year(cast):
    return calendar_of(cast.company).period("year", cast.today)


def test_it_keeps_what_the_page_says(cast, as_, opportunity, year):
    opportunity.revise(by=cast.coordinator, value_minor=500_000_00)
    keep_totals()
    view = forecast(as_, cast.administrator)["first"]
    row = of(cast.world, year)
    assert (row.low, row.middle, row.high) == view.limits
    assert (row.won, row.open) == (0, 1)
    assert of(cast.north, year).high == row.high
    assert not PeriodTotal.objects.filter(territory=cast.south).exists()
    assert PeriodTotal.objects.get(person=cast.salesperson, period=year.key).high == row.high
    assert [part[1:] for part in row.ahead][-1] == [row.low, row.middle, row.high]
    assert [part[3] for part in row.ahead] == sorted(part[3] for part in row.ahead)


def test_it_keeps_a_day_once_and_every_known_period(cast, opportunity):
    keep_totals()
    n = PeriodTotal.objects.count()
    assert keep_totals() == n == PeriodTotal.objects.count()
    keys = set(PeriodTotal.objects.values_list("period", flat=True))
    assert keys == {period.key for period in known_periods(calendar_of(cast.company), cast.today)}


def test_the_daily_job_keeps_them(cast, opportunity):
    ask("snapshot_daily")
    job = claim("test")
    Work(job, "test").run()
    assert PeriodTotal.objects.filter(on=cast.today, territory=cast.world).exists()


def test_it_counts_what_was_won_by_then(cast, opportunity, year):
    opportunity.revise(by=cast.coordinator, value_minor=70_000_00)
    Outcome.objects.create(opportunity=opportunity, kind="won", on=cast.today)
    opportunity.restand()
    keep_totals()
    row = of(cast.north, year)
    assert (row.won, row.low, row.high, row.open) == (70_000_00, 70_000_00, 70_000_00, 0)


def test_it_leaves_confidential_ones_out(cast, opportunity):
    opportunity.revise(by=cast.coordinator, confidential=True)
    keep_totals()
    assert not PeriodTotal.objects.exists()


def test_it_shows_how_a_period_went(cast, as_, opportunity, year):
    opportunity.revise(by=cast.coordinator, value_minor=500_000_00)
    recall([cast.today - 9 * DAY, cast.today - 2 * DAY], today=cast.today)
    keep_totals()
    chart = forecast(as_, cast.administrator)["fan"]
    days = [row[0].plain for row in chart.rows]
    kept = [cast.today, cast.today - 2 * DAY, cast.today - 9 * DAY]
    assert days == [day.isoformat() for day in kept if day in year]
    assert len(chart.plot["band"]) == len(days)
    assert chart.plot["ahead"][0][1:] == [0, 0]


def test_it_is_drawn_once_anything_was_to_come_in(cast, as_, opportunity, monkeypatch):
    opportunity.revise(by=cast.coordinator, value_minor=500_000_00)
    keep_totals()
    kept = PeriodTotal.objects.filter(territory=cast.north)
    kept.update(low=0, middle=0, high=0)
    monkeypatch.setattr(PeriodView, "limits", (0, 1, 2))
    nothing = forecast(as_, cast.coordinator)
    assert (nothing["fan"], nothing["is_kept"]) == (None, True)
    kept.update(high=1)
    assert forecast(as_, cast.coordinator)["fan"] is not None


def test_it_shows_totals_to_those_alone_who_see_the_whole(cast, as_, opportunity):
    opportunity.revise(by=cast.coordinator, value_minor=500_000_00)
    keep_totals()
    assert forecast(as_, cast.coordinator)["fan"] is not None
    assert forecast(as_, cast.coordinator, f"?territory={cast.world.pk}")["fan"] is None
    assert forecast(as_, cast.coordinator, f"?territory={cast.south.pk}").get("fan") is None
    assert forecast(as_, cast.coordinator, f"?by=year&person={cast.salesperson.pk}")["fan"] is None
    assert forecast(as_, cast.salesperson, f"?by=year&person={cast.salesperson.pk}")["fan"] is not None
    assert forecast(as_, cast.coordinator, "?by=year&playbook=1").get("fan") is None
