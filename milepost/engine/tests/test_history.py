import numpy as np
import pytest

from milepost.engine.history import LOST, NO_DECISION, OPEN, WON, History


def test_it_takes_lists():
    past = History([0, 1], [3, 4], [WON, OPEN], ("a", "b"))
    assert len(past) == 2
    assert past.days.dtype == np.int64


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"step": [0, 2]}, "step: row 1 is 2, allowed is 0 to 1"),
        ({"step": [-1, 0]}, "step: row 0 is -1"),
        ({"days": [3, -1]}, "days: row 1 is -1, allowed is 0 or more"),
        ({"days": [3]}, "days: 1 rows, but step has 2"),
        ({"days": [3.0, 4.5]}, "days: whole numbers are needed"),
        ({"days": [[3, 4]]}, "days: one row per stay"),
        ({"end": [WON, 4]}, "end: row 1 is 4"),
        ({"end": [WON, 256]}, "end: row 1 is 256"),
        ({"cause": [0, 4]}, "cause: row 1 is 4"),
        ({"cause": [0]}, "cause: 1 rows"),
        ({"keys": ("a", "a")}, "keys: a step is named twice"),
    ],
)
def test_it_says_what_does_not_fit(change, words):
    fits = {"step": [0, 1], "days": [3, 4], "end": [WON, LOST], "keys": ("a", "b"), "cause": [0, NO_DECISION]}
    with pytest.raises(ValueError) as refused:
        History(**(fits | change))
    assert words in str(refused.value)


def test_it_may_be_empty():
    assert len(History.none(("a",))) == 0
