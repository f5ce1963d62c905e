"""Schedule, call off, hold and report: through the addresses people use."""

import datetime

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from milepost.accounts.models import Contact
from milepost.opportunities.models import Attempt, Opportunity, Standing, Task
from milepost.web.history_words import tell
from milepost.web.models import Change
from milepost.web.words import day, short_day

DAY = datetime.timedelta(days=1)


def url(name, *args):
    return reverse(f"opportunities:{name}", args=args)


def step(opportunity, name="First talk"):
    return Opportunity.objects.get(pk=opportunity.pk).steps.get(name=name)


def appointment(cast, **more):
    return {"on": cast.today + 3 * DAY, "time": "14:00", "minutes": 90, "zone": "Europe/Berlin", **more}


def debrief(cast, result="won", **more):
    return {"result": result, "on": cast.today, **more}


def test_it_schedules_with_people_of_both_sides(cast, as_, opportunity, contact):
    first = step(opportunity)
    data = appointment(cast, place="Mill, room 3", ours=[cast.salesperson.pk], theirs=[contact.pk])
    response = as_(cast.coordinator).post(url("schedule", first.pk), data)
    assert response.url == url("page", opportunity.pk)
    attempt = Attempt.objects.get(step=first)
    assert (attempt.time, attempt.place, attempt.minutes) == (datetime.time(14), "Mill, room 3", 90)
    assert {str(a) for a in attempt.attendances.all()} == {cast.salesperson.name, "Dr Helene Brandt"}
    text = as_(cast.coordinator).get(url("page", opportunity.pk)).content.decode()
    assert "14:00 to 15:30" in text
    assert "Dr Helene Brandt" in text


def test_it_makes_a_contact_that_is_named_for_the_first_time(cast, as_, opportunity, contact):
    data = appointment(cast, new_contact="Markus Oyelaran")
    as_(cast.coordinator).post(url("schedule", step(opportunity).pk), data)
    made = Contact.objects.get(name="Markus Oyelaran")
    assert made.account == opportunity.account
    assert Attempt.objects.get().attendances.filter(contact=made).exists()


def test_a_date_or_zone_that_is_none_is_told_at_its_field(cast, as_, opportunity):
    data = appointment(cast, on="soon", zone="Europe/Nowhere", place="Mill")
    response = as_(cast.coordinator).post(url("schedule", step(opportunity).pk), data)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"on", "zone"}
    assert 'value="Mill"' in response.content.decode()
    assert not Attempt.objects.exists()


def test_a_day_that_is_past_is_reported_and_not_scheduled(cast, as_, opportunity):
    first, client, past = step(opportunity), as_(cast.coordinator), cast.today - 5 * DAY
    answer = client.post(url("schedule", first.pk), appointment(cast, on=past, place="Mill"))
    assert answer.status_code == 422
    assert "This day is past." in answer.context["form"].errors["on"][0]
    assert 'value="Mill"' in answer.content.decode()
    client.post(url("schedule", first.pk), appointment(cast))
    Attempt.objects.update(on=past)  # the day came and went
    again = appointment(cast, on=past, place="Mill", version=Attempt.objects.get().version)
    assert client.post(url("schedule", first.pk), again).status_code == 302
    assert Attempt.objects.get().place == "Mill"


def test_a_day_without_a_time_is_nowhere_said_to_have_one(cast, as_, opportunity):
    first, client = step(opportunity), as_(cast.coordinator)
    client.post(url("schedule", first.pk), appointment(cast, time=""))
    assert "09:00" not in client.get(url("page", opportunity.pk)).text
    client.post(url("schedule", first.pk), appointment(cast, version=Attempt.objects.get().version))
    assert "14:00" in client.get(url("page", opportunity.pk)).text


def test_moving_what_somebody_has_moved_meanwhile_is_told(cast, as_, opportunity):
    first = step(opportunity)
    client = as_(cast.coordinator)
    client.post(url("schedule", first.pk), appointment(cast))
    opened = Attempt.objects.get().version
    client.post(url("schedule", first.pk), appointment(cast, on=cast.today + 9 * DAY, version=opened))
    late = client.post(url("schedule", first.pk), appointment(cast, on=cast.today + 5 * DAY, version=opened))
    assert late.status_code == 422
    assert "Somebody has moved" in late.content.decode()
    assert Attempt.objects.get().on == cast.today + 9 * DAY
    again = appointment(cast, on=cast.today + 5 * DAY, version=late.context["form"]["version"].value())
    assert client.post(url("schedule", first.pk), again).status_code == 302
    assert Attempt.objects.get().on == cast.today + 5 * DAY


def test_who_moves_an_appointment_and_why_is_told_in_the_history(cast, as_, opportunity):
    first, client = step(opportunity), as_(cast.salesperson)
    assert "Who wants it moved?" not in client.get(url("schedule", first.pk)).text
    client.post(url("schedule", first.pk), appointment(cast))
    assert "Who wants it moved?" in client.get(url("schedule", first.pk)).text
    why = {"by_whom": "by_them", "reason": "Their director is travelling"}
    client.post(url("schedule", first.pk), appointment(cast, on=cast.today + 9 * DAY, time="10:30", **why))
    history = client.get(url("history", opportunity.pk)).text
    assert "Time: 10:30, was 14:00" in history
    assert "Who comes" not in history
    assert "Wanted by: the client" in history
    assert "“Their director is travelling”" in history


def test_who_comes_is_told_in_the_history_and_not_overwritten_unseen(cast, as_, opportunity, contact):
    first, client = step(opportunity), as_(cast.coordinator)
    client.post(url("schedule", first.pk), appointment(cast, ours=[cast.salesperson.pk]))
    opened = Attempt.objects.get().version
    both = appointment(cast, ours=[cast.salesperson.pk], theirs=[contact.pk], version=opened)
    assert client.post(url("schedule", first.pk), both).status_code == 302
    assert "Dr Helene Brandt" in client.get(url("history", opportunity.pk)).content.decode()
    late = appointment(cast, ours=[cast.coordinator.pk], version=opened)
    assert client.post(url("schedule", first.pk), late).status_code == 422
    assert Attempt.objects.get().attendances.filter(contact=contact).exists()


def test_calling_off_plans_the_step_again(cast, as_, opportunity):
    first = step(opportunity)
    client = as_(cast.salesperson)
    client.post(url("schedule", first.pk), appointment(cast))
    before = Standing.objects.get()
    assert client.post(url("call_off", first.pk), {"reason": "She is ill"}).status_code == 422  # by whom?
    answer = client.post(url("call_off", first.pk), {"reason": "She is ill", "by_whom": "by_them"})
    assert (step(opportunity).state, Attempt.objects.get().state) == ("planned", "cancelled")
    assert Standing.objects.get().entered_on == before.entered_on
    assert "Called off by: the client" in client.get(url("history", opportunity.pk)).text
    undo = next(iter(get_messages(answer.wsgi_request))).extra_tags
    assert undo == url("keep_appointment", first.pk)
    client.post(undo)
    assert (step(opportunity).state, Attempt.objects.get().state) == ("scheduled", "scheduled")


def test_a_call_off_is_not_taken_back_once_a_new_date_is_set(cast, as_, opportunity):
    first, client = step(opportunity), as_(cast.salesperson)
    client.post(url("schedule", first.pk), appointment(cast))
    client.post(url("call_off", first.pk), {"by_whom": "by_us"})
    client.post(url("schedule", first.pk), appointment(cast, on=cast.today + 9 * DAY))
    client.post(url("keep_appointment", first.pk))
    assert Attempt.objects.filter(state="scheduled").get().on == cast.today + 9 * DAY


def test_held_waits_for_its_result(cast, as_, opportunity):
    first = step(opportunity)
    client = as_(cast.salesperson)
    client.post(url("schedule", first.pk), appointment(cast, on=cast.today))
    client.post(url("hold", first.pk))
    assert step(opportunity).state == "held"
    assert "What came of it?" in client.get(url("page", opportunity.pk)).content.decode()


def test_one_that_took_place_before_its_day_is_reported_and_gets_that_day(cast, as_, opportunity):
    first = step(opportunity)
    client = as_(cast.salesperson)
    client.post(url("schedule", first.pk), appointment(cast, on=cast.today + 5 * DAY))
    assert "What you report took place earlier" in client.get(url("report", first.pk)).text
    client.post(url("report", first.pk), debrief(cast))
    attempt = Attempt.objects.get()
    assert (attempt.on, attempt.time, attempt.result) == (cast.today, None, "won")
    assert not Change.objects.filter(verb="appointment moved").exists()
    told = tell(Change.objects.filter(verb="held earlier"))[0]
    assert told.sentence.endswith("noted that “First talk” took place before the day it was set for")
    assert told.details == [
        f"Held on: {short_day(cast.today)}",
        f"Instead of: {short_day(cast.today + 5 * DAY)}",
    ]


@pytest.mark.parametrize("result", ["won", "lost", "again"])
def test_what_came_of_a_step_is_of_no_day_before_the_last_try(cast, as_, opportunity, result):
    first, client = step(opportunity), as_(cast.coordinator)
    client.post(url("report", first.pk), debrief(cast, "again", on=cast.today - DAY))
    Opportunity.objects.filter(pk=opportunity.pk).update(started_on=cast.today - 9 * DAY)
    answer = client.post(url("report", first.pk), debrief(cast, result, on=cast.today - 2 * DAY))
    assert answer.status_code == 422
    why = answer.context["form"].errors["on"][0]
    assert f"The client was met for “First talk” on {day(cast.today - DAY)} too" in why
    assert url("days", first.pk) in why
    assert client.get(url("days", first.pk)).status_code == 200
    client.post(url("report", first.pk), debrief(cast, result, on=cast.today - DAY))
    assert Attempt.objects.filter(result=result, on=cast.today - DAY).exists()


def test_a_step_gone_back_to_may_be_reached_before_what_was_held_for_it_at_first(cast, as_, opportunity):
    first, client = step(opportunity), as_(cast.coordinator)
    Opportunity.objects.filter(pk=opportunity.pk).update(started_on=cast.today - 9 * DAY)
    client.post(url("report", first.pk), debrief(cast, "again"))
    client.post(url("report", first.pk), debrief(cast, "won"))
    client.post(url("reopen", first.pk), {"reason": "It was somebody else's word"})
    assert client.post(url("report", first.pk), debrief(cast, on=cast.today - DAY)).status_code == 302


def test_people_of_an_unknown_client_are_asked_for_once_it_is_known(cast, as_, opportunity):
    Opportunity.objects.filter(pk=opportunity.pk).update(account=None)
    page = as_(cast.coordinator).get(url("schedule", step(opportunity).pk)).text
    assert "say which account this is" in page


def test_what_was_never_booked_cannot_be_held(cast, as_, opportunity):
    response = as_(cast.salesperson).post(url("hold", step(opportunity).pk))
    assert "no appointment" in str(next(iter(get_messages(response.wsgi_request))))


def test_a_debrief_keeps_result_notes_tasks_and_who_came(cast, as_, opportunity, contact):
    first = step(opportunity)
    client = as_(cast.salesperson)
    data = appointment(cast, on=cast.today, ours=[cast.salesperson.pk], theirs=[contact.pk])
    client.post(url("schedule", first.pk), data)
    mine = Attempt.objects.get().attendances.get(person=cast.salesperson)
    said = debrief(cast, came=[mine.pk], notes="They want it", task_1="Send drawings", agreed="no")
    response = client.post(url("report", first.pk), said)
    assert response.url == url("page", opportunity.pk)
    attempt = Attempt.objects.get()
    assert (attempt.result, attempt.agreed_in_room, attempt.reported_by) == ("won", False, cast.salesperson)
    assert {a.came for a in attempt.attendances.filter(contact=contact)} == {False}
    assert opportunity.notes.get().text == "They want it"
    assert Task.objects.get().owner == cast.salesperson
    assert step(opportunity).state == "won"


def test_a_task_without_what_to_do_is_refused_and_keeps_its_day(cast, as_, opportunity):
    said = debrief(cast, task_2_due=cast.today, task_3_owner=cast.salesperson.pk)
    response = as_(cast.salesperson).post(url("report", step(opportunity).pk), said)
    form = response.context["form"]
    assert (response.status_code, set(form.errors)) == (422, {"task_2", "task_3"})
    assert str(cast.today) in str(form["task_2_due"])
    assert "<details open>" in response.text
    assert step(opportunity).state != "won"


def test_a_date_agreed_in_the_room_books_the_next_step(cast, as_, opportunity, contact):
    first = step(opportunity)
    client = as_(cast.salesperson)
    client.post(url("schedule", first.pk), appointment(cast, on=cast.today, theirs=[contact.pk]))
    client.post(url("report", first.pk), debrief(cast, agreed="yes", next_on=cast.today + 7 * DAY, next_time="09:30"))
    booked = Attempt.objects.get(state="scheduled")
    assert (booked.step.name, booked.on, booked.time) == ("Site visit", cast.today + 7 * DAY, datetime.time(9, 30))
    assert booked.attendances.get(contact__isnull=False).contact == contact


def test_an_old_appointment_is_reported_with_the_date_agreed_then(cast, as_, opportunity):
    first, held = step(opportunity), cast.today - 10 * DAY
    type(opportunity).objects.update(started_on=held)
    client = as_(cast.salesperson)
    before = client.post(url("report", first.pk), debrief(cast, on=held, agreed="yes", next_on=held - DAY))
    assert f"cannot lie before this one, on {day(held)}" in before.text
    answer = client.post(url("report", first.pk), debrief(cast, on=held, agreed="yes", next_on=held + 2 * DAY))
    assert answer.status_code == 302
    booked = Attempt.objects.get(state="scheduled")
    assert (booked.step.name, booked.on) == ("Site visit", held + 2 * DAY)
    assert "What came of “Site visit”" in client.get(reverse("desk:desk")).text


def test_meeting_again_books_the_same_step(cast, as_, opportunity):
    first = step(opportunity)
    next_on = cast.today + 7 * DAY
    as_(cast.salesperson).post(url("report", first.pk), debrief(cast, "again", agreed="yes", next_on=next_on))
    booked = Attempt.objects.get(state="scheduled")
    assert booked.step == first
    assert booked.attendances.get().person == cast.salesperson  # nobody was down for the one before


def test_a_required_no_leads_who_may_end_it_to_the_end(cast, as_, opportunity):
    response = as_(cast.coordinator).post(url("report", step(opportunity).pk), debrief(cast, "lost"))
    assert response.url == url("end", opportunity.pk) + "?kind=lost"


def test_a_required_no_by_the_salesperson_waits_for_the_coordinator(cast, as_, opportunity):
    client = as_(cast.salesperson)
    response = client.post(url("report", step(opportunity).pk), debrief(cast, "lost"))
    assert response.url == url("page", opportunity.pk)
    text = client.get(url("page", opportunity.pk)).content.decode()
    assert "nothing is to be expected" in text
    standing = Standing.objects.get(pk=opportunity.pk)
    assert (standing.win, standing.expected_minor) == (0, 0)


def test_a_later_step_is_not_reported_before_its_turn(cast, as_, opportunity):
    response = as_(cast.salesperson).post(url("report", step(opportunity, "Proposal").pk), debrief(cast))
    assert response.status_code == 422
    assert "First talk" in str(response.context["form"].non_field_errors())


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"on": "2100-01-01"}, "on"),
        ({"result": ""}, "result"),
        ({"next_time": "10:00"}, "next_on"),
        ({"next_on": "2001-01-01"}, "next_on"),
        ({"result": "lost", "next_on": "2100-01-01"}, "next_on"),
    ],
)
def test_a_debrief_that_cannot_be_says_so_at_its_field(cast, as_, opportunity, wrong, field):
    response = as_(cast.salesperson).post(url("report", step(opportunity).pk), {**debrief(cast), **wrong})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert step(opportunity).state == "planned"


@pytest.mark.parametrize("name", ["schedule", "call_off", "hold", "report"])
def test_who_is_not_on_it_does_not_report(cast, as_, opportunity, name):
    assert as_(cast.team_member).post(url(name, step(opportunity).pk), debrief(cast)).status_code == 403
    assert as_(cast.outsider).post(url(name, step(opportunity).pk), debrief(cast)).status_code == 404


def test_it_goes_back_to_where_one_came_from_but_never_to_another_site(cast, as_, opportunity):
    client = as_(cast.salesperson)
    data = {**debrief(cast, "again"), "next": "/desk/"}
    assert client.post(url("report", step(opportunity).pk), data).url == "/desk/"
    data["next"] = "//evil.example/"
    assert client.post(url("report", step(opportunity).pk), data).url == url("page", opportunity.pk)


def test_who_comes_for_the_client_is_offered_a_part(cast, as_, opportunity, contact):
    client = as_(cast.coordinator)
    client.post(url("schedule", step(opportunity).pk), appointment(cast, theirs=[contact.pk]))
    where = f"{reverse('buyers:add', args=[opportunity.pk])}?contact={contact.pk}"
    for address in (url("page", opportunity.pk), reverse("buyers:people", args=[opportunity.pk])):
        page = client.get(address).text
        assert "is named yet" not in page
        assert where in page
    assert client.get(where).context["form"]["contact"].value() == contact.pk
    added = client.post(where, {"contact": contact.pk, "role": "champion"}, follow=True)
    assert [str(line.row) for line in added.context["lines"]] == ["Dr Helene Brandt"]
    assert "their part is not said yet" not in client.get(url("page", opportunity.pk)).text


def test_whoever_came_stays_listed_once_somebody_else_has_a_part(cast, as_, opportunity, account, contact):
    client, pages = (
        as_(cast.coordinator),
        [url("page", opportunity.pk), reverse("buyers:people", args=[opportunity.pk])],
    )
    client.post(url("schedule", step(opportunity).pk), appointment(cast, theirs=[contact.pk]))
    other = Contact.add(by=None, account=account, name="Dan Dollar")
    client.post(reverse("buyers:add", args=[opportunity.pk]), {"contact": other.pk, "stance": "non_supporter"})
    for address in pages:
        text = client.get(address).text
        assert "Dr Helene Brandt" in text[text.rindex("Dan Dollar") : text.index("their part is not said yet")]
        assert "Rather against" in text


def test_a_date_that_was_agreed_is_asked_for(cast, as_, opportunity):
    first = opportunity.steps.get(key="first")
    answer = as_(cast.salesperson).post(url("report", first.pk), debrief(cast, "again", agreed="yes", notes="Good"))
    assert answer.status_code == 422
    assert "Which date was agreed?" in answer.text
    assert "Good" in answer.text
    assert not first.attempts.filter(result="again").exists()
