"""A group of a step's stays: it leans on its elders, stands alone with enough of its own, and its intervals hold."""

import numpy as np
import pytest

from milepost.engine.ages import ATTEMPT, ENTRY, count_days
from milepost.engine.chain import chance
from milepost.engine.group import chance_above, count, group_steps
from milepost.engine.history import LEFT, LOST, OPEN, WON, History
from milepost.engine.learn import learn

KEYS = ("meet", "show", "offer")
NOTHING = count(np.zeros(0, int), np.zeros(0, int))


def stays(rng, n, p, median, open_share=0.0):
    """Draw the days and ends of stays that end at a constant rate; some are looked at before they have."""
    days = rng.geometric(1 - 0.5 ** (1 / median), n) - 1
    end = np.where(rng.random(n) < p, WON, LOST)
    looked = rng.random(n) < open_share
    seen = (rng.random(n) * (days + 1)).astype(int)
    return np.where(looked, seen, days), np.where(looked, OPEN, end)


def company(rng, n=400, p=(0.8, 0.6, 0.5), median=(10, 20, 30)):
    drawn = [stays(rng, n, *each) for each in zip(p, median, strict=True)]
    step = np.repeat(np.arange(3), n)
    return History(step, *(np.concatenate(part) for part in zip(*drawn, strict=True)), keys=KEYS)


@pytest.fixture(scope="module")
def learnt():
    return learn(company(np.random.default_rng(1)))


@pytest.mark.parametrize("clock", [ATTEMPT, ENTRY])
def test_it_counts_as_learning_does(clock):
    rng = np.random.default_rng(2)
    days, end, before = (rng.integers(0, top, 500) for top in (900, LEFT + 1, 400))
    daily = count_days(History(np.zeros(500, int), days, end, ("meet",), before=before), clock)
    seen = count(days, end, before=before if clock == ENTRY else None)
    np.testing.assert_allclose(seen.N, daily.N[0, -1])
    np.testing.assert_allclose(seen.D, daily.D[0, -1])


def test_rows_may_stand_for_several_stays():
    days, end = np.array([3, 3, 3, 400, 400]), np.array([WON, WON, OPEN, LOST, LOST])
    once = count(days, end)
    grouped = count(np.array([3, 3, 400]), np.array([WON, OPEN, LOST]), np.array([2, 1, 2]))
    np.testing.assert_allclose(once.N, grouped.N)
    np.testing.assert_allclose(once.D, grouped.D)
    assert once.ends.tolist() == grouped.ends.tolist() == [1, 2, 2, 0]


def test_with_nothing_seen_it_is_its_elders(learnt):
    found = group_steps(learnt, KEYS, [NOTHING] * 3)
    for key, step in zip(KEYS, found, strict=True):
        np.testing.assert_allclose(step.draws, chance(learnt.step(key).astype(float), learnt.edges_of(key)))
        assert step.is_elders


def test_all_there_is_has_its_elders_draws(learnt):
    rng = np.random.default_rng(1)
    history = company(rng)
    of = [history.step == k for k in range(3)]
    found = group_steps(learnt, KEYS, [count(history.days[rows], history.end[rows]) for rows in of])
    np.testing.assert_allclose(found[1].draws, chance(learnt.step("show").astype(float), learnt.edges_of("show")))
    assert not found[1].is_elders


def test_with_a_lot_seen_it_stands_alone(learnt):
    days, end = stays(np.random.default_rng(3), 4_000, 0.3, 45)
    own, _show, _offer = group_steps(learnt, KEYS, [count(days, end), NOTHING, NOTHING])
    assert own.conversion.mean == pytest.approx((end == WON).mean(), abs=0.015)
    assert own.conversion.low < 0.3 < own.conversion.high
    assert own.days.mean == pytest.approx(np.median(days[end == WON]), abs=3)
    assert own.late == pytest.approx(np.quantile(days[end == WON], 0.9), abs=12)


def test_a_handful_lies_between(learnt):
    lost = count(np.array([5, 9, 12, 20]), np.full(4, LOST))
    few = group_steps(learnt, KEYS, [lost, NOTHING, NOTHING])[0]
    elders = group_steps(learnt, KEYS, [NOTHING] * 3)[0]
    assert 0.2 < few.conversion.mean < elders.conversion.mean - 0.05
    assert few.conversion.high - few.conversion.low > elders.conversion.high - elders.conversion.low


def test_open_ones_count_as_far_as_they_were_seen(learnt):
    won, lost = (np.full(10, 10), np.full(10, WON)), (np.full(10, 10), np.full(10, LOST))
    days, end = (np.concatenate(part) for part in zip(won, lost, strict=True))
    known = count(days, end)
    fresh = count(np.append(days, np.zeros(10, int)), np.append(end, np.full(10, OPEN)))
    stalled = count(np.append(days, np.full(10, 300)), np.append(end, np.full(10, OPEN)))
    means = [group_steps(learnt, KEYS, [one, NOTHING, NOTHING])[0] for one in (known, fresh, stalled)]
    assert means[0].conversion.mean == pytest.approx(means[1].conversion.mean, abs=0.01)
    # What still lies there after ten months has told something; what came today has not.
    assert means[2].conversion.mean < means[0].conversion.mean - 0.02


def test_the_same_question_has_the_same_answer(learnt):
    few = count(np.array([5, 9]), np.array([WON, LOST]))
    first, again = (group_steps(learnt, KEYS, [few, NOTHING, few]) for _ in range(2))
    np.testing.assert_array_equal(first[0].draws, again[0].draws)


def test_one_count_a_key_is_needed(learnt):
    with pytest.raises(ValueError, match="counts"):
        group_steps(learnt, KEYS, [NOTHING])


def test_a_step_outside_the_history_has_the_companys_level(learnt):
    (step,) = group_steps(learnt, ["never seen"], [NOTHING])
    assert 0.1 < step.conversion.low < 0.6 < step.conversion.high < 1


def test_its_intervals_hold_in_simulated_companies():
    """Groups whose odds differ from their step's by half or so, with 5, 30 or 150 stays, some still open."""
    rng, inside = np.random.default_rng(7), {5: [], 30: [], 150: []}
    for _world in range(8):
        logit = 0.85 + rng.normal(0, 0.6, 3)
        median = 21 * np.exp(rng.normal(0, 0.4, 3))
        learnt = learn(company(rng, 300, 1 / (1 + np.exp(-logit)), median), seed=int(rng.integers(1_000)))
        for n, hits in inside.items():
            truth = 1 / (1 + np.exp(-(logit + rng.normal(0, 0.4, 3))))
            seen = [count(*stays(rng, n, p, m, 0.2)) for p, m in zip(truth, median, strict=True)]
            for p, step in zip(truth, group_steps(learnt, KEYS, seen), strict=True):
                hits.append(step.conversion.low <= p <= step.conversion.high)
    every = [hit for hits in inside.values() for hit in hits]
    assert 0.72 <= np.mean(every) <= 0.92, {n: np.mean(hits) for n, hits in inside.items()}


def furthest(rng, groups, differ, n=90):
    """Return of the outermost two of some groups, at each of three steps, how sure it is that they lie in this order,
    and whether they do: in a company whose groups differ in log odds by `differ`."""
    odds = np.array([1.4, 0.4, 0.0]) + rng.normal(0, differ, (groups, 3))
    chances = 1 / (1 + np.exp(-odds))
    seen = [[stays(rng, n, p, 20) for p in own] for own in chances]
    flat = [(k, *seen[g][k]) for g in range(groups) for k in range(3)]
    step = np.concatenate([np.full(len(days), k) for k, days, _end in flat])
    history = History(step, *(np.concatenate([row[at] for row in flat]) for at in (1, 2)), keys=KEYS)
    learnt = learn(history)
    found = [group_steps(learnt, KEYS, [count(*one) for one in own], name=f"{g}") for g, own in enumerate(seen)]
    for k in range(3):
        order = np.argsort([own[k].conversion.mean for own in found])
        last, first = found[order[0]][k].draws, found[order[-1]][k].draws
        is_so = chances[order[-1], k] > chances[order[0], k]
        yield chance_above(first, last), chance_above(first, last, groups=groups), is_so


def test_groups_that_are_alike_are_hardly_ever_said_to_differ():
    rng = np.random.default_rng(11)
    told = np.array([each for _world in range(12) for each in furthest(rng, 6, 0.0)])
    assert (told[:, 0] >= 0.95).mean() > 0.1  # the two alone, as if nobody had chosen them
    assert (told[:, 1] >= 0.95).mean() <= 0.06


def test_what_is_said_to_differ_does():
    rng = np.random.default_rng(12)
    told = np.array([each for _world in range(8) for each in furthest(rng, 4, 0.6)])
    sure = told[:, 1] >= 0.95
    assert sure.mean() > 0.2
    assert told[sure, 2].mean() >= 0.95
