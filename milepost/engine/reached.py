"""Tell when each step of a string is reached: the days until it and all before it are won, given that they are.

    F_1 = f_1,  F_k = F_{k-1} * f'_k;  the middle is the first day by which half of F_k has come

What comes after a step has no part in it: a step that is added, skipped or moved further ahead moves no day before it.
The last of them is the day on which the string closes. f and f' are in `chain.py` and `tables.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from milepost.engine.figures import Cell
from milepost.engine.tables import Tables

Come = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def middle_days(tables: Tables, cells: Sequence[Cell], come: Come) -> list[tuple[int, ...]]:
    """Return for each cell the middle days, from today, until each of its steps is reached; HORIZON where none is.

    `come` cumulates densities [cells, HORIZON] over dates.
    """
    found: list[list[int]] = [[] for _ in cells]
    here = list(range(len(cells)))
    F = np.stack([tables.first_step(cell)[0] for cell in cells])
    total = np.array([tables.chance((cell.keys[0], cell.segment), tables.age(cell))[-1] for cell in cells])
    for at in range(max(len(cell.keys) for cell in cells)):
        if at:
            goes_on = np.array([len(cells[i].keys) > at for i in here])
            here = [i for i in here if len(cells[i].keys) > at]
            steps = [(cells[i].keys[at], cells[i].segment) for i in here]
            F = tables.days.follow(F[goes_on], np.stack([tables.ahead_days(*step) for step in steps]))
            total = total[goes_on] * [tables.ahead(step[:1], step[1])[-1] for step in steps]
        for i, days in zip(here, _middles(come(F), total), strict=True):
            found[i].append(days)
    return [tuple(days) for days in found]


def _middles(cumulated: NDArray, total: NDArray) -> list[int]:
    # A hair below: see `string_forecast._quantiles`.
    middles: list[int] = (cumulated < (0.5 - 1e-9) * total[:, None]).sum(1).tolist()
    return middles
