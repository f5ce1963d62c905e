"""What a week of waiting costs."""

import pytest

from milepost.engine.waiting import weekly_loss


def test_waiting_never_pays():
    assert weekly_loss(1000, 0.5, 0.4) == pytest.approx(100)
    assert weekly_loss(1000, 0.4, 0.5) == 0
    assert weekly_loss(1000, 0.4, 0.5, delay=0.1) > 0


def test_of_two_whose_chance_stays_the_larger_costs_more():
    small, large = (weekly_loss(value, 0.4, 0.4, delay=0.1) for value in (1_000, 50_000))
    assert large == pytest.approx(50 * small)
    assert small > 0


def test_a_year_of_weeks_costs_a_year_of_delay():
    left = 1.0
    for _week in range(52):
        left -= weekly_loss(left, 1.0, 1.0, delay=0.10)
    assert left == pytest.approx(1.1 ** (-52 * 7 / 365), abs=1e-9)


def test_a_delay_that_is_no_share_is_refused():
    with pytest.raises(ValueError, match="delay"):
        weekly_loss(1000, 0.5, 0.5, delay=-1)
