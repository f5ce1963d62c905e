"""Untie knot after knot until a line is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from milepost.engine.straighten.flow import BEGIN, Flow, Kind, Node
from milepost.engine.straighten.knots import Knot, Way, next_knot
from milepost.engine.straighten.untie import moved_out, proposed, untie


class Knotted(ValueError):
    """Say that a chart is no line yet."""


@dataclass(frozen=True)
class Choice:
    """Hold how somebody wants a knot untied; `main` is the way that stays, by its place in the knot."""

    way: Way
    main: int | None = None


@dataclass(frozen=True)
class Change:
    """Hold one knot, how it is untied, and the chart before and after.

    aside  steps of each way that leaves the line for a playbook of its own
    """

    knot: Knot
    choice: Choice
    before: Flow
    after: Flow
    aside: tuple[tuple[Node, ...], ...] = ()


def next_change(flow: Flow, chosen: Mapping[str, Choice]) -> Change | None:
    """Return what is done next: as chosen for this knot, or else as proposed. None when the chart is a line."""
    knot = next_knot(flow)
    if knot is None:
        return None
    choice = chosen.get(knot.key) or Choice(proposed(flow, knot))
    after = untie(flow, knot, choice.way, choice.main)
    return Change(knot, choice, flow, after, moved_out(flow, knot, choice.way, choice.main))


def straighten(flow: Flow, chosen: Mapping[str, Choice] | None = None) -> list[Change]:
    """Return all changes that make a line of a chart, in order; none for one that is a line.

    chosen  by `Knot.key`, how a knot is to be untied; the others are untied as proposed

    >>> from milepost.engine.straighten.flow import Edge, Node
    >>> chart = Flow.of([Node("a"), Node("b")], [Edge("a", "b"), Edge("b", "a")])
    >>> [change.choice.way.value for change in straighten(chart)]
    ['attempts']
    """
    changes: list[Change] = []
    change = next_change(flow, chosen or {})
    while change is not None:
        changes.append(change)
        change = next_change(change.after, chosen or {})
    return changes


def as_line(flow: Flow) -> list[Node]:
    """Return the steps of a chart that is a line, first to last; raises Knotted for one that is not yet."""
    if next_knot(flow) is not None:
        raise Knotted("The chart still has ways that part, or that lead back.")
    steps = {node.key: node for node in flow.nodes if node.kind == Kind.STEP}
    at, line = next(iter(flow.graph.successors(BEGIN)), None), []
    while at in flow.by_key:
        if at in steps:
            line.append(steps[at])
        at = next(iter(flow.graph.successors(at)))
    return line
