"""draw.io's files: boxes, rhombuses and arrows of a page, with BPMN's own shapes or plain ones; swim lanes as roles."""

from __future__ import annotations

import base64
import binascii
import urllib.parse
import zlib
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from milepost.engine.straighten.flow import Flow, Kind
from milepost.playbooks.charts.safely import MOST_BYTES, parsed
from milepost.playbooks.charts.sketch import ChartRefused, Sketch, words

GATEWAYS = {"parallel": Kind.PARALLEL, "parallelGw": Kind.PARALLEL, "inclusive": Kind.ANY, "inclusiveGw": Kind.ANY}
EVENTS = ("mxgraph.bpmn.event", "mxgraph.flowchart.terminator", "mxgraph.flowchart.start")
SPLITS = ("mxgraph.bpmn.gateway", "mxgraph.flowchart.decision")
IGNORED = {"text", "image", "note"}


def read_drawio(root: Element) -> Flow:
    """Return the chart of the page with most arrows; raises ChartRefused where there is none."""
    pages = [_model(page) for page in root.iter("diagram")] or [root]
    return _Page(max(pages, key=lambda page: len(_arrows(page)))).flow()


def _model(page: Element) -> Element:
    """Return what a page holds: as it stands, or packed as draw.io does by default."""
    model = page.find("mxGraphModel")
    if model is not None:
        return model
    try:
        unpack = zlib.decompressobj(-15)
        raw = unpack.decompress(base64.b64decode((page.text or "").strip(), validate=True), MOST_BYTES)
        if unpack.unconsumed_tail:
            raise ChartRefused(_("A page of this file is too large to be read."))
        return parsed(urllib.parse.unquote(raw.decode("utf-8")).encode())
    except (binascii.Error, zlib.error, UnicodeDecodeError) as problem:
        raise ChartRefused(_("A page of this draw.io file cannot be unpacked.")) from problem


def _arrows(page: Element) -> list[Element]:
    return [cell for cell in page.iter("mxCell") if cell.get("edge") == "1"]


class _Page:
    """Read one page into a sketch."""

    def __init__(self, page: Element) -> None:
        self.sketch = Sketch()
        self.cells = {key: (cell, label) for key, cell, label in _cells(page)}
        self.beside = {cell.get("parent"): label for cell, label in self.cells.values() if label}
        """What is written on an arrow as a box of its own, by the arrow."""

    def flow(self) -> Flow:
        for key, (cell, label) in self.cells.items():
            if cell.get("vertex") == "1":
                self._node(key, label, _style(cell))
        for key, (cell, label) in self.cells.items():
            source, target = cell.get("source", ""), cell.get("target", "")
            if cell.get("edge") == "1" and source in self.sketch and target in self.sketch:
                self.sketch.arrow(source, target, label or self.beside.get(key, ""))
        return self.sketch.flow()

    def _node(self, key: str, label: str, style: dict[str, str]) -> None:
        if _is_lane(style) or "edgeLabel" in style or IGNORED & style.keys():
            return
        role = self._lane_of(key)
        if _is_event(style):
            self.sketch.add(key, label, role=role, round=True)
        elif _is_split(style):
            gateway = GATEWAYS.get(style.get("gwType", style.get("symbol", "")), Kind.CHOICE)
            self.sketch.add(key, label, gateway, role=role)
        elif words(label):
            self.sketch.add(key, label, role=role)
        else:
            self.sketch.add_passing(key, "")

    def _lane_of(self, key: str) -> str:
        """Return the name of the innermost lane a box stands in, "" for none."""
        seen: set[str] = set()
        parent = self.cells[key][0].get("parent", "")
        while parent in self.cells and parent not in seen:
            seen.add(parent)
            cell, label = self.cells[parent]
            if _is_lane(_style(cell)):
                return label
            parent = cell.get("parent", "")
        return ""


def _is_lane(style: dict[str, str]) -> bool:
    return "swimlane" in style or style.get("shape") == "swimlane"


def _is_event(style: dict[str, str]) -> bool:
    round = "ellipse" in style or style.get("perimeter") == "ellipsePerimeter"
    return round or style.get("shape", "").startswith(EVENTS)


def _is_split(style: dict[str, str]) -> bool:
    pointed = "rhombus" in style or style.get("perimeter") == "rhombusPerimeter"
    return pointed or style.get("shape", "").startswith(SPLITS)


def _cells(page: Element) -> list[tuple[str, Element, str]]:
    """Return the cells with their label, also those with properties of their own wrapped around them."""
    wrappers = [outer for outer in page.iter() if outer.tag in {"object", "UserObject"}]
    wrapped = {id(inner): outer for outer in wrappers for inner in outer.iter("mxCell")}
    found = []
    for cell in page.iter("mxCell"):
        outer = wrapped.get(id(cell))
        key = (outer if outer is not None else cell).get("id", "")
        label = outer.get("label", "") if outer is not None else cell.get("value", "")
        found.append((key, cell, label))
    return found


def _style(cell: Element) -> dict[str, str]:
    """Return a style's parts by name.

    >>> _style(Element("mxCell", style="rhombus;html=1;"))
    {'rhombus': '', 'html': '1'}
    """
    parts = (part.partition("=") for part in cell.get("style", "").split(";") if part)
    return {name: value for name, _equals, value in parts}
