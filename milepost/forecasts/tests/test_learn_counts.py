"""What the Learn page counts in memory is what learning counts row by row: its slow twin."""

import datetime

import numpy as np
import pytest

from milepost.engine.ages import ATTEMPT, BETWEEN, ENTRY, count_days
from milepost.forecasts.learnt.asked import Asked, Scope
from milepost.forecasts.learnt.past import past_now
from milepost.forecasts.learnt.stays import Tally
from milepost.forecasts.stays import read_stays
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Opportunity
from milepost.opportunities.report import report

DAY = datetime.timedelta(days=1)


@pytest.fixture
def lived(cast, playbook):
    """Meet again, go back, skip, win, lose, stay; one was known up to a past day only."""
    days = [cast.today - n * DAY for n in (90, 80, 60, 45, 30, 12)]
    one, two, three, four = (
        begin(by=None, name=f"No {n}", playbook_version=playbook, territory=cast.north, started_on=days[0])
        for n in range(4)
    )
    for on in days[1:4]:
        report(one.steps.get(key="first"), by=cast.coordinator, result="again", on=on)
    report(one.steps.get(key="first"), by=cast.coordinator, result="won", on=days[4])
    report(two.steps.get(key="first"), by=cast.coordinator, result="again", on=days[1])
    report(two.steps.get(key="first"), by=cast.coordinator, result="won", on=days[2])
    two.steps.get(key="first").reopen(by=cast.coordinator, on=days[3], reason="A new board")
    report(two.steps.get(key="first"), by=cast.coordinator, result="again", on=days[4])
    report(three.steps.get(key="first"), by=cast.coordinator, result="won", on=days[2])
    three.steps.get(key="visit").skip(by=cast.coordinator, on=days[3], reason="Was there already")
    close(three, by=cast.coordinator, kind="lost", on=days[5])
    Opportunity.objects.filter(pk=four.pk).update(as_of=days[3])
    Opportunity.objects.filter(pk__in=(two.pk, three.pk)).update(first_told=days[4])


def test_an_answer_that_was_gone_back_from_is_none(cast, lived, playbook):
    past, scope = past_now(), Scope(Asked(years=None), cast.company)
    tally = Tally(past, scope.chosen(past, cast.administrator), cast.today, None, lambda key: ATTEMPT)
    fates = tally.fates(playbook.playbook_id, "first")
    assert {how: many for how, many in fates.items() if many} == {"won": 2, "open": 2, "again": 5}


@pytest.mark.parametrize("clock", [ATTEMPT, ENTRY, BETWEEN])
def test_it_counts_what_learning_counts(cast, lived, playbook, clock):
    history = read_stays().now(cast.today).history
    daily = count_days(history, clock)
    past, scope = past_now(), Scope(Asked(years=None), cast.company)
    tally = Tally(past, scope.chosen(past, cast.administrator), cast.today, None, lambda key: clock)
    assert set(history.keys) <= tally.keys
    for k, key in enumerate(history.keys):
        own = tally.counts(playbook.playbook_id, key)
        np.testing.assert_allclose(own.N, daily.N[k].sum(0))
        np.testing.assert_allclose(own.D, daily.D[k].sum(0))
