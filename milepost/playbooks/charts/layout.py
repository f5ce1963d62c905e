"""Where the boxes of a chart stand when it is drawn: in columns from left to right, arrows between them.

A box stands in the column after the farthest one that leads to it; within a column boxes are ordered by the middle of
those they are joined to, there and back a few times (Sugiyama, Tagawa and Toda 1981, "Methods for visual understanding
of hierarchical system structures"). An arrow that passes columns has a place in each, so that no box lies on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from textwrap import wrap

import networkx as nx

from milepost.engine.straighten.flow import BEGIN, FINISH, SPLITS, Edge, Flow, Kind, Node
from milepost.engine.straighten.measure import ways_back

GAP, ROW = 34, 62
BOX, TALL, SMALL = 132, 44, 18
NARROW = 64
"""The width of a column in which no step stands."""
SWEEPS = 6
MARGIN = 12


@dataclass(frozen=True)
class Box:
    """Hold one node and the middle of its box, in pixels."""

    node: Node
    x: int
    y: int

    @property
    def half(self) -> int:
        return BOX // 2 if self.node.kind == Kind.STEP else SMALL

    @property
    def left(self) -> int:
        return self.x - self.half

    @property
    def top(self) -> int:
        return self.y - TALL // 2

    @property
    def words(self) -> list[tuple[int, str]]:
        """The lines of its name and where each is written."""
        if self.node.kind == Kind.STEP:
            lines = wrap(self.node.name, 20, max_lines=2, placeholder="…") or [""]
            return [(self.y + 4 + 15 * at - 8 * (len(lines) - 1), line) for at, line in enumerate(lines)]
        return [(self.y + SMALL + 14, line) for line in wrap(self.node.name, 22, max_lines=1, placeholder="…")]


@dataclass(frozen=True)
class Arrow:
    """Hold one arrow: the path it is drawn along, and what is written at its beginning."""

    edge: Edge
    path: str
    x: int
    y: int
    back: bool


@dataclass(frozen=True)
class Picture:
    """Hold a chart that is laid out, with its size in pixels."""

    boxes: list[Box]
    arrows: list[Arrow]
    width: int
    height: int


def lay_out(flow: Flow) -> Picture:
    """Return where everything stands."""
    back = set(ways_back(flow))
    columns = _columns(flow, back)
    places = _rows(flow, columns, back)
    deepest = max((len(column) for column in places), default=1)
    loops = 26 * bool(back)
    at: dict[str, tuple[int, int]] = {}
    left = MARGIN
    for column in places:
        wide = BOX if any(key in flow.by_key and flow.by_key[key].kind == Kind.STEP for key in column) else NARROW
        above = MARGIN + loops + TALL // 2 + (deepest - len(column)) * ROW // 2
        at |= {key: (left + wide // 2, above + ROW * row) for row, key in enumerate(column)}
        left += wide + GAP
    boxes = {node.key: Box(node, *at[node.key]) for node in flow.nodes}
    arrows = [_arrow(edge, boxes, at, columns, (edge.source, edge.target) in back) for edge in flow.edges]
    return Picture(
        list(boxes.values()), arrows, left - GAP + MARGIN, 2 * MARGIN + loops + TALL + ROW * (deepest - 1) + 6
    )


def _columns(flow: Flow, back: set[tuple[str, str]]) -> dict[str, int]:
    """Return the column of each node: one after the farthest that leads to it."""
    forward: nx.DiGraph[str] = nx.DiGraph()
    forward.add_nodes_from(flow.by_key)
    forward.add_edges_from((edge.source, edge.target) for edge in flow.edges if (edge.source, edge.target) not in back)
    if not nx.is_directed_acyclic_graph(forward):  # a round that nothing leads to
        return {key: place for place, key in enumerate(flow.by_key)}
    column: dict[str, int] = {}
    for key in nx.topological_sort(forward):
        column[key] = 1 + max((column[before] for before in forward.predecessors(key)), default=-1)
    return column


def _rows(flow: Flow, columns: dict[str, int], back: set[tuple[str, str]]) -> list[list[str]]:
    """Return the columns with what stands in each from top to bottom; an arrow that passes has a place too."""
    places: list[list[str]] = [[] for _ in range(max(columns.values(), default=0) + 1)]
    for key, column in columns.items():
        places[column].append(key)
    joined: dict[str, list[str]] = {key: [] for key in columns}
    for edge in flow.edges:
        if (edge.source, edge.target) not in back and columns[edge.source] < columns[edge.target]:
            chain = [edge.source, *_passed(edge, columns), edge.target]
            for key in chain[1:-1]:
                places[columns[edge.source] + chain.index(key)].append(key)
            for one, other in pairwise(chain):
                joined.setdefault(one, []).append(other)
                joined.setdefault(other, []).append(one)
    for sweep in range(SWEEPS):
        _sweep(places, joined, backwards=bool(sweep % 2))
    return places


def _passed(edge: Edge, columns: dict[str, int]) -> list[str]:
    """Return names for the places an arrow takes in the columns it passes."""
    between = range(columns[edge.source] + 1, columns[edge.target])
    return [f"{BEGIN}{edge.source}{FINISH}{edge.target}{BEGIN}{column}" for column in between]


def _sweep(places: list[list[str]], joined: dict[str, list[str]], *, backwards: bool) -> None:
    """Order each column by the middle of what its members are joined to in the column before, or after."""
    order = range(len(places) - 2, -1, -1) if backwards else range(1, len(places))
    for n in order:
        beside = {key: row - len(places[n + 1 if backwards else n - 1]) / 2 for row, key in enumerate(
            places[n + 1 if backwards else n - 1])}  # fmt: skip
        own = {key: row - len(places[n]) / 2 for row, key in enumerate(places[n])}
        middle = {}
        for key in places[n]:
            rows = [beside[other] for other in joined.get(key, []) if other in beside]
            middle[key] = sum(rows) / len(rows) if rows else own[key]
        places[n].sort(key=lambda key: (middle[key], own[key]))


def _arrow(
    edge: Edge, boxes: dict[str, Box], at: dict[str, tuple[int, int]], columns: dict[str, int], back: bool
) -> Arrow:
    one, other = boxes[edge.source], boxes[edge.target]
    if back or columns[edge.source] >= columns[edge.target]:
        top = min(one.y, other.y) - TALL // 2 - 22
        path = f"M{one.x},{one.y - _rise(one)} C{one.x},{top} {other.x},{top} {other.x},{other.y - _rise(other) - 4}"
        return Arrow(edge, path, (one.x + other.x) // 2, top + 12, True)
    points = [(one.x + one.half, one.y), *(at[key] for key in _passed(edge, columns)), (other.left - 4, other.y)]
    path = f"M{points[0][0]},{points[0][1]}"
    for (x, y), (to_x, to_y) in pairwise(points):
        middle = (x + to_x) // 2
        path += f" C{middle},{y} {middle},{to_y} {to_x},{to_y}"
    return Arrow(edge, path, one.x + one.half + 6, (one.y + points[1][1]) // 2 - 5, False)


def _rise(box: Box) -> int:
    return SMALL if box.node.kind in SPLITS or box.node.kind in {Kind.START, Kind.END} else TALL // 2
