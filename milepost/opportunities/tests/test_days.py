"""The days of a step are corrected by themselves, in an order that could have been."""

import datetime

import pytest
from django.utils.html import escape

from milepost.opportunities.close import close
from milepost.opportunities.models import Attempt, Opportunity, Standing, Stay
from milepost.opportunities.report import report
from milepost.opportunities.tests.test_steps import DAY, step, url
from milepost.opportunities.tests.test_unreport import told
from milepost.web.words import day


@pytest.fixture
def under_way(cast, opportunity):
    """Begun ten days ago; the first talk was reached five days ago, the proposal two, past the site visit."""
    report(step(opportunity), by=cast.salesperson, result="won", on=cast.today - 5 * DAY)
    report(step(opportunity, "Proposal"), by=cast.salesperson, result="won", on=cast.today - 2 * DAY)
    return opportunity


@pytest.fixture
def correct(cast, as_, under_way):
    """Correct days of a step, given by what they are of as days ago; what is not given stays."""

    def send(name="First talk", **ago):
        client, address = as_(cast.coordinator), url("days", step(under_way, name).pk)
        shown = client.get(address).context["form"]
        data = {each: shown[each].value() or "" for each in shown.fields}
        return client.post(address, data | {each: cast.today - days * DAY for each, days in ago.items()})

    return send


def wrong(answer):
    assert answer.status_code == 422, told(answer)
    return {name: each[0] for name, each in answer.context["form"].errors.items()}


def days(opportunity, name):
    own = step(opportunity, name)
    stays = [(stay.entered_on, stay.left_on) for stay in Stay.objects.filter(step=own).order_by("pk")]
    return own.ended_on, [attempt.on for attempt in own.attempts.all()], stays


def test_a_step_was_reached_earlier_and_the_next_began_with_it(cast, as_, under_way, correct):
    answer, seven, two = correct(ended=7), cast.today - 7 * DAY, cast.today - 2 * DAY
    assert f"Reached on {day(seven)}; it was {day(cast.today - 5 * DAY)}. “Proposal” begins on that day" in told(answer)
    assert days(under_way, "First talk") == (seven, [seven], [(cast.today - 10 * DAY, seven)])
    assert days(under_way, "Site visit") == (two, [], [(seven, two)])
    assert days(under_way, "Proposal") == (two, [two], [(seven, two)])
    history = as_(cast.coordinator).get(url("history", under_way.pk)).text
    assert escape(f"{cast.coordinator.name} corrected a day of “First talk”") in history
    assert "Reached on: " in history


def test_what_was_passed_over_on_its_day_was_so_on_the_right_day(cast, under_way, correct):
    correct("Proposal", ended=3)
    three = cast.today - 3 * DAY
    assert days(under_way, "Site visit")[0] == three
    assert days(under_way, "Contract")[2] == [(three, None)]
    standing = Standing.objects.get(pk=under_way.pk)
    assert (standing.step_name, standing.entered_on) == ("Contract", three)


@pytest.mark.parametrize(
    ("name", "ago", "says"),
    [
        ("First talk", {"ended": -1}, {"ended": "This day is still to come."}),
        ("First talk", {"begun": 11}, {"begun": "The opportunity began only on"}),
        ("First talk", {"begun": 4}, {"begun": "It was reached on"}),
        ("First talk", {"ended": 1}, {"ended": "“Site visit” was skipped on"}),
        ("Proposal", {"ended": 6}, {"ended": "“First talk” was reached on"}),
        ("Proposal", {"begun": 3, "ended": 4}, {"ended": "Work on it began only on"}),
        ("Proposal", {"begun": 6}, {"begun": "“First talk” was reached on"}),
        ("Contract", {"begun": 4}, {"begun": "“Proposal” was reached on"}),
    ],
)
def test_a_day_that_cannot_have_been_is_refused_at_its_field(correct, name, ago, says):
    found = wrong(correct(name, **ago))
    assert set(found) == set(says)
    assert all(says[field] in found[field] for field in says)


def test_a_day_is_not_taken_back(correct, cast, as_, under_way):
    answer = as_(cast.coordinator).post(url("days", step(under_way).pk), {"begun": "", "ended": ""})
    assert wrong(answer) == dict.fromkeys(("begun", "ended"), "Give the day on which it was.")


def test_a_try_that_was_not_the_last_has_a_day_of_its_own(cast, opportunity, as_):
    client, today = as_(cast.coordinator), cast.today
    report(step(opportunity), by=cast.salesperson, result="again", on=today - 6 * DAY)
    report(step(opportunity), by=cast.salesperson, result="won", on=today - 2 * DAY)
    first = Attempt.objects.order_by("number").first()
    data = {"begun": today - 10 * DAY, f"held_{first.pk}": today - 8 * DAY, "ended": today - 2 * DAY}
    address = url("days", step(opportunity).pk)
    assert "Its appointment 1 was held on" in client.get(address).text
    assert (
        "It was reached on" in wrong(client.post(address, data | {f"held_{first.pk}": today - DAY}))[f"held_{first.pk}"]
    )
    client.post(address, data)
    tried = days(opportunity, "First talk")
    assert tried[2] == [(today - 10 * DAY, today - 8 * DAY), (today - 8 * DAY, today - 2 * DAY)]
    assert tried[1] == [today - 8 * DAY, today - 2 * DAY]


def test_the_time_of_an_appointment_stays(cast, as_, opportunity):
    report(step(opportunity), by=cast.salesperson, result="won", on=cast.today)
    Attempt.objects.update(time=datetime.time(14))
    data = {"begun": cast.today - 10 * DAY, "ended": cast.today - DAY}
    as_(cast.coordinator).post(url("days", step(opportunity).pk), data)
    held = Attempt.objects.get()
    assert (held.on, held.time) == (cast.today - DAY, datetime.time(14))
    assert held.starts_at.date() == cast.today - DAY


def test_the_refusal_of_an_earlier_end_leads_to_the_days_beside_it(cast, as_, under_way, correct):
    client, address = as_(cast.coordinator), url("end", under_way.pk)
    data = {"kind": "lost", "on": cast.today - 3 * DAY, "words": "No"}
    answer = client.post(address, data)
    assert "If that day is wrong, correct it first" in answer.text
    there = url("days", step(under_way, "Proposal").pk)
    assert f'<a href="{there}" target="_blank">the days of “Proposal”</a>' in answer.text
    correct("Proposal", ended=3)
    assert client.post(address, data).status_code == 302


def test_after_the_end_the_days_are_corrected_too_but_not_past_it(cast, as_, under_way, correct):
    close(Opportunity.objects.get(pk=under_way.pk), by=cast.coordinator, kind="lost", on=cast.today - DAY, words="No")
    assert url("days", step(under_way, "Proposal").pk) in as_(cast.coordinator).get(url("page", under_way.pk)).text
    assert url("days", step(under_way, "Contract").pk) in as_(cast.coordinator).get(url("page", under_way.pk)).text
    correct("Contract", begun=1)
    assert days(under_way, "Contract")[2] == [(cast.today - DAY, cast.today - DAY)]
    correct("Contract", begun=2)
    assert "correct the outcome first" in wrong(correct("Proposal", ended=0))["ended"]
    assert "“Proposal” is corrected." in told(correct("Proposal", ended=4))
    assert not Standing.objects.filter(pk=under_way.pk).exists()


def test_a_day_nobody_knew_can_be_given_or_left(cast, as_, under_way, correct):
    Stay.objects.filter(step__name="First talk").update(entered_on=None)
    assert "are as they were" in told(correct())
    assert "it was not known" in told(correct(begun=9))
    assert days(under_way, "First talk")[2] == [(cast.today - 9 * DAY, cast.today - 5 * DAY)]


def test_what_stood_still_since_its_export_has_no_later_days(cast, under_way, correct):
    Opportunity.objects.filter(pk=under_way.pk).update(as_of=cast.today - DAY)
    assert "It is known up to" in wrong(correct("Contract", begun=0))["begun"]
    correct("Contract", begun=1)
    assert Opportunity.objects.get(pk=under_way.pk).as_of == cast.today - DAY  # nothing was taken in hand


def test_a_step_at_which_nothing_happened_has_no_days(cast, as_, opportunity):
    client, contract = as_(cast.coordinator), step(opportunity, "Contract")
    assert "it has no days" in told(client.get(url("days", contract.pk)))
    page = client.get(url("page", opportunity.pk)).text
    assert url("days", contract.pk) not in page
    assert url("days", step(opportunity).pk) in page


def test_only_who_moves_the_string_corrects_days(cast, as_, under_way):
    address = url("days", step(under_way).pk)
    assert as_(cast.salesperson).get(address).status_code == 403
    assert as_(cast.outsider).get(address).status_code == 404
    assert address not in as_(cast.salesperson).get(url("page", under_way.pk)).text
