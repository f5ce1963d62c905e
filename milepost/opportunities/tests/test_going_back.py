"""Skip, go back and confirm: what moves the line, through the addresses people use."""

import pytest
from django.contrib.messages import get_messages

from milepost.opportunities.models import Attempt, Standing, Stay
from milepost.opportunities.report import report
from milepost.opportunities.tests.test_steps import appointment, debrief, step, url
from milepost.web.words import percent


def test_going_back_after_a_no_brings_the_chance_back(cast, as_, opportunity):
    client = as_(cast.coordinator)
    client.post(url("report", step(opportunity).pk), debrief(cast, "lost"))
    client.post(url("reopen", step(opportunity).pk), {"reason": "The new director wants it"})
    assert Standing.objects.get(pk=opportunity.pk).win > 0
    assert step(opportunity).state == "planned"


def test_a_skip_needs_its_reason_and_can_be_taken_back(cast, as_, opportunity):
    first = step(opportunity)
    client = as_(cast.coordinator)
    client.post(url("schedule", first.pk), appointment(cast))
    assert client.post(url("skip", first.pk), {"reason": " "}).status_code == 422
    response = client.post(url("skip", first.pk), {"reason": "We talked at the fair"})
    message = next(iter(get_messages(response.wsgi_request)))
    assert (step(opportunity).state, message.extra_tags) == ("skipped", url("unskip", first.pk))
    client.post(message.extra_tags)
    assert step(opportunity).state == "scheduled"
    assert Attempt.objects.get().state == "scheduled"
    stay = Stay.objects.get()
    assert (stay.step, stay.end, stay.left_on) == (first, "", None)
    assert not opportunity.tailorings.exists()
    assert Standing.objects.get(pk=opportunity.pk).step_name == "First talk"


def test_a_step_gone_back_to_says_why_and_is_skipped_no_more(cast, as_, opportunity):
    client, page = as_(cast.coordinator), url("page", opportunity.pk)
    client.post(url("skip", step(opportunity).pk), {"reason": "A frame budget, known"})
    assert "Skipped though required: “A frame budget, known”" in client.get(page).text
    client.post(url("reopen", step(opportunity).pk), {"reason": "The budget was cut"})
    for _state in ("open", "reached"):
        text = client.get(page).text
        assert "Skipped though required" not in text
        assert f"Gone back to: “The budget was cut” {cast.coordinator.name}" in text
        client.post(url("report", step(opportunity).pk), debrief(cast))
    assert step(opportunity).state == "won"
    history = client.get(url("history", opportunity.pk)).text
    assert "A frame budget, known" in history
    client.post(url("reopen", step(opportunity).pk), {"reason": "A new buyer"})
    client.post(url("skip", step(opportunity).pk), {"reason": "They know us"})
    text = client.get(page).text
    assert "Skipped though required: “They know us”" in text
    assert not any(said in text for said in ("The budget was cut", "A new buyer", "A frame budget"))


def test_a_skip_is_not_taken_back_once_something_stands_on_it(cast, as_, opportunity):
    first = step(opportunity)
    client = as_(cast.coordinator)
    client.post(url("skip", first.pk), {"reason": "We talked at the fair"})
    client.post(url("schedule", step(opportunity, "Site visit").pk), appointment(cast))
    client.post(url("unskip", first.pk))
    assert step(opportunity).state == "skipped"


def test_what_was_reached_before_going_back_is_confirmed(cast, as_, opportunity):
    for name in ("First talk", "Proposal"):
        report(step(opportunity, name), by=cast.salesperson, result="won", on=cast.today)
    client = as_(cast.coordinator)
    client.post(url("reopen", step(opportunity).pk), {"reason": "New director"})
    client.post(url("report", step(opportunity).pk), debrief(cast))
    assert "Does it still stand?" in client.get(url("page", opportunity.pk)).content.decode()
    client.post(url("confirm", step(opportunity, "Proposal").pk))
    assert not step(opportunity, "Proposal").to_confirm


def test_an_imported_stay_that_ended_on_an_unknown_day_keeps_its_end(cast, as_, opportunity):
    first = step(opportunity)
    known = Stay.objects.create(opportunity=opportunity, step=first, key="first", end="won", left_on=None)
    report(first, by=cast.salesperson, result="won", on=cast.today)
    as_(cast.coordinator).post(url("reopen", step(opportunity).pk), {"reason": "New director"})
    known.refresh_from_db()
    assert (known.end, known.left_on) == ("won", None)


def test_what_was_skipped_before_going_back_stays_skipped(cast, as_, opportunity):
    client = as_(cast.coordinator)
    client.post(url("skip", step(opportunity, "Proposal").pk), {"reason": "They know the price"})
    before = Standing.objects.get(pk=opportunity.pk).win
    client.post(url("report", step(opportunity).pk), debrief(cast, "lost"))
    client.post(url("reopen", step(opportunity).pk), {"reason": "The new director wants it"})
    again = step(opportunity, "Proposal")
    assert (again.state, again.to_confirm) == ("skipped", False)
    assert Standing.objects.get(pk=opportunity.pk).win == pytest.approx(before, abs=0.2)
    client.post(url("report", step(opportunity).pk), debrief(cast))
    assert "Does it still stand?" not in client.get(url("page", opportunity.pk)).text


@pytest.mark.parametrize("name", ["First talk", "Proposal"])
def test_the_form_says_what_a_skip_does_to_the_chance(cast, as_, opportunity, name):
    client, skipped = as_(cast.coordinator), step(opportunity, name)
    before = Standing.objects.get(pk=opportunity.pk).win
    text = client.get(url("skip", skipped.pk)).text
    client.post(url("skip", skipped.pk), {"reason": "They know us"})
    after = Standing.objects.get(pk=opportunity.pk).win
    assert f"from {percent(before)} to {percent(after)}, though" in text
    assert before < after


def test_a_skip_that_lowers_the_chance_is_not_said_to_raise_it(cast, as_, opportunity):
    Standing.objects.filter(pk=opportunity.pk).update(win=0.99)
    text = as_(cast.coordinator).get(url("skip", step(opportunity).pk)).text
    assert f"The win chance goes from {percent(0.99)} to " in text
    assert "though the client" not in text


def test_the_last_required_step_is_skipped_with_a_warning(cast, as_, opportunity):
    client = as_(cast.coordinator)
    for each in opportunity.steps.filter(required=True).order_by("position"):
        text = client.get(url("skip", each.pk)).text
        client.post(url("skip", each.pk), {"reason": "They know us"})
    row = Standing.objects.get(pk=opportunity.pk)
    assert f"to {percent(row.win)}, though the client has done nothing more" in text
    page = client.get(url("page", opportunity.pk)).text
    assert "Skipped though required: First talk, Proposal" in page


def test_it_is_not_won_before_it_ends(cast, as_, opportunity):
    for each in opportunity.steps.filter(required=True).order_by("position"):
        report(each, by=cast.salesperson, result="won", on=cast.today)
    row = Standing.objects.get(pk=opportunity.pk)
    assert 0 < row.win_low < row.win < row.win_high < 1
    client = as_(cast.coordinator)
    page, why = (client.get(url(name, opportunity.pk)).text for name in ("page", "why"))
    for text in (page, why):
        assert percent(row.win) in text
        assert "The client’s last yes" in text


@pytest.mark.parametrize("name", ["skip", "reopen", "confirm", "unskip"])
def test_the_salesperson_does_not_move_the_string(cast, as_, opportunity, name):
    response = as_(cast.salesperson).post(url(name, step(opportunity).pk), {"reason": "No"})
    assert response.status_code == 403
    assert step(opportunity).state == "planned"


def test_a_win_to_be_confirmed_comes_after_the_step_gone_back_to(cast, as_, opportunity):
    for name in ("First talk", "Proposal"):
        report(step(opportunity, name), by=cast.salesperson, result="won", on=cast.today)
    client = as_(cast.coordinator)
    client.post(url("reopen", step(opportunity).pk), {"reason": "A new plant manager"})
    after = client.get(url("page", opportunity.pk)).text.split("After that")[1]
    assert "Proposal" in after.split("</dd>")[0]
    assert "to confirm" in after.split("</dd>")[0]


def test_a_step_to_be_confirmed_says_so_and_not_that_its_days_are_unknown(cast, as_, opportunity):
    client = as_(cast.coordinator)
    for name in ("First talk", "Proposal"):
        report(step(opportunity, name), by=cast.salesperson, result="won", on=cast.today)
    client.post(url("reopen", step(opportunity).pk), {"reason": "New director"})
    client.post(url("report", step(opportunity).pk), debrief(cast))
    page, why = (client.get(url(name, opportunity.pk)).text for name in ("page", "why"))
    assert "bead__days" not in page
    assert "“Proposal” was reached before you went back, and is to be confirmed" in why
    assert "It is not known since when" not in why
