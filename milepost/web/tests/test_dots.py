"""A distribution drawn as dots one can count."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.web.dots import Scale, Spread, draw
from milepost.web.words import money_round

amounts = st.lists(st.floats(0, 1e12, allow_nan=False), min_size=50, max_size=50).map(sorted)


def drawn(results, target=None):
    low, middle, high = results[5], results[25], results[45]
    return draw(Spread(results, low, middle, high, target), amount=str, label="All <of> it", target_label="target 3")


@given(amounts, st.floats(0, 1e12, allow_nan=False))
def test_it_draws_fifty_dots_and_fills_those_that_reach_the_target(results, target):
    picture = drawn(results, target)
    assert picture.count('class="hit"') == sum(each >= target for each in results)
    assert picture.count('class="hit"') + picture.count('class="miss"') == 50


@given(amounts)
def test_it_keeps_every_dot_on_the_axis(results):
    scale = Scale.over(results)
    assert scale.bottom <= results[0] or scale.bottom == 0
    assert results[-1] <= scale.top * (1 + 1e-9)
    places = [float(x) for x in re.findall(r'<circle class="(?:hit|miss)" cx="([-\d.]+)"', drawn(results))]
    assert all(0 <= x <= 330 for x in places)


def test_it_begins_near_amounts_that_are_all_far_from_nothing():
    assert Scale.over([6.1, 7.7]).bottom == 6
    assert Scale.over([0.5, 7.7]).bottom == 0


def test_it_says_all_of_it_to_those_who_hear_it():
    assert 'aria-label="All &lt;of&gt; it"' in drawn([1.0] * 50)


@pytest.mark.parametrize(
    ("minor", "said"),
    [(250_000_000, "€2.5\xa0M"), (300_000_000, "€3\xa0M"), (1_125_000_000, "€11.25\xa0M"), (0, "€0")],
)
def test_amounts_on_an_axis_end_where_they_are_round(minor, said):
    assert money_round(minor, "EUR") == said
