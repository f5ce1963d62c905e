"""The Gates page, the Desk, and what is made of hours that stopping early has freed."""

import datetime

import pytest
from django.urls import reverse

from milepost.gates import decide, ledger_views, overview
from milepost.gates.facts import FACTS
from milepost.gates.look import Look
from milepost.gates.models import Afterwards, Delegation, FreedUse
from milepost.gates.pauses import pause
from milepost.opportunities.begin import begin
from milepost.opportunities.close import correct
from milepost.opportunities.models import Rival

HOME = "gates:home"
DAY = datetime.timedelta(days=1)


@pytest.fixture
def manager(as_, cast):
    return as_(cast.sales_manager)


@pytest.fixture
def stopped(cast, chance, costs):
    gate = chance.gates.get(playbook_gate__name="Gate 1")
    return decide.stop(
        gate, by=cast.sales_manager, on=cast.today, seen=None, reasons=[], reason="The true buyers cannot be found"
    )


def shown(client):
    return client.get(reverse(HOME)).content.decode()


def test_a_line_without_gates_leads_to_the_playbook_that_has_none(manager, opportunity):
    page = manager.get(reverse("gates:gates", args=[opportunity.pk])).text
    book = reverse("playbooks:page", args=[opportunity.playbook_version.playbook_id])
    assert f'href="{book}">Open the playbook' in page
    assert manager.get(book).status_code == 200


def give(client, cast, decision, **values):
    data = {
        "person": cast.salesperson.pk,
        "hours": 6,
        "purpose": "Meet their new director",
        "look_on": (cast.today + 90 * DAY).isoformat(),
    } | values
    return client.post(reverse("gates:give", args=[decision.pk]), data)


def test_it_lists_what_waits_with_what_is_missing(manager, chance):
    page = shown(manager)

    assert "Gate 1: Coating line 4" in page
    assert "Not passed by its rules: the economic buyer is unknown" in page


def test_others_territories_are_not_in_it(as_, cast, chance, stopped):
    assert "Coating line 4" not in shown(as_(cast.outsider))


def test_a_gate_is_a_thing_to_do_until_it_is_paused(as_, cast, manager, chance):
    desk = reverse("desk:desk")
    asked = "“Gate 1” at Brennholt Paper: go on, pause or stop?"
    assert asked in as_(cast.coordinator).get(desk).content.decode()

    until = (cast.today + 9 * DAY).isoformat()
    manager.post(reverse("gates:pause", args=[chance.gates.get(playbook_gate__name="Gate 1").pk]), {"until": until})

    page = as_(cast.coordinator).get(desk).content.decode()
    assert asked not in page
    assert f'id="todo-{chance.pk}"' not in page
    assert "paused until" in shown(manager)


def test_stopping_early_frees_what_was_still_to_come(manager, stopped):
    assert stopped.hours == {"salesperson": 10, "team_member": 30, "sales_manager": 5}
    assert stopped.money_minor == 10 * 80_00 + 30 * 90_00 + 5 * 120_00

    page = shown(manager)
    assert "The true buyers cannot be found" in page
    assert "45 h" in page


def test_freed_hours_go_to_something_better_and_are_followed_up(manager, cast, stopped, account):
    give(manager, cast, stopped, account=account.pk, look_on=cast.today.isoformat())
    assert "What came of it?" in shown(manager)

    use = FreedUse.objects.get()
    manager.post(reverse("gates:look", args=[use.pk]), {"came_of": "She told us about the new line", "version": 1})

    assert "She told us about the new line" in shown(manager)


@pytest.mark.parametrize(
    ("values", "said"),
    [({}, "Choose one: an account or an opportunity."), ({"hours": 0}, "At least"), ({"hours": 46}, "Only 45 hours")],
)
def test_it_says_what_cannot_be_given(manager, cast, stopped, account, values, said):
    told = values if not values else {"account": account.pk} | values
    answer = give(manager, cast, stopped, **told)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "Meet their new director" in answer.content.decode()
    assert not FreedUse.objects.exists()


def test_stopping_is_judged_by_what_they_did_afterwards(manager, cast, stopped):
    told = {"kind": "rival", "rival": "Vantor", "on": cast.today.isoformat(), "note": "Their press release"}
    manager.post(reverse("gates:afterwards", args=[stopped.pk]), told)

    assert Afterwards.objects.get().rival == "Vantor"
    page = shown(manager)
    assert "Of 1 whose end is known, 1 bought from somebody else." in page
    assert "They bought from somebody else: Vantor" in page


def test_from_whom_they_bought_is_chosen_from_the_companys_list(manager, cast, stopped):
    Rival.named("Vantor", by=cast.sales_manager)
    url = reverse("gates:afterwards", args=[stopped.pk])

    page = manager.get(url).content.decode()
    assert 'list="rivals"' in page
    assert '<option value="Vantor"></option>' in page

    manager.post(url, {"kind": "rival", "rival": "VANTOR G.m.b.H.", "on": cast.today.isoformat(), "note": ""})
    assert Rival.objects.filter(kind="company").count() == 1


def test_learn_tells_what_stopping_came_to(manager, cast, stopped, account):
    give(manager, cast, stopped, account=account.pk)
    told = {"kind": "rival", "rival": "Vantor", "on": cast.today.isoformat(), "note": "Their press release"}
    manager.post(reverse("gates:afterwards", args=[stopped.pk]), told)

    page = manager.get(reverse("learn:page") + "?years=all").content.decode()
    assert '<b class="strong">1</b> opportunity was stopped at a gate; <b class="strong">45 h</b> stayed free' in page
    assert "6 h are given to something, and of 0 h it is known what came." in page
    assert "Of 1 whose end is known, 1 bought from somebody else, 0 from us later, and 0 bought nothing." in page


def test_what_is_decided_anew_was_not_stopped(manager, cast, chance, stopped):
    correct(chance.outcome, by=cast.sales_manager, kind="open_again", on=None, why="They found the money")
    assert "The true buyers cannot be found" in shown(manager)

    decide.take_back(stopped.gate, by=cast.sales_manager, on=cast.today, seen=None, reason="They found the money")
    assert "The true buyers cannot be found" not in shown(manager)


def test_freed_hours_are_asked_for_when_it_is_time(manager, cast, stopped, account):
    give(manager, cast, stopped, account=account.pk, look_on=cast.today.isoformat())

    assert "freed by stopping “Coating line 4”" in shown(manager)


def several(cast, gated, account, count):
    """Begin opportunities at their first gate."""
    people = {"coordinator": cast.coordinator, "salesperson": cast.salesperson}
    for number in range(count):
        where = {"account": account, "territory": cast.north, "playbook_version": gated, "value_minor": 90_000_00}
        one = begin(by=cast.coordinator, name=f"Line {number}", started_on=cast.today - 9 * DAY, **where, **people)
        one.steps.get(key="first").win(by=cast.salesperson, on=cast.today - 4 * DAY)
        yield one.gates.get(playbook_gate__name="Gate 1")


def test_it_asks_few_questions_however_much_stands_on_it(
    manager, cast, chance, gated, costs, account, django_assert_max_num_queries
):
    told = {"by": cast.sales_manager, "on": cast.today, "seen": None}
    gates = list(several(cast, gated, account, 8))
    for gate in gates[:2]:
        pause(gate, until=cast.today + 9 * DAY, waits_for="", **told)
    for number, gate in enumerate(gates[2:6]):
        decision = decide.stop(gate, reasons=[], reason="Nobody knows whose idea it is", **told)
        place = {"account": account} if number % 2 else {"opportunity": chance}
        common = {"person": cast.salesperson, "purpose": "Meet them", "look_on": cast.today}
        FreedUse.give(decision, by=cast.sales_manager, hours=6, **common, **place)
        Afterwards.tell(decision, by=cast.sales_manager, kind="rival", rival="Vantor", note="Seen", on=cast.today)
    Delegation.give(
        gates[6],
        by=cast.coordinator,
        on=cast.today,
        role="coordinator",
        to=cast.sales_manager,
        until=cast.today + DAY,
        reason="",
    )
    shown(manager)
    with django_assert_max_num_queries(20):
        page = shown(manager)
    assert page.count("Look and decide") >= 5
    assert page.count("Vantor") == 4


def test_what_was_stopped_last_comes_first_page_by_page(manager, cast, gated, account, costs, monkeypatch):
    for number, gate in enumerate(several(cast, gated, account, 5)):
        on = cast.today - [3, 1, 1, 2, 0][number] * DAY
        decide.stop(gate, by=cast.sales_manager, on=on, seen=None, reasons=[], reason=f"Reason {number}")
    for module in (overview, ledger_views):
        monkeypatch.setattr(module, "PAGE", 2)
    found, link = [], ""
    while True:
        page = manager.get(reverse(HOME) + link)
        found += [entry["decision"].reason[-1] for entry in page.context["ledger"]]
        if page.context["older"] is None:
            break
        link = f"?before={page.context['older']}"
    assert found == ["4", "2", "1", "3", "0"]


def test_it_asks_no_more_for_more_opportunities(chance, django_assert_num_queries):
    look = Look([chance.pk])
    assert FACTS["value"].read(look, chance.pk).value == 120_000
    with django_assert_num_queries(0):
        FACTS["value"].read(look, chance.pk)
