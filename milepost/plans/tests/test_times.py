"""Three offered times: the client picks one, it is booked, the others are released."""

import datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from milepost.accounts.models import Contact
from milepost.opportunities.close import close
from milepost.opportunities.models import Attempt, Gate
from milepost.plans.models import Agreement, ClientWord, OfferedTime, TimeOffer
from milepost.plans.tests.offering import pick, url
from milepost.web.models import Change

TWO, NINE = datetime.time(14), datetime.time(9)


@pytest.fixture
def address(shared, contact, invited):
    return invited(shared, contact)[1]


def test_one_of_three_is_picked_and_booked(cast, as_, client, opportunity, part, step, offered, address, contact, days):
    page = client.get(address)
    assert "3 times are offered" in page.text
    assert "Europe/London" in page.text
    assert "Room 4" in page.text
    answer = pick(client, address, part, offered[1])
    assert answer.status_code == 302
    attempt = Attempt.objects.get()
    assert (attempt.on, attempt.time, attempt.zone, attempt.minutes) == (days[1], NINE, "Europe/London", 45)
    assert attempt.place == "Room 4"
    assert {str(each) for each in attempt.attendances.all()} == {str(cast.salesperson), str(contact)}
    step.refresh_from_db()
    assert step.state == "scheduled"
    page = client.get(answer.url).text
    assert "Booked: First talk" in page
    assert "times are offered" not in page
    assert "picked" in page
    assert client.get(address).context["shown"].steps[0].place == "Room 4"
    ours = as_(cast.coordinator)
    assert "1 thing on the shared plan" in ours.get(reverse("desk:desk")).text
    tab = ours.get(url("plan", opportunity.pk)).text
    assert "picked one of the times offered" in tab
    assert "Times offered to the client" not in tab
    history = ours.get(reverse("opportunities:history", args=[opportunity.pk])).text
    assert "picked one of the times offered. Dr Helene Brandt: First talk" in history
    assert "offered the client times for “First talk”" in history


def test_what_was_picked_is_noted_without_an_answer(cast, as_, client, opportunity, part, offered, address):
    pick(client, address, part, offered[0])
    word = ClientWord.objects.get()
    ours = as_(cast.coordinator)
    assert "It was booked when they picked it" in ours.get(url("answer", word.pk)).text
    assert "Noted." in ours.post(url("answer", word.pk), follow=True).text
    assert "Clients said" not in ours.get(reverse("desk:desk")).text
    assert Attempt.objects.count() == 1


def test_the_second_of_two_is_told_what_was_picked(client, shared, account, part, offered, address, invited):
    other = invited(shared, Contact.add(by=None, account=account, name="Markus Oyelaran"))[1]
    pick(client, address, part, offered[0])
    for time in offered:
        answer = pick(client, other, part, time)
        assert answer.status_code == 409
        assert "Dr Helene Brandt was a moment earlier and has picked" in answer.text
        assert "14:00 (Europe/London)" in answer.text
    assert Attempt.objects.count() == ClientWord.objects.count() == 1
    assert client.get(f"{other}parts/{part.pk}/times/").status_code == 302


def test_what_has_passed_cannot_be_picked(client, part, offered, address):
    with time_machine.travel(offered[0].starts_at + datetime.timedelta(seconds=1), tick=False):
        assert "2 times are offered" in client.get(address).text
        answer = pick(client, address, part, offered[0])
        assert answer.status_code == 409
        assert "This time has passed" in answer.text
        assert not Attempt.objects.exists()
        assert pick(client, address, part, offered[1]).status_code == 302
    with time_machine.travel(offered[2].starts_at, tick=False):
        assert "offered" not in client.get(address).text


def test_once_all_have_passed_we_are_told(cast, as_, opportunity, client, address, offered):
    with time_machine.travel(offered[2].starts_at, tick=False):
        assert "offered" not in client.get(address).text
        tab = as_(cast.coordinator).get(url("plan", opportunity.pk)).text
        assert "None of them can be picked any more" in tab


def test_what_is_withdrawn_cannot_be_picked(cast, as_, client, opportunity, part, offered, address):
    ours = as_(cast.coordinator)
    ours.post(url("withdraw_time", offered[0].pk))
    assert "2 times are offered" in client.get(address).text
    answer = pick(client, address, part, offered[0])
    assert answer.status_code == 409
    assert "This time is no longer offered" in answer.text
    assert "It is no longer offered" in ours.post(url("withdraw_times", offered[1].pk), follow=True).text
    assert "not offered any more" in ours.post(url("withdraw_times", offered[1].pk), follow=True).text
    assert "not offered any more" in ours.post(url("withdraw_time", offered[2].pk), follow=True).text
    assert pick(client, address, part, offered[2]).status_code == 409
    assert not Attempt.objects.exists()
    assert Change.objects.filter(verb="times withdrawn").count() == 2


def test_with_the_last_one_the_offer_is_withdrawn(cast, as_, offered):
    for time in offered:
        as_(cast.coordinator).post(url("withdraw_time", time.pk))
    assert TimeOffer.objects.get().ended_at is not None


def test_others_take_the_place_of_those_offered_before(client, part, offer, offered, address, days):
    offer([(days[2], "16:00")])
    page = client.get(address).text
    assert "One time is offered" in page
    assert pick(client, address, part, offered[0]).status_code == 409
    assert pick(client, address, part, OfferedTime.objects.latest("pk")).status_code == 302


def test_a_date_set_by_hand_releases_them_for_good(cast, as_, client, part, step, offered, address, days):
    attempt = Attempt.schedule(step, by=cast.coordinator, on=days[0], time=None, zone="UTC")
    answer = pick(client, address, part, offered[1])
    assert answer.status_code == 409
    assert "A date has been set meanwhile" in answer.text
    attempt.cancel(by=cast.coordinator)
    assert "offered" not in client.get(address).text
    assert pick(client, address, part, offered[1]).status_code == 409


@pytest.fixture
def gate(opportunity, step, gated):
    return Gate.objects.create(opportunity=opportunity, step=step, playbook_gate=gated)


@pytest.fixture
def gated(cast):
    from milepost.playbooks.models import Playbook, PlaybookGate

    draft = Playbook.add(by=None, name="Gated").draft
    return PlaybookGate.add(draft.add_step(by=None, name="First"), by=None, name="Go or no-go")


def test_behind_a_gate_nothing_is_offered(cast, as_, part, offer, days, gate):
    for page in (offer([(days[0], "14:00")]), as_(cast.coordinator).get(url("offer_times", part.pk), follow=True)):
        assert "“Go or no-go” comes before “First talk” and is not passed yet" in page.text
    assert not TimeOffer.objects.exists()


def test_behind_a_gate_shut_since_nothing_is_booked(
    cast, as_, client, opportunity, part, offered, address, gated, step
):
    Gate.objects.create(opportunity=opportunity, step=step, playbook_gate=gated)
    for _again in range(2):
        answer = pick(client, address, part, offered[0])
        assert answer.status_code == 409
        assert "Nothing is booked: this appointment cannot be made yet." in answer.text
        assert "Go or no-go" not in answer.text
    assert not Attempt.objects.exists()
    word = ClientWord.objects.get()
    assert (word.kind, word.on, word.time) == ("date", offered[0].on, TWO)
    tab = as_(cast.coordinator).get(url("plan", opportunity.pk)).text
    assert "Nothing is booked by picking one: “Go or no-go” comes before “First talk”" in tab
    assert "14:00 (Europe/London)" in tab


@pytest.mark.parametrize(
    ("times", "says"),
    [
        ([(-1, "14:00")], "This day is past"),
        ([(5, "")], "This field is required"),
        ([(5, "14:00"), (6, "")], "At what time?"),
        ([(5, "14:00"), (None, "15:00")], "On which day?"),
        ([(5, "14:00"), (5, "14:00")], "This is one of the others"),
        ([], "This field is required"),
    ],
)
def test_what_is_wrong_is_told_and_kept(cast, offer, times, says):
    days = [("" if n is None else cast.today + datetime.timedelta(days=n), time) for n, time in times]
    page = offer(days)
    assert page.status_code == 422
    assert says in page.text
    assert "Room 4" in page.text
    assert not TimeOffer.objects.exists()


def test_an_hour_that_is_past_today_is_refused(cast, offer):
    with time_machine.travel(datetime.datetime.combine(cast.today, TWO, tzinfo=datetime.UTC), tick=False):
        assert "This time is past" in offer([(cast.today, "09:00")], zone="UTC").text


def test_nothing_picked_is_said_and_nothing_else_can_be_picked(client, opportunity, shared, part, offered, address):
    for nothing in ("", "x", "999999"):
        answer = pick(client, address, part, nothing)
        assert answer.status_code == 422
        assert "Pick one of the times" in answer.text
        assert "3 times are offered" in answer.text
    visit = opportunity.steps.get(key="visit")
    shared.share([("step", visit.pk)], by=None)
    unpublished = shared.parts.get(step=visit)
    assert client.get(f"{address}parts/{unpublished.pk}/times/").status_code == 404
    assert not Attempt.objects.exists()


def test_once_it_has_ended_nothing_is_booked(cast, client, opportunity, part, offered, address):
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today, words="The budget went elsewhere")
    answer = pick(client, address, part, offered[0])
    assert answer.status_code == 302
    assert answer.url.endswith("over/")
    assert not Attempt.objects.exists()


def test_the_preview_shows_them_and_books_nothing(cast, as_, opportunity, offered):
    page = as_(cast.coordinator).get(url("preview", opportunity.pk)).text
    assert "3 times are offered" in page
    assert "Book this time" not in page


def test_who_has_left_us_is_not_down_for_it(cast, client, part, offered, address):
    cast.salesperson.leave(by=cast.administrator)
    pick(client, address, part, offered[0])
    assert [str(each) for each in Attempt.objects.get().attendances.all()] == ["Dr Helene Brandt"]


def test_a_confirmed_plan_with_times_asks_ten_questions_at_its_first_look(
    client, shared, account, part, offered, address, invited, contact, django_assert_max_num_queries
):
    Agreement.make(shared.invitations.get(), shared.versions.get(), name="Helene Brandt", statement="Yes")
    first = invited(shared, Contact.add(by=None, account=account, name="Jonas Reber"))[1]
    client.get(address)  # a server that has answered before
    with django_assert_max_num_queries(10):
        assert "3 times are offered" in client.get(first).text
    with django_assert_max_num_queries(8):
        client.get(first)  # the same look


def test_it_is_in_the_calendar_once_it_is_booked(client, part, offered, address):
    pick(client, address, part, offered[0])
    assert f"DTSTART:{offered[0].starts_at:%Y%m%dT%H%M%SZ}" in client.get(f"{address}plan.ics").content.decode()
    assert timezone.now() < offered[0].starts_at
