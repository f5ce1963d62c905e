"""An appointment to which the client did not come counts as none."""

import pytest

from milepost.opportunities.models import Attempt, Standing, Stay
from milepost.opportunities.tests.test_steps import DAY, appointment, debrief, step, url
from milepost.web.models import Change
from milepost.web.words import short_day


@pytest.fixture
def missed(cast, as_, opportunity, contact):
    """The first talk was booked for today with people of both sides."""
    said = appointment(cast, on=cast.today, ours=[cast.salesperson.pk], theirs=[contact.pk])
    as_(cast.coordinator).post(url("schedule", step(opportunity).pk), said)
    return opportunity


def test_it_resets_no_clock_and_raises_no_chance(cast, as_, missed):
    client, before = as_(cast.salesperson), Standing.objects.get()
    assert "?result=missed" in client.get(url("page", missed.pk)).text
    client.post(url("report", step(missed).pk), debrief(cast, "missed", notes="Snow on the pass"))
    row, attempt = Standing.objects.get(), Attempt.objects.get()
    assert (row.entered_on, row.step_state, row.win) == (before.entered_on, "planned", before.win)
    assert (attempt.state, attempt.result) == ("cancelled", "missed")
    assert attempt.attendances.get(contact__isnull=False).came is False
    assert Stay.objects.get().end == ""
    assert "noted that the client did not come to “First talk”" in client.get(url("history", missed.pk)).text
    page = client.get(url("page", missed.pk)).text
    assert "10 of usually 14 days" in page
    assert "try 2" not in page


def test_who_was_down_for_it_is_down_for_the_next_try(cast, as_, missed, contact):
    client = as_(cast.salesperson)
    client.post(url("report", step(missed).pk), debrief(cast, "missed"))
    first = client.get(url("schedule", step(missed).pk)).context["form"].initial
    assert (first["ours"], first["theirs"]) == ([cast.salesperson.pk], [contact.pk])


def test_its_new_date_may_be_set_at_once(cast, as_, missed, contact):
    client = as_(cast.salesperson)
    client.post(url("report", step(missed).pk), debrief(cast, "missed", next_on=cast.today + 4 * DAY))
    again = Attempt.objects.get(state="scheduled")
    assert (again.on, again.attendances.get(contact__isnull=False).contact) == (cast.today + 4 * DAY, contact)


def test_meeting_again_with_nobody_there_is_asked_about(cast, as_, missed):
    answer = as_(cast.salesperson).post(url("report", step(missed).pk), debrief(cast, "again"))
    assert answer.status_code == 422
    assert "They did not come" in answer.context["form"].errors["came"][0]


def test_only_what_was_due_can_be_missed(cast, as_, opportunity):
    client, first = as_(cast.salesperson), step(opportunity)
    answer = client.post(url("report", first.pk), debrief(cast, "missed"))
    assert "No appointment was booked." in answer.context["form"].errors["result"][0]
    client.post(url("schedule", first.pk), appointment(cast))
    answer = client.post(url("report", first.pk), debrief(cast, "missed"))
    assert "call it off instead" in answer.context["form"].errors["result"][0]
    assert not Change.objects.filter(verb="client did not come").exists()


def test_its_day_is_the_one_it_was_booked_for(cast, as_, missed):
    client, day_before = as_(cast.salesperson), cast.today - DAY
    Attempt.objects.update(on=day_before)
    page = client.get(url("report", step(missed).pk), {"result": "missed"}).text
    assert '<div class="fields if-held"><div class="f' in page  # hidden with the other questions about what was held
    assert "Day of the appointment" in page
    client.post(url("report", step(missed).pk), debrief(cast, "missed", on=""))
    history = client.get(url("history", missed.pk)).text
    assert f"did not come to “First talk”, {short_day(day_before)}" in history
    assert Attempt.objects.get().on == day_before
