"""What figures hang on: found in the past, kept for the month, and used for every opportunity."""

import datetime

import numpy as np
import pytest

from milepost.engine.ages import BETWEEN, ENTRY
from milepost.engine.history import LOST, WON, History
from milepost.engine.learn import learn
from milepost.forecasts.learn import learn_and_refresh, learn_daily
from milepost.opportunities import figures
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.found import SIZE, TERRITORY, Found
from milepost.opportunities.models import FiguresRun, Standing
from milepost.opportunities.report import report
from milepost.opportunities.standing import restand

DAY = datetime.timedelta(days=1)
KEYS = ("first", "proposal", "contract")


def learnt(segments=(), clocks=None, cuts=(0, 9)):
    """Learn of three steps in which the first segment wins four times of five, and the second one time of five."""
    many = 600
    rows = np.arange(many)
    won = rows % 5 < np.where(rows // 5 % 2, 1, 4)
    step, days = rows // 10 % 3, 2 + rows % 30
    parts = {"segment": rows // 5 % 2, "segments": segments} if segments else {}
    history = History(step, days, np.where(won, WON, LOST), KEYS, day=rows, **parts)
    return learn(history, clocks=dict.fromkeys(KEYS, 0) | (clocks or {}), edges={key: np.array(cuts) for key in KEYS})


def keep(cast, learnt, **found):
    found = Found(cast.today, 600, **found)
    return figures.keep_run(learnt, as_of=cast.today, stays=600, found=found)


@pytest.fixture
def two(cast, playbook):
    """Make one opportunity in the north and a larger one in the south."""
    places = [(cast.north, 10_000_00), (cast.south, 90_000_00)]
    return [
        begin(by=None, name=f"In {place}", playbook_version=playbook, territory=place, value_minor=value)
        for place, value in places
    ]


def chances(two):
    return [Standing.objects.get(pk=one.pk).win for one in two]


def test_each_has_the_chance_of_its_territory(cast, two):
    assert chances(two)[0] == chances(two)[1]
    keep(cast, learnt((str(cast.north.pk), str(cast.south.pk))), by=TERRITORY)
    restand([one.pk for one in two], today=cast.today)
    north, south = chances(two)
    assert north > south + 0.2


def test_each_has_the_chance_of_its_size_and_a_new_value_moves_it_at_once(cast, playbook, two):
    keep(cast, learnt(("small", "middle")), by=SIZE, cuts={str(playbook.playbook_id): (50_000_00, 99_000_00)})
    restand([one.pk for one in two], today=cast.today)
    small, middle = chances(two)
    assert small > middle + 0.2
    two[0].revise(by=cast.coordinator, value_minor=95_000_00)
    assert chances(two) == [middle, middle]
    two[0].revise(by=cast.coordinator, value_minor=None)
    assert small > chances(two)[0] > middle  # nobody knows its size


def test_a_step_that_counts_from_its_entry_is_not_made_young_by_another_try(cast, two):
    run = keep(cast, learnt(clocks={"first": ENTRY}, cuts=(0, 5, 15)), clocks={"first": ENTRY})
    one = two[0]
    one.stays.update(entered_on=cast.today - 20 * DAY)
    first = one.steps.get(key="first")
    for ago in (12, 4):
        report(first, by=cast.salesperson, result="again", on=cast.today - ago * DAY)
        first.refresh_from_db()
    assert one.stays.get(end="").entered_on == cast.today - 4 * DAY
    old, young = (figures.figures_for(run, [figures.cell(KEYS, age, None)]).popitem()[1] for age in (20, 4))
    assert old.win != young.win
    assert Standing.objects.get(pk=one.pk).figure == old
    report(first, by=cast.salesperson, result="won", on=cast.today)
    fresh = figures.figures_for(run, [figures.cell(KEYS[1:], 0, None)]).popitem()[1]
    assert Standing.objects.get(pk=one.pk).figure == fresh


def test_going_back_begins_a_step_anew(cast, two):
    run = keep(cast, learnt(clocks={"first": ENTRY}, cuts=(0, 5, 15)), clocks={"first": ENTRY})
    one = two[0]
    one.stays.update(entered_on=cast.today - 20 * DAY)
    first = one.steps.get(key="first")
    report(first, by=cast.salesperson, result="again", on=cast.today - 12 * DAY)
    first.refresh_from_db()
    report(first, by=cast.salesperson, result="won", on=cast.today - 9 * DAY)
    first.refresh_from_db()
    first.reopen(by=cast.coordinator, on=cast.today - 2 * DAY, reason="A new director")
    expected = figures.figures_for(run, [figures.cell(KEYS, 2, None)]).popitem()[1]
    assert Standing.objects.get(pk=one.pk).figure == expected


def test_what_was_found_is_kept_for_the_month(cast, two):
    first_of_month = cast.today.replace(day=1)
    cuts = (0, 7, 44)
    run = keep(cast, learnt(("small", "middle"), {"first": ENTRY}, cuts), by=SIZE, clocks={"first": ENTRY})
    FiguresRun.objects.filter(pk=run.pk).update(found={**run.found, "on": first_of_month.isoformat()})
    for day in (first_of_month + n * DAY for n in (5, 20)):
        again = learn_daily(today=day)
        found, kept = Found.from_json(again.found), figures.learnt_of(again.pk, again.made_at)
        assert (found.on, found.by, found.clocks["first"]) == (first_of_month, SIZE, ENTRY)
        assert kept.blocks["first"].tolist() == list(cuts)
        assert kept.segments == ("small", "middle", "large")
    later = learn_daily(today=first_of_month + 31 * DAY)
    found = Found.from_json(later.found)
    assert (found.on, found.by, found.clocks["first"]) == (first_of_month + 31 * DAY, "", BETWEEN)


def test_it_is_found_anew_when_asked_or_when_the_past_has_doubled(cast, playbook, two):
    run = learn_and_refresh(today=cast.today)
    assert Found.from_json(run.found).stays == 2
    tomorrow = cast.today + DAY
    kept = {**run.found, "on": tomorrow.replace(day=1).isoformat()}
    FiguresRun.objects.filter(pk=run.pk).update(found=kept)
    assert learn_daily(today=tomorrow).found == kept
    assert Found.from_json(learn_and_refresh(today=tomorrow).found).on == tomorrow
    FiguresRun.objects.filter(as_of=tomorrow).delete()
    for number in range(2):
        begin(by=None, name=f"More {number}", playbook_version=playbook, territory=cast.north)
    assert Found.from_json(learn_daily(today=tomorrow).found).on == tomorrow


def test_a_run_of_an_earlier_version_is_followed_by_one_that_looks(cast, two):
    figures.keep_run(learnt(), as_of=cast.today - DAY, stays=600)
    assert Found.from_json(FiguresRun.objects.first().found) == Found()
    assert Found.from_json(learn_daily(today=cast.today).found).on == cast.today


def test_whatever_happens_a_changed_row_equals_one_made_anew(cast, playbook, two):
    found = {"by": SIZE, "cuts": {str(playbook.playbook_id): (50_000_00, 99_000_00)}, "clocks": {"first": ENTRY}}
    keep(cast, learnt(("small", "middle"), {"first": ENTRY}, (0, 5, 15)), **found)
    restand([one.pk for one in two], today=cast.today)
    one, first = two[0], two[0].steps.get(key="first")

    def try_again():
        report(first, by=cast.salesperson, result="again", on=cast.today)
        first.refresh_from_db()

    changes = (
        try_again,
        lambda: one.revise(by=cast.coordinator, value_minor=70_000_00),
        try_again,
        lambda: report(first, by=cast.salesperson, result="won", on=cast.today),
        lambda: one.steps.get(key="first").reopen(by=cast.coordinator, on=cast.today, reason="A new director"),
        lambda: close(one, by=cast.coordinator, kind="lost", on=cast.today),
    )
    for change in changes:
        change()
        changed = list(Standing.objects.order_by("pk").values())
        restand([one.pk for one in two], today=cast.today)
        assert list(Standing.objects.order_by("pk").values()) == changed
    assert not Standing.objects.filter(pk=one.pk).exists()
