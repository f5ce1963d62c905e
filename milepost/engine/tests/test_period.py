"""The exact distribution of a period: each way against a plain one, and against dice."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.engine.characteristic import Spectrum, bounds, phi
from milepost.engine.lattice import Grid, enumerated, in_turn, on_grid
from milepost.engine.parts import Parts, bets, weighed
from milepost.engine.period import period_total, way
from milepost.engine.portfolio import total
from milepost.engine.tests.histories import STEADY

DRAWS = 20
EVEN = np.full((1, DRAWS), 1 / DRAWS)


def portfolio(n, odds, cells=12, seed=1, amounts=None):
    """Opportunities in cells; the draws of all cells lean the same way in the same world."""
    rng = np.random.default_rng(seed)
    lean = rng.normal(odds, 0.8, (cells, 1)) + rng.normal(0, 0.4, DRAWS) + rng.normal(0, 0.2, (cells, DRAWS))
    x = np.round(rng.lognormal(9, 0.8, n)) if amounts is None else np.asarray(amounts, float)
    return Parts(x, rng.integers(0, cells, n), 1 / (1 + np.exp(-lean)))


def brute(parts):
    """The slowest twin: every outcome, in every draw, by its definition."""
    x, p, chances = parts.amounts, parts.p[parts.cell], {}
    for came in itertools.product([0, 1], repeat=len(x)):
        mass = np.where(np.array(came)[:, None] == 1, p, 1 - p).prod(0).mean()
        amount = round(parts.closed + float(np.array(came) @ x), 6)
        chances[amount] = chances.get(amount, 0.0) + mass
    return chances


def chances(total):
    return dict(zip(np.round(total.x, 6), np.diff(total.below, prepend=0), strict=True))


def thrown(parts, worlds=400, seed=2):
    rng = np.random.default_rng(seed)
    p = parts.p[parts.cell]
    dice = [(parts.amounts[:, None] * (rng.random(p.shape) < p)).sum(0) for _ in range(worlds)]
    return parts.closed + np.concatenate(dice)


@pytest.mark.parametrize("seed", range(4))
def test_a_handful_is_every_outcome(seed):
    parts = portfolio(7, 0, seed=seed, amounts=[100, 100, 250, 3, -80, 0, 1e6])
    found, wanted = chances(period_total(parts)), brute(parts)
    assert found.keys() == wanted.keys()
    assert all(found[x] == pytest.approx(wanted[x], abs=1e-12) for x in wanted)


def test_the_grid_agrees_with_every_outcome():
    parts = portfolio(12, 0.3, amounts=[100, 200, 200, 500, -300, 700, 800, 100, 400, -100, 600, 900])
    chosen = bets(parts)
    [one_by_one], [grid] = enumerated(chosen, EVEN), on_grid(chosen, *bounds(chosen), points=512, weights=EVEN)
    np.testing.assert_allclose(np.interp(one_by_one[0], *grid), one_by_one[1], atol=1e-9)


@pytest.mark.parametrize(("n", "odds"), [(80, -4), (400, -3), (400, 0), (80, 3)])
def test_a_grid_leaves_out_only_what_cannot_have_come_about(n, odds):
    """Its quick way goes through no points that are out of reach; here it goes through all of them."""
    x = np.random.default_rng(3).lognormal(6, 1.5, n) * np.where(np.arange(n) % 7, 1, -1)
    chosen = bets(portfolio(n, odds, amounts=x))
    grid = Grid(chosen, *bounds(chosen), 512)
    whole = grid.nothing(chosen.draws)
    for amounts, weights, cell in in_turn(chosen):
        grid.take_in(whole, amounts, weights, chosen.p[cell])
    np.testing.assert_allclose(grid.total(chosen), whole, atol=1e-11)


def test_between_the_points_of_a_grid_means_stay_exact():
    parts = portfolio(60, -1, amounts=np.random.default_rng(5).lognormal(9, 1, 60))
    total = period_total(parts)
    assert way(bets(parts)) == "grid"
    assert total.x @ np.diff(total.below, prepend=0) == pytest.approx(total.mean, rel=1e-9)
    assert total.limits == pytest.approx(tuple(np.quantile(thrown(parts), [0.1, 0.5, 0.9])), rel=0.03)


@pytest.mark.parametrize(
    ("n", "odds", "large"), [(900, -2, [1e12]), (900, 1, [5e8, 4e12]), (40, -1, [3e9]), (30, 2, [1e9])]
)
def test_a_giant_leaves_the_others_their_range(n, odds, large):
    small = portfolio(n, odds)
    parts = Parts(np.append(small.amounts, large), np.append(small.cell, range(len(large))), small.p, closed=106_000.0)
    found, dice = period_total(parts), thrown(parts)
    alone = small.p[: len(large)].mean(1)
    for q in (0.02, 0.1, 0.3, 0.5, 0.9):
        if np.abs(1 - alone - q).min() > 0.05:  # not on the cliff between without it and with it
            assert found.quantile(q) == pytest.approx(np.quantile(dice, q), rel=0.03)
    assert found.quantile(0.0001) >= 106_000
    assert found.mean == pytest.approx(parts.mean)


@pytest.mark.parametrize("odds", [-2, 0, 3])
def test_no_total_is_less_than_what_is_won_or_more_than_there_is(odds):
    small = portfolio(900, odds)
    found = period_total(Parts(small.amounts, small.cell, small.p, closed=50_000.0))
    assert not found.lumpy
    assert found.x[0] >= 50_000
    assert found.x[-1] <= 50_000 + small.amounts.sum() * (1 + 1e-12)
    assert found.quantile(0.001) >= 50_000


def test_the_order_of_large_ones_changes_nothing():
    x = np.append(np.random.default_rng(4).lognormal(9, 0.8, 500), [1e9, 1e12])
    rng = np.random.default_rng(6)
    p = rng.uniform(0.05, 0.6, (len(x), DRAWS))
    other = rng.permutation(len(x))
    one, two = (period_total(Parts(x[how], np.arange(len(x)), p[how])) for how in (slice(None), other))
    assert one.limits == pytest.approx(two.limits)


@pytest.mark.parametrize(("n", "odds"), [(150, -0.5), (400, -2), (400, 3)])
def test_the_characteristic_function_agrees_with_the_grid(n, odds):
    chosen = bets(portfolio(n, odds))
    low, high = bounds(chosen)
    [(x, below)] = on_grid(chosen, low, high, points=4096, weights=EVEN)
    smooth = np.interp(x, *Spectrum(chosen, low, high).below(EVEN[0], 4096))
    step = (high - low) / 4096  # a lump is spread over its two neighbours
    assert np.abs(smooth - below).max() < 2e-3 + 2 * np.diff(below).max()
    assert np.abs(np.cumsum(smooth - below)).max() * step < 2e-3 * (high - low)


def test_cumulants_are_the_product():
    chosen = bets(portfolio(200, -1))
    omega = np.linspace(0.01, 1, 7) / 20_000
    z = np.exp(1j * np.outer(omega, chosen.x)) - 1
    product = (1 + z[:, :, None] * chosen.p[chosen.c]).prod(1)
    np.testing.assert_allclose(phi(chosen, omega), product, atol=1e-9)
    np.testing.assert_allclose(phi(chosen, omega * 1e-3), phi(chosen, omega / 1000), atol=1e-12)


@pytest.mark.parametrize(("n", "odds", "expected"), [(20, -1, "grid"), (900, -1, "smooth"), (900, -5, "grid")])
def test_it_agrees_with_throwing_dice(n, odds, expected):
    parts = portfolio(n, odds)
    dice, answer = thrown(parts), period_total(parts)
    assert way(bets(parts)) == expected
    assert answer.mean == pytest.approx(dice.mean(), rel=0.02)
    assert answer.sd == pytest.approx(dice.std(), rel=0.03)
    assert answer.limits == pytest.approx(tuple(np.quantile(dice, [0.1, 0.5, 0.9])), rel=0.03)
    for target in np.quantile(dice, [0.05, 0.5, 0.97]):
        assert answer.reach(target) == pytest.approx((dice >= target).mean(), abs=0.02)


def test_a_huge_deal_among_many_is_seen():
    small = portfolio(3000, -1)
    amount = 40 * small.variance**0.5
    both = Parts(np.append(small.amounts, amount), np.append(small.cell, 0), small.p)
    total, alone = period_total(both), period_total(small)
    middle = alone.mean + amount / 2
    assert total.reach(middle) == pytest.approx(small.p[0].mean(), abs=1e-4)
    assert total.mean == pytest.approx(alone.mean + amount * small.p[0].mean())


def test_many_that_hardly_ever_win_stay_between_their_bounds():
    parts = portfolio(2500, -7)
    dice, total = thrown(parts, 500), period_total(parts)
    assert way(bets(parts)) == "smooth"
    assert total.limits == pytest.approx(tuple(np.quantile(dice, [0.1, 0.5, 0.9])), rel=0.06)
    target = np.quantile(dice, 0.7)
    assert total.reach(target) == pytest.approx((dice >= target).mean(), abs=0.02)


def test_for_many_it_is_near_the_quick_normal_answer():
    parts = portfolio(5000, -1)
    quick = total(parts.by_cell(), parts.by_cell(2), parts.p)
    assert period_total(parts).limits == pytest.approx((quick.p10, quick.p50, quick.p90), rel=0.01)


def test_a_missing_amount_is_left_out_and_counted_or_any_of_the_known():
    parts = Parts([100, 300, np.nan, np.nan], [0, 1, 1, 0], [[0.5, 0.2], [0.4, 0.9]])
    without, imputed = period_total(parts), period_total(parts, impute=True)
    assert (without.counted, without.missing) == (2, 2)
    assert without.limits == period_total(Parts([100, 300], [0, 1], parts.p)).limits
    p, wanted = parts.p[parts.cell], {}
    for came in itertools.product([0, 100, -100], [0, 300, -300], [0, 100, 300], [0, 100, 300]):
        if min(came) < 0:
            continue
        given_amount = np.array([1, 1, 0.5, 0.5])[:, None]
        mass = np.where(np.array(came)[:, None] > 0, given_amount * p, 1 - p).prod(0).mean()
        wanted[sum(came)] = wanted.get(sum(came), 0) + mass
    found = chances(imputed)
    assert (imputed.counted, imputed.missing) == (4, 2)
    assert all(found.get(x, 0) == pytest.approx(mass, abs=1e-9) for x, mass in wanted.items())
    assert imputed.mean == pytest.approx(sum(x * mass for x, mass in wanted.items()))
    assert imputed.sd**2 == pytest.approx(sum(x * x * mass for x, mass in wanted.items()) - imputed.mean**2)


def test_missing_amounts_among_many():
    parts = portfolio(500, -1)
    blank = np.where(np.arange(500) % 3 == 0, np.nan, parts.amounts)
    whole, imputed = period_total(parts), period_total(Parts(blank, parts.cell, parts.p), impute=True)
    assert not imputed.lumpy
    assert imputed.mean == pytest.approx(whole.mean, rel=0.1)
    assert imputed.limits == pytest.approx(whole.limits, rel=0.12)


def test_without_a_known_amount_there_is_nothing_to_impute():
    total = period_total(Parts([np.nan], [0], [[0.5]], closed=7), impute=True)
    assert (total.limits, total.counted, total.missing) == ((7, 7, 7), 0, 1)


amounts = st.lists(st.integers(-3, 9).map(lambda n: 100 * n), min_size=1, max_size=24)


@STEADY
@given(amounts, st.floats(-4, 4), st.integers(0, 5), st.floats(-1e4, 1e4))
def test_it_is_a_distribution_between_nothing_and_everything(x, odds, seed, closed):
    parts = portfolio(len(x), odds, cells=3, seed=seed, amounts=x)
    parts = Parts(parts.amounts, parts.cell, parts.p, closed)
    total = period_total(parts)
    lowest, highest = closed + min(0, *x, sum(a for a in x if a < 0)), closed + sum(a for a in x if a > 0)
    assert (np.diff(total.x) > 0).all()
    assert (np.diff(total.below) >= 0).all()
    assert total.below[-1] == pytest.approx(1)
    assert lowest - 1e-6 <= total.limits[0] <= total.limits[1] <= total.limits[2] <= highest + 1e-6
    assert total.mean == pytest.approx(parts.mean, abs=1e-6)
    assert total.sd**2 == pytest.approx(parts.variance, abs=1e-5, rel=1e-9)
    assert total.x @ np.diff(total.below, prepend=0) == pytest.approx(total.mean, abs=1e-3, rel=1e-5)
    assert (total.reach(lowest - 1), total.reach(highest + 1)) == (pytest.approx(1), pytest.approx(0, abs=1e-6))


@STEADY
@given(st.permutations(range(30)), st.floats(-3, 2))
def test_order_is_irrelevant_and_what_is_closed_only_moves_it(order, odds):
    parts, order = portfolio(30, odds), np.array(order)
    turned = Parts(parts.amounts[order], parts.cell[order], parts.p, closed=5000)
    here, there = period_total(parts), period_total(turned)
    assert there.limits == pytest.approx(tuple(x + 5000 for x in here.limits))
    assert there.reach(here.mean + 5000) == pytest.approx(here.reach(here.mean), abs=1e-9)


def test_what_is_certain_has_no_width():
    total = period_total(Parts([100, 50, 30], [0, 1, 2], [[1.0, 1.0], [0.0, 0.0], [1.0, 1.0]]))
    assert total.limits == (130, 130, 130)
    assert (total.reach(130), total.reach(131)) == (1, 0)
    worlds = period_total(Parts([100] * 40, [0] * 40, [[0.0, 1.0]]))
    assert worlds.limits == (0, 0, 4000)


def test_nothing_is_nothing():
    empty = period_total(Parts([], [], np.zeros((0, 5)), closed=12))
    assert (empty.mean, empty.limits, empty.counted) == (12, (12, 12, 12), 0)


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        (([1], [0], [0.5]), "one row"),
        (([1, 2], [0], [[0.5]]), "for each"),
        (([1], [1], [[0.5]]), "names a row"),
        (([1], [0], [[1.5]]), "between"),
        (([np.inf], [0], [[0.5]]), "finite"),
        (([1], [0], [[np.nan]]), "between"),
    ],
)
def test_what_does_not_fit_is_refused(wrong, word):
    with pytest.raises(ValueError, match=word):
        Parts(*wrong)


def test_products_in_blocks_are_products():
    rng = np.random.default_rng(8)
    A, p = rng.random((3, 2000)), rng.random((2000, 200))
    np.testing.assert_allclose(weighed(A, p), A @ p)
    assert weighed(np.zeros((2, 0)), np.zeros((0, 5))).tolist() == [[0] * 5] * 2
