"""The mirror: past quarters as they would have been forecast, without seeing what came after."""

import datetime

import numpy as np
import pytest
from django.db.models import F

from milepost.forecasts.calendar import calendar_of
from milepost.forecasts.drift import shaken
from milepost.forecasts.jobs import look_back
from milepost.forecasts.learn import learn_and_refresh
from milepost.forecasts.models import Replay
from milepost.forecasts.past import read_past
from milepost.forecasts.replay import replay
from milepost.forecasts.stays import read_stays
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Judgement, Opportunity, Outcome, Stay
from milepost.opportunities.report import report
from milepost.team.models import Company
from milepost.web.models import Job
from milepost.web.words import short_day
from milepost.web.worker import Worker

DAY = datetime.timedelta(days=1)


@pytest.fixture
def last(cast):
    calendar = calendar_of(cast.company)
    return calendar.move(calendar.period("quarter", cast.today), -1)


@pytest.fixture
def one(cast, playbook, last):
    """An opportunity that was at its proposal when the last quarter began, and was won in it."""
    made = begin(
        by=None, name="Won one", playbook_version=playbook, territory=cast.north, started_on=last.start - 60 * DAY
    )
    made.revise(by=cast.coordinator, value_minor=1_000_00)
    for key, day in (
        ("first", last.start - 40 * DAY),
        ("proposal", last.start + 20 * DAY),
        ("contract", last.start + 30 * DAY),
    ):
        report(made.steps.get(key=key), by=cast.salesperson, result="won", on=day)
    if made.outcome is None:
        close(made, by=cast.coordinator, kind="won", on=last.start + 30 * DAY)
    return made


@pytest.fixture
def lost(cast, playbook, last):
    made = begin(
        by=None, name="Lost one", playbook_version=playbook, territory=cast.north, started_on=last.start - 20 * DAY
    )
    made.revise(by=cast.coordinator, value_minor=400_00)
    close(made, by=cast.coordinator, kind="lost", on=last.start + 50 * DAY)
    return made


def of(territory, period):
    return Replay.objects.get(territory=territory, period=period.key)


def words(answer):
    return " ".join(answer.content.decode().split())


def test_after_a_new_fiscal_calendar_a_quarter_bears_its_days_until_it_is_gone_through_anew(cast, as_, one, last):
    replay(today=cast.today)
    asked = {"name": "N", "currency": "EUR", "time_zone": "Europe/Berlin", "delay_percent": 10, "week_starts": 0}
    asked |= {"fiscal_year_starts": 2, "fiscal_calendar": "months", "version": Company.the().version}
    as_(cast.administrator).post("/settings/company/", asked)
    page = words(as_(cast.sales_manager).get("/forecast/accuracy/"))
    assert f"{short_day(last.start)} – {short_day(last.end)}: said" in page
    Worker().run_until_idle()
    page = words(as_(cast.sales_manager).get("/forecast/accuracy/"))
    assert short_day(last.start) not in page


def test_it_sets_what_would_have_been_said_beside_what_came(cast, as_, one, lost, last):
    replay(today=cast.today)
    row = of(cast.north, last)
    assert (row.open, row.won, row.won_number) == (2, 1_000_00, 1)
    assert 0 < row.mean < 1_400_00
    assert row.low <= row.middle <= row.high <= 1_400_00
    answer = as_(cast.sales_manager).get("/forecast/accuracy/")
    page = words(answer)
    assert "came <b>€1" in page
    figures = answer.context["accuracy"].mirror.figures_text
    assert b"".join(as_(cast.sales_manager).post("/figures/", {"figures": figures}).streaming_content).startswith(b"PK")
    assert page.count('class="band"') == len(Replay.objects.filter(territory=cast.north))


def test_a_past_that_ended_years_ago_is_looked_at_all_the_same(cast, one, lost, last):
    assert replay(today=cast.today + 3_650 * DAY) == 1
    assert Replay.objects.filter(period=last.key, territory=cast.north).exists()


def test_it_sees_nothing_of_the_future(cast, one, lost, last):
    replay(today=cast.today)
    before = {row.pk: (row.low, row.middle, row.high, row.mean) for row in Replay.objects.filter(period=last.key)}
    said = sorted(before.values())
    # All that happened on the quarter's first day or later is made otherwise; what was said must stay.
    Stay.objects.filter(left_on__gte=last.start).update(left_on=F("left_on") + 9 * DAY, end="lost")
    Outcome.objects.update(kind="no_decision", on=F("on") + 9 * DAY)
    replay(today=cast.today)
    again = sorted((row.low, row.middle, row.high, row.mean) for row in Replay.objects.filter(period=last.key))
    assert again == said
    assert of(cast.north, last).won == 0


def test_a_step_that_was_left_later_was_open_then(cast, one, last):
    day = last.start.toordinal()
    history = read_stays().on(day).history
    ended = dict(zip((history.keys[at] for at in history.step), history.end, strict=True))
    assert ended["first"] == 1
    assert ended["visit"] == 0  # an optional one, passed over within the quarter
    assert ended.get("proposal", 0) == 0
    assert "contract" not in ended
    ((past,),) = read_past()
    assert past.cell(day).keys == ("proposal", "contract")


def test_it_knows_how_old_a_step_was(cast, lost, last):
    ((past,),) = read_past()
    cell = past.cell(last.start.toordinal())
    assert (cell.keys[0], cell.age) == ("first", 20)


def test_it_leaves_out_what_has_no_days_and_counts_it(cast, one, lost, last):
    Stay.objects.filter(opportunity=lost).update(entered_on=None)
    replay(today=cast.today)
    row = of(cast.north, last)
    assert (row.open, row.undated) == (1, 1)


def test_an_import_that_ends_within_a_quarter_says_nothing_of_its_end(cast, playbook, one, last):
    still = begin(
        by=None, name="Imported", playbook_version=playbook, territory=cast.north, started_on=last.start - 9 * DAY
    )
    Opportunity.objects.filter(pk=still.pk).update(as_of=last.start + 5 * DAY)
    replay(today=cast.today)
    assert (of(cast.north, last).open, of(cast.north, last).undated) == (1, 1)


@pytest.mark.parametrize(("until", "open_then"), [(5, []), (-5, [2])])
def test_a_quarter_of_which_an_import_knew_the_first_days_alone_is_none(cast, one, lost, last, until, open_then):
    known = (last.start if until > 0 else last.end) + until * DAY
    Opportunity.objects.update(as_of=known)  # one of them ended before that day, too
    replay(today=cast.today)
    rows = Replay.objects.filter(territory=cast.north, period=last.key)
    assert list(rows.values_list("open", flat=True)) == open_then


def test_it_counts_what_people_had_committed_to_before_the_day(cast, one, lost, last):
    Judgement.objects.create(opportunity=one, by=cast.salesperson, on=last.start - 3 * DAY, category="commit")
    Judgement.objects.create(opportunity=lost, by=cast.salesperson, on=last.start + 3 * DAY, category="commit")
    replay(today=cast.today)
    assert (of(cast.north, last).called, of(cast.north, last).called_number) == (1_000_00, 1)


def test_it_is_shown_to_those_who_see_the_territory_whole(cast, as_, one, last):
    replay(today=cast.today)
    assert "came <b>€1" in words(as_(cast.sales_manager).get("/forecast/accuracy/"))
    assert "No past quarter to look at yet" in words(as_(cast.outsider).get("/forecast/accuracy/"))
    asked = as_(cast.outsider).get(f"/forecast/accuracy/?territory={cast.north.pk}")
    assert asked.context["accuracy"] is None
    assert as_(cast.administrator).get("/forecast/accuracy/").context["chosen"] == cast.world


def test_confidential_ones_are_in_no_total(cast, one, lost, last):
    Opportunity.objects.filter(pk=one.pk).update(confidential=True)
    replay(today=cast.today)
    assert (of(cast.north, last).open, of(cast.north, last).won) == (1, 0)


def test_twice_is_the_same_as_once(cast, one, lost):
    numbers = [replay(today=cast.today), replay(today=cast.today)]
    assert numbers[0] == numbers[1] > 0
    assert Replay.objects.values("period", "territory").distinct().count() == Replay.objects.count()


def test_a_manager_has_it_done_anew_by_a_job(cast, as_, one, django_capture_on_commit_callbacks):
    assert as_(cast.sales_manager).post("/forecast/accuracy/again/").status_code == 302
    assert "Come back in a minute" in words(as_(cast.sales_manager).get("/forecast/accuracy/"))
    assert Job.objects.get(kind="replay").asked_by == cast.sales_manager


class Quiet:
    def progress(self, done, of=None):
        pass


def test_the_job_works_where_there_is_nothing_yet(cast, as_):
    assert look_back(Quiet()) == {"quarters": 0}
    assert as_(cast.administrator).get("/forecast/accuracy/").status_code == 200


def test_quarters_that_missed_widen_the_next_ranges_and_leave_the_mean(cast, one, last):
    replay(today=cast.today)
    Replay.objects.update(won=1_000_000_00, mean=1_000_000_00, spread=1_000_00, slope=1_000_000_00)
    calm = learn_and_refresh(today=cast.today)
    Replay.objects.update(mean=1_600_000_00)
    wild = learn_and_refresh(today=cast.today)
    assert calm.drift["periods"] == wild.drift["periods"] == Replay.objects.filter(territory=cast.world).count()
    p = np.full((1, 200), 0.4, np.float32)
    steady, moved = shaken(p, calm.drift), shaken(p, wild.drift)
    assert steady.std() < 0.5 * moved.std()
    assert steady.mean() == pytest.approx(moved.mean(), abs=1e-6)


def test_a_quarter_that_began_with_little_history_teaches_nothing(cast, playbook, one, last):
    replay(today=cast.today)
    assert of(cast.north, last).spread is None
    early = begin(
        by=None, name="Early", playbook_version=playbook, territory=cast.north, started_on=last.start - 100 * DAY
    )
    early.revise(by=cast.coordinator, value_minor=100_00)
    replay(today=cast.today)
    assert of(cast.north, last).spread > 0
    assert of(cast.north, last).slope > 0
