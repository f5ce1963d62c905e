"""A share of a few cases is never a certainty, and a whole leans on itself only as far as it is large."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.engine.shares import believed, share


@st.composite
def counts(draw):
    cases = draw(st.integers(0, 5000))
    return draw(st.integers(0, cases)), cases


@given(counts())
def test_a_whole_is_never_certain_of_itself(of):
    yes, cases = of

    belief = believed(yes, cases)

    assert 0 < belief < 1
    assert min(0.5, yes / cases if cases else 0.5) <= belief <= max(0.5, yes / cases if cases else 0.5)


@pytest.mark.parametrize("yes", [0, 1])
def test_one_case_says_little_of_itself(yes):
    part = share(yes, 1, believed=believed(yes, 1))

    assert part.high - part.low > 0.4
    assert 0.1 < part.mean < 0.9


@given(counts(), st.floats(0, 1))
def test_a_share_lies_within_its_interval(of, belief):
    part = share(*of, believed=belief)

    assert 0 <= part.low <= part.high <= 1
    assert 0 < part.mean < 1
