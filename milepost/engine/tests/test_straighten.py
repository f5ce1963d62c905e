"""From a flow chart to a line: what each knot becomes, and that nothing of a chart is lost on the way."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.engine.straighten.flow import Edge, Flow, Kind, Node
from milepost.engine.straighten.knots import Snag, Way, next_knot
from milepost.engine.straighten.line import Choice, Knotted, as_line, straighten
from milepost.engine.straighten.measure import measure
from milepost.engine.straighten.untie import untie

KINDS = {"<": Kind.START, ">": Kind.END, "!": Kind.END, "?": Kind.CHOICE, "+": Kind.PARALLEL, "*": Kind.ANY}


def chart(*arrows):
    """Return a chart from arrows like "meet ?fit", "?fit offer": a mark before a name says what kind it is."""
    pairs = [arrow.split() for arrow in arrows]
    names = dict.fromkeys(name for pair in pairs for name in pair)
    nodes = [Node(name, name.lstrip("<>!?+*"), KINDS.get(name[0], Kind.STEP), lost=name[0] == "!") for name in names]
    return Flow.of(nodes, [Edge(*pair) for pair in pairs])


def line_of(flow, **chosen):
    changes = straighten(flow, chosen)
    return changes, as_line(changes[-1].after if changes else flow)


def names(steps):
    return [step.name for step in steps]


def test_a_line_needs_nothing():
    flow = chart("<s meet", "meet offer", "offer >won")

    assert straighten(flow) == []
    assert names(as_line(flow)) == ["meet", "offer"]
    assert measure(flow).is_line


def test_a_way_back_becomes_another_attempt():
    flow = chart("meet offer", "offer ?ok", "?ok sign", "?ok offer")

    changes, line = line_of(flow)

    assert [change.choice.way for change in changes] == [Way.ATTEMPTS]
    assert [(step.name, step.again) for step in line] == [("meet", False), ("offer", True), ("sign", False)]


def test_a_step_after_itself_becomes_another_attempt():
    _, line = line_of(chart("meet offer", "offer offer", "offer sign"))

    assert [(step.name, step.again) for step in line] == [("meet", False), ("offer", True), ("sign", False)]


def test_what_runs_beside_becomes_conditions_of_the_step_where_the_ways_join():
    flow = chart("meet +f", "+f pilot", "pilot review", "+f legal", "+f security", "review +j", "legal +j",
                 "security +j", "+j sign")  # fmt: skip

    changes, line = line_of(flow)

    assert [change.knot.snag for change in changes] == [Snag.PARALLEL]
    assert names(line) == ["meet", "pilot", "review", "sign"]
    assert [condition.name for condition in line[-1].conditions] == ["legal", "security"]


def test_the_way_that_stays_in_the_line_can_be_chosen():
    flow = chart("meet +f", "+f pilot", "+f legal", "pilot +j", "legal +j", "+j sign")
    knot = next_knot(flow)

    _, line = line_of(flow, **{knot.key: Choice(Way.CONDITIONS, main=1)})

    assert names(line) == ["meet", "legal", "sign"]
    assert [condition.name for condition in line[-1].conditions] == ["pilot"]


def test_what_is_done_only_sometimes_says_so():
    _, line = line_of(chart("meet *f", "*f pilot", "*f legal", "pilot *j", "legal *j", "*j sign"))

    assert [(condition.name, condition.sometimes) for condition in line[-1].conditions] == [("legal", True)]


def test_a_step_with_a_way_around_it_becomes_optional():
    _, line = line_of(chart("meet ?big", "?big pilot", "pilot sign", "?big sign"))

    assert [(step.name, step.required) for step in line] == [("meet", True), ("pilot", False), ("sign", True)]


def test_single_steps_of_which_one_is_taken_become_a_choice_within_one():
    _, line = line_of(chart("meet ?how", "?how visit", "?how call", "visit offer", "call offer"))

    assert names(line) == ["meet", "how", "offer"]
    assert line[1].choices == ("visit", "call")
    assert line[1].was == ("visit", "call")


def test_longer_ways_of_which_one_is_taken_become_playbooks_of_their_own():
    flow = chart("meet ?kind", "?kind audit", "audit study", "study pilot", "?kind tender", "tender bid",
                 "pilot sign", "bid sign")  # fmt: skip

    changes, line = line_of(flow)

    assert names(line) == ["meet", "audit", "study", "pilot", "sign"]
    assert [names(steps) for steps in changes[0].aside] == [["tender", "bid"]]


def test_a_way_out_is_the_clients_no():
    flow = chart("<s meet", "meet ?fit", "?fit offer", "?fit !no", "offer ?buys", "?buys >won", "?buys farewell",
                 "farewell !no")  # fmt: skip

    changes, line = line_of(flow)

    assert {change.choice.way for change in changes} == {Way.NO}
    assert names(line) == ["meet", "offer"]


def test_work_that_leads_nowhere_beside_the_line_becomes_a_condition():
    _, line = line_of(chart("meet +f", "+f offer", "+f newsletter", "offer sign"))

    assert names(line) == ["meet", "offer", "sign"]
    assert [condition.name for condition in line[1].conditions or line[2].conditions] == ["newsletter"]


def test_what_cannot_be_straightened_becomes_a_feasibility_study():
    flow = chart("meet ?a", "?a x", "?a y", "x z", "x w", "y w", "y z", "z sign", "w sign")

    changes, line = line_of(flow)

    assert [change.choice.way for change in changes] == [Way.STUDY, Way.CHOICE]
    assert [step.study for step in line] == [False, False, True, False]
    assert set(line[2].was) == {"z", "w"}


def test_what_goes_round_with_two_ways_in_becomes_a_feasibility_study():
    changes, line = line_of(chart("meet ?a", "?a x", "?a y", "x y", "y x", "y sign"))

    assert changes[0].knot.snag == Snag.TANGLE
    assert names(line) == ["meet", "", "sign"]


def test_what_nothing_leads_to_is_left_out():
    changes, line = line_of(chart("<s meet", "meet >won", "lonely >won"))

    assert [change.choice.way for change in changes] == [Way.DROP]
    assert names(line) == ["meet"]


def test_what_is_no_line_yet_is_not_taken_for_one():
    with pytest.raises(Knotted):
        as_line(chart("meet offer", "offer meet"))


def test_a_knot_is_untied_only_in_ways_that_fit_it():
    flow = chart("meet offer", "offer meet")

    with pytest.raises(ValueError, match="not untied by"):
        untie(flow, next_knot(flow), Way.CHOICE)


def test_it_counts_what_makes_a_chart_hard_to_manage():
    flow = Flow.of(
        [Node("<", kind=Kind.START), Node("meet", role="sales", milestone="They see us"), Node("?", kind=Kind.CHOICE),
         Node("+", kind=Kind.PARALLEL), Node("pilot", role="engineering"), Node("legal", role="legal"),
         Node("sign", role="sales"), Node(">", kind=Kind.END), Node("stray"), Node("thanks")],
        [Edge("<", "meet"), Edge("meet", "?"), Edge("?", "+"), Edge("?", "thanks"), Edge("?", "meet"),
         Edge("+", "pilot"), Edge("+", "legal"), Edge("pilot", "sign"), Edge("legal", "sign"), Edge("sign", ">"),
         Edge("stray", "sign")],
    )  # fmt: skip

    counted = measure(flow)

    assert (counted.steps, counted.decisions, counted.loops, counted.parallel) == (6, 1, 1, 1)
    assert (counted.dead_ends, counted.unreached, counted.without_milestone) == (1, 1, 5)
    assert counted.hand_overs == 4
    assert counted.cyclomatic == 4
    assert not counted.is_line


@pytest.mark.parametrize(
    ("nodes", "edges", "why"),
    [
        ([Node("a"), Node("a")], [], "same key"),
        ([Node("a")], [Edge("a", "b")], "not there"),
    ],
)
def test_what_is_no_chart_is_refused_in_words(nodes, edges, why):
    with pytest.raises(ValueError, match=why):
        Flow.of(nodes, edges)


@st.composite
def charts(draw):
    n = draw(st.integers(1, 9))
    kinds = draw(st.lists(st.sampled_from(Kind), min_size=n, max_size=n))
    nodes = [Node("0", "0"), *(Node(str(at), str(at), kind) for at, kind in enumerate(kinds, start=1))]
    ends = st.integers(0, n).map(str)
    return Flow.of(nodes, [Edge(*pair) for pair in draw(st.lists(st.tuples(ends, ends), max_size=2 * n))])


@settings(max_examples=300)
@given(charts())
def test_every_chart_becomes_a_line_and_no_step_is_lost_without_a_word(flow):
    changes = straighten(flow)

    last = changes[-1].after if changes else flow
    kept = {name for step in as_line(last) for name in (step.name, *step.was)}
    kept |= {condition.name for step in as_line(last) for condition in step.conditions}
    told = {flow.by_key[key].name for change in changes for key in change.knot.nodes if key in flow.by_key}
    assert {node.name for node in flow.nodes if node.kind == Kind.STEP} <= kept | told
    assert measure(last).is_line
    assert len(changes) <= len(flow.edges) + len(flow.nodes) + 1


@given(charts())
def test_the_same_chart_is_always_straightened_the_same_way(flow):
    assert straighten(flow) == straighten(flow)
