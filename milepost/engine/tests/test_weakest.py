"""What a step is worth to a portfolio, against changing its conversion; and what pace is usual."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.engine.figures import Cell
from milepost.engine.learn import learn
from milepost.engine.pace import pace
from milepost.engine.string_forecast import forecast_cells, forecast_string
from milepost.engine.tables import Tables
from milepost.engine.tests.histories import KEYS, STEADY, histories, history
from milepost.engine.tests.test_string_forecast import MANY
from milepost.engine.weakest import Kept, weakest_steps, worth_of_kept

CELLS = [Cell(KEYS, 12), Cell(KEYS[1:], 90), Cell(("offer",), 400), Cell(("pilot", "offer"), None), Cell(())]
A = np.array([100.0, 250, 40, 600, 77])


def expected(learnt, better="", points=0.0):
    """The slow twin: expected value, with one step's conversion raised in every draw."""
    tables, value = Tables(learnt), 0.0
    for cell, x in zip(CELLS, A, strict=True):
        ages = [cell.age or 0, *[0] * len(cell.keys)]
        V = [tables.chance((key, None), age)[:-1] for key, age in zip(cell.keys, ages, strict=False)]
        V = [np.minimum(v + points, 1) if key == better else v for key, v in zip(cell.keys, V, strict=True)]
        value += x * np.prod([np.ones(learnt.draws), *V], axis=0).mean()
    return value


@pytest.mark.parametrize("points", [0.01, 0.1, 0.6])
def test_points_are_worth_what_changing_them_brings(points):
    learnt = learn(history(MANY), draws=40)
    steps = weakest_steps(learnt, CELLS, A, points=points)
    assert {step.key for step in steps} == {*KEYS, "pilot"}
    assert [step.worth for step in steps] == sorted((step.worth for step in steps), reverse=True)
    for step in steps:
        gained = expected(learnt, step.key, points) - expected(learnt)
        assert step.worth == pytest.approx(gained, rel=1e-9)
        assert step.worth <= step.derivative * points + 1e-9


@STEADY
@given(histories)
def test_its_derivative_is_that_of_the_expected_value(past):
    learnt = learn(past, draws=10)
    for step in weakest_steps(learnt, CELLS, A):
        small = 1e-7
        assert step.derivative == pytest.approx(
            (expected(learnt, step.key, small) - expected(learnt)) / small, rel=1e-3
        )
        assert 0 < step.conversion < 1


def test_it_counts_what_has_the_step_still_to_win():
    learnt = learn(history(MANY), draws=10)
    offer = next(step for step in weakest_steps(learnt, CELLS, A, [1, 2, 3, 4, 5]) if step.key == "offer")
    assert (offer.opportunities, offer.amount) == (10, 990)
    win = np.array([f.win for f in forecast_cells(learnt, CELLS)])
    assert offer.derivative > (A * win)[:4].sum()  # without that hurdle more would be won
    assert weakest_steps(learnt, [], []) == []
    with pytest.raises(ValueError, match="amounts"):
        weakest_steps(learnt, CELLS, A[:2])


def test_for_one_string_it_is_the_string_s_own_weakest():
    learnt = learn(history(MANY))
    own = forecast_string(learnt, KEYS, age=3)
    assert weakest_steps(learnt, [Cell(KEYS, 3)], [1.0], points=0.01)[0].key == KEYS[own.weakest]


@STEADY
@given(histories, st.integers(0, 2000), st.integers(0, 2000))
def test_older_is_rarer(past, days, more):
    learnt = learn(past, draws=10)
    young, old = pace(learnt, "meet", days), pace(learnt, "meet", days + more)
    assert old.still <= young.still <= 1
    assert young.usual <= young.slow
    assert (young.usual, young.slow) == (old.usual, old.slow)
    assert young.over == days - young.usual


def test_the_usual_days_are_those_of_the_past():
    learnt = learn(history([(0, d % 21, 1) for d in range(2000)]))
    found = pace(learnt, "meet", 17)
    assert found.usual == pytest.approx(10, abs=1)
    assert found.slow == pytest.approx(17, abs=2)  # bins of age are a week wide there
    assert found.still == pytest.approx(0.2, abs=0.07)
    with pytest.raises(ValueError, match="days"):
        pace(learnt, "meet", -1)


def test_what_is_kept_of_forecasts_tells_nearly_the_same():
    learnt = learn(history(MANY))
    forecasts = forecast_cells(learnt, CELLS)
    kept = [
        Kept(cell.keys, tuple(s.conversion for s in f.steps), f.win) for cell, f in zip(CELLS, forecasts, strict=True)
    ]
    exact = {step.key: step.worth for step in weakest_steps(learnt, CELLS, A)}
    assert worth_of_kept(kept, A) == pytest.approx(exact, rel=0.15)
