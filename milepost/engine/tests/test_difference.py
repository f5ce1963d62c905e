"""What makes the difference, against conditioning on each outcome by brute force; and the floor that luck sets."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.engine.attainable import best_scores, floor_of
from milepost.engine.difference import differences, shares
from milepost.engine.parts import Parts, bets
from milepost.engine.period import period_total, way
from milepost.engine.tests.histories import STEADY
from milepost.engine.tests.test_period import portfolio


def conditioned(parts, place, target):
    """The slow twin: P(reach | won), P(reach | lost), slope, from every outcome in every draw."""
    p = parts.p[parts.cell]
    mass, own = np.zeros((2, 2)), np.zeros((2, p.shape[1]))
    for came in itertools.product([0, 1], repeat=len(p)):
        chance = np.where(np.array(came)[:, None] == 1, p, 1 - p)
        reached = int(parts.closed + np.array(came) @ np.nan_to_num(parts.amounts) >= target - 1e-6)
        mass[came[place], reached] += chance.prod(0).mean()
        own[came[place]] += reached * np.delete(chance, place, 0).prod(0)
    return mass[1, 1] / mass[1].sum(), mass[0, 1] / mass[0].sum(), (own[1] - own[0]).mean()


@pytest.mark.parametrize("target", [-50, 600, 900, 5000])
def test_a_handful_agrees_with_every_outcome(target):
    parts = portfolio(9, 0.2, cells=4, amounts=[100, 100, 250, 30, -80, 0, 700, np.nan, 400])
    found = differences(parts, target, top=9)
    assert len(found) == 7  # what is worth nothing makes no difference
    for each in found:
        assert (each.if_won, each.if_lost, each.slope) == pytest.approx(
            conditioned(parts, each.place, target), abs=1e-9
        )


@pytest.mark.parametrize(("n", "odds", "expected"), [(60, -1, "grid"), (900, -1, "smooth"), (900, 2, "smooth")])
def test_each_way_adds_up_to_the_chance_to_reach(n, odds, expected):
    parts = portfolio(n, odds, amounts=100 * np.random.default_rng(3).integers(1, 50, n))
    assert way(bets(parts)) == expected
    total = period_total(parts)
    target = total.limits[1] + 50
    found = differences(parts, target, top=5)
    assert len(found) == 5
    for each in found:
        p = parts.p[parts.cell[each.place]].mean()
        assert p * each.if_won + (1 - p) * each.if_lost == pytest.approx(total.reach(target), abs=4e-3)
        assert each.if_won >= each.if_lost


def test_ways_agree_about_the_same_portfolio():
    parts = portfolio(15, 0, amounts=np.arange(1, 16) * 100.0)
    assert way(bets(parts)) == "grid"
    each = differences(parts, 7000, top=1)[0]
    assert (each.if_won, each.if_lost, each.slope) == pytest.approx(conditioned(parts, each.place, 7000), abs=1e-9)


@STEADY
@given(st.integers(1, 40), st.floats(-3, 3), st.integers(0, 9))
def test_shares_of_the_variance_add_up_to_one(n, odds, seed):
    parts = portfolio(n, odds, seed=seed)
    assert shares(parts).sum() == pytest.approx(1)


def test_nothing_makes_no_difference():
    assert differences(Parts([], [], np.zeros((0, 3))), 10) == []
    assert differences(Parts([100.0], [0], [[1.0]]), 10) == []


def test_the_floor_is_what_luck_does_to_a_perfect_forecast():
    parts = portfolio(200, -1)
    rng, p = np.random.default_rng(4), parts.p.mean(1)[parts.cell]
    dice = ((rng.random((4000, 200)) < p) * parts.amounts).sum(1)
    floor = floor_of(parts)
    assert floor.error == pytest.approx(np.abs(dice - floor.mean).mean(), rel=0.04)
    assert (floor.p10, floor.p90) == pytest.approx(tuple(np.quantile(dice, [0.1, 0.9])), rel=0.02)
    whole = period_total(parts)
    assert floor.p90 - floor.p10 < whole.limits[2] - whole.limits[0]
    assert floor.mean == pytest.approx(whole.mean)
    assert floor.share == pytest.approx(floor.error / floor.mean)


def test_a_sure_total_has_no_floor():
    floor = floor_of(Parts([100.0], [0], [[1.0, 1.0]], closed=5))
    assert (floor.mean, floor.error, floor.p10, floor.p90) == (105, 0, 105, 105)
    assert floor_of(Parts([], [], np.zeros((0, 2)))).share is None


def test_perfect_chances_score_as_well_as_is_said():
    rng = np.random.default_rng(6)
    p = rng.beta(2, 3, 400)
    won = rng.random((3000, 400)) < p
    best = best_scores(p)
    brier = ((won - p) ** 2).mean(1)
    loss = -np.where(won, np.log(p), np.log(1 - p)).mean(1)
    assert (best.brier, best.log_loss) == pytest.approx((brier.mean(), loss.mean()), rel=0.01)
    assert (best.brier_sd, best.log_loss_sd) == pytest.approx((brier.std(), loss.std()), rel=0.05)
    with pytest.raises(ValueError, match="at least one"):
        best_scores([])
