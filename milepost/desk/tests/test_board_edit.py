"""Edits in the Board's rows: category and next date, by htmx and without, stale ones and refused ones."""

import datetime

import pytest
from django.urls import reverse

from milepost.desk.tests.boards import BOARD
from milepost.gates.pauses import pause
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Attempt, Gate, Judgement, Standing
from milepost.opportunities.report import report
from milepost.playbooks.models import Playbook, PlaybookGate

HTMX = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{BOARD}?group=category"}


@pytest.fixture
def me(as_, cast):
    return as_(cast.coordinator)


@pytest.fixture
def category_url(opportunity):
    return reverse("desk:board_category", args=[opportunity.pk])


@pytest.fixture
def next_url(opportunity):
    return reverse("desk:board_next", args=[opportunity.pk])


@pytest.fixture
def soon(cast):
    return (cast.today + datetime.timedelta(days=5)).isoformat()


def step_of(opportunity):
    return Standing.objects.get(pk=opportunity.pk).step_id


def test_the_form_opens_in_the_row(me, category_url, opportunity):
    row = me.get(category_url, headers=HTMX).content.decode()

    assert f'id="row-{opportunity.pk}"' in row
    assert 'name="category"' in row
    assert "<html" not in row


def test_the_form_is_a_page_without_scripts(me, category_url):
    page = me.get(category_url).content.decode()

    assert "<html" in page
    assert 'name="category"' in page


def test_it_keeps_my_category_beside_the_models(me, cast, category_url, opportunity):
    answer = me.post(category_url, {"category": "commit", "was": ""}, headers=HTMX).content.decode()

    assert Judgement.objects.get().by == cast.coordinator
    assert Standing.objects.get(pk=opportunity.pk).category == "commit"
    assert "Commit" in answer
    assert "model: " in answer


def test_the_row_brings_the_totals_and_the_heads_of_its_groups_with_it(me, category_url, opportunity):
    was = Standing.objects.get(pk=opportunity.pk).category
    headers = {**HTMX, "Board-Groups": f"omitted,{was},commit"}

    answer = me.post(category_url, {"category": "commit", "was": ""}, headers=headers).content.decode()

    assert '<dl class="totals" id="totals" hx-swap-oob="true">' in answer
    assert 'id="group-commit" hx-swap-oob="true"' in answer
    assert f'id="group-{was}" hx-swap-oob="true"' in answer
    assert "group-omitted" not in answer


def test_heads_that_the_page_does_not_show_stay_away(me, category_url):
    answer = me.post(category_url, {"category": "commit", "was": ""}, headers=HTMX).content.decode()

    assert 'id="group-' not in answer


def test_a_row_that_no_longer_fits_says_so(me, category_url):
    headers = {**HTMX, "HX-Current-URL": f"http://testserver{BOARD}?category=pipeline"}

    answer = me.post(category_url, {"category": "commit", "was": ""}, headers=headers).content.decode()

    assert "It no longer fits these filters" in answer
    assert "<dd>0</dd>" in answer


def test_without_scripts_it_goes_back_to_the_same_board(me, category_url, opportunity):
    back = f"{BOARD}?group=category&stalled=1"

    answer = me.post(category_url, {"category": "commit", "was": "", "next": back})

    assert answer.status_code == 302
    assert answer.url == f"{back}#row-{opportunity.pk}"


@pytest.mark.parametrize(
    "back", ["https://evil.example/board/?x=1", "//evil.example/board/", "/settings/", "javascript:x"]
)
def test_it_goes_back_to_a_board_and_nowhere_else(me, category_url, opportunity, back):
    answer = me.post(category_url, {"category": "commit", "was": "", "next": back})

    assert answer.url.startswith(BOARD)


def test_a_stale_category_is_shown_and_mine_is_kept(me, cast, category_url, opportunity):
    Judgement.give(opportunity, by=cast.salesperson, on=cast.today, category="best_case")

    answer = me.post(category_url, {"category": "commit", "was": ""}, headers=HTMX)

    assert answer.status_code == 409
    assert "Somebody has said “Best case” since you opened this." in answer.content.decode()
    assert '<option value="commit" selected>' in answer.content.decode()
    assert Judgement.objects.count() == 1

    again = me.post(category_url, {"category": "commit", "was": "best_case"}, headers=HTMX)
    assert again.status_code == 200
    assert Judgement.objects.first().category == "commit"


def test_an_unknown_category_is_refused_at_its_field(me, category_url):
    answer = me.post(category_url, {"category": "sure", "was": ""}, headers=HTMX)

    assert answer.status_code == 422
    assert "Select a valid choice" in answer.content.decode()


def test_it_books_the_appointment_of_the_current_step(me, next_url, opportunity, soon):
    answer = me.post(next_url, {"on": soon, "time": "10:30", "at": step_of(opportunity)}, headers=HTMX)

    attempt = Attempt.objects.get()
    assert (attempt.on.isoformat(), attempt.time) == (soon, datetime.time(10, 30))
    assert [a.person for a in attempt.attendances.all()] == [opportunity.salesperson]
    assert answer.status_code == 200
    assert "No date yet" not in answer.content.decode()


def test_it_moves_an_appointment_and_leaves_place_and_people(me, cast, next_url, opportunity, contact, soon):
    step = opportunity.current_step
    attempt = Attempt.schedule(
        step, by=cast.coordinator, on=cast.today, time=None, zone="Europe/London", place="Mill 4", minutes=90,
        ours=[cast.team_member], theirs=[contact],
    )  # fmt: skip
    typed = {"on": soon, "time": "", "at": step.pk, "attempt": attempt.pk, "version": attempt.version}

    assert me.post(next_url, typed, headers=HTMX).status_code == 200

    moved = Attempt.objects.get()
    assert (moved.on.isoformat(), moved.place, moved.minutes, moved.zone) == (soon, "Mill 4", 90, "Europe/London")
    assert {str(a) for a in moved.attendances.all()} == {cast.team_member.name, contact.name}


def test_a_stale_date_is_shown_and_mine_is_kept(me, cast, next_url, opportunity, soon):
    step = opportunity.current_step
    attempt = Attempt.schedule(step, by=cast.coordinator, on=cast.today, time=None, zone="Europe/Berlin")
    typed = {"on": soon, "time": "", "at": step.pk, "attempt": attempt.pk, "version": attempt.version}
    attempt.edit(by=cast.salesperson, on=cast.today + datetime.timedelta(days=2))

    answer = me.post(next_url, typed, headers=HTMX)

    assert answer.status_code == 409
    assert "Somebody has put this on" in answer.content.decode()
    assert f'value="{soon}"' in answer.content.decode()
    assert me.post(next_url, {**typed, "version": attempt.version}, headers=HTMX).status_code == 200


def test_a_date_somebody_booked_meanwhile_is_shown(me, cast, next_url, opportunity, soon):
    step = opportunity.current_step
    Attempt.schedule(step, by=cast.salesperson, on=cast.today, time=None, zone="Europe/Berlin")

    answer = me.post(next_url, {"on": soon, "at": step.pk}, headers=HTMX)

    assert answer.status_code == 409


def test_a_step_that_was_reached_meanwhile_is_shown(me, cast, next_url, opportunity, soon):
    step = opportunity.current_step
    report(step, by=cast.salesperson, result=Attempt.Result.WON, on=cast.today)

    answer = me.post(next_url, {"on": soon, "at": step.pk}, headers=HTMX)

    assert answer.status_code == 409
    assert "It has moved on to “Site visit”" in answer.content.decode()


def test_a_past_day_is_refused_at_its_field(me, cast, next_url, opportunity):
    past = (cast.today - datetime.timedelta(days=1)).isoformat()

    answer = me.post(next_url, {"on": past, "at": step_of(opportunity)}, headers=HTMX)

    assert answer.status_code == 422
    assert "This day is past." in answer.content.decode()
    assert f'value="{past}"' in answer.content.decode()


def test_a_rule_that_stands_against_it_is_said_in_the_row(me, cast, next_url, opportunity, soon):
    step = opportunity.current_step
    attempt = Attempt.schedule(step, by=cast.coordinator, on=cast.today, time=None, zone="Europe/Berlin")
    attempt.hold(by=cast.coordinator)
    typed = {"on": soon, "at": step.pk, "attempt": attempt.pk, "version": attempt.version}

    answer = me.post(next_url, typed, headers=HTMX)

    assert answer.status_code == 422
    assert "Report its result first." in answer.content.decode()


def test_cancel_brings_the_row_back(me, opportunity):
    url = reverse("desk:board_row", args=[opportunity.pk])

    assert "Coating line 4" in me.get(url, headers=HTMX).content.decode()
    assert me.get(url).url == f"{BOARD}#row-{opportunity.pk}"


def test_only_who_works_on_it_may_change_it(as_, cast, category_url, next_url, opportunity):
    for url in (category_url, next_url):
        assert as_(cast.outsider).get(url).status_code == 404
        assert as_(cast.account_manager).post(url, {"category": "commit"}).status_code == 403
        assert as_(cast.salesperson).get(url).status_code == 200


def test_who_may_not_change_it_is_offered_no_link(as_, cast, opportunity, category_url, next_url):
    theirs = as_(cast.account_manager).get(BOARD).content.decode()
    mine = as_(cast.coordinator).get(BOARD).content.decode()

    for url in (category_url, next_url, 'name="ids"'):
        assert url not in theirs
        assert url in mine


def test_one_that_ended_meanwhile_says_how_and_keeps_what_was_typed(me, cast, category_url, next_url, opportunity):
    close(opportunity, by=cast.sales_manager, kind="lost", on=cast.today, words="Vantor was cheaper")
    page = reverse("opportunities:page", args=[opportunity.pk])
    for url, typed in ((category_url, {"category": "commit"}), (next_url, {"on": "2031-05-04"})):
        for headers in ({}, HTMX):
            answer = me.post(url, typed, headers=headers)
            assert answer.status_code == 409
            assert f"has ended: lost. {cast.sales_manager.name} entered it on" in answer.text
            assert next(iter(typed.values())) in answer.text
            assert page in answer.text
        assert me.get(url).url == page
    assert not Judgement.objects.exists()


def test_one_that_is_not_there_is_not_there(me, category_url, opportunity):
    Standing.objects.all().delete()

    assert me.post(category_url, {"category": "commit"}).status_code == 404


@pytest.fixture
def behind_a_gate(cast, account):
    """An opportunity whose first step is won, and whose gate before the second waits."""
    book = Playbook.add(by=cast.coordinator, name="With a gate")
    version = book.draft
    version.add_step(by=None, name="First talk", key="first", usual_days=14)
    PlaybookGate.add(version.add_step(by=None, name="Proposal", usual_days=21), by=None, name="Gate 1")
    version.publish(by=None)
    one = begin(
        by=cast.coordinator, name="Finishing hall", account=account, territory=cast.north, playbook_version=version,
        coordinator=cast.coordinator, salesperson=cast.salesperson, started_on=cast.today,
    )  # fmt: skip
    one.steps.get(key="first").win(by=cast.salesperson, on=cast.today)
    return one


def test_it_offers_no_date_behind_a_shut_gate_but_the_gate(me, cast, behind_a_gate, soon):
    url = reverse("desk:board_next", args=[behind_a_gate.pk])
    gates = reverse("gates:gates", args=[behind_a_gate.pk])
    board = me.get(BOARD).content.decode()

    assert url not in board
    assert f'<a class="cell" href="{gates}">' in board
    assert "Gate to decide" in board
    assert me.get(url).url == gates
    assert me.get(url, headers=HTMX).headers["HX-Redirect"] == gates
    typed = {"on": soon, "time": "", "at": step_of(behind_a_gate)}
    assert "Gate 1” comes before" in me.post(url, typed, headers=HTMX).content.decode()

    gate = Gate.objects.get(opportunity=behind_a_gate)
    told = {"seen": None, "until": None, "waits_for": "their budget"}
    pause(gate, by=cast.sales_manager, on=cast.today, **told)
    assert "> Paused<" in me.get(BOARD).content.decode()


def test_a_date_years_away_is_asked_about_once(me, next_url, opportunity):
    asked = {"on": "2150-03-01", "at": step_of(opportunity)}
    answer = me.post(next_url, asked, headers=HTMX)

    assert answer.status_code == 422
    assert "In the year 2150?" in answer.text
    assert 'value="2150-03-01"' in answer.text
    me.post(next_url, {**asked, "far": "2150-03-01"}, headers=HTMX)
    assert Attempt.objects.get().on == datetime.date(2150, 3, 1)
