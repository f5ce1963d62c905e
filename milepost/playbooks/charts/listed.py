"""A process as a list: one step a line; after it, if known, its milestone and who does it."""

from __future__ import annotations

import re
from itertools import pairwise

from milepost.engine.straighten.flow import Edge, Flow, Node
from milepost.playbooks.charts.sketch import Sketch, words

BULLET = re.compile(r"^\s*(?:[-*•–]|\(?\d{1,3}[.):]?(?=\s))\s*")
COLUMNS = re.compile(r"\s*[|\t;]\s*")


def read_list(text: str) -> Flow:
    """Return the chart of a list; it is a line from the beginning.

    >>> [(node.name, node.milestone, node.role) for node in read_list("1. Talk | They see us | Sales\\n2. Offer").nodes]
    [('Talk', 'They see us', 'Sales'), ('Offer', '', '')]
    """
    lines = [BULLET.sub("", line, count=1) for line in text.splitlines()]
    rows = [[words(cell) for cell in COLUMNS.split(line)] for line in lines if line.strip()]
    nodes = [
        Node(str(at), row[0], milestone=_cell(row, 1), role=_cell(row, 2)) for at, row in enumerate(rows, 1) if row[0]
    ]
    if not nodes:
        return Sketch().flow()
    edges = [Edge(one.key, other.key) for one, other in pairwise(nodes)]
    return Flow.of(nodes, edges)


def _cell(row: list[str], at: int) -> str:
    return row[at] if at < len(row) else ""
