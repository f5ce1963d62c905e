"""When the fiscal calendar changes, every number stands for the days it was given for, or says that it does not."""

import pytest
from django.urls import reverse

from milepost.engine.fiscal import Calendar
from milepost.forecasts.former import keep_days
from milepost.forecasts.models import PeriodLock, PeriodTotal, Submission, Target
from milepost.team.models import Company

APRIL, WEEKS, FEBRUARY = {"fiscal_year_starts": 4}, {"fiscal_calendar": "4-4-5"}, {"fiscal_year_starts": 2}


@pytest.fixture
def quarter(cast):
    return cast.company.fiscal.period("quarter", cast.today)


@pytest.fixture
def given(cast, as_, opportunity, quarter):
    """A target, a submitted number, a lock and a kept total of this quarter."""
    Target.set(by=None, period=quarter.key, territory=cast.north, amount_minor=100_000_00)
    as_(cast.sales_manager).post(f"/forecast/rollup/submit/{cast.north.pk}/", {"amount": "90 k"})
    PeriodLock.set(by=cast.sales_manager, period=quarter.key, territory=cast.north)
    PeriodTotal.objects.create(
        on=cast.today, period=quarter.key, territory=cast.north, currency="EUR", low=1, middle=2, high=3, mean=2,
        won=0, open=1,
    )  # fmt: skip


def settle(cast, as_, **changes):
    company = Company.the()
    now = {"name": "Northwind", "currency": "EUR", "time_zone": "Europe/Berlin", "delay_percent": 10}
    now |= {"fiscal_year_starts": company.fiscal_year_starts, "fiscal_calendar": company.fiscal_calendar}
    said = now | {"week_starts": 0, "version": company.version} | changes
    assert as_(cast.administrator).post(reverse("desk:company"), said).status_code == 302


def keys():
    kinds = (Target, Submission, PeriodLock, PeriodTotal)
    return {key for kind in kinds for key in kind.objects.values_list("period", flat=True)}


@pytest.mark.parametrize("changes", [APRIL, WEEKS])
def test_numbers_move_to_the_period_with_their_days(cast, as_, given, quarter, changes):
    settle(cast, as_, **changes)
    now = Company.the().fiscal.period("quarter", quarter.start + (quarter.end - quarter.start) / 2)
    assert abs(now.start - quarter.start).days <= 7
    assert keys() == {now.key}
    page = as_(cast.sales_manager).get(f"/forecast/rollup/?from={now.key}")
    line = page.context["rollup"].find(cast.north.pk, None)
    assert (line.target_minor, line.said.own.amount_minor, bool(line.lock)) == (100_000_00, 90_000_00, True)
    assert "when the fiscal calendar was another one" not in page.text


def test_what_no_period_has_the_days_of_is_set_aside_and_said(cast, as_, given, quarter):
    settle(cast, as_, **FEBRUARY)
    days = f"{quarter.start}/{quarter.end}"
    assert keys() == {days}
    manager = as_(cast.sales_manager)
    now = Company.the().fiscal.period("quarter", quarter.end)
    pages = [manager.get(f"/forecast/{each}?from={now.key}") for each in ("", "rollup/", "targets/")]
    assert all("1 target was set for" in page.text for page in pages)
    assert "1 number was submitted for" in pages[1].text
    line = pages[1].context["rollup"].find(cast.north.pk, None)
    assert (line.target_minor, line.said.own, line.lock) == (None, None, None)
    assert days not in manager.get("/forecast/rollup/history/").text


def test_nobody_is_told_of_what_is_out_of_sight_or_of_other_days(cast, as_, given, quarter):
    settle(cast, as_, **FEBRUARY)
    assert "1 target was set for" not in as_(cast.outsider).get("/forecast/rollup/").text
    later = Company.the().fiscal.move(Company.the().fiscal.period("quarter", quarter.end), 2)
    assert "1 target was set for" not in as_(cast.sales_manager).get(f"/forecast/rollup/?from={later.key}").text


def test_it_counts_again_with_a_calendar_that_has_its_days(cast, as_, given, quarter):
    settle(cast, as_, **FEBRUARY)
    settle(cast, as_, fiscal_year_starts=1)
    assert keys() == {quarter.key}


def test_numbers_that_follow_each_other_change_places_without_meeting(cast):
    before, now = Calendar(1), Calendar(4)
    for n, key in enumerate(("2026-Q4", "2027-Q1", "2027-Q3", "2027-Q4", "2028-Q3"), 1):
        Target.set(by=None, period=key, territory=cast.north, amount_minor=n)
    keep_days(before, now)
    found = dict(Target.objects.values_list("amount_minor", "period"))
    assert found == {1: "2027-Q3", 2: "2027-Q4", 3: "2028-Q2", 4: "2028-Q3", 5: "2029-Q2"}
    keep_days(now, before)
    assert dict(Target.objects.values_list("amount_minor", "period"))[3] == "2027-Q3"


def test_of_two_numbers_near_the_same_days_the_one_that_counts_stays(cast):
    weeks = Calendar(1, "4-4-5", 0)
    early = "2026-09-28/2026-12-27"
    Target.set(by=None, period=early, territory=cast.north, amount_minor=1)
    Target.set(by=None, period="2026-Q4", territory=cast.north, amount_minor=2)
    keep_days(Calendar(1), weeks)
    assert dict(Target.objects.values_list("amount_minor", "period")) == {1: early, 2: "2026-Q4"}
