"""How a chart is kept: what was read of it, without what is made of it later."""

from __future__ import annotations

from typing import Any

from milepost.engine.straighten.flow import Edge, Flow, Kind, Node


def stored(flow: Flow) -> dict[str, Any]:
    """Return a chart as it is kept."""
    return {
        "nodes": [[node.key, node.name, node.kind, node.role, node.milestone, node.lost] for node in flow.nodes],
        "edges": [[edge.source, edge.target, edge.case] for edge in flow.edges],
    }


def restored(kept: dict[str, Any]) -> Flow:
    """Return the chart that was kept.

    >>> chart = Flow.of([Node("a", "Talk"), Node("b", kind=Kind.END, lost=True)], [Edge("a", "b", "no")])
    >>> restored(stored(chart)) == chart
    True
    """
    nodes = [
        Node(key, name, Kind(kind), role=role, milestone=milestone, lost=lost)
        for key, name, kind, role, milestone, lost in kept["nodes"]
    ]
    return Flow.of(nodes, [Edge(*edge) for edge in kept["edges"]])
