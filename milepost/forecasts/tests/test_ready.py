"""What sales managers see first is computed when something changes, not when they look."""

import datetime

import pytest
from django.contrib.auth.models import update_last_login
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from milepost.forecasts import periods, pointed, ready
from milepost.forecasts.learn import learn_and_refresh
from milepost.forecasts.learnt import past, steps, worth
from milepost.forecasts.learnt.past import keep_past
from milepost.forecasts.models import KeptAnswer, KeptRange
from milepost.forecasts.ready import PAGES, RESTS, due, make_ready
from milepost.opportunities.begin import begin
from milepost.opportunities.models import Judgement
from milepost.opportunities.report import report
from milepost.team.models import Membership, Role
from milepost.web import following
from milepost.web.jobs import Work, ask_for_what_is_due, claim
from milepost.web.models import Job

ADDRESSES = ("/forecast/", "/forecast/rollup/", "/learn/")
EACH = sum(map(len, PAGES))
SECOND = datetime.timedelta(seconds=1)


@pytest.fixture
def company(settings, monkeypatch, cast, playbook, opportunity):
    """Two that are open and a call of one; the clock asks for nothing else, and every change is settled at once."""
    settings.JOB_SCHEDULE = {"make_ready": settings.JOB_SCHEDULE["make_ready"]}
    monkeypatch.setattr(following, "LATE", -SECOND)
    other = begin(by=None, name="Other", playbook_version=playbook, territory=cast.north, started_on=cast.today)
    other.revise(by=cast.coordinator, value_minor=7_000_00)
    end = cast.company.fiscal.period("quarter", cast.today).end
    Judgement.give(other, by=cast.salesperson, on=cast.today, category="commit", close_on=end)
    report(other.steps.get(key="first"), by=cast.coordinator, result="won", on=cast.today)
    learn_and_refresh()
    keep_past()
    forget_all()
    return opportunity


def work():
    """Do what the clock asks for; return the job, or None when it asks for nothing."""
    ask_for_what_is_due()
    job = claim("me")
    return job and Work(job, "me").run()


def rested():
    """Let as much time go by as it rests."""
    now = timezone.now()
    Job.objects.update(started_at=now - SECOND, finished_at=now - RESTS * 2 * SECOND)


def forget_all():
    """Know no more than a process that has just begun."""
    for remembered in (periods.chances, steps._figures, worth._known_of):
        remembered.cache_clear()
    for known in (worth._known, pointed._known):
        known.clear()
    past._memory.stamp, past._memory.kept = "", None


def computed(client):
    """Look at the pages as a new process; return what was computed: rows that were kept, and figures that were read."""
    forget_all()
    before = KeptRange.objects.count() + KeptAnswer.objects.count()
    with CaptureQueriesContext(connection) as asked:
        assert [client.get(address).status_code for address in ADDRESSES] == [200] * len(ADDRESSES)
    read = [query for query in asked.captured_queries if "won_by" in query["sql"] or 'figure"."steps"' in query["sql"]]
    return KeptRange.objects.count() + KeptAnswer.objects.count() - before, len(read)


def test_after_a_change_it_is_due_and_what_it_made_is_what_the_pages_show(cast, as_, company):
    client = as_(cast.sales_manager)
    assert work().state == Job.State.DONE
    assert computed(client) == (0, 0)
    company.revise(by=cast.coordinator, value_minor=240_000_00)
    report(company.steps.get(key="first"), by=cast.coordinator, result="won", on=cast.today)
    rested()
    assert due()
    assert work().state == Job.State.DONE
    assert computed(client) == (0, 0)


def test_without_it_the_pages_compute(cast, as_, company):
    client = as_(cast.sales_manager)
    work()
    company.revise(by=cast.coordinator, value_minor=240_000_00)
    kept, read = computed(client)
    assert kept
    assert read


def test_it_is_not_due_where_nothing_has_changed(cast, company):
    assert work()
    rested()
    assert due() == ""
    assert work() is None


def test_it_waits_until_a_change_is_settled(monkeypatch, cast, company):
    work()
    rested()
    company.revise(by=cast.coordinator, value_minor=240_000_00)
    monkeypatch.setattr(following, "LATE", 10 * SECOND)
    now = due()
    monkeypatch.setattr(following, "LATE", -SECOND)
    assert due() not in ("", now)


def test_it_is_due_when_something_was_learnt(cast, company):
    work()
    rested()
    learn_and_refresh()
    assert due()


def test_it_rests_nine_times_as_long_as_it_worked(cast, company):
    work()
    company.revise(by=cast.coordinator, value_minor=240_000_00)
    now = timezone.now()
    Job.objects.update(started_at=now - 10 * SECOND, finished_at=now - 8 * SECOND)
    assert due() == ""
    Job.objects.update(started_at=now - 21 * SECOND, finished_at=now - 19 * SECOND)
    assert due()


def test_it_is_not_asked_for_while_it_waits_or_is_done(cast, company):
    ask_for_what_is_due()
    company.revise(by=cast.coordinator, value_minor=240_000_00)
    assert due() == ""
    ask_for_what_is_due()
    assert Job.objects.count() == 1


def test_a_company_without_anything_open_has_none(cast):
    assert due() == ""


def test_when_its_time_is_over_it_goes_on_the_next_time(monkeypatch, cast, company):
    monkeypatch.setattr(ready, "SECONDS", 0)
    made = []
    for _ in range(10 * EACH):
        rested()
        job = work()
        if job is None:
            break
        made.append(job.result["go_on"])
    assert made[-1] is None
    assert len(made) >= EACH  # never more than a page in a turn
    assert made[:-1] == sorted(made[:-1])


def test_where_something_changes_meanwhile_it_begins_again(monkeypatch, cast, company):
    monkeypatch.setattr(ready, "SECONDS", 0)
    for _ in range(4):
        rested()
        job = work()
    assert job.result["go_on"] > 1
    company.revise(by=cast.coordinator, value_minor=240_000_00)
    rested()
    assert work().result["go_on"] == 1


def test_it_begins_with_who_came_in_last(cast, company):
    Membership.give(by=None, person=cast.administrator, territory=cast.world, role=Role.SALES_MANAGER)
    seen = []
    for person in (cast.sales_manager, cast.administrator):
        update_last_login(None, person)
        seen.append(ready._people()[0].pk)
    assert seen == [cast.sales_manager.pk, cast.administrator.pk]
    assert make_ready(seconds=0).go_on == 1
    assert make_ready().go_on is None


def test_coordinators_who_have_come_in_follow_the_managers(cast, company):
    assert cast.coordinator not in ready._people()
    update_last_login(None, cast.coordinator)
    assert ready._people() == [cast.sales_manager, cast.coordinator]


def test_a_manager_sees_no_more_than_before(cast, as_, playbook, company):
    hidden = begin(by=None, name="Hidden", playbook_version=playbook, territory=cast.south, started_on=cast.today)
    hidden.revise(by=cast.coordinator, value_minor=900_000_00)
    secret = begin(by=None, name="Secret", playbook_version=playbook, territory=cast.north, started_on=cast.today)
    secret.revise(by=cast.coordinator, value_minor=800_000_00, confidential=True)
    Membership.give(by=None, person=cast.administrator, territory=cast.world, role=Role.SALES_MANAGER)
    update_last_login(None, cast.administrator)
    make_ready()
    client = as_(cast.sales_manager)
    page = client.get("/forecast/?by=year")
    assert {each.row.name for each in page.context["deciding"]} <= {"Other", company.name}
    assert page.context["open"] == 2
    whole = client.get("/forecast/rollup/").context["rollup"].lines[0]
    assert whole.open.count == 2
