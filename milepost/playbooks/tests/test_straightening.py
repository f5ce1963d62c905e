"""From a chart that was brought in to a playbook's draft: change by change, and nothing with branches gets through."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from milepost.playbooks.models import FlowChart, Playbook
from milepost.playbooks.tests.test_charts import CHARTS

BRING = reverse("playbooks:bring_chart")
MERMAID = """flowchart LR
  A[First talk] --> B{Fits?}
  B -- no --> X((Lost))
  B -- yes --> F@{ shape: fork }
  F --> D[Pilot]
  F --> L[Legal review]
  D --> R{Convinced?}
  R -- not yet --> D
  R -- yes --> J[Offer]
  L --> J
"""


def to(name, chart):
    return reverse(f"playbooks:{name}", args=[chart.pk])


def bring(writer, text=MERMAID, name="As it is", **more):
    return writer.post(BRING, {"name": name, "text": text, **more})


@pytest.fixture
def writer(as_, cast):
    return as_(cast.coordinator)


@pytest.fixture
def chart(writer):
    bring(writer)
    return FlowChart.objects.get()


def knots(writer, chart):
    return [row.change.knot.key for row in writer.get(to("chart", chart)).context["rows"]]


def test_it_shows_the_chart_beside_the_line_it_can_become(writer, chart):
    response = writer.get(to("chart", chart))

    page = response.content.decode()
    assert [row.change.choice.way.value for row in response.context["rows"]] == ["attempts", "no", "conditions"]
    assert ("Complexity", 4, 1) in response.context["measures"]
    assert [name for _node, name, _beside in response.context["line"]] == ["First talk", "Pilot", "Offer"]
    assert "After “Convinced?” it goes back to “Pilot”" in page
    assert page.count('class="flow-node"') == 8


def test_a_file_of_bpmn_can_be_brought(writer):
    file = SimpleUploadedFile("sale.bpmn", (CHARTS / "camunda.bpmn").read_bytes())

    writer.post(BRING, {"name": "From Camunda", "file": file})

    assert [node.name for node in FlowChart.objects.get().line] == ["First talk", "Pilot", "Offer"]


def test_what_may_apply_is_said_so_in_the_draft(writer):
    text = (CHARTS / "camunda_terminate.bpmn").read_bytes()
    writer.post(BRING, {"name": "From Camunda", "file": SimpleUploadedFile("sale.bpmn", text)})
    chart = FlowChart.objects.get()
    writer.post(to("accept_changes", chart))
    writer.post(to("chart_to_playbook", chart), {"name": "Straightened"})
    offer = Playbook.objects.get(name="Straightened").draft.steps.get(name="Send offer")
    assert "Negotiate terms (Sales), where it applies; Check credit" in offer.activity


def test_changes_are_accepted_one_by_one_and_taken_back(writer, chart):
    first, *_rest = knots(writer, chart)

    writer.post(to("accept_change", chart), {"knot": first, "way": "attempts"})
    chart.refresh_from_db()
    assert chart.accepted == {first: ["attempts", None]}
    assert len(chart.open_changes) == 2

    writer.post(to("take_back_change", chart), {"knot": first})
    chart.refresh_from_db()
    assert chart.accepted == {}


def test_another_way_can_be_chosen(writer, chart):
    *_others, beside = knots(writer, chart)

    writer.post(to("accept_change", chart), {"knot": beside, "way": "conditions:1"})

    line = writer.get(to("chart", chart)).context["line"]
    assert [(name, beside) for _node, name, beside in line] == [
        ("First talk", []), ("Legal review", []), ("Offer", ["Pilot"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({"knot": "loop:x:y", "way": "attempts"}, "no longer needed"),
        ({"knot": "", "way": "attempts"}, "no longer needed"),
        ({"knot": None, "way": ""}, "Choose one of the ways offered"),
        ({"knot": None, "way": "magic"}, "Choose one of the ways offered"),
        ({"knot": None, "way": "choice"}, "Choose one of the ways offered"),
        ({"knot": None, "way": "attempts:77"}, "Choose one of the ways offered"),
    ],
)
def test_what_fits_no_knot_is_refused_in_words(writer, chart, sent, why):
    first = knots(writer, chart)[0]

    response = writer.post(
        to("accept_change", chart), {**sent, "knot": first if sent["knot"] is None else sent["knot"]}
    )

    chart.refresh_from_db()
    assert response.status_code == 422
    assert why in response.content.decode()
    assert chart.accepted == {}


def test_what_still_has_branches_cannot_become_a_playbook(writer, chart):
    response = writer.post(to("chart_to_playbook", chart), {"name": "New business, straightened"})

    assert response.status_code == 422
    assert "a chart with branches is no line yet" in response.content.decode()
    assert not Playbook.objects.filter(name="New business, straightened").exists()


def test_a_line_becomes_a_draft_that_says_what_the_chart_said(writer, chart):
    writer.post(to("accept_changes", chart))

    response = writer.post(to("chart_to_playbook", chart), {"name": "Straightened"}, follow=True)

    draft = Playbook.objects.get(name="Straightened").draft
    assert [step.name for step in draft.steps.all()] == ["First talk", "Pilot", "Offer"]
    assert draft.steps.get(name="Offer").activity == "Alongside, met before it is reached: Legal review."
    assert response.context["version"] == draft
    chart.refresh_from_db()
    assert chart.playbook == draft.playbook


def test_a_name_that_is_taken_keeps_the_line_and_says_so(writer, chart, playbook):
    writer.post(to("accept_changes", chart))

    response = writer.post(to("chart_to_playbook", chart), {"name": playbook.playbook.name})

    assert response.status_code == 422
    assert "already exists" in response.content.decode()
    assert playbook.playbook.name in response.content.decode()


def test_a_list_is_a_line_at_once(writer):
    bring(writer, "1. First talk | They see us | Sales\n2. Sign")

    chart = FlowChart.objects.get()
    page = writer.get(to("chart", chart)).content.decode()
    assert "This is a line already." in page
    writer.post(to("chart_to_playbook", chart), {"name": "Short"})
    step = Playbook.objects.get(name="Short").draft.steps.get(name="First talk")
    assert (step.milestone, step.activity) == ("They see us", "Done by Sales.")


def test_a_study_asks_for_the_clients_decision(writer):
    bring(writer, "flowchart TD\nM[Meet]-->P{?}\nP-->X\nP-->Y\nX-->Z\nX-->W\nY-->W\nY-->Z\nZ-->S[Sign]\nW-->S")
    chart = FlowChart.objects.get()
    writer.post(to("accept_changes", chart))

    writer.post(to("chart_to_playbook", chart), {"name": "With a study"})

    study = Playbook.objects.get(name="With a study").draft.steps.get(name="Feasibility study")
    assert study.milestone == "The client has decided on it"
    assert study.activity == "Stands for: Z; W."


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({"name": "X", "text": ""}, "Choose a file, or type the steps."),
        ({"name": "", "text": "1. Talk"}, "This field is required."),
        ({"name": "X", "text": "flowchart TD\nA -->"}, "Line 2 cannot be read"),
    ],
)
def test_what_cannot_be_read_is_said_and_what_was_typed_is_kept(writer, sent, why):
    response = writer.post(BRING, sent)

    assert response.status_code == 422
    assert why in response.content.decode()
    assert (sent["text"] or sent["name"]).replace(">", "&gt;") in response.content.decode()
    assert not FlowChart.objects.exists()


def test_only_those_who_write_playbooks_straighten_one(as_, cast, chart):
    member = as_(cast.team_member)

    assert member.get(BRING).status_code == 403
    assert BRING not in member.get(reverse("playbooks:list")).content.decode()


def test_a_page_takes_few_queries_however_long_the_chart(writer, django_assert_max_num_queries):
    bring(writer, "flowchart LR\n" + "\n".join(f"n{at} --> n{at + 1}" for at in range(200)))
    chart = FlowChart.objects.get()

    with django_assert_max_num_queries(10):
        writer.get(to("chart", chart))
