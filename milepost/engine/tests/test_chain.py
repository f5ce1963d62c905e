"""The fast chain against a slow twin that walks day by day in plain Python."""

import numpy as np
import pytest

from milepost.engine.ages import EDGES, bin_of
from milepost.engine.chain import HORIZON, Days, chance, step_days, won_now

edges = np.array(EDGES)
DAYS = 100


def some_steps(seed, steps=3):
    rng = np.random.default_rng(seed)
    return rng.uniform(0.002, 0.12, (steps, len(EDGES), 2))


def slow_chain(steps, age, days):
    """Walk the mass of a string through its steps: chances to be won and lost on each day."""
    here = {(0, age): 1.0}
    won, lost = [0.0] * days, [0.0] * days
    for day in range(days):
        tomorrow = {}
        for k in range(len(steps)):
            for (_, old), mass in [item for item in here.items() if item[0][0] == k]:
                w, l = steps[k][bin_of(old, edges)]  # noqa: E741 - the formula's letter
                lost[day] += mass * l
                tomorrow[k, old + 1] = tomorrow.get((k, old + 1), 0) + mass * (1 - w - l)
                if k + 1 == len(steps):
                    won[day] += mass * w
                else:
                    here[k + 1, 0] = here.get((k + 1, 0), 0) + mass * w
        here = tomorrow
    return np.array([won, lost])


def fast_chain(steps, age):
    days = Days()
    rest = days.transform(won_now())
    for k in range(len(steps) - 1, 0, -1):
        rest = days.transform(days.join(step_days(steps[k], edges), rest))
    return days.join(step_days(steps[0], edges, age), rest)


@pytest.mark.parametrize(("seed", "age"), [(1, 0), (2, 17), (3, 400)])
def test_it_agrees_with_walking_day_by_day(seed, age):
    steps = some_steps(seed)
    np.testing.assert_allclose(fast_chain(steps, age)[:, :DAYS], slow_chain(steps, age, DAYS), atol=1e-12)


@pytest.mark.parametrize("age", [0, 1, 2, 29, 30, 31, 365, 366, 900])
def test_its_chance_is_the_sum_of_all_days_to_come(age):
    h = some_steps(4, steps=1)[0]
    survives, won = 1.0, 0.0
    for day in range(age, age + 6000):
        w, l = h[bin_of(day, edges)]  # noqa: E741
        won += survives * w
        survives *= 1 - w - l
    assert chance(h, edges, age) == pytest.approx(won, abs=1e-9)


@pytest.mark.parametrize("age", [366, 2000])
def test_what_comes_after_three_years_in_the_last_bin_is_none(age):
    h = np.full((len(EDGES), 2), [0.0002, 0.0001])
    won = sum(0.9997**day * 0.0002 for day in range(HORIZON))
    assert chance(h, edges, age) == pytest.approx(won)


def test_it_ends_one_way_or_the_other():
    total = fast_chain(some_steps(5), 10).sum()
    assert total == pytest.approx(1, abs=1e-6)


def test_its_wins_add_up_to_the_product_of_chances():
    steps = some_steps(6)
    product = chance(steps[0], edges, 40) * chance(steps[1], edges) * chance(steps[2], edges)
    assert fast_chain(steps, 40)[0].sum() == pytest.approx(product, abs=1e-6)


def test_a_booking_moves_earlier_wins_to_its_day():
    h = some_steps(7, steps=1)[0]
    free, booked = step_days(h, edges, 5), step_days(h, edges, 5, booked_in=12)
    assert not booked[0, :12].any()
    assert booked[0, 12] == pytest.approx(free[0, :13].sum())
    np.testing.assert_array_equal(booked[0, 13:], free[0, 13:])
    np.testing.assert_array_equal(booked[1], free[1])


def test_a_booking_beyond_the_grid_loses_nothing():
    h = some_steps(8, steps=1)[0]
    assert step_days(h, edges, 0, booked_in=99_999)[0].sum() == pytest.approx(step_days(h, edges)[0].sum())
    assert step_days(h, edges).shape == (2, HORIZON)
