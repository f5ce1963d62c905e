"""Going back to a step that was a mistake is undone: the line is as it was."""

import pytest

from milepost.opportunities.models import Opportunity, Standing, Tailoring
from milepost.opportunities.report import report
from milepost.opportunities.tests.test_steps import DAY, appointment, debrief, step, url
from milepost.opportunities.tests.test_unreport import everything, told, undo_of
from milepost.web.words import percent


@pytest.fixture
def under_way(cast, as_, opportunity, contact):
    """Two steps are reached, three days ago and today, and the contract is booked."""
    report(step(opportunity), by=cast.salesperson, result="won", on=cast.today - 3 * DAY)
    report(step(opportunity, "Proposal"), by=cast.salesperson, result="won", on=cast.today)
    said = appointment(cast, ours=[cast.salesperson.pk], theirs=[contact.pk])
    as_(cast.coordinator).post(url("schedule", step(opportunity, "Contract").pk), said)
    return opportunity


def whole(opportunity):
    return everything(opportunity), list(Tailoring.objects.values_list("pk", "kind"))


def go_back(client, opportunity, name="First talk"):
    return client.post(url("reopen", step(opportunity, name).pk), {"reason": "New director"})


def test_all_is_as_it_was(cast, as_, under_way):
    client, before = as_(cast.coordinator), whole(under_way)
    was = percent(Standing.objects.get(pk=under_way.pk).win)
    answer = go_back(client, under_way)
    assert "“First talk” is open again; what was reached before keeps its date in the history." in told(answer)
    assert "To be confirmed after it: “Proposal”. The win chance goes from" in told(answer)
    assert undo_of(answer) == url("unreopen", step(under_way).pk)
    assert whole(under_way) != before
    answer = client.post(undo_of(answer))
    assert told(answer).startswith("The line is as it was before you went back to “First talk”.")
    assert f"to {was}." in told(answer)
    assert whole(under_way) == before
    assert "took back that it went back to “First talk”" in client.get(url("history", under_way.pk)).text


@pytest.mark.parametrize("result", ["won", "lost"])
def test_one_of_the_same_day_is_undone_too(cast, as_, opportunity, result):
    report(step(opportunity), by=cast.salesperson, result=result, on=cast.today)
    client, before = as_(cast.coordinator), whole(opportunity)
    client.post(undo_of(go_back(client, opportunity)))
    assert whole(opportunity) == before


def test_the_days_of_an_imported_one_stand_still_again(cast, as_, under_way):
    Opportunity.objects.filter(pk=under_way.pk).update(as_of=cast.today - DAY)
    Opportunity.objects.get(pk=under_way.pk).restand()
    client, before = as_(cast.coordinator), whole(under_way)
    client.post(undo_of(go_back(client, under_way)))
    assert whole(under_way) == before


def test_it_is_undone_from_the_menu_after_its_message_is_gone(cast, as_, under_way):
    client, place = as_(cast.coordinator), url("page", under_way.pk)
    go_back(client, under_way)
    client.get(place)  # the message is shown once
    assert "Undo going back" in client.get(place).text
    assert "Undo the report" not in client.get(place).text
    assert "Undo going back" not in as_(cast.sales_manager).get(place).text


def test_it_is_refused_once_something_stands_on_it(cast, as_, under_way):
    client = as_(cast.coordinator)
    go_back(client, under_way)
    as_(cast.salesperson).post(url("report", step(under_way).pk), debrief(cast, "again"))
    before = whole(under_way)
    assert "no going back of yours" in told(client.post(url("unreopen", step(under_way).pk)))
    assert whole(under_way) == before


def test_a_new_date_stands_on_it(cast, as_, under_way):
    client = as_(cast.coordinator)
    go_back(client, under_way)
    client.post(url("schedule", step(under_way).pk), appointment(cast))
    said = told(client.post(url("unreopen", step(under_way).pk)))
    assert "This can no longer be undone. Since then:" in said
    assert "set a date for “First talk”" in said
    assert "Undo going back" not in client.get(url("page", under_way.pk)).text


def test_only_who_went_back_undoes_it(cast, as_, under_way):
    go_back(as_(cast.coordinator), under_way)
    answer = as_(cast.sales_manager).post(url("unreopen", step(under_way).pk))
    assert "no going back of yours" in told(answer)
    assert step(under_way).state == "planned"


def test_a_report_is_not_undone_as_a_going_back(cast, as_, opportunity):
    client = as_(cast.coordinator)
    client.post(url("report", step(opportunity).pk), debrief(cast))
    assert "no going back of yours" in told(client.post(url("unreopen", step(opportunity).pk)))
    assert step(opportunity).state == "won"
