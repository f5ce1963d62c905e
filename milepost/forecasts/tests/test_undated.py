"""Steps an import knows to be behind an opportunity, without their days, count in their chance where that is fair."""

import datetime

import pytest

from milepost.forecasts.learn import learn_and_refresh
from milepost.forecasts.stays import read_stays
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Standing, Stay, Step

DAY = datetime.timedelta(days=1)


def beyond(cast, playbook, name, *, lost=False, dated=True):
    """Make one that is in its second step, or was lost there; nothing is recorded of its first."""
    one = begin(
        by=None,
        name=name,
        playbook_version=playbook,
        territory=cast.north,
        started_on=cast.today - 30 * DAY,
    )
    first, second = one.steps.order_by("position")[:2]
    Stay.objects.filter(opportunity=one).delete()
    Step.objects.filter(pk=first.pk).update(state=Step.State.NOT_RECORDED)
    entered = cast.today - 20 * DAY if dated else None
    stay = Stay.objects.create(opportunity=one, step=second, key=second.key, entered_on=entered)
    if lost:
        close(one, by=cast.coordinator, kind="lost", on=cast.today - 5 * DAY)
        left = cast.today - 5 * DAY if dated else None
        Stay.objects.filter(pk=stay.pk).update(left_on=left, end="lost" if dated else "")
    return one


def undated(cast, day=None):
    stays = read_stays()
    seen = stays.now(cast.today) if day is None else stays.on(day.toordinal())
    return dict(zip(seen.history.keys, seen.history.undated.reshape(-1, 3).tolist(), strict=True))


def test_what_is_known_to_be_beyond_a_step_has_won_it(cast, playbook):
    beyond(cast, playbook, "One")
    beyond(cast, playbook, "Two", lost=True)

    assert undated(cast)["first"] == [2, 0, 0]


def test_it_is_known_from_the_first_day_beyond_it(cast, playbook):
    beyond(cast, playbook, "One")
    beyond(cast, playbook, "Two", lost=True)

    assert undated(cast, cast.today - 20 * DAY)["first"] == [0, 0, 0]  # nothing was lost by then
    assert undated(cast, cast.today - 4 * DAY)["first"] == [2, 0, 0]


@pytest.mark.parametrize("lost", [0, 3])
def test_it_does_not_count_where_nobody_knows_where_the_lost_were_lost(cast, playbook, lost):
    beyond(cast, playbook, "One")
    for number in range(lost):
        beyond(cast, playbook, f"Lost {number}", lost=True, dated=False)

    assert undated(cast)["first"] == [0, 0, 0]


def test_a_stay_that_was_lost_on_a_known_day_counts_without_its_entry(cast, playbook):
    one = beyond(cast, playbook, "One", lost=True)
    Stay.objects.filter(opportunity=one).update(entered_on=None)

    second = one.steps.order_by("position")[1]
    assert undated(cast)[second.key] == [0, 1, 0]


def test_what_is_there_since_nobody_knows_when_is_told_of(cast, playbook, opportunity):
    beyond(cast, playbook, "Two", lost=True)
    Stay.objects.filter(opportunity=opportunity).update(entered_on=None)

    assert undated(cast)["first"] == [1, 0, 1]


def test_an_answer_without_its_entry_counts_until_it_was_gone_back_from(cast, playbook):
    one = beyond(cast, playbook, "One", lost=True)
    second = one.steps.order_by("position")[1]
    Stay.objects.filter(opportunity=one).update(entered_on=None)
    anew = cast.today - 2 * DAY
    Stay.objects.create(opportunity=one, step=second, key=second.key, entered_on=anew)

    assert undated(cast, anew)[second.key] == [0, 1, 0]
    assert undated(cast, anew + DAY)[second.key] == [0, 0, 0]


def test_it_raises_the_chance_of_what_is_in_the_step(cast, playbook, opportunity):
    before = Standing.objects.get(pk=opportunity.pk).win
    for number in range(12):
        beyond(cast, playbook, f"Past {number}", lost=number == 0)
    learn_and_refresh()

    after = Standing.objects.get(pk=opportunity.pk)
    assert after.win > before
    assert after.figure.steps[0]["won"] == 12


def test_learn_tells_no_days_where_none_is_recorded(cast, as_, playbook):
    for name in ("One", "Two"):
        beyond(cast, playbook, name)
    begin(by=None, name="New", playbook_version=playbook, territory=cast.north, started_on=cast.today)
    learn_and_refresh()
    text = " ".join(as_(cast.coordinator).get("/learn/").text.split())
    elsewhere = "no day is recorded; what is usual elsewhere stands for them"
    assert "none has ended: by its usual days" in text
    assert elsewhere not in text
    beyond(cast, playbook, "Three", lost=True)
    learn_and_refresh()
    assert elsewhere in as_(cast.coordinator).get("/learn/").text
