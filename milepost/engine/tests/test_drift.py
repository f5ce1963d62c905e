"""What periods have in common is learnt from those that are over, and gives totals room without moving their means."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from milepost.engine.drift import GRID, NO_PAST, Drift, Gone, learn_drift, moved
from milepost.engine.parts import Parts
from milepost.engine.period import period_total

chances = arrays(float, (4, 40), elements=st.floats(0, 1))
shocks = arrays(float, 40, elements=st.floats(-3, 3))


@given(chances, shocks)
def test_means_stay_and_chances_stay_chances(p, e):
    after = moved(p, e)
    assert ((after >= 0) & (after <= 1)).all()
    np.testing.assert_allclose(after.mean(1), p.mean(1), atol=1e-6)
    assert (after[p == 0] == 0).all()
    assert (after[p == 1] == 1).all()


@given(chances, shocks, st.floats(-2, 2))
def test_what_all_shocks_have_in_common_moves_nothing(p, e, more):
    np.testing.assert_allclose(moved(p, e + more), moved(p, e), atol=1e-5)


@given(chances, st.integers(1, 60))
def test_without_a_shock_nothing_moves(p, draws):
    np.testing.assert_allclose(moved(p, np.zeros(40)), p, atol=1e-12)
    assert NO_PAST.shocks(draws).mean() == pytest.approx(0, abs=1e-9)


@given(arrays(float, 12, elements=st.floats(0.05, 0.95)), st.integers(0, 9))
def test_a_total_keeps_its_mean_and_never_gets_narrower(p, seed):
    amounts = np.random.default_rng(seed).lognormal(3, 1, 12)
    chance = np.repeat(p[:, None], 200, axis=1)
    before = period_total(Parts.one_by_one(amounts, chance))
    after = period_total(Parts.one_by_one(amounts, moved(chance, NO_PAST.shocks(200))))
    assert after.mean == pytest.approx(before.mean, rel=1e-6)
    assert after.sd >= before.sd * (1 - 1e-9)


@given(st.permutations([Gone(3.0, 4.0, 50.0), Gone(-20.0, 5.0, 60.0), Gone(0.0, 1.0, 9.0)]))
def test_the_order_of_periods_is_irrelevant(gone):
    np.testing.assert_allclose(learn_drift(gone).weights, learn_drift(sorted(gone, key=repr)).weights)


@given(st.floats(0, 200), st.floats(0, 200))
def test_a_larger_miss_never_makes_the_range_narrower(a, b):
    near, far = (learn_drift([Gone(miss, 5.0, 100.0)]).weights @ GRID for miss in sorted((a, b)))
    assert near <= far + 1e-9


def test_periods_that_luck_blurs_tell_nothing():
    assert learn_drift([Gone(500.0, 10.0, 5.0), Gone(1.0, 0.0, 0.0)]).weights == pytest.approx(NO_PAST.weights)


def test_it_can_be_kept():
    drift = learn_drift([Gone(30.0, 5.0, 100.0)])
    again = Drift.from_json(drift.to_json())
    assert again.periods == 1
    np.testing.assert_allclose(again.shocks(200), drift.shocks(200), atol=1e-4)
    assert Drift.from_json({}) is NO_PAST
    assert Drift.from_json({"weights": [1.0]}) is NO_PAST


@pytest.mark.parametrize("luck", [0.01, 0.3])
@pytest.mark.parametrize("tau", [0.02, 0.1, 0.3])
def test_after_twelve_periods_eight_in_ten_hold_what_comes(luck, tau):
    rng, slope, held = np.random.default_rng(7), 1000.0, []
    for _ in range(300):
        misses = slope * rng.normal(0, np.hypot(luck, tau), 13)
        drift = learn_drift(Gone(miss, luck * slope, slope) for miss in misses[:12])
        errors = luck * rng.normal(size=(20, 200)) + drift.shocks(200)
        low, high = slope * np.quantile(errors, (0.1, 0.9))
        held.append(low <= misses[12] <= high)
    assert 0.75 <= np.mean(held) <= 0.88
