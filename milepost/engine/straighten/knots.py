"""What keeps a chart from being a line, the innermost first.

A way back whose target dominates its source is a loop; one that does not is a tangle. Without ways back, a split with
its immediate post-dominator bounds a region; where each way through it is a plain chain it can be untied as it is, and
where none is left that can, the smallest region is a tangle (Cooper, Harvey and Kennedy 2001, "A simple, fast dominance
algorithm", is how dominators are found).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from milepost.engine.straighten.flow import BEGIN, FINISH, Flow, Kind
from milepost.engine.straighten.measure import unreached, ways_back

if TYPE_CHECKING:
    import networkx as nx


class Snag(StrEnum):
    """Say of what kind a knot is."""

    UNREACHED = "unreached"
    LOOP = "loop"
    WAY_OUT = "way out"
    LOOSE_END = "loose end"
    PARALLEL = "parallel"
    WAY_AROUND = "way around"
    ALTERNATIVES = "alternatives"
    TANGLE = "tangle"


class Way(StrEnum):
    """Say how a knot is untied.

    DROP        what nothing leads to is left out
    ATTEMPTS    the way back goes: a step may take several attempts
    NO          the way out goes: losing a step ends the opportunity
    CONDITIONS  what runs beside becomes conditions of the step where the ways join
    OPTIONAL    the steps that have a way around become optional
    CHOICE      the ways become one step in which one of them is taken
    PLAYBOOK    one way stays, the others become playbooks of their own
    STUDY       the steps become a feasibility study, which the client buys and at whose end the client decides
    """

    DROP = "drop"
    ATTEMPTS = "attempts"
    NO = "no"
    CONDITIONS = "conditions"
    OPTIONAL = "optional"
    CHOICE = "choice"
    PLAYBOOK = "playbook"
    STUDY = "study"


@dataclass(frozen=True)
class Knot:
    """Hold one thing that keeps a chart from being a line.

    at     the node where it begins, `to` the one where the ways meet again
    ways   the chains of nodes between, each in its order; one chain of all its nodes for a tangle
    """

    snag: Snag
    at: str
    to: str
    ways: tuple[tuple[str, ...], ...]

    @property
    def key(self) -> str:
        """What it is called by while the chart is straightened."""
        return f"{self.snag}:{self.at.strip()}:{self.to.strip()}"

    @property
    def nodes(self) -> set[str]:
        """All nodes of it that stand on the chart."""
        return {self.at, self.to, *(key for way in self.ways for key in way)} - {BEGIN, FINISH}

    @property
    def seats(self) -> set[str]:
        """The nodes where it shows: where a loop turns, else all but those where the ways meet again."""
        return {self.at, self.to} if self.snag == Snag.LOOP else self.nodes - {self.to}


def next_knot(flow: Flow) -> Knot | None:
    """Return what is to be untied next; None when the chart is a line.

    >>> from milepost.engine.straighten.flow import Edge, Node
    >>> next_knot(Flow.of([Node("a"), Node("b")], [Edge("a", "b"), Edge("b", "a")]))
    Knot(snag=<Snag.LOOP: 'loop'>, at='b', to='a', ways=(('a', 'b'),))
    """
    for find in (_unreached, _loop, _round_for_ever, _way_out, _plain_region, _tangle):
        knot = find(flow)
        if knot is not None:
            return knot
    return None


def _unreached(flow: Flow) -> Knot | None:
    alone = unreached(flow)
    return Knot(Snag.UNREACHED, alone[0], alone[0], (tuple(alone),)) if alone else None


def _loop(flow: Flow) -> Knot | None:
    """Return the smallest loop: an arrow back to a node that every way to its source leads through."""
    import networkx as nx

    above = nx.immediate_dominators(flow.graph, BEGIN)
    loops = [(_body(flow, u, v), u, v) for u, v in ways_back(flow) if v in _chain_up(above, u)]
    if not loops:
        return None
    body, u, v = min(loops, key=lambda loop: len(loop[0]))
    return Knot(Snag.LOOP, u, v, (tuple(body),))


def _chain_up(above: dict[str, str], key: str) -> Iterator[str]:
    """Go up the dominators of a node, itself first."""
    yield key
    while above.get(key, key) != key:
        key = above[key]
        yield key


def _body(flow: Flow, source: str, target: str) -> list[str]:
    """Return the nodes of a loop: those that reach its source without passing its target."""
    inside, ahead = {target}, [source]
    while ahead:
        node = ahead.pop()
        if node not in inside:
            inside.add(node)
            ahead.extend(flow.graph.predecessors(node))
    return [key for key in flow.by_key if key in inside]


def _round_for_ever(flow: Flow) -> Knot | None:
    """Return a group of nodes that go round with more than one way in: no step of it comes first."""
    import networkx as nx

    groups = [group for group in nx.strongly_connected_components(flow.graph) if len(group) > 1]
    if not groups:
        return None
    inside = min(tuple(key for key in flow.by_key if key in group) for group in groups)
    return Knot(Snag.TANGLE, inside[0], inside[-1], (inside,))


def _way_out(flow: Flow) -> Knot | None:
    """Return what leads to another end than the best: one that is not called lost, with the most steps before it."""
    import networkx as nx

    last = list(flow.graph.predecessors(FINISH))
    if len(last) < 2:
        return None
    far = _steps_before(flow)
    main = max(last, key=lambda key: (not flow.by_key[key].lost, far[key]))
    goes_on = nx.ancestors(flow.graph, main) | {main, FINISH}
    out = [key for key in flow.by_key if key not in goes_on]
    part = nx.node_connected_component(flow.graph.subgraph(out).to_undirected(as_view=True), out[0])
    inside = [key for key in nx.topological_sort(flow.graph) if key in part]
    at = next(key for node in inside for key in flow.graph.predecessors(node) if key not in part)
    beside = at in flow.by_key and flow.by_key[at].kind in {Kind.PARALLEL, Kind.ANY}
    return Knot(Snag.LOOSE_END if beside else Snag.WAY_OUT, at, main, (tuple(inside),))


def _steps_before(flow: Flow) -> dict[str, int]:
    """Return for each node of a chart without loops the most steps on a way to it, itself included."""
    import networkx as nx

    far: dict[str, int] = {}
    for key in nx.topological_sort(flow.graph):
        node = flow.by_key.get(key)
        own = int(node is not None and node.kind == Kind.STEP)
        far[key] = own + max((far[before] for before in flow.graph.predecessors(key)), default=0)
    return far


def _plain_region(flow: Flow) -> Knot | None:
    """Return a split all of whose ways are plain chains up to where they meet."""
    import networkx as nx

    meets = _meeting_places(flow)
    for key in nx.topological_sort(flow.graph):
        if flow.graph.out_degree(key) > 1:
            ways = [_plain_way(flow, first, meets[key]) for first in flow.graph.successors(key)]
            plain = [way for way in ways if way is not None]
            if len(plain) == len(ways):
                return Knot(_snag(flow, key, plain), key, meets[key], tuple(plain))
    return None


def _meeting_places(flow: Flow) -> dict[str, str]:
    """Return for each node the first one that every way from it leads through."""
    import networkx as nx

    backwards: nx.DiGraph[str] = flow.graph.reverse(copy=False)
    return nx.immediate_dominators(backwards, FINISH)


def _plain_way(flow: Flow, first: str, to: str) -> tuple[str, ...] | None:
    """Return the nodes from `first` up to `to`, in order; None where the way divides or another one comes in."""
    way, at = [], first
    while at != to:
        if flow.graph.out_degree(at) != 1 or flow.graph.in_degree(at) != 1:
            return None
        way.append(at)
        at = next(flow.graph.successors(at))
    return tuple(way)


def _snag(flow: Flow, at: str, ways: list[tuple[str, ...]]) -> Snag:
    kind = flow.by_key[at].kind if at in flow.by_key else Kind.CHOICE
    if kind in {Kind.PARALLEL, Kind.ANY}:
        return Snag.PARALLEL
    with_steps = sum(bool(flow.steps(way)) for way in ways)
    return Snag.WAY_AROUND if with_steps < len(ways) else Snag.ALTERNATIVES


def _tangle(flow: Flow) -> Knot | None:
    """Return the smallest region between a split and where its ways meet."""
    import networkx as nx

    meets = _meeting_places(flow)
    splits = [key for key in flow.graph if flow.graph.out_degree(key) > 1]
    regions = [(key, _between(flow, key, meets[key])) for key in splits]
    if not regions:
        return None
    at, inside = min(regions, key=lambda region: len(region[1]))
    return Knot(Snag.TANGLE, at, meets[at], (tuple(key for key in nx.topological_sort(flow.graph) if key in inside),))


def _between(flow: Flow, at: str, to: str) -> set[str]:
    """Return the nodes on the ways from one node to another, without either."""
    inside, ahead = {to}, list(flow.graph.successors(at))
    while ahead:
        node = ahead.pop()
        if node not in inside:
            inside.add(node)
            ahead.extend(flow.graph.successors(node))
    return inside - {to}
