"""What is said of a knot, and of each way to untie it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from milepost.engine.straighten.flow import Flow, Kind
from milepost.engine.straighten.knots import Knot, Snag, Way
from milepost.engine.straighten.line import Change
from milepost.engine.straighten.untie import WAYS

KNOTS = {
    Snag.UNREACHED: lazy("Nothing leads to %(between)s"),
    Snag.LOOP: lazy("After %(at)s it goes back to %(to)s"),
    Snag.WAY_OUT: lazy("A way out: %(between)s"),
    Snag.LOOSE_END: lazy("Beside the line, and leading nowhere: %(between)s"),
    Snag.PARALLEL: lazy("At the same time: %(ways)s"),
    Snag.WAY_AROUND: lazy("There is a way around %(between)s"),
    Snag.ALTERNATIVES: lazy("Either %(ways)s"),
    Snag.TANGLE: lazy("%(between)s cannot be told apart"),
}
DEEDS = {
    Way.DROP: lazy("Leave it out"),
    Way.ATTEMPTS: lazy("Make it another attempt at the step"),
    Way.NO: lazy("Leave it out: the client said no"),
    Way.CONDITIONS: lazy("Make what runs beside a condition"),
    Way.OPTIONAL: lazy("Make it optional"),
    Way.CHOICE: lazy("Make it one step, and choose within it"),
    Way.PLAYBOOK: lazy("Make the other way a playbook of its own"),
    Way.STUDY: lazy("Sell a feasibility study instead"),
}
REASONS = {
    Way.DROP: lazy("What no way leads to is not part of how you sell."),
    Way.ATTEMPTS: lazy(
        "A line does not turn back. What is tried again is another attempt at the same step, and its days count on."
    ),
    Way.NO: lazy("Whoever loses a step has lost the opportunity, at any step. That needs no box of its own."),
    Way.CONDITIONS: lazy(
        "A line orders the client's decisions, not all work. What runs beside is met before the step is reached where "
        "the ways join."
    ),
    Way.OPTIONAL: lazy("An optional step is skipped where it is not needed; nothing has to branch for it."),
    Way.CHOICE: lazy("Which way is taken can be settled within one appointment. Its milestone is the same."),
    Way.PLAYBOOK: lazy("Two ways of several steps are two ways to sell. Which one it is, is known before it begins."),
    Way.STUDY: lazy(
        "What depends on too much to be drawn as a line can be found out together: the client buys a study, and "
        "decides at its end."
    ),
}


@dataclass(frozen=True)
class Option:
    """Hold one way to untie a knot, as it is offered: the value that is sent, and what it says."""

    value: str
    label: str
    chosen: bool


def say_knot(flow: Flow, knot: Knot) -> str:
    """Return what a knot is, naming its steps."""
    ways = [_names(flow, way) or str(_("nothing")) for way in knot.ways]
    between = ", ".join(filter(None, (_names(flow, way) for way in knot.ways)))
    said = {
        "at": _node(flow, knot.at),
        "to": _node(flow, knot.to),
        "between": between or _ends(flow, knot),
        "ways": " / ".join(ways),
    }
    return KNOTS[knot.snag] % said


def options(change: Change) -> list[Option]:
    """Return the ways to untie a knot, with each way that could stay where one has to."""
    found = []
    for way in WAYS[change.knot.snag]:
        mains: Iterable[int | None] = range(len(change.knot.ways)) if _keeps_one(change.knot, way) else [None]
        for main in mains:
            label = str(DEEDS[way])
            if main is not None:
                label = _("%(deed)s; %(way)s stays") % {
                    "deed": label,
                    "way": _names(change.before, change.knot.ways[main]) or _("the direct way"),
                }
            value = way.value if main is None else f"{way.value}:{main}"
            found.append(Option(value, label, value == chosen_value(change)))
    return found


def chosen_value(change: Change) -> str:
    """Return what is sent for the way a change goes."""
    way, main = change.choice.way, change.choice.main
    if not _keeps_one(change.knot, way):
        return way.value
    lengths = [len(change.before.steps(keys)) for keys in change.knot.ways]
    return f"{way.value}:{lengths.index(max(lengths)) if main is None else main}"


def _keeps_one(knot: Knot, way: Way) -> bool:
    return (way == Way.CONDITIONS and knot.snag == Snag.PARALLEL) or (
        way == Way.PLAYBOOK and knot.snag == Snag.ALTERNATIVES
    )


def _names(flow: Flow, keys: Iterable[str]) -> str:
    return " → ".join(f"“{node.name}”" for node in flow.steps(keys) if node.name)


def _ends(flow: Flow, knot: Knot) -> str:
    """Return the names of what is no step either: ends and splits."""
    named = [flow.by_key[key].name for way in knot.ways for key in way if key in flow.by_key and flow.by_key[key].name]
    return ", ".join(f"“{name}”" for name in named) or str(_("an end without a name"))


def _node(flow: Flow, key: str) -> str:
    """Return a node's name; of a split without one, the step before it."""
    node = flow.by_key.get(key)
    if node is None:
        return str(_("the beginning"))
    if node.name:
        return f"“{node.name}”"
    if node.kind != Kind.STEP:
        before = next((one for one in flow.graph.predecessors(key) if one in flow.by_key), None)
        return _node(flow, before) if before else str(_("the beginning"))
    return str(_("a step without a name"))
