"""The string as HTML: every state, every size, and names that mean harm."""

import datetime
from html.parser import HTMLParser

import pytest
from django.template import Context, Template
from django.utils import timezone

from milepost.web.string_drawing import (
    CONDITION_STATES,
    GATE_STATES,
    STEP_STATES,
    Bead,
    draw,
    read,
    unpack,
)

WORDS = {
    "planned": "planned",
    "scheduled": "scheduled",
    "held": "held, result missing",
    "won": "reached",
    "lost": "client said no",
    "skipped": "skipped",
    "not_recorded": "not recorded",
    "to_confirm": "reached before, to confirm",
    "ahead": "not decided yet",
    "waiting": "decision waiting",
    "paused": "paused",
    "passed": "passed",
    "overridden": "passed against a rule",
    "refused": "refused",
}
LINE = [
    ["won", "First talk", 0, "2026-05-04", None, 0, [], 11],
    ["gate passed", "Gate 1"],
    ["scheduled", "Design review", 0, None, "2026-11-24", 0, [["Security review", "under_way"]], 12],
    ["planned", "Reference visit", 1, None, None, 0, [], 13],
    ["planned", "Contract", 0, None, None, 0, [], 14],
]


class Reader(HTMLParser):
    """Collect the tags and texts of a piece of HTML."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.said = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.said.append(data)

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(autouse=True)
def _on_a_day_of_2026(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC))


@pytest.mark.parametrize("state", STEP_STATES)
def test_it_draws_every_state_of_a_step_with_its_own_mark_and_words(state):
    html = draw([Bead("step", state, "Pilot")])
    assert f'data-state="{state}"' in html
    assert f'<use href="#bead-{state}"/>' in html
    assert f'<span class="string__tip">1 Pilot, {WORDS[state]}</span>' in html


@pytest.mark.parametrize("state", GATE_STATES)
def test_it_draws_every_state_of_a_gate(state):
    html = draw([Bead("gate", state, "Gate 1")])
    assert f'<li class="string__gate string__last" data-state="{state}">' in html
    assert f'<use href="#gate-{state}"/>' in html
    assert f"Gate 1, {WORDS[state]}" in html


@pytest.mark.parametrize("state", CONDITION_STATES)
def test_it_draws_and_names_every_state_of_a_condition(state):
    html = draw([Bead(name="Pilot", conditions=(("Legal terms", state),))], size="large")
    assert f'<span class="thread" data-state="{state}"' in html
    assert f"Legal terms {state.replace('_', ' ')}" in html


def test_it_has_a_symbol_for_every_mark():
    sprite = Template('{% include "web/_sprite.html" %}').render(Context())
    marks = {f"bead-{state}" for state in STEP_STATES} | {f"gate-{state}" for state in GATE_STATES}
    for mark in marks | {"bead-won-large", "seal-none", "seal-asked", "seal-agreed", "seal-changed", "pace-hatch"}:
        assert f'id="{mark}"' in sprite


@pytest.mark.parametrize("size", ["row", "large"])
def test_it_lets_no_name_become_markup(size):
    evil = '"><script>alert(1)</script><b onclick="x">'
    beads = [
        Bead(name=evil, fact=evil, tip=evil, href=f"/x/{evil}", conditions=((evil, "met"),), current=True, days=1),
        Bead(name=evil, fact=evil, tone=evil),
        [f"{'won'}", evil],
    ]
    read_back = Reader(draw(beads, size=size, title=evil, href=evil, step_href=evil))
    assert not read_back.all("script")
    assert not any("onclick" in attrs for _, attrs in read_back.tags)
    assert read_back.all("ol")[0]["aria-label"].startswith(evil)


def test_it_says_the_whole_string_in_one_sentence():
    html = draw(LINE, title="Coating line 4", current=12, days=31, usual_days=20)
    assert 'aria-label="Coating line 4: step 2 of 4, Design review, 31 days, usually 20: 11 over"' in html


def test_it_names_a_bead_with_its_date_and_its_conditions():
    html = draw(LINE, current=12, days=12, usual_days=21)
    assert ">2 Design review, scheduled, 24 Nov; 12 days, usually 21; Security review under way</span>" in html


@pytest.mark.parametrize(
    ("state", "fact", "said"),
    [
        ("not_recorded", "not recorded", "1 Talk, not recorded"),
        ("skipped", "skipped", "1 Talk, skipped"),
        ("to_confirm", "to confirm", "1 Talk, reached before, to confirm"),
        ("won", "4 May", "1 Talk, reached, 4 May"),
    ],
)
def test_it_says_a_state_once_though_it_stands_under_the_bead_too(state, fact, said):
    html = draw([Bead("step", state, "Talk", fact=fact)], size="large")
    assert f'<span class="string__tip">{said}</span>' in html


@pytest.mark.parametrize(
    ("beads", "said"),
    [
        ([["won", "Talk"], ["lost", "Pilot"], ["planned", "Contract"]], "client said no at step 2 of 3, Pilot"),
        ([["won", "Talk"], ["lost", "Visit", 1], ["won", "Contract"]], "2 of 3 steps reached"),
        ([["won", "Talk"], ["gate refused", "Gate 1"], ["planned", "Contract"]], "stopped at Gate 1"),
        ([["not_recorded", "Talk"], ["won", "Contract"]], "2 of 2 steps reached"),
        ([], "0 of 0 steps reached"),
    ],
)
def test_it_says_where_a_string_without_a_current_step_ended(beads, said):
    assert f'aria-label="{said}"' in draw(beads)


def test_it_numbers_steps_and_not_gates():
    assert [bead.number for bead in read(LINE)] == [1, None, 2, 3, 4]


def test_it_fills_the_capsule_by_days_over_usual():
    html = draw(LINE, current=12, days=12, usual_days=21)
    assert '<rect class="pace-fill" width="57.1%" height="100%"/></svg>' in html
    assert "data-over" not in html
    assert "12<i>/21 d</i>" in html


def test_it_hatches_the_capsule_past_the_usual_time():
    html = draw(LINE, current=12, days=31, usual_days=20)
    assert "data-over" in html
    assert '<rect class="pace-over" x="64.5%" width="35.5%" height="100%"/>' in html


def test_it_never_calls_a_step_late_that_the_client_has_dated():
    html = draw(LINE, current=12, days=31, usual_days=20, over=False)
    assert "data-over" not in html
    assert "pace-over" not in html
    assert "over" not in Reader(html).all("ol")[0]["aria-label"]


@pytest.mark.parametrize(
    ("days", "usual", "shown"), [(None, 20, "?<i>/20 d</i>"), (4, None, "4<i> d</i>"), (0, 20, "0<i>/20 d</i>")]
)
def test_it_shows_what_it_knows_of_the_days(days, usual, shown):
    html = draw(LINE, current=12, days=days, usual_days=usual)
    assert 'aria-current="step"' in html
    assert shown in html


def test_it_is_one_stop_of_the_tab_key_in_a_row():
    stops = [attrs for attrs in Reader(draw(LINE, href="/o/7/", current=12)).all("a") if "tabindex" not in attrs]
    assert [attrs["class"] for attrs in stops] == ["bead bead--now"]


def test_it_stops_where_a_closed_string_ended():
    links = Reader(draw([["won", "Talk"], ["lost", "Pilot"], ["planned", "Contract"]], href="/o/7/")).all("a")
    assert ["tabindex" in attrs for attrs in links] == [True, False, True]


def test_it_counts_no_days_after_a_no():
    assert "bead__days" not in draw([Bead("step", "lost", "Pilot", current=True)], size="large")
    assert "bead__days" in draw([Bead("step", "planned", "Pilot", current=True)], size="large")


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("Implementation plan", "Implementation plan"),
        ("Vertragsverhandlung", "Vertragsverhan<wbr>dlung"),
        ("<" * 17, "&lt;" * 14 + "<wbr>" + "&lt;" * 3),
        ("A\0B", "AB"),
    ],
)
def test_it_lets_only_words_break_that_fit_no_column(name, drawn):
    assert f"<b>{drawn}</b>" in draw([Bead(name=name)], size="large")


def test_it_makes_every_bead_a_link_when_large():
    links = Reader(draw(LINE, size="large", href="/o/7/", step_href="/o/7/steps/", current=12)).all("a")
    assert [attrs["href"] for attrs in links] == ["/o/7/steps/11", "/o/7/", *(f"/o/7/steps/{i}" for i in (12, 13, 14))]
    assert not any("tabindex" in attrs for attrs in links)


def test_it_draws_no_links_where_there_is_nowhere_to_go():
    assert not Reader(draw(LINE)).all("a")


def test_it_shows_name_and_one_fact_under_large_beads_only():
    assert '<span class="string__label"><b>First talk</b><span>4 May</span></span>' in draw(LINE, size="large")
    assert "string__label" not in draw(LINE)


def test_it_shows_the_year_of_a_day_in_another_year():
    assert "reached, 4 May 2024" in draw([["won", "Talk", 0, "2024-05-04"]])


def test_it_reads_a_compact_form_with_its_end_left_out():
    assert unpack(["won", "Talk"]) == Bead("step", "won", "Talk")
    assert unpack(["won", "Talk", 1, None, None, 1]).state == "to_confirm"


def test_it_is_a_template_tag():
    page = Template("{% string beads label=name href='/o/7/' current=12 days=3 usual_days=9 %}")
    html = page.render(Context({"beads": LINE, "name": "A & B"}))
    assert 'aria-label="A &amp; B: step 2 of 4, Design review, 3 days, usually 9"' in html
    assert Template("{% string beads %}").render(Context({"beads": None})).startswith("<ol")


def test_it_forgets_yesterdays_wording_of_a_day(time_machine):
    html = draw([["won", "Talk", 0, "2026-05-04"]])
    time_machine.move_to(timezone.now() + datetime.timedelta(days=365))
    assert "4 May 2026" not in html
    assert "4 May 2026" in draw([["won", "Talk", 0, "2026-05-04"]])
