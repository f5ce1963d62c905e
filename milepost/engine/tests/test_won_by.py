"""Won by a day: quick ways against plain convolution, and against what is won in the end."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.engine.chain import HORIZON, step_days
from milepost.engine.figures import Cell
from milepost.engine.learn import learn
from milepost.engine.string_forecast import forecast_cells
from milepost.engine.tests.histories import KEYS, STEADY, histories, history
from milepost.engine.tests.test_string_forecast import MANY
from milepost.engine.won_by import KEPT, SWEEP, WonBy, won_by

ENDS = [0, 1, 6, 35, 66, 200, 480]


@pytest.fixture(scope="module")
def learnt():
    return learn(history(MANY), draws=12)


def convolved(learnt, cell, ends):
    """The slow twin: convolve the steps' days one after the other, draw by draw [ends, draws]."""
    answer = np.empty((len(ends), learnt.draws))
    for d in range(learnt.draws):
        F = np.eye(1, HORIZON)[0]
        for key, age in zip(cell.keys, [cell.age or 0, *[0] * len(cell.keys)], strict=False):
            waits = cell.waits if key == cell.keys[0] else 0
            f, _ = step_days(learnt.step(key)[d].astype(float), learnt.edges_of(key), min(age, 366), waits)
            F = np.convolve(F, f)[:HORIZON]
        answer[:, d] = np.cumsum(F)[ends]
    return answer


def cells_like(n):
    rng = np.random.default_rng(n)
    ages, waits = rng.integers(0, 450, n), rng.choice([0, 0, 1, 5, 20, 90, 400], n)
    return [Cell(KEYS, int(age), int(wait)) for age, wait in zip(ages, waits, strict=True)]


@pytest.mark.parametrize("count", [6, SWEEP + 5])
def test_it_agrees_with_plain_convolution(learnt, count):
    cells = [*cells_like(count), Cell(("offer",), 3, 2), Cell(("pilot", "offer"), None)]
    quick = won_by(learnt, cells, ENDS)
    for place in (0, 1, 2, 3, 4, 5, count, count + 1):
        np.testing.assert_allclose(quick[place], convolved(learnt, cells[place], ENDS), atol=2e-6)


@STEADY
@given(histories, st.integers(0, 500), st.integers(0, 500), st.sampled_from(ENDS))
def test_its_two_ways_agree(past, age, booked_in, end):
    tables = WonBy(learn(past, draws=8), [end, end + 30])
    step, C = tables.step("meet"), tables.rest(KEYS[1:])
    asked = np.array([min(age, step.oldest)]), np.array([booked_in]), [tables.asked], C
    np.testing.assert_allclose(step.summed(*asked), step.swept(*asked), atol=2e-6)


@STEADY
@given(histories, st.integers(0, 500), st.one_of(st.none(), st.integers(0, 400)))
def test_it_grows_with_time_up_to_the_chance_to_win(past, age, booked_in):
    learnt = learn(past, draws=8)
    cells = [Cell(KEYS, age, booked_in), Cell(KEYS[2:], age, booked_in), Cell(())]
    by = won_by(learnt, cells, [*ENDS, HORIZON - 1, 5000])
    assert (np.diff(by, axis=1) >= -1e-6).all()  # what float32 rounds
    win = np.stack([f.win_draws for f in forecast_cells(learnt, cells)])
    np.testing.assert_allclose(by[:, -1], win, atol=2e-6)
    assert (by <= win[:, None] + 2e-6).all()
    assert ((by[2] > 0) & (by[2] < 1)).all()


def test_a_booked_appointment_moves_wins_and_takes_none_away(learnt):
    free, booked = won_by(learnt, [Cell(("meet",), 5), Cell(("meet",), 5, 40)], [39, 40, 41, 400])
    assert (booked[0] == 0).all()
    assert (free[0] > 0).all()
    np.testing.assert_allclose(booked[1:], free[1:], atol=1e-6)


def test_order_and_company_are_irrelevant(learnt):
    cells = [*cells_like(SWEEP + 1), Cell(("offer",), 9)]
    turned = won_by(learnt, cells[::-1], ENDS)[::-1]
    np.testing.assert_array_equal(won_by(learnt, cells, ENDS), turned)
    np.testing.assert_allclose(won_by(learnt, cells[3:4], ENDS)[0], turned[3], atol=2e-6)


def test_nothing_asked_is_nothing_answered(learnt):
    assert won_by(learnt, [], ENDS).shape == (0, 7, 12)
    assert won_by(learnt, [Cell(KEYS)], []).shape == (1, 0, 12)


def test_days_before_today_are_refused(learnt):
    with pytest.raises(ValueError, match="ends"):
        won_by(learnt, [Cell(KEYS)], [-1])


def test_it_holds_where_nearly_every_step_ends_within_days():
    hasty = learn(history([(0, 0, 1)] * 5000 + [(1, 0, 1)] * 5000 + [(2, 0, 2)] * 5000), draws=8)
    cells = [Cell(KEYS, age, wait) for age in (0, 365, 500) for wait in (0, 30)]
    for many in (cells, cells * SWEEP):
        by = won_by(hasty, many, ENDS)[:6]
        np.testing.assert_allclose(by[3], convolved(hasty, cells[3], ENDS), atol=2e-6)
        assert np.isfinite(by).all()


def test_it_forgets_when_it_holds_too_much(learnt):
    tables = WonBy(learnt, ENDS)
    first = tables.of([Cell(KEYS, 3)])
    tables.of([Cell((f"step {n}", "offer")) for n in range(KEPT + 5)])
    np.testing.assert_array_equal(tables.of([Cell(KEYS, 3)]), first)
