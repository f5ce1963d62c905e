"""A word counts only where that has been better: weights stay in bounds, worthless words get none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.engine.blend import Calls, Fit, blended, learn_blend, shifted

chance = st.floats(0, 1)


def a_company(n=600, people=6, *, sees, hope=0.0, seed=1):
    """Make calls of people who know `sees` of what the model does not, in log odds, and are too hopeful by `hope`."""
    rng = np.random.default_rng(seed)
    base, hidden = rng.normal(-0.4, 0.8, n), rng.normal(0, 1.5, n)
    won = (rng.random(n) < expit(base + hidden)).astype(float)
    # The model knows how much it does not know.
    model = expit(base / np.sqrt(1 + 0.35 * 1.5**2))
    said = expit(base + sees * hidden + (1 - sees) * rng.normal(0, 1.5, n) + hope)
    day = np.sort(rng.integers(0, 900, n))
    return Calls(rng.integers(0, people, n), np.arange(n), day, day + rng.integers(5, 90, n), said, model, won)


def expit(x):
    return 1 / (1 + np.exp(-x))


@given(chance, chance, chance, st.floats(-3, 3))
def test_it_is_never_certain(model, said, weight, bias):
    p = float(blended(model, said, weight, bias))
    assert 0 < p < 1


@given(st.floats(0.01, 0.99), chance, st.floats(-3, 3))
def test_without_weight_it_is_the_models(model, said, bias):
    assert float(blended(model, said, 0.0, bias)) == pytest.approx(model)


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95), chance)
def test_it_lies_between_the_two(model, said, weight):
    p = float(blended(model, said, weight, 0.0))
    assert min(model, said) - 1e-9 <= p <= max(model, said) + 1e-9


@given(st.lists(st.floats(0, 1), min_size=2, max_size=50), st.floats(0.001, 0.999))
def test_shifted_draws_have_the_mean_asked_for_and_keep_their_order(draws, to):
    moved = shifted(np.array(draws), to)
    assert moved.mean() == pytest.approx(to, abs=1e-6)
    assert ((moved > 0) & (moved < 1)).all()
    assert (np.diff(moved[np.argsort(draws)]) >= -1e-9).all()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 3), st.integers(0, 20), st.integers(0, 99), st.integers(0, 60), chance, chance, st.booleans()
        ),
        max_size=60,
    )
)
def test_weights_stay_between_nothing_and_all(rows):
    columns = [np.array(each, float) for each in zip(*rows, strict=True)] if rows else [np.zeros(0)] * 7
    person, opportunity, day, lasted, said, model, won = columns
    calls = Calls(person.astype(int), opportunity.astype(int), day, day + lasted, said, model, won)
    blend = learn_blend(calls)
    for voice in (blend.all, *blend.people.values()):
        assert 0 <= voice.weight <= 1
        assert np.isfinite([voice.bias, voice.gained]).all()
    assert learn_blend(calls.take(np.arange(len(rows))[::-1])).all.weight == blend.all.weight


@pytest.mark.parametrize("seed", range(6))
def test_worthless_words_get_next_to_nothing(seed):
    blend = learn_blend(a_company(sees=0.0, seed=seed))
    assert blend.all.weight <= 0.1
    assert not blend.all.proven
    assert max(voice.weight for voice in blend.people.values()) <= 0.2
    assert not any(voice.proven for voice in blend.people.values())


@pytest.mark.parametrize("seed", range(3))
def test_words_that_know_count_much(seed):
    blend = learn_blend(a_company(sees=1.0, seed=seed))
    assert blend.all.weight >= 0.8
    assert blend.all.proven
    assert blend.all.gained > 0.03


def test_better_words_count_more():
    weights = [learn_blend(a_company(sees=sees, seed=2)).all.weight for sees in (0.0, 0.5, 0.8, 1.0)]
    assert weights == sorted(weights)


def test_hopefulness_is_taken_off():
    calm, hopeful = (learn_blend(a_company(sees=0.8, hope=hope, seed=4)).all for hope in (0.0, 1.0))
    assert hopeful.bias > calm.bias + 0.7
    assert hopeful.weight == pytest.approx(calm.weight, abs=0.15)


def test_few_words_count_nothing():
    few = learn_blend(a_company(n=12, people=2, sees=0.5, seed=5))
    assert not few.all.proven
    assert not any(voice.proven for voice in few.people.values())
    none = learn_blend(a_company(sees=1.0).take(np.zeros(600, bool)))
    assert (none.all.weight, none.all.proven, none.people) == (0.0, False, {})


def test_one_who_knows_counts_among_those_who_do_not():
    calls = a_company(n=1200, people=6, sees=0.0, seed=7)
    knows = a_company(n=1200, people=6, sees=1.0, seed=7)
    mixed = Calls(*(getattr(calls, name) for name in ("person", "opportunity", "day", "known")),
                  np.where(calls.person == 3, knows.said, calls.said), calls.model, calls.won)  # fmt: skip
    blend = learn_blend(mixed)
    assert blend.people[3].proven
    assert not any(voice.proven for who, voice in blend.people.items() if who != 3)
    assert blend.people[3].weight > 2 * max(v.weight for who, v in blend.people.items() if who != 3)


def test_what_came_later_teaches_nothing_earlier():
    calls = a_company(sees=1.0, seed=8)
    day = 400
    before = Fit.of(calls.take(calls.known < day))
    turned = Calls(calls.person, calls.opportunity, calls.day, calls.known, calls.said, calls.model,
                   np.where(calls.known < day, calls.won, 1 - calls.won))  # fmt: skip
    assert Fit.of(turned.take(turned.known < day)) == before
