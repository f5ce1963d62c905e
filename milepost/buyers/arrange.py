"""Lay people out along their reporting lines: where a map begins, and where somebody new is put on it.

Each person stands above those who report to them. Reports without reports of their own stand in rows, so that a
manager of sixty is a block and not a line; teams stand side by side until a row is full.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

APART_X, APART_Y = 150, 150
IN_A_ROW = 6
WIDE = ((60, 12), (120, 18))
"""Up to so many people a row of teams is so wide: about as the picture is, so that all of it is seen large."""
WIDEST = 26

Cells = dict[int, tuple[float, float]]


def arranged(people: Sequence[int], boss_of: Mapping[int, int]) -> Cells:
    """Return a place for everybody, in pixels; a loop, should there be one, is cut where it is first met."""
    reports: dict[int, list[int]] = defaultdict(list)
    known = set(people)
    for one in people:
        if boss_of.get(one) in known:
            reports[boss_of[one]].append(one)
    tops = [one for one in people if boss_of.get(one) not in known]
    wide = next((width for most, width in WIDE if len(people) <= most), WIDEST)
    trees = [_tree(top, reports, set(), wide) for top in tops if reports[top]]
    alone = [one for one in people if not reports[one] and boss_of.get(one) not in known]
    placed = _side_by_side([*trees, *([_rows(alone, columns=8)] if alone else [])], wide)
    rest = [one for one in people if one not in placed]  # who is in a loop has nobody above
    below = max((y for _x, y in placed.values()), default=-1) + 1
    for one, (x, y) in _rows(rest, columns=8).items():
        placed[one] = (x, below + y)
    return {one: (x * APART_X, y * APART_Y) for one, (x, y) in placed.items()}


def _tree(top: int, reports: Mapping[int, list[int]], seen: set[int], wide: int) -> Cells:
    seen.add(top)
    below = [one for one in reports[top] if one not in seen]
    leaves = [one for one in below if not reports[one]]
    blocks = [_tree(one, reports, seen, wide) for one in below if reports[one]]
    if leaves:
        seen.update(leaves)
        blocks.append(_rows(leaves, columns=IN_A_ROW))
    cells = {one: (x, y + 1) for one, (x, y) in _side_by_side(blocks, wide).items()}
    first_row = [x for x, y in cells.values() if y == 1]
    cells[top] = ((min(first_row) + max(first_row)) / 2 if first_row else 0.0, 0)
    return cells


def _rows(people: Sequence[int], *, columns: int) -> Cells:
    return {one: (float(n % columns), float(n // columns)) for n, one in enumerate(people)}


def _width(cells: Cells) -> float:
    return max(x for x, _y in cells.values()) + 1


def _side_by_side(blocks: Sequence[Cells], wide: int) -> Cells:
    """Put blocks beside each other, and below where a row is full."""
    placed: Cells = {}
    left = top = lowest = 0.0
    for block in blocks:
        if left and left + _width(block) > wide:
            left, top = 0.0, lowest
        placed |= {one: (x + left, y + top) for one, (x, y) in block.items()}
        lowest = max(lowest, top + max(y for _x, y in block.values()) + 1)
        left += _width(block)
    return placed
