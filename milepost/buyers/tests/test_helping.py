"""Every trait has a short set of questions whose replies lead to each of its answers."""

from itertools import product

import pytest

from milepost.buyers.helping import HELP, suggest
from milepost.buyers.traits import TRAITS


@pytest.mark.parametrize("trait", TRAITS)
def test_it_asks_two_to_four_questions(trait):
    assert 2 <= len(HELP[trait]) <= 4


@pytest.mark.parametrize("trait", TRAITS)
def test_every_answer_can_be_reached_and_no_other(trait):
    ways = product(*(range(len(ask.replies)) for ask in HELP[trait]))
    found = {s.answer for way in ways if (s := suggest(trait, dict(enumerate(way)))) is not None}
    assert found == set(TRAITS[trait].answers)


@pytest.mark.parametrize("trait", TRAITS)
def test_a_suggestion_has_a_reason(trait):
    for number, ask in enumerate(HELP[trait]):
        for reply in range(len(ask.replies)):
            suggested = suggest(trait, {number: reply})
            assert suggested is None or suggested.reasons == (ask.replies[reply].text,)


def test_nothing_speaks_for_nothing():
    assert suggest("stance", {}) is None
