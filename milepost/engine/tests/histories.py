"""Small histories for properties: any mix of ends, ages and steps."""

from __future__ import annotations

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from milepost.engine.history import LEFT, History

KEYS = ("meet", "show", "offer")
STEADY = settings(deadline=None, max_examples=25, derandomize=True)
"""The same examples every time: a test that fails only now and then teaches to look away."""

row = st.tuples(st.integers(0, 2), st.integers(0, 500), st.integers(0, LEFT))
histories = st.lists(row, max_size=40).map(lambda rows: history(rows))


def history(rows: list[tuple[int, int, int]]) -> History:
    """Make a history from (step, days, end) rows."""
    columns = np.array(rows, dtype=int).reshape(-1, 3).T
    return History(*columns, keys=KEYS)
