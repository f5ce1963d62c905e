"""What stands on the pages of gates is kept as CSV or Excel."""

import csv
import io

import pytest
from django.urls import reverse

from milepost.gates import decide
from milepost.gates.models import Afterwards, Contender, FreedUse, GateAnswer
from milepost.opportunities.models import Rival


def table(client, name, *args, **query):
    answer = client.get(reverse(f"gates:{name}", args=args), query)
    assert answer["Content-Disposition"].startswith("attachment;")
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))


@pytest.fixture
def manager(as_, cast):
    return as_(cast.sales_manager)


@pytest.fixture
def gates(chance):
    return list(chance.gates.order_by("step__position"))


def test_what_waits_is_kept_with_what_is_missing(manager, chance):
    (row,) = table(manager, "export_all", of="waiting")
    assert (row["Opportunity"], row["Gate"], row["State"]) == ("Coating line 4", "Gate 1", "to decide")
    assert "the economic buyer is unknown" in row["Why not"]


def test_what_was_stopped_is_kept_with_what_came_of_it(manager, cast, gates, account, costs):
    told = {"by": cast.sales_manager, "on": cast.today}
    decision = decide.stop(gates[0], seen=None, reasons=[], reason="Whose idea is it?", **told)
    use = {"person": cast.salesperson, "account": account, "purpose": "Meet them", "look_on": cast.today}
    FreedUse.give(decision, by=cast.sales_manager, hours=6, **use)
    Afterwards.tell(decision, kind="rival", rival="Vantor", note="Their press release", **told)

    (row,) = table(manager, "export_all", of="stopped")
    assert (row["Reason"], row["Hours freed"], row["Hours given"]) == ("Whose idea is it?", "45.0", "6.0")
    assert row["From whom"] == "Vantor"
    assert f"Meet them ({account})" in row["Given to"]


def test_each_rule_is_kept_as_it_stands_or_stood(manager, cast, chance, gates):
    given = {"rule": gates[0].playbook_gate.rules.get(key="line"), "answer": "plus", "evidence": "We make such lines"}
    GateAnswer.give(gates[0], by=cast.salesperson, on=cast.today, **given)
    before = [row for row in table(manager, "export", chance.pk, of="gates") if row["Gate"] == "Gate 1"]
    assert [(row["Answer"], row["How we know"]) for row in before if row["Rule"].startswith("It fits")] == [
        ("yes", "We make such lines")
    ]
    decide.advance(gates[0], by=cast.sales_manager, on=cast.today, seen=None, reason="They asked for us")
    after = [row for row in table(manager, "export", chance.pk, of="gates") if row["Gate"] == "Gate 1"]
    assert {row["Rule"] for row in after} == {row["Rule"] for row in before}
    assert {(row["State"], row["Reason"]) for row in after} == {("passed against a rule", "They asked for us")}


def test_competitors_are_kept_with_how_they_stand_at_each_gate(manager, cast, chance, gates):
    told = {"by": cast.salesperson, "on": cast.today}
    one = Contender.note(chance, rival=Rival.named("Vantor", by=None), since=cast.today, strengths="Near", **told)
    one.score(answers={"win": ("plus", "The champion told us")}, gate=gates[1], **told)
    rows = table(manager, "export", chance.pk, of="competitors")
    assert [(row["Gate"], row["Can we win?"]) for row in rows] == [
        ("Gate 1", "not known"),
        ("Gate 2", "speaks for it"),
    ]
    assert rows[0]["Strengths"] == "Near"


def test_it_is_an_excel_sheet_too_and_nothing_else(manager, chance):
    assert b"".join(manager.get(reverse("gates:export_all"), {"as": "xlsx"})).startswith(b"PK")
    assert manager.get(reverse("gates:export_all"), {"of": "all"}).status_code == 404
    assert manager.get(reverse("gates:export", args=[chance.pk]), {"of": "all"}).status_code == 404


def test_others_do_not_get_it(as_, cast, chance):
    assert table(as_(cast.outsider), "export_all") == []
    assert as_(cast.outsider).get(reverse("gates:export", args=[chance.pk])).status_code == 404
