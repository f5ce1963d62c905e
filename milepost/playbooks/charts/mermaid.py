"""Flow charts in Mermaid's words (`flowchart` and `graph`): nodes, arrows, subgraphs as lanes."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from milepost.engine.straighten.flow import Flow, Kind
from milepost.playbooks.charts.sketch import ChartRefused, Sketch

HEAD = re.compile(r"^\s*(flowchart(?:-elk)?|graph)\b[^\n;]*[\n;]?")
FRONT = re.compile(r"\A\s*(?:```+\s*mermaid[^\n]*\n)?\s*(?:---\n.*?\n---\s*\n)?(?:\s*%%[^\n]*\n)*", re.DOTALL)
LOOKS = re.compile(r"(?:classDef|class|style|linkStyle|click|direction|accTitle|accDescr)\b|```")
SUBGRAPH = re.compile(r"subgraph\s+(?:[\w-]+\s*\[(?P<title>.*)\]|(?P<name>.+?))\s*$")
NODE = re.compile(r"\s*(?P<key>[^\W_][\w.]*(?:-(?![-.>=])[\w.]+)*|_[\w.]*)")
CLASS = re.compile(r":::[\w-]+")
ATTRIBUTES = re.compile(r"@\{(?P<inside>(?:\"[^\"]*\"|[^}\"])*)\}")
ARROW = re.compile(
    r"\s*[<ox]?(?:(?P<hidden>~{3,})|(?:-{2,}[>ox]|-{3,}|={2,}[>ox]|={3,}|-\.+->?)(?:\s*\|(?P<label>[^|]*)\|)?"
    r"|(?:--|==|-\.)\s*(?P<text>\"[^\"]*\"|[^\s|\"][^|\"]*?)\s*(?:-{2,}[>ox]|-{3,}|={2,}[>ox]|={3,}|\.+->?))"
)
SHAPES = [
    ("(((", ")))"), ("((", "))"), ("([", "])"), ("[[", "]]"), ("[(", ")]"), ("[/", "/]"), ("[/", "\\]"), ("[\\", "\\]"),
    ("[\\", "/]"), ("{{", "}}"), ("{", "}"), ("[", "]"), ("(", ")"), (">", "]"),
]  # fmt: skip
ROUND = {"(((", "((", "(["}
NAMED = {
    "diamond": Kind.CHOICE, "diam": Kind.CHOICE, "decision": Kind.CHOICE, "question": Kind.CHOICE,
    "fork": Kind.PARALLEL, "join": Kind.PARALLEL,
}  # fmt: skip
NAMED_ROUND = {"circle", "circ", "start", "stadium", "terminal", "pill", "stop", "framed-circle", "dbl-circ", "sm-circ"}


def is_mermaid(text: str) -> bool:
    """Whether a text begins as a flow chart of Mermaid does."""
    return HEAD.match(text[FRONT.match(text).end() :]) is not None  # type: ignore[union-attr]


def read_mermaid(text: str) -> Flow:
    """Return the chart; raises ChartRefused with the line that cannot be read.

    >>> chart = read_mermaid("flowchart LR\\n A([Call]) --> B{Fit?} -->|yes| C[Offer]")
    >>> [(node.name, node.kind.value) for node in chart.nodes]
    [('Call', 'start'), ('Fit?', 'choice'), ('Offer', 'step')]
    """
    front = FRONT.match(text)
    body = text[front.end() :] if front else text
    head = HEAD.match(body)
    before = text[: len(text) - len(body) + (head.end() if head else 0)]
    reader = _Reader()
    for at, line in enumerate(body[head.end() if head else 0 :].splitlines(), start=before.count("\n") + 1):
        for statement in _statements(line):
            reader.read(statement, at)
    return reader.flow()


def _statements(line: str) -> list[str]:
    """Return what a line says, without remarks; a semicolon within quotes or brackets parts nothing."""
    parts, depth, quoted, begun = [], 0, False, 0
    for at, sign in enumerate(line):
        quoted ^= sign == '"'
        if not quoted:
            depth += (sign in "([{") - (sign in ")]}")
            if line.startswith("%%", at):
                line = line[:at]
                break
            if sign == ";" and depth <= 0:
                parts.append(line[begun:at])
                begun = at + 1
    return [part.strip() for part in [*parts, line[begun:]] if part.strip()]


class _Reader:
    """Read one statement after the other into a sketch."""

    def __init__(self) -> None:
        self.sketch = Sketch()
        self.lanes: list[str] = []

    def flow(self) -> Flow:
        return self.sketch.flow()

    def read(self, statement: str, line: int) -> None:
        subgraph = SUBGRAPH.match(statement)
        if subgraph:
            self.lanes.append(_unquoted(subgraph["title"] or subgraph["name"]))
        elif statement == "end":
            self.lanes = self.lanes[:-1]
        elif not LOOKS.match(statement):
            self._chain(statement, line)

    def _chain(self, statement: str, line: int) -> None:
        """Read nodes and the arrows between them: `A & B --> C --> D`."""
        before, at = self._group(statement, 0, line)
        while statement[at:].strip():
            arrow = ARROW.match(statement, at)
            if arrow is None:
                raise _unreadable(statement[at:], line)
            after, at = self._group(statement, arrow.end(), line)
            if not arrow["hidden"]:
                case = _unquoted(arrow["label"] or arrow["text"] or "")
                for source in before:
                    for target in after:
                        self.sketch.arrow(source, target, case)
            before = after

    def _group(self, statement: str, at: int, line: int) -> tuple[list[str], int]:
        """Read nodes joined by `&`."""
        keys = []
        while True:
            key, at = self._node(statement, at, line)
            keys.append(key)
            more = re.compile(r"\s*&").match(statement, at)
            if more is None:
                return keys, at
            at = more.end()

    def _node(self, statement: str, at: int, line: int) -> tuple[str, int]:
        found = NODE.match(statement, at)
        if found is None:
            raise _unreadable(statement[at:], line)
        key, at = found["key"], found.end()
        name, kind, round, at = self._shape(statement, at, line)
        if name is not None or key not in self.sketch:
            lane = self.lanes[-1] if self.lanes else ""
            self.sketch.add(key, key if name is None else name, kind, role=lane, round=round)
        elif self.lanes:
            self.sketch.lane(key, self.lanes[-1])
        styled = CLASS.match(statement, at)
        return key, styled.end() if styled else at

    def _shape(self, statement: str, at: int, line: int) -> tuple[str | None, Kind, bool, int]:
        """Return what stands in a node's brackets, what the brackets mean, and where they end."""
        told = ATTRIBUTES.match(statement, at)
        if told:
            given = dict(re.findall(r"(\w+)\s*:\s*(\"[^\"]*\"|[^,\"]+)", told["inside"]))
            shape = _unquoted(given.get("shape", "rect"))
            bar = NAMED.get(shape) == Kind.PARALLEL
            label = _unquoted(given["label"]) if "label" in given else "" if bar else None
            return label, NAMED.get(shape, Kind.STEP), shape in NAMED_ROUND, told.end()
        for opening, closing in SHAPES:
            if statement.startswith(opening, at):
                end = _closed(statement, at + len(opening), closing)
                if end is not None:
                    name = _unquoted(statement[at + len(opening) : end])
                    kind = Kind.CHOICE if opening == "{" else Kind.STEP
                    return name, kind, opening in ROUND, end + len(closing)
        if statement[at : at + 1] in {"[", "(", "{"}:
            raise _unreadable(statement[at:], line)
        return None, Kind.STEP, False, at


def _closed(statement: str, at: int, closing: str) -> int | None:
    """Return where a bracket closes; one within quotes does not."""
    if statement.startswith('"', at):
        quote = statement.find('"', at + 1)
        return quote + 1 if quote > 0 and statement.startswith(closing, quote + 1) else None
    end = statement.find(closing, at)
    return end if end >= 0 else None


def _unquoted(text: str) -> str:
    return text.strip().strip('"').strip("`").strip()


def _unreadable(rest: str, line: int) -> ChartRefused:
    said = {"line": line, "rest": rest.strip()[:60] or "…"}
    return ChartRefused(_("Line %(line)s cannot be read from here on: %(rest)s") % said)
