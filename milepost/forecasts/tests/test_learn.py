"""Learning from stays, and the figures that follow."""

import datetime

import pytest

from milepost.forecasts.jobs import again
from milepost.forecasts.learn import learn_and_refresh, learn_daily
from milepost.forecasts.stays import read_stays
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Figure, FiguresRun, Opportunity, Standing
from milepost.opportunities.report import report
from milepost.opportunities.standing import restand
from milepost.web.jobs import Work, ask
from milepost.web.models import Job

DAY = datetime.timedelta(days=1)


def past(cast, playbook, n, kind):
    """Make n opportunities that began 60 days ago and ended at their first step."""
    for number in range(n):
        one = begin(
            by=None, name=f"Past {kind} {number}", playbook_version=playbook, territory=cast.north,
            started_on=cast.today - 60 * DAY,
        )  # fmt: skip
        if kind == "lost":
            close(one, by=cast.coordinator, kind="lost", on=cast.today - 25 * DAY)
        else:
            report(one.steps.get(key="first"), by=cast.salesperson, result="won", on=cast.today - 45 * DAY)


def test_wins_raise_the_chance_and_losses_lower_it(cast, playbook, opportunity):
    before = Standing.objects.get(pk=opportunity.pk).win
    past(cast, playbook, 12, "lost")
    learn_and_refresh()
    low = Standing.objects.get(pk=opportunity.pk).win
    past(cast, playbook, 40, "won")
    learn_and_refresh()
    high = Standing.objects.get(pk=opportunity.pk).win
    assert low < before
    assert high > low


def test_open_steps_count_as_not_answered_yet(cast, playbook, opportunity):
    history = read_stays().now(cast.today).history
    assert list(history.days) == [10]
    assert list(history.end) == [0]


def test_an_imported_one_counts_to_the_day_its_source_was_known(cast, opportunity):
    Opportunity.objects.filter(pk=opportunity.pk).update(as_of=cast.today - 4 * DAY)
    assert list(read_stays().now(cast.today).history.days) == [6]


def test_meeting_again_is_no_loss_and_a_skipped_step_no_trial(cast, opportunity):
    first = opportunity.steps.get(key="first")
    report(first, by=cast.salesperson, result="again", on=cast.today)
    first.refresh_from_db()
    first.skip(by=cast.coordinator, on=cast.today, reason="They came to us")
    history = read_stays().now(cast.today).history
    assert sorted(zip(history.end, history.step, strict=True)) == [(0, 1), (3, 0)]


def test_it_learns_once_a_day(cast, opportunity):
    run = learn_daily()
    assert run is not None
    assert learn_daily() is None
    assert FiguresRun.objects.filter(as_of=cast.today).exists()


def test_a_changed_row_equals_a_rebuilt_one(cast, playbook, opportunity):
    past(cast, playbook, 5, "won")
    learn_and_refresh()
    report(opportunity.steps.get(key="first"), by=cast.salesperson, result="won", on=cast.today)
    changed = Standing.objects.filter(pk=opportunity.pk).values().get()
    restand([opportunity.pk])
    assert Standing.objects.filter(pk=opportunity.pk).values().get() == changed


def test_a_week_of_silence_costs_something(cast, playbook, opportunity):
    past(cast, playbook, 30, "won")
    past(cast, playbook, 30, "lost")
    learn_and_refresh()
    standing = Standing.objects.get(pk=opportunity.pk)
    assert standing.weekly_loss_minor > 0


def test_a_learning_that_was_cut_short_goes_on_where_it_stopped(cast, playbook, opportunity):
    for number in range(4):
        begin(by=None, name=f"Open {number}", playbook_version=playbook, territory=cast.north, started_on=cast.today)
    job = ask("learn")
    work = Work(job, "me")
    Job.objects.filter(pk=job.pk).update(state="running", leased_by="me")

    class Cut(Exception):
        pass

    def cut(done):
        raise Cut

    with pytest.raises(Cut):
        learn_daily(told=cut)
    cut_short = FiguresRun.objects.first()
    assert cut_short.refreshed_at is None
    Standing.objects.filter(pk=opportunity.pk).update(figure=None)
    assert again(work)["run"] == cut_short.pk  # not begun anew
    job.refresh_from_db()
    assert job.done == 1
    assert set(Standing.objects.values_list("figure__run", flat=True)) == {cut_short.pk}
    assert learn_daily() is None
    assert again(work)["run"] != cut_short.pk


def test_only_the_newest_runs_are_kept(cast, opportunity):
    runs = [learn_and_refresh().pk for _ in range(3)]
    assert list(FiguresRun.objects.values_list("pk", flat=True)) == runs[:0:-1]
    assert set(Figure.objects.values_list("run", flat=True)) == set(runs[1:])
