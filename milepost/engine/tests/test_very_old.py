"""What has been in a step longer than all others goes on as it did before, whatever one late win says."""

import numpy as np
import pytest

from milepost.engine.ages import YEAR
from milepost.engine.history import LOST, OPEN, WON, History
from milepost.engine.learn import learn
from milepost.engine.string_forecast import Cell, Strings

QUICK = np.arange(1, 131)


def chance(late, age):
    """Return the chance at an age where 2,080 ended within 130 days, and 600 wait for up to 13 months."""
    days = np.concatenate([np.tile(QUICK, 16), np.linspace(140, 395, 600).astype(int), np.full(late, 390)])
    ends = [WON, LOST] * 1040 + [OPEN] * 600 + [WON] * late
    learnt = learn(History([0] * len(days), days, ends, ("engage",)))
    [answer] = Strings(learnt, 0).of([Cell(("engage",), age, None, None)])
    return answer.win


@pytest.mark.parametrize("age", [150, 250, YEAR])
def test_one_late_win_does_not_lift_all_that_are_old(age):
    before, after = chance(0, age), chance(1, age)
    assert 0 < before < after < 0.1


def test_many_late_wins_do():
    assert chance(20, YEAR) > 0.2


def test_what_has_been_seen_less_long_is_not_moved():
    assert abs(chance(0, 40) - chance(1, 40)) < 0.02
