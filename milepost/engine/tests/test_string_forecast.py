import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.engine.chain import HORIZON
from milepost.engine.history import LOST, OPEN, WON, History
from milepost.engine.learn import learn
from milepost.engine.learnt import Learnt
from milepost.engine.string_forecast import Cell, forecast_cells, forecast_string
from milepost.engine.tests.histories import KEYS, STEADY, histories, history

MANY = (
    [(0, d % 25, WON) for d in range(90)]
    + [(0, 20 + d % 70, LOST) for d in range(60)]
    + [(1, d % 40, WON if d % 3 else LOST) for d in range(90)]
    + [(1, 12, OPEN)] * 5
)


@pytest.fixture(scope="module")
def learnt():
    return learn(history(MANY))


@STEADY
@given(histories, st.integers(0, 500), st.one_of(st.none(), st.integers(0, 400)))
def test_its_figures_are_chances_and_days_in_order(past, age, booked_in):
    f = forecast_string(learn(past, draws=40), KEYS, age=age, booked_in=booked_in)
    assert 0 <= f.win_low <= f.win_high <= 1
    assert 0 <= f.win <= 1
    assert 0 <= f.win_in_week <= 1
    for days in (f.close_days, f.close_any_days):
        assert list(days) == sorted(days)
        assert 0 <= days[0] <= days[2] <= HORIZON
    assert all(0 <= step.low <= step.high <= 1 for step in f.steps)


@STEADY
@given(histories, st.integers(0, 500))
def test_a_step_more_never_raises_the_chance(past, age):
    learnt = learn(past, draws=40)
    two, three = (forecast_string(learnt, keys, age=age) for keys in (KEYS[:2], KEYS))
    assert (three.win_draws <= two.win_draws).all()
    assert three.win <= two.win


@STEADY
@given(st.integers(0, 5_000), st.integers(0, 5_000), st.lists(st.sampled_from(KEYS), unique=True), st.integers(0, 500))
def test_nothing_is_won_or_lost_before_it_ends(won, others, keys, age):
    past = History([0, 1], [3, 9], [1, 2], KEYS, last=[won, others, won // 2])
    f = forecast_string(learn(past, draws=40), keys, age=age)
    assert 0 < f.win_low <= f.win_high < 1
    assert 0 < f.win < (0.995 if not keys else 1)  # nor is it shown as 100 %
    assert f.steps


def test_with_no_step_left_as_many_are_won_as_were_of_those_that_stayed_open():
    many, few = (learn(History([0], [3], [1], KEYS, last=last)) for last in ([90, 210, 5], [3, 7, 0]))
    f = forecast_string(many, [])
    assert f.win == pytest.approx(0.3, abs=0.02)
    assert (f.steps[0].won, f.steps[0].lost, f.steps[0].thin) == (90, 210, False)
    wide = forecast_string(few, [])
    assert wide.win_high - wide.win_low > 2 * (f.win_high - f.win_low)
    assert forecast_string(learn(History.none(KEYS)), []).steps[0].thin
    with_it = learn(History([0], [3], [1], KEYS, last=[0, 0, 500]))
    assert forecast_string(with_it, []).win > forecast_string(learn(History.none(KEYS)), []).win
    assert forecast_string(with_it, []).steps[0].thin
    again = Learnt.from_bytes(many.to_bytes())
    assert forecast_string(again, []).win == f.win


def test_many_at_once_are_the_same_as_one_by_one(learnt):
    cells = [
        Cell(keys, age, booked)
        for keys in (KEYS, KEYS[1:], ("show",), (), ("pilot", "offer"))
        for age, booked in ((0, None), (33, None), (5, 20), (500, None), (None, 3))
    ]
    for cell, many in zip(cells, forecast_cells(learnt, cells), strict=True):
        one = forecast_string(learnt, cell.keys, age=cell.age, booked_in=cell.booked_in)
        np.testing.assert_array_equal(one.win_draws, many.win_draws)
        assert one.steps == many.steps
        assert (one.close_days, one.close_any_days) == (many.close_days, many.close_any_days)


def test_more_cells_than_a_block_keep_their_order(learnt):
    cells = [Cell(("meet",), age) for age in range(300)]
    together = forecast_cells(learnt, cells)
    assert together[299].win == forecast_string(learnt, ("meet",), age=299).win
    assert forecast_cells(learnt, []) == []


def test_its_interval_is_of_its_own_draws(learnt):
    f = forecast_string(learnt, KEYS, age=10)
    assert f.win == pytest.approx(f.win_draws.mean(), abs=1e-6)
    np.testing.assert_allclose([f.win_low, f.win_high], np.quantile(f.win_draws, [0.1, 0.9]), atol=1e-6)
    assert f.win_draws.dtype == np.float32


def test_its_draws_are_the_product_of_its_steps(learnt):
    product = np.prod([forecast_string(learnt, [key]).win_draws for key in KEYS], axis=0)
    np.testing.assert_allclose(forecast_string(learnt, KEYS).win_draws, product, rtol=1e-5)


def test_an_old_step_is_worth_less_and_waiting_costs(learnt):
    fresh, old = forecast_string(learnt, ["meet"]), forecast_string(learnt, ["meet"], age=30)
    assert old.win < fresh.win / 2
    waiting = forecast_string(learnt, ["meet"], age=15)
    assert waiting.win_in_week < waiting.win
    assert waiting.win_in_week == pytest.approx(forecast_string(learnt, ["meet"], age=22).win, abs=1e-6)


def test_an_unknown_age_counts_as_fresh(learnt):
    assert forecast_string(learnt, KEYS, age=None).win == forecast_string(learnt, KEYS, age=0).win


def test_a_booked_appointment_moves_the_date_not_the_chance(learnt):
    free, booked = (forecast_string(learnt, ["meet"], booked_in=r) for r in (None, 30))
    assert booked.win == free.win
    assert booked.close_days[0] == 30
    assert free.close_days[0] < 30


def test_a_week_costs_nothing_while_the_appointment_is_further_off(learnt):
    far = forecast_string(learnt, ["meet"], age=15, booked_in=8)
    near = forecast_string(learnt, ["meet"], age=15, booked_in=7)
    assert far.win_in_week == far.win
    assert near.win_in_week < near.win


def test_an_appointment_in_the_past_is_none(learnt):
    past, none = (forecast_string(learnt, KEYS, booked_in=r) for r in (-3, None))
    assert past.close_days == none.close_days


def test_its_counts_and_marks_come_from_the_history(learnt):
    meet, show, offer = forecast_string(learnt, KEYS, age=12).steps
    assert (meet.won, meet.lost, meet.still_open, meet.thin, meet.rare) == (90, 60, 0, False, False)
    assert (show.won, show.lost, show.still_open) == (60, 30, 5)
    assert (offer.won, offer.thin, offer.rare) == (0, True, True)


def test_the_weakest_step_is_where_better_odds_add_most(learnt):
    f = forecast_string(learnt, KEYS, age=60)
    assert f.weakest == 0
    gains = [f.win * (1 - step.conversion) for step in f.steps]
    assert gains[f.weakest] == max(gains)


def test_it_closes_when_simulated_ones_do():
    rows = [(0, d % 40, WON if d % 4 else LOST) for d in range(6000)]
    sure = learn(History(*np.array(rows).T, keys=("meet",)))
    took = np.array([d for _, d, end in rows if end == WON])
    expected = np.quantile(took, [0.1, 0.5, 0.9])
    np.testing.assert_allclose(forecast_string(sure, ["meet"]).close_days, expected, atol=2)


def test_an_age_below_zero_is_refused(learnt):
    with pytest.raises(ValueError, match="age"):
        forecast_string(learnt, KEYS, age=-1)


@STEADY
@given(st.integers(0, 400), st.integers(0, 400))
def test_where_nobody_waited_after_the_last_step_reaching_it_lowers_no_chance(won, lost):
    """All that was won was won with its last step: to have reached it is no bad news."""
    ends = [WON] * won + [LOST] * lost
    past = History([0] * len(ends), [9] * len(ends), ends, KEYS, last=[0, 0, won])
    learnt = learn(past, draws=40)
    before = forecast_string(learnt, KEYS[:1]).win
    assert forecast_string(learnt, []).win > min(before, 0.9) - 0.02


@STEADY
@given(histories, st.integers(0, 500), st.one_of(st.none(), st.integers(0, 400)))
def test_the_day_of_a_step_is_that_of_a_string_which_ends_with_it(past, age, booked_in):
    """So what comes behind a step, however much, moves its day by nothing."""
    learnt = learn(past, draws=20)
    keys = (*KEYS, "untried")
    whole = forecast_string(learnt, keys, age=age, booked_in=booked_in).reached_days
    ends = [forecast_string(learnt, keys[:n], age=age, booked_in=booked_in).close_days[1] for n in (1, 2, 3, 4)]
    assert list(whole) == ends == sorted(ends)


def test_steps_that_nobody_has_tried_have_equal_figures(learnt):
    steps = forecast_string(learnt, ["meet", "new", "newer", "newest"]).steps[1:]
    assert len({(step.conversion, step.low, step.high) for step in steps}) == 1
