"""Quick totals of many opportunities, against the exact ones."""

import numpy as np
import pytest

from milepost.engine.parts import Parts
from milepost.engine.period import period_total
from milepost.engine.roughly import MANY, rough_total


def portfolio(seed, count):
    rng = np.random.default_rng(seed)
    worth = np.round(rng.lognormal(11.5, 1, count))
    p = np.clip(rng.beta(0.6, 3, count)[:, None] * rng.beta(20, 20, (count, 50)) * 2, 0, 0.99)
    return Parts.one_by_one(worth, p, closed=1000.0)


@pytest.mark.parametrize("count", [MANY + 1, 80, 200])
@pytest.mark.parametrize("seed", range(5))
def test_it_is_near_the_exact_total(seed, count):
    parts = portfolio(seed, count)
    exact, rough = period_total(parts), rough_total(parts)
    assert np.abs(np.subtract(exact.limits, rough.limits)).max() < 0.06 * exact.sd
    assert abs(exact.reach(exact.mean) - rough.reach(exact.mean)) < 0.02
    assert rough.mean == pytest.approx(exact.mean)


@pytest.mark.parametrize("count", [0, 3, MANY])
def test_few_take_the_exact_way(count):
    parts = portfolio(1, count) if count else Parts(np.zeros(0), np.zeros(0, int), np.zeros((1, 3)), 5.0)
    assert rough_total(parts).limits == period_total(parts).limits


def test_one_that_carries_the_total_takes_the_exact_way():
    parts = Parts(np.append(np.ones(60), 10_000.0), np.zeros(61, int), [[0.1, 0.2]])
    assert rough_total(parts).limits == period_total(parts).limits


def test_it_never_leaves_what_can_come_about():
    sure = Parts(np.full(60, 10.0), np.zeros(60, int), [[0.97, 0.99]])
    assert rough_total(sure).limits[2] <= 600
    assert rough_total(Parts(np.full(60, 10.0), np.zeros(60, int), [[0.0]])).limits == (0, 0, 0)
