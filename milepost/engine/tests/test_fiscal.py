"""Fiscal periods tile time: every day lies in exactly one, whatever the calendar."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.engine.fiscal import PATTERNS, Calendar
from milepost.engine.tests.histories import STEADY

DAY = datetime.timedelta(days=1)
KINDS = ("year", "quarter", "month")
calendars = st.builds(
    Calendar, starts=st.integers(1, 12), pattern=st.sampled_from(["months", *PATTERNS]), week_starts=st.integers(0, 6)
)
days = st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 1, 1))


@STEADY
@given(calendars, days, st.sampled_from(KINDS))
def test_it_leaves_no_gap_and_no_overlap(calendar, day, kind):
    period = calendar.period(kind, day)
    assert day in period
    for n in range(1, 30):
        after = calendar.move(period, n)
        assert after.start == calendar.move(period, n - 1).end + DAY
        assert calendar.period(kind, after.start) == calendar.period(kind, after.end) == after
        assert calendar.move(after, -n) == period


@STEADY
@given(calendars, days)
def test_it_finds_what_its_keys_name(calendar, day):
    for kind in KINDS:
        period = calendar.period(kind, day)
        assert calendar.find(period.key) == period


@STEADY
@given(calendars, days)
def test_it_makes_years_of_quarters_of_months(calendar, day):
    year = calendar.period("year", day)
    quarters = calendar.within("quarter", year)
    months = [month for quarter in quarters for month in calendar.within("month", quarter)]
    assert (len(quarters), len(months)) == (4, 12)
    assert (quarters[0].start, quarters[-1].end) == (months[0].start, months[-1].end) == (year.start, year.end)
    assert {month.year for month in months} == {year.year}
    assert calendar.within("month", months[3]) == [months[3]]


@STEADY
@given(calendars.filter(lambda c: c.pattern != "months"), days)
def test_its_weeks_are_whole_and_begin_near_the_month(calendar, day):
    year = calendar.period("year", day)
    assert year.days % 7 == 0
    assert calendar.weeks(year.year) in (52, 53)
    assert year.start.weekday() == calendar.week_starts
    first = datetime.date(*year.month, 1)
    assert abs((year.start - first).days) <= 3
    assert year.month[1] == calendar.starts


@STEADY
@given(calendars.filter(lambda c: c.pattern == "months"), days)
def test_its_calendar_months_are_calendar_months(calendar, day):
    month = calendar.period("month", day)
    assert month.month == (day.year, day.month)
    assert month.start == day.replace(day=1)


def test_it_gives_the_53rd_week_to_the_last_month():
    retail = Calendar(starts=2, pattern="4-5-4", week_starts=6)
    long = [year for year in range(2000, 2030) if retail.weeks(year) == 53]
    assert long == [2001, 2007, 2013, 2018, 2024, 2029]
    last = retail.find("2024-M12")
    assert (last.days, retail.find("2024-M11").days) == (35, 35)
    assert retail.find("2023-M12").days == 28
    assert (last.start, last.end) == (datetime.date(2023, 12, 31), datetime.date(2024, 2, 3))


def test_it_names_periods_and_months_carry_their_year():
    april = Calendar(starts=4)
    may = april.period("month", datetime.date(2026, 5, 31))
    assert (may.name(), may.key) == ("May 2026", "2027-M02")
    assert april.period("quarter", may.start).name() == "Q1 2027"
    assert april.period("year", may.start).name() == "2027"
    assert may.name(["J", "F", "M", "A", "Mai", *"JJASOND"]) == "Mai 2026"
    assert Calendar().period("quarter", datetime.date(2027, 4, 1)).name() == "Q2 2027"


def test_it_tells_the_period_and_those_after_it():
    ends = [month.end.isoformat() for month in Calendar().following("month", datetime.date(2026, 11, 25), 4)]
    assert ends == ["2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28"]


@pytest.mark.parametrize("wrong", [{"starts": 0}, {"starts": 13}, {"pattern": "4-4-4"}, {"week_starts": 7}])
def test_it_refuses_what_is_no_calendar(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Calendar(**wrong)


@pytest.mark.parametrize("key", ["", "Q2", "2027-Q5", "2027-Q0", "2027-M13", "2027-W1", "2027-Q", "2027-Qx", "x-Q1"])
def test_it_refuses_keys_that_name_nothing(key):
    with pytest.raises(ValueError, match="fiscal period"):
        Calendar().find(key)
