"""The challenger beside the chain: it counts where it was better before, and never for more than half."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.engine.replay.log import ENDED_OTHERWISE, ENDED_WON, Log
from milepost.engine.replay.run import CHAIN, CHALLENGER, MILEPOST, replay
from milepost.engine.replay.stack import FEWEST, SHARES, Said, best_share, in_time, mixed

CHANCE = st.floats(0.001, 0.999)


def said(truth, chain_noise, landmark_noise, rng):
    def blur(noise):
        return 1 / (1 + np.exp(-(truth + noise * rng.standard_normal(len(truth)))))

    return Said(np.arange(len(truth)), blur(chain_noise), blur(landmark_noise))


def ends(truth, rng):
    return (rng.random(len(truth)) < 1 / (1 + np.exp(-truth))).astype(float)


@given(CHANCE, CHANCE, st.sampled_from(SHARES))
def test_a_mixture_lies_between_both(chain, landmark, share):
    p = mixed(np.array([chain]), np.array([landmark]), share)[0]
    assert min(chain, landmark) - 1e-9 <= p <= max(chain, landmark) + 1e-9


@given(CHANCE, CHANCE, st.lists(st.floats(0, 1), min_size=2, max_size=6))
def test_in_time_is_never_likelier_than_at_all(chain, p, parts):
    soon = chain * np.array([parts])
    assert in_time(soon, np.array([chain]), np.array([p])).mean() <= p + 1e-9


@pytest.mark.parametrize(("noise", "best"), [((0.1, 2.0), 1.0), ((2.0, 0.1), 0.5)])
def test_it_follows_what_was_right_before(noise, best):
    rng = np.random.default_rng(4)
    truth = rng.standard_normal(3000) * 1.5
    assert best_share([said(truth, *noise, rng)], ends(truth, rng)) == best


def test_too_few_known_ends_leave_the_chain_alone():
    rng = np.random.default_rng(5)
    truth = rng.standard_normal(400)
    known = ends(truth, rng)
    known[FEWEST - 1 :] = np.nan
    assert best_share([said(truth, 3.0, 0.0, rng)], known) == 1.0
    assert best_share([], known) == 1.0


def past(size, rng):
    """Make a company of two steps where a large amount is lost in the second one, and the chain cannot know."""
    start, amount = np.sort(rng.integers(1000, 1200, size)), np.exp(rng.normal(10, 1, size))
    second = start + rng.integers(2, 12, size)
    closed = second + rng.integers(2, 20, size)
    won = rng.random(size) < np.where(amount > np.exp(10), 0.1, 0.9)
    return Log(
        opportunity=np.repeat(np.arange(size), 2),
        step=np.tile([0, 1], size),
        entered=np.column_stack([start, second]).ravel(),
        amount=np.repeat(amount, 2),
        segment=np.full(2 * size, -1),
        ids=tuple(map(str, range(size))),
        steps=("meet", "offer"),
        segments=(),
        outcome=np.where(won, ENDED_WON, ENDED_OTHERWISE),
        closed=closed,
    )


def test_what_only_the_challenger_sees_moves_the_chances():
    days = replay(past(900, np.random.default_rng(6)), [1150, 1157], scored_until=1300, within=14, rivals={})
    for day in days:
        assert day.share == 0.5
        losses = {
            name: -np.mean(np.where(day.won > 0, np.log(each.win), np.log1p(-each.win)))
            for name, each in day.models.items()
        }
        assert losses[CHALLENGER] < losses[MILEPOST] < losses[CHAIN]
        assert (day.models[MILEPOST].win_within <= day.models[MILEPOST].win + 1e-9).all()


def test_what_came_after_a_day_does_not_move_its_share():
    log, day = past(400, np.random.default_rng(7)), 1130
    late = log.closed >= day
    other = Log(**{**vars(log), "outcome": np.where(late, ENDED_WON, log.outcome)})
    first, second = (replay(each, [day], scored_until=1300, rivals={})[0] for each in (log, other))
    assert first.share == second.share
    assert np.array_equal(first.models[MILEPOST].win, second.models[MILEPOST].win)
