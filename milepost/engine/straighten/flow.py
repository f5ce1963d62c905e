"""A flow chart, as it comes from a list, BPMN or Mermaid: nodes, and what follows what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx


BEGIN, FINISH = "\x1ebegin", "\x1efinish"
"""The nodes that are added to a chart so that it has one beginning and one end; no chart names its own so."""


class Kind(StrEnum):
    """Say what a node is."""

    START = "start"
    END = "end"
    STEP = "step"
    CHOICE = "choice"
    PARALLEL = "parallel"
    ANY = "any"


SPLITS = {Kind.CHOICE, Kind.PARALLEL, Kind.ANY}


@dataclass(frozen=True)
class Condition:
    """Hold work that runs beside a step; `sometimes` where the chart did it only in some cases."""

    name: str
    role: str = ""
    sometimes: bool = False


@dataclass(frozen=True)
class Node:
    """Hold one node of a chart, and what has been made of it.

    key         unique in its chart
    role        whose lane it stands in, "" if unknown
    milestone   what is then done or agreed, "" if the chart does not say
    lost        True for an end at which the chart says that nothing came of it
    required    False for a step that the chart had a way around
    again       True where the chart came back to it: it may take several attempts
    conditions  what runs beside it
    choices     names of the ways of which one is taken within the step
    study       True for a feasibility study that stands for steps which could not be straightened
    was         names of the steps that it stands for
    """

    key: str
    name: str = ""
    kind: Kind = Kind.STEP
    role: str = ""
    milestone: str = ""
    lost: bool = False
    required: bool = True
    again: bool = False
    conditions: tuple[Condition, ...] = ()
    choices: tuple[str, ...] = ()
    study: bool = False
    was: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edge:
    """Hold that one node follows another, and in what case."""

    source: str
    target: str
    case: str = ""


@dataclass(frozen=True)
class Flow:
    """Hold a chart; made by `Flow.of`, which sees to it that it is one."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @classmethod
    def of(cls, nodes: Iterable[Node], edges: Iterable[Edge]) -> Flow:
        """Return a chart; two edges between the same nodes become one.

        Raises ValueError for a key that stands twice, and an edge from or to nowhere.
        """
        rows = tuple(nodes)
        known = {node.key for node in rows}
        if len(known) < len(rows):
            raise ValueError("Two nodes of the chart have the same key.")
        joined: dict[tuple[str, str], Edge] = {}
        for edge in edges:
            if edge.source not in known or edge.target not in known:
                raise ValueError(f"An arrow leads from {edge.source} to {edge.target}, and one of them is not there.")
            earlier = joined.get((edge.source, edge.target))
            case = ", ".join(filter(None, [earlier.case, edge.case])) if earlier else edge.case
            joined[edge.source, edge.target] = Edge(edge.source, edge.target, case)
        return cls(rows, tuple(joined.values()))

    @cached_property
    def by_key(self) -> dict[str, Node]:
        return {node.key: node for node in self.nodes}

    @cached_property
    def graph(self) -> nx.DiGraph[str]:
        """The chart between one beginning and one end.

        It begins at its starts, or without any wherever nothing leads to; what nothing leads away from ends it.
        """
        import networkx as nx

        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from([BEGIN, *self.by_key, FINISH])
        graph.add_edges_from((edge.source, edge.target) for edge in self.edges)
        last = [key for key in self.by_key if not graph.out_degree(key)] or ([] if self.nodes else [BEGIN])
        graph.add_edges_from((BEGIN, key) for key in self._first(graph))
        graph.add_edges_from((key, FINISH) for key in last)
        return graph

    def _first(self, graph: nx.DiGraph[str]) -> list[str]:
        """Return the starts; without any, the first node of each group that nothing outside it leads to."""
        import networkx as nx

        starts = [node.key for node in self.nodes if node.kind == Kind.START]
        if starts:
            return starts
        groups = nx.condensation(graph.subgraph(self.by_key))
        place = {key: at for at, key in enumerate(self.by_key)}
        first = [
            min(groups.nodes[group]["members"], key=place.__getitem__) for group in groups if not groups.pred[group]
        ]
        return sorted(first, key=place.__getitem__)

    def steps(self, keys: Iterable[str]) -> list[Node]:
        """Return the steps among some nodes, in their order."""
        return [node for node in map(self.by_key.get, keys) if node and node.kind == Kind.STEP]
