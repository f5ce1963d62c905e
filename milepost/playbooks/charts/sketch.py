"""What is gathered of a chart while it is read, and what is made of it then."""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import replace

from django.utils.translation import gettext as _

from milepost.engine.straighten.flow import Edge, Flow, Kind, Node

MOST_NODES = 500
LONGEST_NAME = 120
LOST = re.compile(
    r"\b(lost|lose|no[ -]deal|reject\w*|declin\w*|cancel\w*|abort\w*|disqualif\w*|stop\w*|no|"
    r"verloren|abgelehnt|absage|abbruch|abgebrochen|nein|perdue?|refus\w*|abandon\w*|non|perdid[oa]|rechazad[oa])\b",
    re.IGNORECASE,
)
"""Words by which an end says that nothing came of it, in the four languages whose exports are read."""
TAG = re.compile(r"<[^>]*>")


class ChartRefused(ValueError):
    """Say in words why a chart cannot be read."""


class Sketch:
    """Gather nodes and arrows in the order in which they are met; `flow` makes a chart of them.

    A node may be `round`: a beginning where nothing leads to it, an end where nothing leads on. One that `passes` is
    an event on the way: it goes, and what it tells becomes the milestone of the step before.
    """

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}
        self._edges: list[Edge] = []
        self._round: set[str] = set()
        self._passing: set[str] = set()
        self._cutting: set[str] = set()

    def add(
        self,
        key: str,
        name: str = "",
        kind: Kind = Kind.STEP,
        *,
        role: str = "",
        round: bool = False,
        lost: bool = False,
    ) -> None:
        """Add a node, or say more of one that only an arrow has named yet."""
        if len(self._nodes) >= MOST_NODES:
            raise ChartRefused(_("The chart has more than %(most)s boxes. Bring it in parts.") % {"most": MOST_NODES})
        self._nodes[key] = Node(key, words(name), kind, role=words(role), lost=lost)
        if round:
            self._round.add(key)

    def add_passing(self, key: str, name: str) -> None:
        self.add(key, name)
        self._passing.add(key)

    def cuts_off(self, key: str) -> None:
        """Say of an end that all else stops there: after an order as well, so it tells little of how it ended."""
        self._cutting.add(key)

    def __contains__(self, key: str) -> bool:
        return key in self._nodes

    def lane(self, key: str, role: str) -> None:
        """Say who does what a node stands for."""
        self._nodes[key] = replace(self._nodes[key], role=words(role))

    def arrow(self, source: str, target: str, case: str = "") -> None:
        self._edges.append(Edge(source, target, words(case)))

    def flow(self) -> Flow:
        """Return the chart; raises ChartRefused for one without steps."""
        self._leave_out_passing()
        self._settle_round()
        self._mark_lost_ends()
        self._part_at_splits()
        if not any(node.kind == Kind.STEP for node in self._nodes.values()):
            raise ChartRefused(
                _("No step was found in it. A step is a box with a name; arrows lead from one to the next.")
            )
        return Flow.of(self._nodes.values(), self._edges)

    def _leave_out_passing(self) -> None:
        for key in self._passing:
            told = self._nodes.pop(key).name
            before = [edge.source for edge in self._edges if edge.target == key]
            after = [(edge.target, edge.case) for edge in self._edges if edge.source == key]
            self._edges = [edge for edge in self._edges if key not in (edge.source, edge.target)]
            self._edges += [Edge(source, target, case) for source in before for target, case in after]
            if len(before) == 1 and before[0] in self._nodes and not self._nodes[before[0]].milestone:
                self._nodes[before[0]] = replace(self._nodes[before[0]], milestone=told)

    def _settle_round(self) -> None:
        into = {edge.target for edge in self._edges}
        beyond = {edge.source for edge in self._edges}
        for key in self._round & set(self._nodes):
            kind = Kind.END if key not in beyond else Kind.START if key not in into else Kind.STEP
            self._nodes[key] = replace(self._nodes[key], kind=kind)

    def _mark_lost_ends(self) -> None:
        """Mark the ends whose name says so; where none does, those at which all else stops."""
        ends = {key for key, node in self._nodes.items() if node.kind == Kind.END}
        named = {key for key in ends if LOST.search(self._nodes[key].name)}
        said = any(self._nodes[key].lost for key in ends)
        for key in named or (set() if said else self._cutting & ends):
            self._nodes[key] = replace(self._nodes[key], lost=True)

    def _part_at_splits(self) -> None:
        """Put a split of its own after a step that several arrows leave: a choice where they say in what case."""
        leaving = Counter(edge.source for edge in self._edges)
        for key in [
            key for key, many in leaving.items() if many > 1 and self._nodes[key].kind in {Kind.STEP, Kind.START}
        ]:
            split = f"{key}\x1e"
            cases = any(edge.case for edge in self._edges if edge.source == key)
            self._edges = [replace(edge, source=split) if edge.source == key else edge for edge in self._edges]
            self._edges.append(Edge(key, split))
            self._nodes[split] = Node(split, kind=Kind.CHOICE if cases else Kind.PARALLEL)


def words(text: str) -> str:
    """Return a name as it is read: without tags, on one line, not too long.

    >>> words("<b>First</b><br>talk &amp; fit")
    'First talk & fit'
    """
    plain = html.unescape(TAG.sub(" ", html.unescape(text))).replace("\x00", "")
    return " ".join(plain.split())[:LONGEST_NAME]
