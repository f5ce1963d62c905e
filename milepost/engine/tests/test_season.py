"""The season: learnt where it comes back, left alone where not, and told of the days ahead."""

import datetime
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.engine.ages import EDGES, count_days
from milepost.engine.chain import HORIZON
from milepost.engine.figures import Cell
from milepost.engine.history import LOST, OPEN, WON, History
from milepost.engine.learn import learn
from milepost.engine.learnt import Learnt
from milepost.engine.season import Ahead, Season, by_month, learn_season, months
from milepost.engine.string_forecast import forecast_cells
from milepost.engine.tests.histories import KEYS, STEADY, histories
from milepost.engine.tests.test_won_by import ENDS, cells_like, convolved
from milepost.engine.won_by import SWEEP, WonBy, won_by

TODAY = datetime.date(2026, 7, 1).toordinal()
EVEN = np.ones(12)
SLOW_AUGUST = np.where(np.arange(12) == 7, 0.3, 1.0)


def lived(paces, *, years=4, stays=4_000, seed=0, of=None):
    """Stays of three steps that end by a steady hazard, in days that pass at a month's pace; `of` [days] overrides."""
    rng = np.random.default_rng(seed)
    first = TODAY - round(365.25 * years)
    days = np.arange(first, TODAY)
    passed = np.concatenate([[0.0], np.cumsum(paces[months(days) % 12] if of is None else of)])
    begun = rng.integers(0, len(days), stays)
    over = np.searchsorted(passed, passed[begun] + rng.exponential(25.0, stays), side="right") - 1
    is_open = over >= len(days)
    end = np.where(is_open, OPEN, np.where(rng.random(stays) < 0.6, WON, LOST))
    lasted = np.where(is_open, len(days), over) - begun
    return History(rng.integers(0, 3, stays), lasted, end, KEYS, day=first + begun)


def season_of(history, draws=100):
    return learn(history, draws=draws).season


def test_a_slow_month_is_found_and_its_moves_are_counted():
    history = lived(SLOW_AUGUST)
    season = season_of(history)
    assert season.pace[:, 7].mean() == pytest.approx(0.3 * 12 / 11.3, abs=0.12)
    assert np.delete(season.pace.mean(0), 7) == pytest.approx(np.full(11, 12 / 11.3), abs=0.15)
    assert season.moves.sum() == (history.end == WON).sum() == pytest.approx(season.expected.sum())
    low, high = np.quantile(season.pace[:, 7], (0.1, 0.9))
    assert low < season.pace[:, 7].mean() < high < 0.5


@pytest.mark.parametrize("seed", range(4))
def test_without_a_season_every_pace_is_near_one(seed):
    season = season_of(lived(EVEN, seed=seed))
    assert np.abs(season.pace.mean(0) - 1).max() < 0.1


def test_one_odd_month_of_one_year_is_no_season():
    days = np.arange(TODAY - round(365.25 * 4), TODAY)
    odd = np.where(months(days) == months(np.array(datetime.date(2024, 3, 5).toordinal())), 3.0, 1.0)
    season = season_of(lived(EVEN, stays=8_000, of=odd))
    raw = season.moves / season.expected
    assert raw[2] > 1.2
    assert season.pace[:, 2].mean() - 1 < 0.8 * (raw[2] - 1)


def test_little_history_leans_on_an_even_year():
    few, many = (season_of(lived(SLOW_AUGUST, stays=stays, seed=3)) for stays in (150, 4_000))
    raw = few.moves / few.expected
    assert np.abs(np.log(few.pace)).mean(0).mean() < np.abs(np.log(np.maximum(raw, 0.05))).mean()
    assert few.pace[:, 7].std() > many.pace[:, 7].std()


@pytest.mark.parametrize("years", [0.5, 1.0, 1.9])
def test_less_than_two_years_tell_no_season(years):
    assert season_of(lived(SLOW_AUGUST, years=years)) is None


def test_without_days_or_rows_there_is_no_season():
    assert season_of(replace(lived(SLOW_AUGUST), day=None)) is None
    assert season_of(History.none(KEYS)) is None


def test_the_same_past_tells_the_same_season_in_any_order():
    history = lived(SLOW_AUGUST, stays=500)
    mixed = history.only(np.random.default_rng(1).permutation(len(history)))
    assert season_of(mixed).pace == pytest.approx(season_of(history).pace, rel=1e-5)


@STEADY
@given(histories, st.integers(600, 3_000), st.integers(1, 40), st.sampled_from([None, 200.0]))
def test_whatever_the_past_paces_are_finite_and_one_on_average(past, span, draws, half_life):
    day = TODAY - span + (np.arange(len(past)) * 7919) % span
    history, clocks = replace(past, day=day), np.zeros(len(KEYS), int)
    pooled = count_days(history, clocks, half_life).pooled()
    bins = [np.array(EDGES)] * len(KEYS)
    D, E = by_month(history, pooled, bins, clocks)
    assert D.sum() == (history.end == WON).sum() == pytest.approx(E.sum())
    assert (E >= 0).all()
    season = learn_season(history, pooled, bins, clocks, draws=draws, seed=0)
    if season is not None:
        assert np.isfinite(season.pace).all()
        assert season.pace.min() > 0
        assert season.pace @ (season.expected / season.expected.sum()) == pytest.approx(np.ones(draws), rel=1e-4)


def with_season(learnt, paces):
    pace = np.asarray(paces, np.float32) * np.ones((learnt.draws, 1), np.float32)
    return replace(learnt, season=Season(pace, np.zeros(12, int), np.ones(12)))


@pytest.fixture(scope="module")
def learnt():
    return replace(learn(lived(EVEN, stays=600), draws=12), season=None)


def drawn(learnt):
    """A season with another pace in every draw."""
    return with_season(learnt, np.exp(np.random.default_rng(5).normal(0, 0.4, (learnt.draws, 12))))


@pytest.mark.parametrize("count", [6, SWEEP + 5])
def test_by_a_day_ahead_has_come_what_comes_by_its_days_of_steps(learnt, count):
    told, cells = drawn(learnt), [*cells_like(count), Cell(("offer",), 3, 2)]
    quick, ahead = won_by(told, cells, ENDS, day=TODAY), Ahead(told.season, TODAY)
    for place in (0, 1, 2, 3, count):
        cell = replace(cells[place], booked_in=ahead.wait(cells[place].waits))
        C = np.pad(convolved(learnt, cell, np.arange(HORIZON)), ((1, 0), (0, 0)))
        for e, end in enumerate(ENDS):
            m = ahead.at(np.array([end]))[0]
            if cells[place].waits:
                m = np.maximum(m, cell.waits) if end >= cells[place].waits else np.minimum(m, cell.waits - 1)
            slow = [np.interp(m[d] + 1, np.arange(len(C)), C[:, d]) for d in range(learnt.draws)]
            np.testing.assert_allclose(quick[place, e], slow, atol=3e-6)


def test_an_even_season_changes_nothing(learnt):
    even, cells = with_season(learnt, EVEN), cells_like(10)
    np.testing.assert_allclose(won_by(even, cells, ENDS, day=TODAY), won_by(learnt, cells, ENDS), atol=2e-6)
    plain, told = (forecast_cells(each, cells, day=TODAY) for each in (learnt, even))
    assert [each.close_days for each in told] == [each.close_days for each in plain]


def test_without_a_day_there_is_no_season(learnt):
    cells = cells_like(4)
    np.testing.assert_array_equal(won_by(drawn(learnt), cells, ENDS), won_by(learnt, cells, ENDS))


def test_a_slow_august_delays_and_takes_nothing_away(learnt):
    slow, cells = with_season(learnt, SLOW_AUGUST), [Cell(KEYS), Cell(("offer",), 5)]
    ends = [30, 61, 91, 9_999]
    plain, told = (won_by(each, cells, ends, day=TODAY) for each in (learnt, slow))
    np.testing.assert_allclose(told[:, [0, 3]], plain[:, [0, 3]], atol=2e-6)
    assert (told[:, 1:3] < plain[:, 1:3]).all()
    before, after = (forecast_cells(each, cells, day=TODAY) for each in (learnt, slow))
    assert [each.win for each in after] == [each.win for each in before]
    assert all(late.close_days[2] > soon.close_days[2] for late, soon in zip(after, before, strict=True))


@STEADY
@given(st.integers(0, 400), st.integers(0, 300), st.integers(0, 364))
def test_chances_grow_with_time_and_stay_within_the_chance_to_win(learnt, age, booked_in, later):
    told, cell = drawn(learnt), Cell(KEYS, age, booked_in)
    by = won_by(told, [cell], [0, 10, 60, 61, 200, 400, 900, 9_999], day=TODAY + later)[0]
    assert (np.diff(by, axis=0) >= -1e-6).all()
    assert by.min() >= 0
    assert by.max() < 1
    assert (by[:-1] <= by[-1] + 1e-6).all()


@pytest.mark.parametrize("wait", [1, 20, 45, 90])
def test_nothing_is_won_before_an_appointment(learnt, wait):
    told = drawn(learnt)
    before, then = won_by(told, [Cell(("offer",), 4, wait)], [wait - 1, wait], day=TODAY)[0]
    assert before.max() < 1e-6
    assert then.min() > 0


@STEADY
@given(st.integers(0, 500), st.integers(0, 200), st.sampled_from(ENDS))
def test_its_two_ways_agree(learnt, age, booked_in, end):
    tables = WonBy(drawn(learnt), [end, end + 30], TODAY)
    step, C = tables.step("meet"), tables.rest(KEYS[1:])
    wait = tables.season.wait(booked_in)
    asked = np.array([min(age, step.oldest)]), np.array([wait]), [tables._asked(booked_in)], C
    np.testing.assert_allclose(step.summed(*asked), step.swept(*asked), atol=2e-6)


def test_it_is_kept_with_what_was_learnt():
    told = learn(lived(SLOW_AUGUST, stays=500), draws=8)
    again = Learnt.from_bytes(told.to_bytes()).season
    for name in ("pace", "moves", "expected"):
        np.testing.assert_array_equal(getattr(again, name), getattr(told.season, name))
    assert Learnt.from_bytes(learn(History.none(KEYS), draws=8).to_bytes()).season is None
