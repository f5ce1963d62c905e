"""Read a chart, whatever it is written in."""

from __future__ import annotations

import codecs
import re

from django.utils.translation import gettext as _

from milepost.engine.straighten.flow import Flow
from milepost.playbooks.charts.bpmn import MODEL, read_bpmn
from milepost.playbooks.charts.drawio import read_drawio
from milepost.playbooks.charts.listed import read_list
from milepost.playbooks.charts.mermaid import is_mermaid, read_mermaid
from milepost.playbooks.charts.safely import MOST_BYTES, parsed
from milepost.playbooks.charts.sketch import ChartRefused

OTHERS = re.compile(
    r"\s*(sequenceDiagram|classDiagram|stateDiagram(?:-v2)?|erDiagram|gantt|pie|journey|gitGraph|mindmap|timeline)\b"
)


def read_chart(content: bytes) -> Flow:
    """Return the chart in a file: BPMN 2.0, draw.io, Mermaid, or a list of steps.

    Raises ChartRefused, with what is wrong in words.
    """
    if len(content) > MOST_BYTES:
        raise ChartRefused(_("The file is larger than %(most)s MB.") % {"most": MOST_BYTES // 1024**2})
    if content.lstrip(codecs.BOM_UTF8 + b" \t\r\n").startswith((b"<", codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _from_xml(content)
    text = _decoded(content)
    other = OTHERS.match(text)
    if other:
        said = {"kind": other[1]}
        raise ChartRefused(_("This is a %(kind)s of Mermaid. A flowchart can be straightened.") % said)
    return read_mermaid(text) if is_mermaid(text) else read_list(text)


def _from_xml(content: bytes) -> Flow:
    root = parsed(content)
    if root.tag == f"{MODEL}definitions":
        return read_bpmn(root)
    if root.tag in {"mxfile", "mxGraphModel"}:
        return read_drawio(root)
    raise ChartRefused(_("This XML is neither BPMN 2.0 nor draw.io's."))


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
