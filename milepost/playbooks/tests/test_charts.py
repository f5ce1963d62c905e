"""Charts as they come, read into what can be straightened: from a list, Mermaid, BPMN and draw.io."""

import base64
import zlib
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.engine.straighten.flow import Kind
from milepost.engine.straighten.line import as_line, straighten
from milepost.playbooks.charts.read import read_chart
from milepost.playbooks.charts.sketch import ChartRefused

CHARTS = Path(__file__).parent / "charts"
CAMUNDA = (CHARTS / "camunda.bpmn").read_text()
SIGNAVIO = (CHARTS / "signavio.bpmn").read_text()
PAGE = (CHARTS / "page.drawio").read_text()


def packed(page):
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = squeeze.compress(quote(page, safe="~()*!.'").encode()) + squeeze.flush()
    return f'<mxfile host="app.diagrams.net"><diagram name="Page-1">{base64.b64encode(raw).decode()}</diagram></mxfile>'


def straightened(text):
    chart = read_chart(text.encode() if isinstance(text, str) else text)
    changes = straighten(chart)
    return chart, [change.choice.way.value for change in changes], as_line(changes[-1].after if changes else chart)


def names(steps):
    return [step.name for step in steps]


def test_a_list_is_a_line():
    _, ways, line = straightened("1. First talk | They see us | Sales\n\n2) Pilot\n- Sign; Order signed\n")

    assert ways == []
    assert [(step.name, step.milestone, step.role) for step in line] == [
        ("First talk", "They see us", "Sales"), ("Pilot", "", ""), ("Sign", "Order signed", ""),
    ]  # fmt: skip


def test_a_chart_from_camunda_is_read():
    chart, ways, line = straightened(CAMUNDA)

    assert names(line) == ["First talk", "Pilot", "Offer"]
    assert [step.role for step in line] == ["Sales", "Engineering", "Sales"]
    assert line[1].milestone == "Pilot accepted"
    assert line[0].again
    assert sorted(ways) == ["attempts", "no"]
    assert [(node.name, node.lost) for node in chart.nodes if node.kind == Kind.END] == [
        ("Signed", False),
        ("Over", True),
    ]


def test_an_end_at_which_all_stops_may_be_the_order():
    chart, ways, line = straightened((CHARTS / "camunda_terminate.bpmn").read_text())

    assert names(line)[-2:] == ["Review contract", "Sign contract"]
    assert [node.name for node in chart.nodes if node.lost] == ["Inquiry declined", "Offer rejected"]
    assert sorted(ways) == ["attempts", "conditions", "no", "no", "optional"]


def test_what_is_done_between_two_attempts_may_apply_to_the_step():
    _, _, line = straightened((CHARTS / "camunda_terminate.bpmn").read_text())
    offer = next(step for step in line if step.name == "Send offer")

    assert offer.again
    assert [(each.name, each.sometimes) for each in offer.conditions] == [
        ("Negotiate terms", True),
        ("Check credit", False),
    ]


def test_a_chart_from_signavio_is_read():
    _, ways, line = straightened(SIGNAVIO)

    assert names(line) == ["Visit", "Offer", "Sign"]
    assert [condition.name for condition in line[2].conditions] == ["Legal review"]
    assert ways == ["conditions"]


@pytest.mark.parametrize("page", [PAGE, packed(PAGE), f"<mxfile><diagram>{PAGE}</diagram></mxfile>"])
def test_a_chart_from_drawio_is_read_packed_or_not(page):
    chart, ways, line = straightened(page)

    assert names(line) == ["First talk", "Pilot", "Offer"]
    assert [step.required for step in line] == [True, False, True]
    assert line[0].role == "Sales"
    assert ways == ["optional"]
    assert {edge.case for edge in chart.edges if edge.case} == {"yes", "no"}


def test_a_flow_chart_in_mermaid_is_read():
    chart, ways, line = straightened("""%% how we sell
flowchart LR
    Start([Enquiry]) --> A["First talk (by phone)"]:::now
    A --> B{Fits?}
    subgraph Sales
      B -- yes --> C[Offer]; C -.-> D
    end
    B -->|no| X((Lost))
    D{{Review}} ==> E & F
    E[Legal] & F@{ shape: rect, label: "Security; audit" } --> G[/Sign/]
    G ---> B2{ok?}
    B2 -->|not yet| D
    B2 -->|yes| Z(((Won)))
    class A,B now
    style C fill:#fff,stroke:#000
""")

    assert names(line) == ["First talk (by phone)", "Offer", "Review", "Legal", "Sign"]
    assert [condition.name for condition in line[-1].conditions] == ["Security; audit"]
    assert line[1].role == "Sales"
    assert line[2].again
    assert sorted(ways) == ["attempts", "conditions", "no"]
    assert {edge.case for edge in chart.edges if edge.case} == {"yes", "no", "not yet"}


@pytest.mark.parametrize(
    "arrows",
    ["A-->B", "A --- B", "A-.->B", "A ==> B", "A--text-->B", "A -- two words --> B", "A == text ==> B",
     "A -. text .-> B", "A-->|text|B", "A --o B", "A --x B", "A <--> B", "A ----> B", 'A["x"] --> B["y -> z"]',
     "first-step --> next.step"],
)  # fmt: skip
def test_every_arrow_of_mermaid_is_an_arrow(arrows):
    chart = read_chart(f"graph TD;\n{arrows};".encode())

    assert len(chart.nodes) == 2
    assert len(chart.edges) == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "No step was found"),
        (b"flowchart TD\nA --> \n", "Line 2 cannot be read"),
        (b"flowchart TD\nA[open --> B\n", "Line 2 cannot be read"),
        (b"sequenceDiagram\nA->>B: hi", "sequenceDiagram of Mermaid"),
        (b"<definitions", "not complete XML"),
        (b"<svg></svg>", "neither BPMN 2.0 nor draw.io"),
        (b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>', "no process"),
        (b"<mxfile><diagram>###</diagram></mxfile>", "cannot be unpacked"),
        (b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>', "defines entities"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "defines entities"),
        (b"- x\n" * 2_000_000, "larger than 5 MB"),
        (b"flowchart TD\n" + b"\n".join(b"n%d --> m%d" % (n, n) for n in range(1500)), "more than 500 boxes"),
        (packed("0" * 30_000_000).encode(), "too large"),
    ],
)  # fmt: skip
def test_what_is_no_chart_is_refused_in_words(content, why):
    with pytest.raises(ChartRefused, match=why):
        read_chart(content)


@given(st.text(alphabet='AB-=>.|[]{}()"&;%<ox~ \n@:', max_size=60))
def test_whatever_is_typed_is_read_or_refused(text):
    with suppress(ChartRefused):
        read_chart(f"flowchart TD\n{text}".encode())


@given(st.binary(max_size=200))
def test_whatever_is_sent_is_read_or_refused(content):
    for start in (b"", b"<", b"<mxfile><diagram>"):
        with suppress(ChartRefused):
            read_chart(start + content)
