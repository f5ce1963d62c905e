"""A new currency or rate with many opportunities: a job brings them to it, a few at a time, and the pages say so."""

import datetime

import pytest
from django.urls import reverse

from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.management.commands.rebuild import what_would_change
from milepost.opportunities.models import FiguresRun, Opportunity, Standing
from milepost.opportunities.standing import restand
from milepost.team.models import Company, Rate
from milepost.web.jobs import Work, claim
from milepost.web.models import Job
from milepost.web.worker import Worker

DAY = datetime.timedelta(days=1)
MANY = 430
COMPANY = {
    "name": "Northwind", "time_zone": "Europe/Berlin", "fiscal_year_starts": 1, "fiscal_calendar": "months",
    "week_starts": 0, "delay_percent": 10,
}  # fmt: skip


@pytest.fixture
def many(cast, playbook, again):
    """More opportunities in dollars than a person would wait for, and one that has ended."""

    def make():
        for number in range(MANY):
            name = f"Number {number}"
            Opportunity(
                name=name, name_key=name, playbook_version=playbook, territory=cast.north, currency="USD",
                value_minor=100_00, coordinator=cast.coordinator,
            ).save()  # fmt: skip
        restand(Opportunity.objects.values_list("pk", flat=True))
        kept = {"by": None, "playbook_version": playbook, "territory": cast.north, "currency": "USD"}
        ended = begin(name="Ended", value_minor=100_00, started_on=cast.today - 40 * DAY, **kept)
        close(ended, by=cast.coordinator, kind="lost", on=cast.today - 10 * DAY)
        return {"ended": ended}

    return again("many", make)["ended"]


def keep_rate(client, cast, value):
    said = {"currency": "USD", "value": value, "valid_from": cast.today}
    return client.post(reverse("desk:currencies"), said, follow=True).text


def known():
    return set(Standing.objects.values_list("value_minor", flat=True))


def test_a_rate_is_followed_in_a_job_that_the_page_tells_of(cast, as_, many):
    client = as_(cast.administrator)
    page = keep_rate(client, cast, "0.9")
    assert f"{MANY} open opportunities follow" in page
    assert "being brought up to date" in page
    assert known() == {None}
    assert Worker().run_until_idle() == 1
    job = Job.objects.get()
    assert (job.state, job.done, job.of) == ("done", MANY + 1, MANY + 1)
    assert known() == {90_00}
    assert what_would_change() == set()
    assert "being brought up to date" not in client.get(reverse("desk:currencies")).text


def test_it_goes_on_where_it_was_stopped_and_twice_is_as_once(cast, as_, many):
    keep_rate(as_(cast.administrator), cast, "0.9")
    job = claim("first")
    assert Work(job, "first", stopping=lambda: True).run().state == "waiting"
    assert known() == {None, 90_00}  # those of the first transaction stay done
    Worker().run_until_idle()
    assert known() == {90_00}
    changed = list(Opportunity.objects.order_by("pk").values("company_value_minor", "rate", "version"))
    Job.objects.update(state="waiting")
    Worker().run_until_idle()
    assert list(Opportunity.objects.order_by("pk").values("company_value_minor", "rate", "version")) == changed


def test_every_page_says_so_until_all_is_in_the_new_currency(cast, as_, many):
    client, board = as_(cast.administrator), reverse("desk:board")
    keep_rate(client, cast, "0.9")
    Worker().run_until_idle()
    client.post(reverse("desk:company"), COMPANY | {"currency": "CHF", "version": 1})
    Rate.keep(by=None, currency="USD", valid_from=cast.today - 30 * DAY, value="0.8")
    assert "Amounts are being brought from EUR to CHF." in client.get(board).text
    assert known() == {90_00}
    Worker().run_until_idle()
    assert "Amounts are being brought" not in client.get(board).text
    assert known() == {80_00}
    many.refresh_from_db()
    assert many.company_value_minor == 80_00  # an ended one at the rate of its day
    assert what_would_change() == set()


def test_a_second_change_meanwhile_is_brought_home_by_its_own_job(cast, as_, many):
    client = as_(cast.administrator)
    client.post(reverse("desk:company"), COMPANY | {"currency": "CHF", "version": 1})
    client.post(reverse("desk:company"), COMPANY | {"currency": "USD", "version": 2})
    assert Company.the().former_currency == "EUR"
    assert Worker().run_until_idle() == 3  # past quarters are gone through once for both
    assert Company.the().former_currency == ""
    assert known() == {100_00}


def test_a_changed_mind_leaves_nothing_to_say(cast, as_, many):
    client = as_(cast.administrator)
    client.post(reverse("desk:company"), COMPANY | {"currency": "CHF", "version": 1})
    client.post(reverse("desk:company"), COMPANY | {"currency": "EUR", "version": 2})
    assert Company.the().former_currency == "CHF"
    Worker().run_until_idle()
    assert Company.the().former_currency == ""
    assert what_would_change() == set()


def test_what_a_delay_costs_is_followed_in_a_job_too(cast, as_, many):
    client = as_(cast.administrator)
    client.post(reverse("desk:company"), COMPANY | {"currency": "EUR", "delay_percent": 20, "version": 1})
    assert list(Job.objects.values_list("kind", "state")) == [("learn", "waiting")]
    Worker().run_until_idle()
    assert what_would_change() == set()


def test_figures_follow_a_new_fiscal_calendar(cast, as_, opportunity):
    as_(cast.administrator).post(reverse("desk:company"), COMPANY | {"currency": "EUR", "version": 1})
    before = FiguresRun.objects.first()
    said = COMPANY | {"currency": "EUR", "fiscal_calendar": "4-4-5", "version": Company.the().version}
    as_(cast.administrator).post(reverse("desk:company"), said)
    after = FiguresRun.objects.first()
    assert after.pk != before.pk
    assert after.ends == [month.end for month in Company.the().fiscal.following("month", after.as_of, 16)]
    assert Standing.objects.get().figure.run_id == after.pk


def test_with_many_opportunities_a_job_follows_it(cast, as_, many):
    said = COMPANY | {"currency": "EUR", "fiscal_year_starts": 4, "fiscal_calendar": "4-5-4", "version": 1}
    as_(cast.administrator).post(reverse("desk:company"), said)
    assert set(Job.objects.values_list("kind", "state")) == {("learn", "waiting"), ("replay", "waiting")}
