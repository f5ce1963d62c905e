"""What is read from a distribution: dots, bars, quantiles and distances."""

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from milepost.engine.distribution import Distribution, certain

Z = np.linspace(-9, 9, 4001)
BELL = Distribution(1000 + 100 * Z, ndtr(Z), False, 1000.0, 100.0, 5, 0)
DICE = Distribution(np.arange(1.0, 7), np.arange(1, 7) / 6, True, 3.5, 35**0.5 / 12**0.5, 1, 0)


def test_quantiles_and_chances_are_each_other_s_inverse():
    assert BELL.limits == pytest.approx((1000 + 100 * ndtri([0.1, 0.5, 0.9])).tolist(), abs=0.05)
    assert BELL.reach(BELL.limits[2]) == pytest.approx(0.1)
    assert (BELL.reach(-1e9), BELL.reach(1e9)) == (1, 0)
    assert DICE.quantile([0.01, 1 / 6, 0.17, 0.5, 1]).tolist() == [1, 1, 2, 3, 6]
    assert [DICE.reach(x) for x in (0, 1, 3.5, 4, 6, 6.1)] == pytest.approx([1, 1, 0.5, 0.5, 1 / 6, 0])


def test_its_dots_can_be_counted():
    dots = BELL.dots()
    assert len(dots) == 50
    assert (dots >= 1000).sum() == 25
    assert (dots >= BELL.quantile(0.9)).sum() == 5
    assert np.bincount(DICE.dots(60).astype(int), minlength=7).tolist() == [0, 10, 10, 10, 10, 10, 10]


def test_its_bars_hold_everything():
    for each in (BELL, DICE, certain(5.0)):
        edges, within = each.bars(40)
        assert (len(edges), within.sum()) == (41, pytest.approx(1))
        assert (within >= 0).all()


def test_its_error_is_the_mean_distance():
    assert BELL.error() == pytest.approx(100 * (2 / np.pi) ** 0.5, rel=1e-3)
    assert DICE.error() == pytest.approx(1.5)
    assert certain(5.0).error() == 0
