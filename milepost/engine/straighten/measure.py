"""What makes a chart hard to manage, counted.

Cyclomatic complexity is E − N + 2 of the chart between one beginning and one end (McCabe 1976, "A complexity
measure"): 1 for a line, and one more for each decision between two ways and each way back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.engine.straighten.flow import BEGIN, FINISH, SPLITS, Flow, Kind

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True)
class Measures:
    """Hold the counts of one chart.

    decisions          nodes from which one of several ways is taken
    loops              arrows that lead back
    parallel           ways that run beside another one
    hand_overs         times work passes from one role to another
    dead_ends          steps that lead nowhere though the chart has ends, and nodes from which no end is reached
    unreached          nodes to which no way leads
    without_milestone  steps that do not say what is then done or agreed
    cyclomatic         McCabe's number; 1 is a line
    """

    steps: int
    decisions: int
    loops: int
    parallel: int
    hand_overs: int
    dead_ends: int
    unreached: int
    without_milestone: int
    cyclomatic: int

    @property
    def is_line(self) -> bool:
        """Whether it can be managed as a string: one way through, and nothing outside it."""
        return self.cyclomatic == 1 and not self.unreached


def measure(flow: Flow) -> Measures:
    """Return what there is to count.

    >>> from milepost.engine.straighten.flow import Edge, Node
    >>> measure(Flow.of([Node("a"), Node("b")], [Edge("a", "b")])).cyclomatic
    1
    """
    graph = flow.graph
    steps = [node for node in flow.nodes if node.kind == Kind.STEP]
    splits = [node for node in flow.nodes if graph.out_degree(node.key) > 1]
    return Measures(
        steps=len(steps),
        decisions=sum(node.kind not in {Kind.PARALLEL, Kind.ANY} for node in splits) + (graph.out_degree(BEGIN) > 1),
        loops=len(ways_back(flow)),
        parallel=sum(graph.out_degree(n.key) - 1 for n in splits if n.kind in {Kind.PARALLEL, Kind.ANY}),
        hand_overs=_hand_overs(flow),
        dead_ends=len(dead_ends(flow)),
        unreached=len(unreached(flow)),
        without_milestone=sum(not node.milestone for node in steps),
        cyclomatic=_cyclomatic(graph),
    )


def _cyclomatic(graph: nx.DiGraph) -> int:
    import networkx as nx

    reached = graph.subgraph({BEGIN, FINISH, *nx.descendants(graph, BEGIN)})
    return reached.number_of_edges() - reached.number_of_nodes() + 2


def unreached(flow: Flow) -> list[str]:
    """Return the nodes to which no way leads from the beginning."""
    import networkx as nx

    found = nx.descendants(flow.graph, BEGIN)
    return [key for key in flow.by_key if key not in found]


def dead_ends(flow: Flow) -> list[str]:
    """Return where work stops short: steps that lead nowhere beside real ends, and ways that go round for ever."""
    import networkx as nx

    has_ends = any(node.kind == Kind.END for node in flow.nodes)
    finishing = nx.ancestors(flow.graph, FINISH)
    return [
        node.key
        for node in flow.nodes
        if node.key not in finishing or (has_ends and node.kind != Kind.END and flow.graph.has_edge(node.key, FINISH))
    ]


def ways_back(flow: Flow) -> list[tuple[str, str]]:
    """Return the arrows that lead back to a node still under way, walking the chart from its beginning."""
    under_way, done = {BEGIN}, set()
    back = []
    trail = [(BEGIN, iter(flow.graph.successors(BEGIN)))]
    while trail:
        node, following = trail[-1]
        for after in following:
            if after in under_way:
                back.append((node, after))
            elif after not in done:
                under_way.add(after)
                trail.append((after, iter(flow.graph.successors(after))))
                break
        else:
            trail.pop()
            under_way.discard(node)
            done.add(node)
    return back


def _hand_overs(flow: Flow) -> int:
    """Count the pairs of steps, one right after the other but for splits between, that two roles do."""
    return sum(
        len({after.role for after in _steps_after(flow, node.key) if after.role and after.role != node.role})
        for node in flow.nodes
        if node.kind == Kind.STEP and node.role
    )


def _steps_after(flow: Flow, key: str) -> list:
    """Return the steps that come right after a node, seen through splits and joins."""
    seen, found, ahead = {key}, [], list(flow.graph.successors(key))
    while ahead:
        node = flow.by_key.get(ahead.pop())
        if node is None or node.key in seen:
            continue
        seen.add(node.key)
        if node.kind in SPLITS:
            ahead.extend(flow.graph.successors(node.key))
        else:
            found.append(node)
    return found
