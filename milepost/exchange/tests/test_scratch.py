"""What an import puts aside comes back as it went in, however much it is."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from milepost.exchange.dates import DateStyle, read_moment
from milepost.exchange.loading import scratch
from milepost.exchange.loading.history import History
from milepost.exchange.loading.scratch import Met, Moments
from milepost.exchange.values import Unreadable


def at(day, hour=0, second=0):
    return dt.datetime(2026, 1, day, hour, 0, second)  # noqa: DTZ001 - as files tell it


def test_an_id_is_met_where_it_stood_first():
    met = Met()
    assert met.first("006", "deals.csv", 2) == ("deals.csv", 2)
    assert met.first("006 ", "deals.csv", 3) == ("deals.csv", 3)
    assert met.first("006", "more.csv", 9) == ("deals.csv", 2)


def test_moves_come_in_the_order_of_time_then_of_arrival(monkeypatch):
    monkeypatch.setattr(scratch, "AT_ONCE", 2)
    moments = Moments()
    for own, moment, stage in [("b", at(5), 3), ("a", at(9, 8, 1), 2), ("a", at(9, 8), 1), ("a", at(9, 8), 0)]:
        moments.add(own, moment, stage, None)
    assert [stage for _day, stage, _before in moments.of("a")] == [1, 0, 2]
    assert moments.of("b") == [(dt.date(2026, 1, 5), 3, None)]
    assert moments.of("c") == []
    assert list(moments.some(10)) == ["b", "a"]
    moments.add("a", at(1), 7, 4)
    assert moments.of("a")[0] == (dt.date(2026, 1, 1), 7, 4)


def test_of_many_some_are_given_that_are_spread_over_all():
    moments = Moments()
    for number in range(1_000):
        moments.add(f"d{number}", at(number % 28 + 1), 0, None)
    some = list(moments.some(100))
    assert len(some) == 100
    assert (some[0], some[-1]) == ("d9", "d999")


def test_the_stage_left_first_is_where_it_began():
    history = History()
    history.add("1", at(20), "Offer", "Demo")
    history.add("1", at(10), "Demo", "Lead")
    began = [(dt.date(2026, 1, 2), "Lead"), (dt.date(2026, 1, 10), "Demo"), (dt.date(2026, 1, 20), "Offer")]
    assert history.of("1", dt.date(2026, 1, 2)) == began
    assert history.of("1", None) == began[1:]
    assert history.of("2", None) == []


@pytest.mark.parametrize("ending", ["Z", ".000Z", "+0000", ".125+00:00"])
@pytest.mark.parametrize("moment", ["2026-07-01T22:30:00", "2026-01-31T23:59:59", "2026-03-04T00:00:00"])
def test_greenwich_is_read_as_any_other_zone(moment, ending):
    style = DateStyle(zone=ZoneInfo("Europe/Berlin"))
    assert read_moment(moment + ending, style) == read_moment(f"{moment} UTC", style)


@pytest.mark.parametrize("text", ["2026-02-30T10:00:00Z", "1026-02-03T10:00:00Z", "2026-02-03T25:00:00.000Z"])
def test_what_is_no_moment_in_greenwich_is_told_in_words(text):
    assert isinstance(read_moment(text), Unreadable)
