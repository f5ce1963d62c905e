"""The order that costs least: against every order there is, and what always holds."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.engine.order import Line, TooFree, best_order, best_swap


@st.composite
def lines(draw, most=6, free=False):
    n = draw(st.integers(1, most))
    V = draw(st.lists(st.floats(0, 1), min_size=n, max_size=n))
    c = draw(st.lists(st.integers(0, 10**6).map(lambda cents: cents / 100), min_size=n, max_size=n))
    needs = [draw(st.frozensets(st.integers(0, step - 1))) if step and not free else frozenset() for step in range(n)]
    return Line.of(V, c, needs)


def walked(line, order):
    """Walk the line: pay for a step, then go on with its chance. Return the cost of all, and of those lost."""
    spent = cost = of_lost = lost = 0.0
    reached = 1.0
    for step in order:
        spent += line.costs[step]
        cost += reached * line.costs[step]
        of_lost += reached * (1 - line.won[step]) * spent
        lost += reached * (1 - line.won[step])
        reached *= line.won[step]
    return cost, of_lost / lost if lost > 0 else None


@given(lines())
def test_no_order_that_is_allowed_costs_less(line):
    best = best_order(line)

    allowed = [order for order in permutations(range(len(line))) if line.allows(order)]
    assert tuple(best) in allowed
    assert line.cost(best) == pytest.approx(min(walked(line, order)[0] for order in allowed), abs=1e-6)


@given(lines(free=True))
def test_without_needs_it_is_the_classical_order(line):
    ratio = [(1 - won) / cost if cost else np.inf for won, cost in zip(line.won, line.costs, strict=True)]
    classical = sorted(range(len(line)), key=lambda step: -ratio[step])

    assert line.cost(best_order(line)) == pytest.approx(line.cost(classical), abs=1e-6)


@given(lines(), st.randoms())
def test_what_an_order_costs_is_what_walking_it_comes_to(line, shuffle):
    order = list(range(len(line)))
    shuffle.shuffle(order)

    cost, of_lost = walked(line, order)

    assert line.cost(order) == pytest.approx(cost)
    if of_lost is None:
        assert line.cost_of_lost(order) is None
    else:
        assert line.cost_of_lost(order) == pytest.approx(of_lost, abs=1e-6)
        won = float(np.prod(line.won))
        parts = won * line.costs.sum() + (1 - won) * line.cost_of_lost(order)
        assert parts == pytest.approx(cost, abs=1e-6)


@given(lines())
def test_the_best_swap_spares_what_it_says_and_never_more_than_the_best_order(line):
    today = list(range(len(line)))
    swap = best_swap(line)

    if swap is None:
        return
    after = [*today]
    after[swap.first], after[swap.second] = swap.second, swap.first
    assert line.allows(after)
    assert line.cost(today) - line.cost(after) == pytest.approx(swap.spares)
    assert swap.spares <= line.cost(today) - line.cost(best_order(line)) + 1e-6


def test_equal_steps_stay_where_they_are():
    assert best_order(Line.of([0.5] * 8, [10.0] * 8)) == list(range(8))
    assert best_swap(Line.of([0.5] * 8, [10.0] * 8)) is None


def test_twenty_free_steps_are_exact():
    some = np.random.default_rng(20)
    line = Line.of(some.uniform(0.3, 0.95, 20), some.uniform(1, 100, 20))

    assert best_order(line) == sorted(range(20), key=lambda step: -(1 - line.won[step]) / line.costs[step])


def test_a_long_line_is_taken_part_by_part():
    n = 40
    needs = [set(range(step - 1)) if step % 2 else set(range(step)) for step in range(n)]
    line = Line.of([0.9, 0.2] * 20, [50.0] * n, needs)

    assert best_order(line) == [step for pair in range(20) for step in (2 * pair + 1, 2 * pair)]


def test_too_many_free_steps_are_refused_in_words():
    with pytest.raises(TooFree, match="21 steps may come in any order: 20 at most"):
        best_order(Line.of([0.5] * 21, [1.0] * 21))


def test_a_line_of_nothing_costs_nothing():
    assert best_order(Line.of([], [])) == []
    assert Line.of([], []).cost([]) == 0.0


@pytest.mark.parametrize(
    ("V", "c", "needs", "why"),
    [
        ([0.5], [], None, "one each a step"),
        ([1.5], [1.0], None, "between 0 and 1"),
        ([0.5], [-1.0], None, "not negative"),
        ([float("nan")], [1.0], None, "finite"),
        ([0.5, 0.5], [1.0, 1.0], [[1], []], "against what its steps need"),
        ([0.5], [1.0], [[0]], "against what its steps need"),
    ],
)
def test_it_says_what_is_wrong(V, c, needs, why):
    with pytest.raises(ValueError, match=why):
        Line.of(V, c, needs)
