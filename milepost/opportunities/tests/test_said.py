"""What the message says after an end, a no, and an end that is taken back."""

import pytest
from django.contrib.messages import get_messages
from django.utils.html import escape

from milepost.opportunities.close import close
from milepost.opportunities.models import Opportunity, Standing, Task
from milepost.opportunities.report import report
from milepost.opportunities.tests.test_steps import appointment, debrief, step, url
from milepost.web.words import day, percent


def told(client, address, data):
    """Return what the page says first once the form is sent."""
    answer = client.post(address, data)
    assert answer.status_code == 302, answer.context["form"].errors
    message = str(list(get_messages(answer.wsgi_request))[-1])
    assert escape(message) in client.get(answer.url).text
    return message


def chance(opportunity):
    return percent(Standing.objects.get(pk=opportunity.pk).win)


def test_an_end_says_what_becomes_of_the_chance_the_appointment_and_the_tasks(cast, as_, opportunity):
    client, before = as_(cast.coordinator), chance(opportunity)
    client.post(url("schedule", step(opportunity).pk), appointment(cast))
    Task.add(by=cast.coordinator, title="Draft scope", owner=cast.salesperson, opportunity=opportunity)
    client.get(url("page", opportunity.pk))
    said = told(client, url("end", opportunity.pk), {"kind": "lost", "on": cast.today, "words": "No money"})
    assert said.startswith(f"“Coating line 4” has ended: lost, {day(cast.today)}.")
    assert f"Its win chance was {before}; no forecast counts it any more." in said
    assert "Called off: the appointment for “First talk”." in said
    assert "1 task is still open and stays with whoever has it." in said
    assert "“Correct” on its page takes it back" in said


@pytest.mark.parametrize(("value", "says"), [(100, "its value counts as won"), (None, "in no total, as its value")])
def test_a_win_says_whether_it_counts(cast, as_, opportunity, value, says):
    Opportunity.objects.update(value_minor=value)
    data = {"kind": "won", "on": cast.today, "words": "Best fit", "override": "They bought by mail"}
    assert says in told(as_(cast.coordinator), url("end", opportunity.pk), data)


def test_a_no_says_what_it_does_to_the_chance_and_asks_for_the_end(cast, as_, opportunity):
    before = chance(opportunity)
    said = told(as_(cast.coordinator), url("report", step(opportunity).pk), debrief(cast, "lost"))
    assert "The client said no to “First talk”. The line waits at this step." in said
    assert f"The win chance goes from {before} to {percent(0)}. Does the opportunity end here?" in said


def test_an_end_after_a_no_speaks_of_no_chance(cast, as_, opportunity):
    report(step(opportunity), by=cast.coordinator, result="lost", on=cast.today)
    data = {"kind": "lost", "on": cast.today, "words": "No money"}
    assert "No forecast counts it any more." in told(as_(cast.coordinator), url("end", opportunity.pk), data)


def test_whoever_may_not_end_it_is_told_who_does(cast, as_, opportunity):
    said = told(as_(cast.salesperson), url("report", step(opportunity).pk), debrief(cast, "lost"))
    assert "until its coordinator or a manager ends it, or goes back. The win chance goes from" in said


def test_a_no_to_an_optional_step_lets_the_line_go_on(cast, as_, opportunity):
    report(step(opportunity), by=cast.coordinator, result="won", on=cast.today)
    said = told(as_(cast.coordinator), url("report", step(opportunity, "Site visit").pk), debrief(cast, "lost"))
    assert "It was optional: the line goes on without it." in said


def test_what_is_open_again_says_where_it_stands(cast, as_, opportunity):
    client, before = as_(cast.coordinator), chance(opportunity)
    client.post(url("schedule", step(opportunity).pk), appointment(cast))
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today, words="No budget")
    client.get(url("page", opportunity.pk))
    data = {"kind": "open_again", "words": "-", "why": "They called back"}
    said = told(client, url("correct", opportunity.pk), data)
    assert said.startswith("“Coating line 4” is open again, at “First talk”.")
    assert f"The win chance is {before}, and the forecast counts it again." in said
    assert "Its appointment was called off with the end: set a new date." in said
    assert "The earlier outcome stays in the history." in said


def test_a_no_that_stands_after_it_is_open_again_is_named(cast, as_, opportunity):
    client = as_(cast.coordinator)
    report(step(opportunity), by=cast.coordinator, result="lost", on=cast.today)
    close(Opportunity.objects.get(pk=opportunity.pk), by=cast.coordinator, kind="lost", on=cast.today, words="No")
    client.get(url("page", opportunity.pk))
    said = told(client, url("correct", opportunity.pk), {"kind": "open_again", "words": "-", "why": "Not yet"})
    assert "The client’s no to it still stands: go back to the step, or end it again." in said


def test_a_corrected_outcome_says_what_it_was(cast, as_, opportunity):
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today, words="No budget")
    client, today = as_(cast.coordinator), day(cast.today)
    data = {"kind": "withdrawn", "on": cast.today, "words": "We stopped it", "why": "It was us"}
    said = told(client, url("correct", opportunity.pk), data)
    assert said.startswith(f"The outcome is corrected to stopped by us, {today}; it was lost, {today}.")
    said = told(client, url("correct", opportunity.pk), data | {"words": "No fit"})
    assert said.startswith(f"What is said of the outcome is corrected; it stays stopped by us, {today}.")
