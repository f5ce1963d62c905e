"""What rules of gates may ask for: each is read in bulk, says what it rests on, and leads to where it is filled in."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from milepost.accounts.models import Contact
from milepost.buyers.models import ClientRequest, Evidence, Question, Stakeholder, Vision
from milepost.gates.facts import FACTS, KINDS, NUMBER, TRUTH, offered, read
from milepost.gates.look import Look
from milepost.gates.models import Contender, Expense, Spent
from milepost.gates.rules import Judged
from milepost.gates.words import asked, matter, rests_on
from milepost.opportunities.models import Rival
from milepost.playbooks.models import GateRule


def known(opportunity, key):
    return read(Look([opportunity.pk]), opportunity.pk, key)


@pytest.fixture
def buyer(cast, chance):
    """People, a vision, questions, requests and competitors, one or two of each."""
    helen, tom = (
        Contact.add(by=cast.coordinator, account=chance.account, name=name) for name in ("Helen Arlott", "Tom Brisk")
    )
    told = {"stance": "supporter", "access": "several", "status": "inner", "adaptability": "visionary"}
    mentor = Stakeholder.add(chance, by=None, contact=helen, role="champion", **told)
    Stakeholder.add(chance, by=None, contact=tom, role="legal", stance="enemy", access="brief")
    Stakeholder.add(chance, by=None, placeholder="A finance director", role="economic_buyer")
    late, today = cast.today - datetime.timedelta(days=1), cast.today
    Question.ask(chance, by=None, text="Who pays?", due_on=late)
    Question.ask(chance, by=None, text="Who else?").answer(by=None, unknown=True)
    title = "A quote for ten more"
    ClientRequest.take(chance, by=None, title=title, approved="yes", funded="no", hours=12)
    ClientRequest.take(chance, by=None, title="A visit", hours=3).say(
        by=cast.coordinator, verdict="hold", because="Nobody knows what for"
    )
    for name, told in (("Berolt", {"status": "incumbent", "strengths": "Cheap"}), ("Cando", {"status": "out"})):
        supporters = [mentor] if name == "Berolt" else []
        Contender.note(
            chance, by=cast.coordinator, rival=Rival.named(name, by=None), on=today, supporters=supporters, **told
        )
    Spent.log(chance, by=None, person=cast.salesperson, role="salesperson", hours=2.5, on=today)
    Expense.log(chance, by=None, minor=900_00, on=today, person=cast.salesperson, note="A journey")
    return chance


@pytest.mark.parametrize("key", FACTS)
def test_every_fact_is_read_where_nothing_is_known_and_leads_to_where_it_is_filled_in(chance, key):
    fact = FACTS[key]
    found = known(chance, key)

    assert fact.kind in KINDS
    assert found.value is None or isinstance(found.value, bool) == (fact.kind == TRUTH)
    assert reverse(fact.fill, args=[chance.pk])
    assert str(fact.label)[0].isupper()


@pytest.mark.parametrize(
    ("key", "value", "evidence"),
    [
        ("economic_buyer", False, ""),
        ("champion", True, "Helen Arlott"),
        ("reached_champion", True, "Helen Arlott: Several contacts"),
        ("reached_legal", False, "Tom Brisk: Brief"),
        ("known_legal", True, "Tom Brisk"),
        ("for_legal", False, "Tom Brisk: Against"),
        ("for_champion", True, "Helen Arlott: For"),
        ("for_user_buyer", None, ""),
        ("contacts", 2, "Helen Arlott, Tom Brisk"),
        ("opponents", 1, "Tom Brisk"),
        ("count_status_inner", 1, "Helen Arlott"),
        ("count_adaptability_visionary", 1, "Helen Arlott"),
        ("count_role_economic_buyer", 0, ""),
        ("vision_sure", 0, ""),
        ("questions_open", 1, "Who pays?"),
        ("questions_overdue", 1, "Who pays?"),
        ("questions_answered", 1, "Who else?"),
        ("requests_undecided", 1, "A quote for ten more"),
        ("requests_held", 1, "A visit"),
        ("requests_approved", 1, "A quote for ten more"),
        ("requests_funded", 0, ""),
        ("requests_hours", 15, ""),
        ("rivals", 2, "Berolt, Cando"),
        ("rivals_in", 1, "Berolt"),
        ("rivals_out", 1, "Cando"),
        ("incumbents", 1, "Berolt"),
        ("rivals_supported", True, ""),
        ("rivals_understood", True, ""),
        ("hours_spent", 2.5, ""),
        ("money_spent", 900, "€900"),
        ("days_open", 10, ""),
        ("value", 120_000, "€120\N{NO-BREAK SPACE}k"),
        ("margin", 40_000, "€40\N{NO-BREAK SPACE}k"),
        ("agreed", False, ""),
        ("salesperson", True, ""),
    ],
)
def test_it_reads_what_is_known(buyer, key, value, evidence):
    found = known(buyer, key)

    assert found.value == value
    assert key == "days_open" or found.evidence == evidence  # the day itself depends on today


def test_effort_nobody_has_estimated_is_unknown(buyer):
    ClientRequest.take(buyer, by=None, title="A pilot")

    assert known(buyer, "requests_hours").value is None


def test_how_sure_we_are_is_as_sure_as_of_the_answer_we_know_least_of(cast, chance):
    answers = {"whose": "Theirs", "how": "A bad winter", "where": "In their plant"}
    vision = Vision.begin(chance, by=cast.salesperson, words="Half the waste", **answers)
    for question, confidence in zip(answers, (3, 2, 3), strict=True):
        Evidence.add(vision, by=cast.salesperson, question=question, confidence=confidence, message="They said so")

    assert known(chance, "vision_sure").value == 2
    assert not known(chance, "vision_proven").value
    assert known(chance, "vision_hypotheses").value == 1


def test_all_facts_of_many_opportunities_are_as_many_questions_as_of_one(buyer, opportunity):
    def questions(ids):
        look = Look(ids)
        with CaptureQueriesContext(connection) as asked:
            for key in FACTS:
                for pk in ids:
                    read(look, pk, key)
        return len(asked)

    assert questions([buyer.pk, opportunity.pk]) == questions([buyer.pk])


def test_a_fact_with_no_words_of_its_own_says_what_is_known_beside_what_is_asked(gated):
    rule = GateRule(subject="supporters", compare="at_least", threshold=2)
    judged = type("Judged", (), {"value": 1, "answer": "no"})

    assert asked(rule, "EUR") == "People for us: at least 2"
    assert matter(rule, judged, "EUR") == "“People for us” is 1, and at least 2 is asked"
    judged.value = None
    assert matter(rule, judged, "EUR") == "“People for us” is not known"
    rule.subject, rule.compare, judged.value = "margin_share", "at_most", 31.25
    assert matter(rule, judged, "EUR") == "“Margin as a share of the value” is 31.2 %, and at most 2 % is asked"


def test_each_is_offered_once_under_its_group():
    keys = [key for _group, choices in offered() for key, _label in choices]

    assert sorted(keys) == sorted(FACTS)
    assert all(len(key) <= GateRule._meta.get_field("subject").max_length for key in keys)
    numbers = [key for _group, choices in offered([NUMBER]) for key, _label in choices]
    assert {FACTS[key].kind for key in numbers} == {NUMBER}


@pytest.mark.parametrize(
    ("subject", "compare", "threshold", "value", "said"),
    [
        ("hours_spent", "at_most", 12_000, 12_345.5, "“Hours spent so far” is 12,345.5, and at most 12,000 is asked"),
        ("win", "at_least", 80, 79.96, "“Win chance” is 79.96 %, and at least 80 % is asked"),
        ("value", "at_least", 1_000_000, 999_600, "“Value” is €999,600, and at least €1,000,000 is asked"),
    ],
)
def test_what_is_known_never_reads_like_what_is_asked(cast, subject, compare, threshold, value, said):
    rule = GateRule(subject=subject, compare=compare, threshold=threshold)

    assert matter(rule, Judged("a", "no", value, "", 1, False), "EUR") == said


def test_a_number_says_how_many_and_names_alone_do_not():
    rule = GateRule(subject="contacts", compare="at_least", threshold=2)

    assert rests_on(rule, Judged("a", "yes", 7, "Ann, Bob, …", 1, False)) == "7 (Ann, Bob, …)"
    assert rests_on(GateRule(subject="champion"), Judged("a", "yes", True, "Ann", 1, False)) == "Ann"


def test_a_gate_that_asks_for_everything_asks_each_table_once(as_, cast, buyer):
    page = reverse("gates:gates", args=[buyer.pk])
    client = as_(cast.sales_manager)
    gate = buyer.gates.get(playbook_gate__name="Gate 1").playbook_gate
    rules = [
        GateRule(
            gate=gate, key=key, position=9 + n, group="win", subject=key,
            compare="yes" if fact.kind == TRUTH else "at_least", threshold=None if fact.kind == TRUTH else 1,
        )
        for n, (key, fact) in enumerate(FACTS.items())
    ]  # fmt: skip
    GateRule.objects.bulk_create(rules)
    client.get(page)  # what is asked once after signing in
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    told = [query["sql"] for query in queries.captured_queries]

    assert sum('FROM "team_company"' in sql for sql in told) == 1
    assert len(told) <= 26
