"""What clients did reaches those who coordinate and sell by mail: once a day, or soon for what they wait on."""

import datetime
import zoneinfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from milepost.opportunities.close import close
from milepost.opportunities.models import Outcome
from milepost.plans.models import Afterword, ClientWord, OfferedTime, TimeOffer
from milepost.web.jobs import ask_for_what_is_due
from milepost.web.models import Job, Letter
from milepost.web.worker import Worker


@pytest.fixture(autouse=True)
def _only_this_clock(settings):
    settings.JOB_SCHEDULE = {"plan_digest": settings.JOB_SCHEDULE["plan_digest"]}


@pytest.fixture(autouse=True)
def _at_noon(cast):
    """Let it be noon: what is said in the small hours is news of that very morning."""
    noon = datetime.datetime.combine(cast.today, datetime.time(12), zoneinfo.ZoneInfo("Europe/Berlin"))
    with time_machine.travel(noon):
        yield


@pytest.fixture
def say(client, plan, address, task):
    """Let the client say something of the task: `say("ask", text="When?")`."""

    def now(kind, **said):
        part = plan.parts.get(task=task)
        return client.post(f"{address}parts/{part.pk}/{kind}/", {"seen": 1, **said})

    return now


def work(moment):
    """Let the clock and the worker run at a moment."""
    with time_machine.travel(moment, tick=False):
        ask_for_what_is_due()
        Worker("test").run_until_idle()


def later(**more):
    work(timezone.now() + datetime.timedelta(**more))


def tomorrow(cast, hour=7, minute=1):
    day = cast.today + datetime.timedelta(days=1)
    return datetime.datetime.combine(day, datetime.time(hour, minute), zoneinfo.ZoneInfo("Europe/Berlin"))


def news():
    return Letter.objects.filter(purpose="plan news")


def readers():
    return sorted(news().values_list("address", flat=True))


def test_the_next_morning_each_has_one_letter(cast, say, opportunity):
    say("done", text="The day shift")
    say("ask", text="Who signs for you?")
    later(minutes=5)
    work(tomorrow(cast, 6, 59))
    assert not news().exists()
    work(tomorrow(cast))
    assert readers() == sorted([cast.coordinator.email, cast.salesperson.email])
    letter = news().get(person=cast.coordinator)
    assert letter.subject == "2 things from clients on their pages"
    for text in ("Coating line 4, Brennholt Paper", "Dr Helene Brandt: says it is done", "“Who signs for you?”"):
        assert text in letter.text
    assert reverse("plans:plan", args=[opportunity.pk]) in letter.text
    assert letter.text.count("Coating line 4") == 1
    assert reverse("team:myself") in letter.text
    work(tomorrow(cast, 8))
    work(tomorrow(cast) + datetime.timedelta(days=1))
    assert news().count() == 2


def test_what_comes_after_the_morning_waits_for_the_next_one(cast, say):
    say("ask", text="The first")
    work(tomorrow(cast))
    with time_machine.travel(tomorrow(cast, 9), tick=False):
        say("ask", text="The second")
    work(tomorrow(cast, 18))
    assert news().count() == 2
    work(tomorrow(cast) + datetime.timedelta(days=1))
    assert "The second" in news().filter(person=cast.coordinator).latest("pk").text
    assert news().count() == 4


def test_a_morning_that_was_missed_is_made_up_for(cast, say):
    say("ask", text="The first")
    work(tomorrow(cast, 15) + datetime.timedelta(days=3))
    assert news().count() == 2


def test_nothing_happened_nothing_is_mailed(cast, say):
    work(tomorrow(cast))
    assert not Job.objects.filter(kind="plan_digest").exists()


def test_what_they_wait_on_is_mailed_soon_and_not_once_more(cast, say):
    for n in (3, 4):
        say("date", on=cast.today + datetime.timedelta(days=n))
    later(minutes=1)
    assert not news().exists()
    later(minutes=3)
    assert readers() == sorted([cast.coordinator.email, cast.salesperson.email])
    assert "proposes another date" in news().first().text
    assert news().first().subject == "2 things from clients on their pages"
    work(tomorrow(cast))
    assert news().count() == 2


def test_a_time_that_is_picked_is_mailed_soon(cast, client, plan, step, address):
    soon = cast.today + datetime.timedelta(days=3)
    part = plan.parts.get(step=step)
    TimeOffer.make(part, by=None, times=[(soon, datetime.time(14))], zone="Europe/London")
    client.post(f"{address}parts/{part.pk}/times/", {"time": OfferedTime.objects.get().pk})
    later(minutes=3)
    letter = news().get(person=cast.salesperson)
    assert letter.subject == "Dr Helene Brandt: picked one of the times offered: Coating line 4"
    assert "14:00 (Europe/London)" in letter.text
    assert news().count() == 2


def test_who_has_answered_already_gets_no_letter_about_it(cast, as_, say):
    say("date", on=cast.today + datetime.timedelta(days=3))
    as_(cast.coordinator).post(reverse("plans:answer", args=[ClientWord.objects.get().pk]), {"answer": ""})
    later(minutes=3)
    assert readers() == [cast.salesperson.email]


def test_a_person_may_switch_it_off(cast, as_, say):
    own = as_(cast.coordinator)
    page = own.get(reverse("team:myself"))
    assert "Mail me what clients do on their shared plans" in page.text
    sent = {"name": cast.coordinator.name, "time_zone": "", "version": cast.coordinator.version}
    assert own.post(reverse("team:myself"), sent).status_code == 302
    say("ask", text="The first")
    work(tomorrow(cast))
    assert readers() == [cast.salesperson.email]
    cast.coordinator.refresh_from_db()
    own.post(reverse("team:myself"), {**sent, "version": cast.coordinator.version, "plan_mail": "on"})
    work(tomorrow(cast) + datetime.timedelta(days=1))
    assert readers() == [cast.salesperson.email]  # what was told then is not told again


def test_who_has_left_or_came_with_an_import_gets_none(cast, say):
    cast.salesperson.leave(by=cast.administrator)
    cast.coordinator.revise(by=None, email="c@no-address.invalid")
    say("ask", text="The first")
    work(tomorrow(cast))
    assert not news().exists()


def test_who_both_coordinates_and_sells_has_one(cast, say, opportunity):
    opportunity.revise(by=None, salesperson=cast.coordinator)
    say("ask", text="The first")
    work(tomorrow(cast))
    assert readers() == [cast.coordinator.email]


def test_a_job_that_runs_twice_writes_once(cast, say):
    say("date", on=cast.today + datetime.timedelta(days=3))
    later(minutes=3)
    Job.objects.filter(kind="plan_news").update(state="waiting")
    later(minutes=3)
    assert news().count() == 2


def test_a_yes_reaches_each_once(cast, client, plan, contact, address, invited):
    from milepost.plans.letters import receipts
    from milepost.plans.models import Agreement

    contact.revise(by=None, email="brandt@example.com")
    link = plan.invitations.get()
    agreement = Agreement.make(link, plan.versions.get(), name="Helene Brandt", statement="Yes")
    for _again in range(2):
        receipts(agreement, cast.company)
    work(tomorrow(cast))
    people = sorted(Letter.objects.values_list("address", flat=True))
    assert people == sorted(["brandt@example.com", cast.coordinator.email, cast.salesperson.email])


def test_who_looks_back_is_in_the_digest_once(cast, client, opportunity, address):
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today, words="The budget went elsewhere")
    client.post(f"{address}over/", {"decided": "The price", "ease": ""})
    work(tomorrow(cast))
    assert "Dr Helene Brandt answered how it was" in news().get(person=cast.coordinator).text
    client.post(f"{address}over/", {"decided": "The price, and the time", "ease": ""})
    work(tomorrow(cast) + datetime.timedelta(days=1))
    assert news().count() == 2
    assert Afterword.objects.get().outcome == Outcome.objects.get()


def test_it_goes_out_by_the_mail_server(cast, mail, say):
    say("date", on=cast.today + datetime.timedelta(days=3))
    later(minutes=3)
    assert sorted(str(each["To"]) for each in mail.letters) == sorted([cast.coordinator.email, cast.salesperson.email])
    assert "https://sales.example.com" in mail.letters[0].get_content()
