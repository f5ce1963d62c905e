import numpy as np
import pytest

from milepost.engine.portfolio import Range, total, total_of_few, totals

CELLS, DRAWS = 30, 200


@pytest.fixture(scope="module")
def portfolio():
    """300 opportunities in 30 cells; the draws of all cells lean the same way in the same world."""
    rng = np.random.default_rng(1)
    cell = rng.integers(0, CELLS, 300)
    amount = rng.lognormal(10, 0.8, 300)
    odds = rng.normal(-0.5, 0.8, (CELLS, 1)) + rng.normal(0, 0.4, DRAWS) + rng.normal(0, 0.2, (CELLS, DRAWS))
    return cell, amount, 1 / (1 + np.exp(-odds))


def by_cell(cell, amount):
    return np.bincount(cell, amount, CELLS), np.bincount(cell, amount**2, CELLS)


def test_it_agrees_with_throwing_dice(portfolio):
    cell, amount, p = portfolio
    rng = np.random.default_rng(2)
    totals = [(amount[:, None] * (rng.random((300, DRAWS)) < p[cell])).sum(0) for _ in range(100)]
    thrown = np.quantile(totals, [0.1, 0.5, 0.9])
    answer = total(*by_cell(cell, amount), p)
    assert answer.mean == pytest.approx(np.mean(totals), rel=0.005)
    np.testing.assert_allclose([answer.p10, answer.p50, answer.p90], thrown, rtol=0.015)


def test_its_mean_is_exact_and_cells_are_only_a_grouping(portfolio):
    cell, amount, p = portfolio
    grouped, single = total(*by_cell(cell, amount), p), total(amount, amount**2, p[cell])
    assert grouped.mean == pytest.approx((amount[:, None] * p[cell]).sum(0).mean())
    assert grouped.p10 == pytest.approx(single.p10)
    assert grouped.p90 == pytest.approx(single.p90)


def test_shared_draws_widen_it(portfolio):
    cell, amount, p = portfolio
    shared = total(*by_cell(cell, amount), p)
    alone = total(*by_cell(cell, amount), p.mean(1, keepdims=True))
    assert shared.p90 - shared.p10 > 1.5 * (alone.p90 - alone.p10)


def test_it_stays_between_nothing_and_everything():
    answer = total([100.0], [10_000.0], [[0.6] * 5])
    assert (answer.mean, answer.p10, answer.p90) == (pytest.approx(60), 0, 100)


def test_few_are_gone_through_one_by_one(portfolio):
    cell, amount, p = portfolio
    few, chance = amount[:5], p[cell[:5]]
    rng = np.random.default_rng(3)
    thrown = np.concatenate([(few[:, None] * (rng.random((5, DRAWS)) < chance)).sum(0) for _ in range(1000)])
    answer = total_of_few(few, chance)
    assert answer.mean == pytest.approx(thrown.mean(), rel=0.01)
    for share, limit in ((0.1, answer.p10), (0.5, answer.p50), (0.9, answer.p90)):
        assert (thrown < limit - 1e-6).mean() < share + 0.005
        assert (thrown < limit + 1e-6).mean() > share - 0.005


@pytest.mark.parametrize(("chance", "p10", "p90"), [(0.05, 0, 0), (0.32, 0, 26), (0.95, 26, 26)])
def test_of_one_it_is_nothing_or_everything(chance, p10, p90):
    answer = total_of_few([26.0], np.full((1, DRAWS), chance))
    assert (answer.p10, answer.p90) == (p10, p90)
    assert answer.mean == pytest.approx(26 * chance)


def test_certainty_has_no_width():
    answer = total([100.0, 50.0], [10_000.0, 2_500.0], [[1.0, 1.0], [0.0, 0.0]])
    assert (answer.p10, answer.p50, answer.p90) == pytest.approx((100, 100, 100))


def test_nothing_is_nothing():
    assert total([], [], np.zeros((0, 5))) == Range(0, 0, 0, 0)
    assert total([0.0], [0.0], [[0.5]]).p90 == pytest.approx(0)


def test_shapes_must_fit():
    with pytest.raises(ValueError, match="one row per amount"):
        total_of_few([1.0, 2.0], [[0.5, 0.5]])
    with pytest.raises(ValueError, match="win_draws"):
        total([1.0, 2.0], [1.0, 4.0], [[0.5]])


def test_several_at_once_are_each_as_alone(portfolio):
    cell, amount, p = portfolio
    A, Q = by_cell(cell, amount)
    several = totals([A, A / 2, 0 * A], [Q, Q / 4, 0 * Q], p)
    for answer, share in zip(several, (1, 0.5, 0), strict=True):
        alone = total(share * A, share**2 * Q, p)
        assert (answer.mean, answer.p10, answer.p90) == pytest.approx((alone.mean, alone.p10, alone.p90))


def test_its_limits_are_quantiles_even_among_narrow_humps():
    rng = np.random.default_rng(3)
    from scipy.special import ndtr

    for width in (1e-6, 1e-3, 0.1, 1.0):
        p = rng.beta(0.2, 0.2, (1, 201))
        A, Q = np.array([1000.0]), np.array([width * 1e6])
        answer = total(A, Q, p)
        m, sd = A @ p, np.sqrt(Q @ (p * (1 - p)))
        for q, x in ((0.1, answer.p10), (0.5, answer.p50), (0.9, answer.p90)):
            if 0 < x < 1000:
                assert ndtr((x - 0.01 - m) / sd).mean() <= q + 1e-6 <= ndtr((x + 0.01 - m) / sd).mean() + 2e-6
