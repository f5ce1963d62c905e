"""Answers are tried on later days, and earn it only where they foretell."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.engine.answers import Past, as_columns, try_answers


def company(size, strength, seed, rows=3):
    """Make opportunities with three rows each, whose first answer moves the log-odds by `strength`."""
    rng = np.random.default_rng(seed)
    begun = np.sort(rng.integers(0, 1000, size))
    closed = begun + rng.integers(40, 90, size)
    known = rng.choice(["yes", "no", ""], size)
    won = rng.random(size) < 1 / (1 + np.exp(-strength * ((known == "yes") - (known == "no") * 1.0)))
    case = np.repeat(np.arange(size), rows)
    day = begun[case] + np.tile(np.arange(rows) * 12, size)
    answers = [[known[i], str(rng.choice(["red", "blue"]))] for i in case]
    step = np.tile(np.arange(rows) % 2, size)
    plain = as_columns(step, 2, (day - begun[case])[:, None])
    return Past(plain, answers, won[case].astype(float), day, closed[case], case)


def test_what_foretells_earns_it():
    tried = try_answers(["budget", "colour"], company(500, 2.0, 1))
    assert tried.earned
    assert tried.with_answers < tried.without - 0.05
    effects = {(e.question, e.answer): e.factor for e in tried.effects}
    assert effects["budget", "yes"] > 2 > 0.6 > effects["budget", "no"]
    assert 0.8 < effects["colour", "red"] < 1.25


@pytest.mark.parametrize("seed", range(6))
def test_what_says_nothing_seldom_earns_it(seed):
    tried = try_answers(["budget", "colour"], company(500, 0.0, seed + 20))
    assert abs(tried.without - tried.with_answers) < 0.02


def test_rows_of_one_opportunity_count_once():
    past = company(300, 1.5, 3)
    again = np.repeat(np.arange(len(past)), 4)
    often = Past(
        past.plain[again],
        [past.answers[i] for i in again],
        past.won[again],
        past.day[again],
        past.closed[again],
        past.case[again],
    )
    once, more = (try_answers(["budget", "colour"], each) for each in (past, often))
    assert (once.cases, round(once.with_answers, 6)) == (more.cases, round(more.with_answers, 6))


def test_what_came_later_does_not_help_to_foretell():
    """An answer given on the last rows alone, after all learning, is worth nothing."""
    past = company(400, 0.0, 4)
    late = past.day >= np.quantile(past.closed, 0.85)
    told = [[("won" if won else "lost") if out else ""] for won, out in zip(past.won, late, strict=True)]
    tried = try_answers(["told"], Past(past.plain, told, past.won, past.day, past.closed, past.case))
    assert tried.without - tried.with_answers < 0.1


def test_too_little_is_not_tried():
    empty = Past(np.zeros((0, 2)), [], np.zeros(0), np.zeros(0, int), np.zeros(0, int), np.zeros(0, int))
    assert try_answers(["a"], empty) is None
    few = try_answers(["budget", "colour"], company(40, 3.0, 5))
    assert few is None or not few.earned


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 60))
def test_order_does_not_matter(seed, size):
    past = company(size, 1.0, seed)
    mixed = np.random.default_rng(seed).permutation(len(past))
    other = Past(
        past.plain[mixed],
        [past.answers[i] for i in mixed],
        past.won[mixed],
        past.day[mixed],
        past.closed[mixed],
        past.case[mixed],
    )
    one, two = (try_answers(["budget", "colour"], each) for each in (past, other))
    assert (one is None) == (two is None)
    if one and two:
        assert one.with_answers == pytest.approx(two.with_answers, abs=1e-6)
