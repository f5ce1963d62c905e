"""A report that was a mistake is undone: the line is as it was, wherever it is read."""

import datetime

import pytest
from django.contrib.messages import get_messages
from django.forms.models import model_to_dict

from milepost.opportunities.facts import facts, read_known
from milepost.opportunities.models import (
    Attempt,
    Attendance,
    BeforeReport,
    Condition,
    Note,
    Opportunity,
    Standing,
    Stay,
    Step,
    Task,
)
from milepost.opportunities.report import report
from milepost.opportunities.tests.test_steps import DAY, appointment, debrief, step, url
from milepost.plans.draft import Draft
from milepost.plans.models import SharedPlan
from milepost.team.models import Company
from milepost.web.models import Change

KINDS = (Step, Stay, Attempt, Attendance, Note, Task)


def everything(opportunity):
    """Return the line's rows, its reading row, and all that is known of it tomorrow."""
    rows = {model: [model_to_dict(row) | {"version": None} for row in model.objects.order_by("pk")] for model in KINDS}
    later, known = Company.the().today() + DAY, read_known([opportunity.pk])
    return rows | {
        Standing: model_to_dict(Standing.objects.get(pk=opportunity.pk)),
        Condition: [(c.name, c.state, c.because) for c in Condition.objects.order_by("pk")],
        "known": {fact: known.on(opportunity.pk, fact, later) for fact in facts()},
        "as_of": Opportunity.objects.get(pk=opportunity.pk).as_of,
    }


def undo_of(answer):
    return list(get_messages(answer.wsgi_request))[-1].extra_tags


def told(answer):
    return str(list(get_messages(answer.wsgi_request))[-1])


@pytest.fixture
def booked(cast, as_, opportunity, contact):
    """The first talk is booked for today, at two, with people of both sides."""
    said = appointment(cast, on=cast.today, ours=[cast.salesperson.pk], theirs=[contact.pk])
    as_(cast.coordinator).post(url("schedule", step(opportunity).pk), said)
    return opportunity


@pytest.mark.parametrize("result", ["won", "lost", "again", "missed"])
def test_all_is_as_it_was(cast, as_, booked, result):
    client, before = as_(cast.salesperson), everything(booked)
    more = {} if result == "lost" else {"next_on": cast.today + 7 * DAY}
    more["came"] = [row.pk for row in Attendance.objects.all()]
    said = debrief(cast, result, notes="They want it", task_1="Send drawings", agreed="yes", **more)
    answer = client.post(url("report", step(booked).pk), said)
    assert everything(booked) != before
    assert undo_of(answer) == url("unreport", step(booked).pk)
    answer = client.post(undo_of(answer))
    assert told(answer).startswith("The report of “First talk” is undone.")
    assert everything(booked) == before
    history = client.get(url("history", booked.pk)).text
    assert f"{cast.salesperson.name} took back the report of “First talk”" in history
    assert "Tasks: nothing, was Send drawings" in history
    again = client.post(url("report", step(booked).pk), debrief(cast))
    assert step(booked).state == "won"
    assert undo_of(again)


def test_one_never_booked_is_no_appointment_again(cast, as_, opportunity):
    client, before = as_(cast.salesperson), everything(opportunity)
    client.post(url("report", step(opportunity).pk), debrief(cast))
    client.post(url("unreport", step(opportunity).pk))
    assert everything(opportunity) == before
    assert not Attempt.objects.exists()


def test_one_booked_for_later_has_its_day_and_time_again(cast, as_, opportunity):
    client = as_(cast.salesperson)
    client.post(url("schedule", step(opportunity).pk), appointment(cast))
    before = everything(opportunity)
    client.post(url("report", step(opportunity).pk), debrief(cast))
    client.post(url("unreport", step(opportunity).pk))
    assert everything(opportunity) == before
    assert Attempt.objects.get().time == datetime.time(14)


def test_what_it_passed_over_and_what_it_met_is_open_again(cast, as_, opportunity):
    client = as_(cast.coordinator)
    client.post(url("report", step(opportunity).pk), debrief(cast))
    proposal = step(opportunity, "Proposal")
    legal = Condition.add(proposal, by=cast.coordinator, name="Legal review")
    legal.turn("failed", by=cast.coordinator, reason="Their lawyers refuse")
    before = everything(opportunity)
    client.post(url("report", proposal.pk), debrief(cast, met=[legal.pk]))
    assert (step(opportunity, "Site visit").state, Condition.objects.get().state) == ("skipped", "met")
    client.post(url("unreport", proposal.pk))
    assert everything(opportunity) == before


def test_the_days_of_an_imported_one_stand_still_again(cast, as_, opportunity):
    Opportunity.objects.filter(pk=opportunity.pk).update(as_of=cast.today - 5 * DAY)
    Opportunity.objects.get(pk=opportunity.pk).restand()
    client, before = as_(cast.salesperson), everything(opportunity)
    client.post(url("report", step(opportunity).pk), debrief(cast))
    client.post(url("unreport", step(opportunity).pk))
    assert everything(opportunity) == before
    assert "Its days stand still again" in client.get(url("history", opportunity.pk)).text


def test_the_shared_plan_reads_as_before(cast, as_, booked):
    client = as_(cast.salesperson)
    plan = SharedPlan.begin(booked, by=cast.coordinator, title="To a running line")
    plan.share([("step", each.pk) for each in booked.steps.all()], by=cast.coordinator)
    before = Draft.of(plan, seller="Us").content
    client.post(url("report", step(booked).pk), debrief(cast, next_on=cast.today + 7 * DAY))
    assert Draft.of(plan, seller="Us").content != before
    client.post(url("unreport", step(booked).pk))
    assert Draft.of(plan, seller="Us").content == before


def test_a_long_note_is_kept_whole(cast, as_, opportunity):
    client, long = as_(cast.salesperson), "They want it. " * 60
    client.post(url("report", step(opportunity).pk), debrief(cast, notes=long))
    client.post(url("unreport", step(opportunity).pk))
    assert Change.objects.get(verb="report undone").reason == long.strip()


def test_a_no_that_leads_to_the_end_is_undone_from_there(cast, as_, booked):
    client, before = as_(cast.coordinator), everything(booked)
    end = client.post(url("report", step(booked).pk), debrief(cast, "lost"), follow=True)
    assert url("unreport", step(booked).pk) in end.text
    answer = client.post(url("unreport", step(booked).pk), {"next": end.request["PATH_INFO"] + "?kind=lost"})
    assert answer.url == url("page", booked.pk)
    assert everything(booked) == before


def test_what_is_written_beside_it_stays(cast, as_, booked):
    client, other = as_(cast.salesperson), as_(cast.coordinator)
    client.post(url("report", step(booked).pk), debrief(cast, notes="They want it"))
    other.post(url("write_note", booked.pk), {"kind": "note", "text": "Their fair is in May"})
    client.post(url("unreport", step(booked).pk))
    assert step(booked).state == "scheduled"
    assert [note.text for note in Note.objects.all()] == ["Their fair is in May"]


def book_next(cast, client, opportunity):
    client.post(url("schedule", step(opportunity, "Site visit").pk), appointment(cast))


def report_next(cast, client, opportunity):
    report(step(opportunity, "Site visit"), by=cast.coordinator, result="won", on=cast.today)


def finish_task(cast, client, opportunity):
    client.post(url("finish_task", Task.objects.get().pk))


def go_back(cast, client, opportunity):
    client.post(url("reopen", step(opportunity).pk), {"reason": "New director"})


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (book_next, "set a date for “Site visit”. Go back to the step instead."),
        (finish_task, "finished the task “Send drawings”. Go back"),
        (go_back, "went back to “First talk”."),
        (report_next, "no report of yours"),
    ],
)
def test_it_is_refused_in_words_once_something_stands_on_it(cast, as_, booked, build, says):
    client = as_(cast.salesperson)
    client.post(url("report", step(booked).pk), debrief(cast, task_1="Send drawings"))
    build(cast, as_(cast.coordinator), booked)
    before = everything(booked)
    assert says in told(client.post(url("unreport", step(booked).pk)))
    assert everything(booked) == before
    assert not Change.objects.filter(verb="report undone").exists()


def test_it_is_refused_once_the_opportunity_has_ended(cast, as_, booked):
    client = as_(cast.coordinator)
    client.post(url("report", step(booked).pk), debrief(cast, "lost"))
    client.post(url("end", booked.pk), {"kind": "withdrawn", "on": cast.today, "words": "No money"})
    assert "has ended" in told(client.post(url("unreport", step(booked).pk)))
    assert step(booked).state == "lost"


def test_only_who_reported_undoes_it_and_only_once(cast, as_, booked):
    client = as_(cast.salesperson)
    client.post(url("report", step(booked).pk), debrief(cast))
    assert "no report of yours" in told(as_(cast.coordinator).post(url("unreport", step(booked).pk)))
    assert step(booked).state == "won"
    client.post(url("unreport", step(booked).pk))
    assert "no report of yours" in told(client.post(url("unreport", step(booked).pk)))
    assert not BeforeReport.objects.exists()


def test_a_form_opened_on_the_report_is_told_of_its_undoing(cast, as_, booked):
    client, other = as_(cast.salesperson), as_(cast.coordinator)
    client.post(url("report", step(booked).pk), debrief(cast))
    seen = other.get(url("reopen", step(booked).pk)).context["seen"]
    client.post(url("unreport", step(booked).pk))
    answer = other.post(url("reopen", step(booked).pk), {"reason": "New director", "seen": seen})
    assert answer.status_code == 409
    assert "took back the report" in answer.text


def test_a_report_of_ones_own_is_undone_from_its_step_after_its_message_is_gone(cast, as_, booked):
    client, place = as_(cast.coordinator), url("page", booked.pk)
    came = [row.pk for row in Attendance.objects.all()]
    client.post(url("report", step(booked).pk), debrief(cast, "again", came=came))
    client.get(place)  # the message is shown once
    assert "Undo the report" in client.get(place).text
    assert "Undo the report" not in as_(cast.sales_manager).get(place).text
    client.post(url("schedule", step(booked).pk), appointment(cast))
    assert "Undo the report" not in client.get(place).text
