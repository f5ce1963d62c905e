"""Untie one knot of a chart: what becomes of it in the way chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from milepost.engine.straighten.flow import BEGIN, FINISH, SPLITS, Condition, Edge, Flow, Kind, Node
from milepost.engine.straighten.knots import Knot, Snag, Way

if TYPE_CHECKING:
    import networkx as nx

WAYS = {
    Snag.UNREACHED: (Way.DROP,),
    Snag.LOOP: (Way.ATTEMPTS, Way.STUDY),
    Snag.WAY_OUT: (Way.NO, Way.PLAYBOOK),
    Snag.LOOSE_END: (Way.CONDITIONS, Way.NO),
    Snag.PARALLEL: (Way.CONDITIONS, Way.STUDY),
    Snag.WAY_AROUND: (Way.OPTIONAL, Way.STUDY),
    Snag.ALTERNATIVES: (Way.CHOICE, Way.PLAYBOOK, Way.STUDY),
    Snag.TANGLE: (Way.STUDY,),
}
"""How each kind of knot may be untied; the first is what is proposed where `proposed` does not know better."""

STUDY = "study"


def proposed(flow: Flow, knot: Knot) -> Way:
    """Return how a knot is best untied.

    Ways of several steps are too much to choose between within one appointment: they are another playbook. So is a way
    out on which more than a farewell happens.
    """
    longest = sorted(len(flow.steps(way)) for way in knot.ways)
    if knot.snag == Snag.ALTERNATIVES and longest[-2] > 1:
        return Way.PLAYBOOK
    if knot.snag == Snag.WAY_OUT and longest[-1] > 1:
        return Way.PLAYBOOK
    return WAYS[knot.snag][0]


def untie(flow: Flow, knot: Knot, way: Way, main: int | None = None) -> Flow:
    """Return the chart with the knot untied.

    main  which of the knot's ways stays in the line, where one does; the one with most steps unless given

    Raises ValueError where this kind of knot is not untied that way.
    """
    if way not in WAYS[knot.snag]:
        raise ValueError(f"A knot of the kind “{knot.snag}” is not untied by “{way}”.")
    return _plain(_DEEDS[way](flow, knot, _main_of(flow, knot) if main is None else main))


def moved_out(flow: Flow, knot: Knot, way: Way, main: int | None = None) -> tuple[tuple[Node, ...], ...]:
    """Return the steps of each way that leaves the line for a playbook of its own."""
    if way != Way.PLAYBOOK:
        return ()
    stays = -1 if knot.snag == Snag.WAY_OUT else _main_of(flow, knot) if main is None else main
    out = [tuple(flow.steps(keys)) for place, keys in enumerate(knot.ways) if place != stays]
    return tuple(steps for steps in out if steps)


def _main_of(flow: Flow, knot: Knot) -> int:
    lengths = [len(flow.steps(way)) for way in knot.ways]
    return lengths.index(max(lengths))


def _without(flow: Flow, keys: Iterable[str], *more: Edge) -> Flow:
    """Take nodes out with what leads to and from them, and draw other arrows instead."""
    gone = set(keys)
    nodes = [node for node in flow.nodes if node.key not in gone]
    kept = [edge for edge in flow.edges if edge.source not in gone and edge.target not in gone]
    return Flow.of(nodes, [*kept, *(edge for edge in more if edge.source != BEGIN and edge.target != FINISH)])


def _changed(flow: Flow, node: Node) -> Flow:
    return Flow.of([node if old.key == node.key else old for old in flow.nodes], flow.edges)


def _drop(flow: Flow, knot: Knot, main: int) -> Flow:
    return _without(flow, knot.ways[0])


def _attempts(flow: Flow, knot: Knot, main: int) -> Flow:
    """Take the arrow back away; the first step from where it led may be tried again.

    Steps that lead nowhere but back are done between two attempts: conditions of it, which may apply.
    """
    kept = [edge for edge in flow.edges if (edge.source, edge.target) != (knot.at, knot.to)]
    straight = Flow.of(flow.nodes, kept)
    between = _only_back(flow, straight, knot)
    inside = [node for node in flow.steps(knot.ways[0]) if node.key not in between]
    first = flow.by_key[knot.to] if flow.by_key[knot.to] in inside else next(iter(inside), None)
    if first is None:
        return straight
    more = tuple(Condition(node.name, node.role, True) for node in flow.steps(between))
    return _changed(_without(straight, between), replace(first, again=True, conditions=first.conditions + more))


def _only_back(flow: Flow, straight: Flow, knot: Knot) -> list[str]:
    """Return the nodes of a loop that lead to no end once its arrow back is gone; none in a chart without ends."""
    import networkx as nx

    ends = {key for key in flow.by_key if set(flow.graph.successors(key)) <= {FINISH}}
    lead_on = ends.union(*(nx.ancestors(straight.graph, end) for end in ends))
    return [key for key in knot.ways[0] if key not in lead_on] if knot.to in lead_on else []


def _no(flow: Flow, knot: Knot, main: int) -> Flow:
    return _without(flow, knot.ways[0])


def _conditions(flow: Flow, knot: Knot, main: int) -> Flow:
    """Keep one way; the steps of the others become conditions of the step where they meet, or else of its last one."""
    sometimes = knot.at in flow.by_key and flow.by_key[knot.at].kind == Kind.ANY
    kept = () if knot.snag == Snag.LOOSE_END else knot.ways[main]
    beside = [way for place, way in enumerate(knot.ways) if knot.snag == Snag.LOOSE_END or place != main]
    rest = _without(flow, [key for way in beside for key in way])
    rest = Flow.of(rest.nodes, [edge for edge in rest.edges if not _skips(edge, knot, kept)])
    more = tuple(Condition(node.name, node.role, sometimes) for way in beside for node in flow.steps(way))
    step = _where_they_meet(rest, knot, kept)
    return _changed(rest, replace(step, conditions=step.conditions + more)) if step else rest


def _skips(edge: Edge, knot: Knot, kept: tuple[str, ...]) -> bool:
    """Whether an arrow leads from the split right to where the ways meet, beside a way that is kept."""
    return bool(kept) and (edge.source, edge.target) == (knot.at, knot.to)


def _where_they_meet(flow: Flow, knot: Knot, kept: tuple[str, ...]) -> Node | None:
    """Return the first step from the meeting place on; the last one before it where the way divides again or ends."""
    at = knot.to
    while at in flow.by_key:
        if flow.by_key[at].kind == Kind.STEP:
            return flow.by_key[at]
        if flow.graph.out_degree(at) != 1:
            break
        at = next(flow.graph.successors(at))
    before = flow.steps(kept) or flow.steps([knot.at])
    return before[-1] if before else None


def _optional(flow: Flow, knot: Knot, main: int) -> Flow:
    """Close the way around; the steps it led around may be skipped. Several such ways become one choice."""
    with_steps = [way for way in knot.ways if flow.steps(way)]
    if len(with_steps) > 1:
        return _one_step(flow, knot, _choice_of(flow, knot, with_steps, required=False))
    spared = flow.steps(with_steps[0]) if with_steps else []
    chain = [replace(node, required=False) for node in spared]
    return _chained(flow, knot, chain)


def _choice(flow: Flow, knot: Knot, main: int) -> Flow:
    return _one_step(flow, knot, _choice_of(flow, knot, list(knot.ways), required=True))


def _choice_of(flow: Flow, knot: Knot, ways: list[tuple[str, ...]], *, required: bool) -> Node:
    """Return the one step in which one of several ways is taken."""
    names = tuple(" + ".join(node.name for node in flow.steps(way)) for way in ways)
    steps = [node for way in ways for node in flow.steps(way)]
    first = steps[0]
    return replace(
        first,
        name=_asked(flow, knot) or " / ".join(names),
        milestone=first.milestone if len({node.milestone for node in steps}) == 1 else "",
        required=required,
        conditions=tuple(condition for node in steps for condition in node.conditions),
        choices=names,
        was=tuple(node.name for node in steps),
    )


def _asked(flow: Flow, knot: Knot) -> str:
    """Return what a split asks, "" where it says nothing in words."""
    name = flow.by_key[knot.at].name if knot.at in flow.by_key else ""
    return name if any(sign.isalpha() for sign in name) else ""


def _playbook(flow: Flow, knot: Knot, main: int) -> Flow:
    """Keep one way in the line; the others go, to become playbooks of their own."""
    if knot.snag == Snag.WAY_OUT:
        return _without(flow, knot.ways[0])
    return _chained(flow, knot, flow.steps(knot.ways[main]))


def _study(flow: Flow, knot: Knot, main: int) -> Flow:
    """Put one feasibility study where the steps were; whatever led to one of them leads to it."""
    inside = {key for way in knot.ways for key in way}
    steps = flow.steps(key for key in flow.by_key if key in inside)
    study = Node(
        f"{STUDY}-{knot.at.strip()}", role=next((node.role for node in steps if node.role), ""), study=True,
        was=tuple(node.name for node in steps),
    )  # fmt: skip
    into = [edge for edge in flow.edges if edge.target in inside and edge.source not in inside]
    beyond = [edge for edge in flow.edges if edge.source in inside and edge.target not in inside]
    nodes = [node for node in flow.nodes if node.key not in inside]
    kept = [edge for edge in flow.edges if edge.source not in inside and edge.target not in inside]
    kept = [edge for edge in kept if (edge.source, edge.target) != (knot.at, knot.to)]
    led = [replace(edge, target=study.key) for edge in into] + [replace(edge, source=study.key) for edge in beyond]
    return Flow.of([*nodes, study], [*kept, *led])


def _one_step(flow: Flow, knot: Knot, step: Node) -> Flow:
    return _chained(flow, knot, [step])


def _chained(flow: Flow, knot: Knot, chain: list[Node]) -> Flow:
    """Put one chain of steps between a split and where its ways met, instead of all of them."""
    gone = {key for way in knot.ways for key in way}
    place = min((at for at, node in enumerate(flow.nodes) if node.key in gone), default=len(flow.nodes))
    nodes = [node for node in flow.nodes[:place] if node.key not in gone]
    nodes += [*chain, *(node for node in flow.nodes[place:] if node.key not in gone)]
    keys = [knot.at, *(node.key for node in chain), knot.to]
    kept = [edge for edge in flow.edges if edge.source not in gone and edge.target not in gone]
    kept = [edge for edge in kept if (edge.source, edge.target) != (knot.at, knot.to)]
    arrows = [Edge(one, other) for one, other in pairwise(keys)]
    return Flow.of(nodes, [*kept, *(arrow for arrow in arrows if arrow.source != BEGIN and arrow.target != FINISH)])


def _plain(flow: Flow) -> Flow:
    """Take out the splits and joins that no longer split or join anything."""
    graph = flow.graph.copy()
    idle = _idle(flow, graph)
    while idle:
        for key in idle:
            graph.add_edges_from((one, other) for one in graph.pred[key] for other in graph.succ[key])
            graph.remove_node(key)
        idle = _idle(flow, graph)
    kept = {(edge.source, edge.target): edge for edge in flow.edges}
    arrows = [pair for pair in graph.edges if BEGIN not in pair and FINISH not in pair]
    return Flow.of([node for node in flow.nodes if node.key in graph], [kept.get(pair, Edge(*pair)) for pair in arrows])


def _idle(flow: Flow, graph: nx.DiGraph[str]) -> list[str]:
    splits = [node.key for node in flow.nodes if node.kind in SPLITS and node.key in graph]
    return [key for key in splits if graph.in_degree(key) == graph.out_degree(key) == 1]


_DEEDS: dict[Way, Callable[[Flow, Knot, int], Flow]] = {
    Way.DROP: _drop,
    Way.ATTEMPTS: _attempts,
    Way.NO: _no,
    Way.CONDITIONS: _conditions,
    Way.OPTIONAL: _optional,
    Way.CHOICE: _choice,
    Way.PLAYBOOK: _playbook,
    Way.STUDY: _study,
}
