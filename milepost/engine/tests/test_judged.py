"""What people said, scored: additive, once an opportunity, with honest intervals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.engine.judged import Looks, Record, shares

NAMES = ("", "commit", "best_case", "pipeline")
look = st.tuples(
    st.integers(1, 4),
    st.integers(1, 9),
    st.one_of(st.none(), st.floats(0, 1)),
    st.floats(0.01, 0.99),
    st.sampled_from(NAMES),
)


def looks(rows, won):
    person, opportunity, said, model, names = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    return Looks(
        np.array(person, int),
        np.array(opportunity, int),
        np.array([np.nan if s is None else s for s in said], float),
        np.array(model, float),
        np.array([float(won[o]) for o in opportunity], float),
        list(names),
    )


def alike(a, b):
    assert a.said.parts == pytest.approx(b.said.parts)
    assert a.model.parts == pytest.approx(b.model.parts)
    assert (a.squares, a.gained, a.gains) == pytest.approx((b.squares, b.gained, b.gains))
    assert {k: tuple(v) for k, v in a.categories.items()} == {
        k: pytest.approx(tuple(v)) for k, v in b.categories.items()
    }


@settings(max_examples=60)
@given(st.lists(look, max_size=40), st.lists(st.booleans(), min_size=10, max_size=10))
def test_the_record_of_a_group_is_the_sum_of_its_peoples(rows, won):
    whole = Record.of(looks(rows, won))
    parts = [Record.of(looks([row for row in rows if row[0] == who], won)) for who in range(1, 5)]
    alike(sum(parts, Record()), whole)
    alike(Record.from_parts(whole.parts), whole)


@settings(max_examples=60)
@given(st.lists(look, min_size=1, max_size=30), st.lists(st.booleans(), min_size=10, max_size=10))
def test_the_order_of_looks_does_not_matter(rows, won):
    alike(Record.of(looks(rows[::-1], won)), Record.of(looks(rows, won)))


def test_an_opportunity_counts_once_however_often_it_was_looked_at():
    won = [False, True, False]
    often = Record.of(looks([(1, 1, 0.9, 0.5, "commit")] * 5 + [(1, 2, 0.9, 0.5, "commit")], won))
    once = Record.of(looks([(1, 1, 0.9, 0.5, "commit"), (1, 2, 0.9, 0.5, "commit")], won))
    alike(often, once)
    assert once.n == 2
    assert once.categories["commit"] == (2, 1)
    assert shares([1, 1], [1, 1], np.array([True, False])).tolist() == [1.0, 0.0]


def hopeful(seed):
    rng = np.random.default_rng(seed)
    truth = rng.uniform(0.1, 0.7, 300)
    won = (rng.random(300) < truth).tolist()
    return Record.of(looks([(1, o, truth[o] + 0.2, truth[o], "") for o in range(300)], won))


def test_it_says_by_how_much_somebody_is_too_hopeful():
    records = [hopeful(seed) for seed in range(150)]
    biases = np.array([record.bias for record in records])
    assert biases[:, 0].mean() == pytest.approx(0.2, abs=0.01)
    assert 0.70 < np.mean((biases[:, 1] < 0.2) & (biases[:, 2] > 0.2)) < 0.90
    assert np.mean([record.gain[0] for record in records]) < -0.05
    assert 0.7 < np.mean([record.slope for record in records]) < 1.4


def test_few_opportunities_never_make_certain():
    one = Record.of(looks([(1, 1, 1.0, 0.5, "commit")], [False, True]))
    assert one.bias[1:] == (0.0, pytest.approx(0.64, abs=0.01))  # nobody says less than comes who says 100 %
    assert Record.of(looks([(1, 1, 0.86, 0.5, "")], [False, False])).bias[2] == pytest.approx(0.86)
    assert one.slope is None
    assert one.share("commit")[1] < 0.5
    assert Record().bias == (0.0, -1.0, 1.0)


def test_a_call_without_a_chance_counts_for_its_category_alone():
    record = Record.of(looks([(1, 1, None, 0.5, "commit"), (1, 2, 0.5, 0.5, "")], [False, True, False]))
    assert record.n == 1
    assert record.categories == {"commit": (1, 1)}
