"""What an import tells of had not ended when it was told: that teaches nothing about the time before."""

import datetime

import pytest

from milepost.forecasts.learn import learn_and_refresh
from milepost.forecasts.models import Replay
from milepost.forecasts.replay import replay
from milepost.forecasts.stays import read_stays
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Offer, Opportunity, Outcome, Standing, Step
from milepost.opportunities.report import report
from milepost.opportunities.unreport import undo_report

DAY = datetime.timedelta(days=1)


def many(cast, playbook, n, ago, **values):
    made = [
        begin(
            by=None, name=f"No {ago}.{number}", playbook_version=playbook, territory=cast.north,
            started_on=cast.today - ago * DAY,
        )
        for number in range(n)
    ]  # fmt: skip
    Opportunity.objects.filter(pk__in=[one.pk for one in made]).update(**values)
    return made


@pytest.fixture
def imported(cast, playbook):
    """Thirty that had been open for two hundred days when an import told of them, yesterday."""
    told = cast.today - DAY
    return many(cast, playbook, 30, 200, as_of=told, first_told=told)


def history(cast):
    return read_stays().now(cast.today).history


def test_a_file_of_what_is_open_leaves_the_chances_as_they_were(cast, playbook, opportunity, imported):
    before = Standing.objects.get(pk=opportunity.pk).win
    learn_and_refresh()
    assert Standing.objects.get(pk=opportunity.pk).win == pytest.approx(before, abs=0.03)
    assert len(history(cast)) == 1


def test_what_was_begun_here_was_watched_from_its_beginning(cast, playbook, opportunity, imported):
    Opportunity.objects.update(first_told=None)
    learn_and_refresh()
    assert len(history(cast)) == 31
    assert Standing.objects.get(pk=opportunity.pk).win < 0.05


def test_it_is_watched_from_the_day_after_the_first_known_end(cast, imported):
    close(imported[0], by=cast.coordinator, kind="lost", on=cast.today - 60 * DAY)
    close(imported[1], by=cast.coordinator, kind="lost", on=cast.today - 40 * DAY)
    seen = history(cast)
    assert sorted(zip(seen.since, seen.end, strict=True))[0] == (141, 0)
    assert (len(seen), (seen.end == 2).sum(), set(seen.since)) == (29, 1, {141})
    assert len(read_stays().on((cast.today - 60 * DAY).toordinal()).history) == 0


def test_it_is_watched_on_from_where_it_stood_once_somebody_takes_it_in_hand(cast, imported):
    one = imported[0]
    Opportunity.objects.filter(pk=one.pk).update(as_of=cast.today - 9 * DAY, first_told=cast.today - 9 * DAY)
    report(Step.objects.get(opportunity=one, key="first"), by=cast.salesperson, result="again", on=cast.today - 4 * DAY)
    seen = history(cast)
    assert sorted(zip(seen.since, seen.days, seen.end, strict=True)) == [(0, 4, 0)]
    one.refresh_from_db()
    assert one.first_told == cast.today - 4 * DAY


def test_undoing_the_report_brings_back_since_when_it_was_watched(cast, imported):
    one, day = imported[0], cast.today - 9 * DAY
    Opportunity.objects.filter(pk=one.pk).update(as_of=day, first_told=day)
    first = Step.objects.get(opportunity=one, key="first")
    report(first, by=cast.salesperson, result="again", on=cast.today - 4 * DAY)
    undo_report(first, by=cast.salesperson)
    one.refresh_from_db()
    assert (one.as_of, one.first_told) == (day, day)


@pytest.fixture
def sold(cast, playbook):
    """Six of a past quarter: two won, of which alone the value is known, and four lost or open."""
    calendar = cast.company.fiscal
    quarter = calendar.move(calendar.period("quarter", cast.today), -1)
    ago = (cast.today - quarter.start).days
    offer = Offer.objects.create(name="Pump", price_minor=900_00, currency="EUR")
    made = many(cast, playbook, 6, ago + 20)
    for one, value in zip(made, (1_000_00, 3_000_00), strict=False):
        Outcome.objects.create(opportunity=one, kind="won", on=quarter.start + 9 * DAY)
        Opportunity.objects.filter(pk=one.pk).update(company_value_minor=value)
    for one in made[2:4]:
        close(one, by=cast.coordinator, kind="lost", on=quarter.start + 9 * DAY)
    Opportunity.objects.filter(pk=made[5].pk).update(asked_for=offer)
    return quarter, made


def test_where_only_the_won_have_a_value_something_stands_for_the_others(cast, as_, sold):
    quarter, made = sold
    replay(today=cast.today)
    row = Replay.objects.get(territory=cast.north, period=quarter.key)
    assert (row.open, row.unvalued, row.assumed, row.won) == (6, 0, 4, 4_000_00)
    page = as_(cast.sales_manager).get("/forecast/accuracy/").text
    assert "they count with what such are won for on average" in page
    Opportunity.objects.filter(pk__in=[one.pk for one in made[2:4]]).update(company_value_minor=500_00)
    replay(today=cast.today)
    row = Replay.objects.get(territory=cast.north, period=quarter.key)
    assert (row.unvalued, row.assumed) == (2, 0)
