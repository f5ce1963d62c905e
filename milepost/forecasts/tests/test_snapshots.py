"""What is kept of every day, and what is not written twice."""

import datetime

import pytest
from django.db.models import F

from milepost.forecasts.models import Snapshot, SnapshotDay
from milepost.forecasts.snapshots import take, take_daily
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Judgement, Standing

DAY = datetime.timedelta(days=1)


@pytest.fixture
def kept(cast, opportunity):
    """Keep today, and return how to look at a day."""
    take(today=cast.today)
    return lambda day=cast.today: Snapshot.objects.on(day).get(opportunity=opportunity)


def test_it_keeps_what_was_entered_and_what_the_model_said(cast, opportunity, kept):
    row = kept()
    standing = opportunity.standing
    assert (row.value_minor, row.win, row.close_on) == (standing.value_minor, standing.win, standing.close_on)
    assert (row.salesperson, row.territory) == (standing.salesperson_id, standing.territory_id)


def test_it_writes_nothing_while_nothing_changes(cast, opportunity, kept):
    assert take(today=cast.today + DAY).rows == 0
    assert Snapshot.objects.count() == 1
    assert kept(cast.today + DAY) == kept()


def test_it_keeps_both_looks_of_a_change(cast, opportunity, kept):
    opportunity.revise(by=cast.coordinator, value_minor=999_00)
    take(today=cast.today + DAY)
    assert kept(cast.today + DAY).value_minor == 999_00
    assert kept().value_minor != 999_00


def test_it_brings_the_day_up_to_date_when_taken_twice(cast, opportunity, kept):
    opportunity.revise(by=cast.coordinator, value_minor=999_00)
    take(today=cast.today)
    assert kept().value_minor == 999_00
    assert Snapshot.objects.count() == 1


def test_it_keeps_a_persons_word_beside_the_models(cast, opportunity, kept):
    said = cast.today + 40 * DAY
    Judgement.give(opportunity, by=cast.salesperson, on=cast.today, category="commit", probability=0.9, close_on=said)
    take(today=cast.today + DAY)
    row = kept(cast.today + DAY)
    assert (row.judged_category, row.judged_win, row.closes_on) == ("commit", 0.9, said)
    assert row.win != 0.9
    assert kept().judged_category == ""


def test_it_keeps_how_it_ended(cast, opportunity, kept):
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today)
    take(today=cast.today + DAY)
    row = kept(cast.today + DAY)
    assert (row.state, row.ended_on) == ("lost", cast.today)
    assert kept().state == "open"


def test_it_keeps_what_began_and_ended_between_two_days(cast, playbook, kept):
    short = begin(by=None, name="Short one", playbook_version=playbook, territory=cast.north, started_on=cast.today)
    close(short, by=cast.coordinator, kind="no_decision", on=cast.today)
    take(today=cast.today + DAY)
    assert Snapshot.objects.on(cast.today + DAY).get(opportunity=short).state == "no_decision"


def test_it_leaves_the_past_before_the_first_day_alone(cast, opportunity):
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today)
    take(today=cast.today)
    assert not Snapshot.objects.exists()


@pytest.mark.parametrize(("moved", "rows"), [(0.004, 0), (0.02, 1)])
def test_it_writes_a_chance_that_moved_by_a_point_and_no_less(cast, opportunity, kept, moved, rows):
    Standing.objects.filter(pk=opportunity.pk).update(win=F("win") - moved)
    assert take(today=cast.today + DAY).rows == rows


def test_it_writes_a_closing_day_that_moved_into_another_month(cast, opportunity, kept):
    close_on = kept().close_on
    Standing.objects.filter(pk=opportunity.pk).update(close_on=close_on.replace(day=1) - DAY)
    assert take(today=cast.today + DAY).rows == 1


def test_it_is_taken_once_a_day(cast, opportunity):
    assert take_daily(today=cast.today) is not None
    assert take_daily(today=cast.today) is None
    assert SnapshotDay.objects.count() == 1


def test_it_shows_only_what_a_person_may_see(cast, opportunity, kept):
    assert Snapshot.objects.visible_to(cast.coordinator).exists()
    assert not Snapshot.objects.visible_to(cast.outsider).exists()
