from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.engine.ages import EDGES, YEAR
from milepost.engine.chain import HORIZON, bin_chances, step_days
from milepost.engine.figures import Cell
from milepost.engine.group import count, group_steps
from milepost.engine.history import LOST, OPEN, WON, History
from milepost.engine.learn import learn
from milepost.engine.learnt import Learnt
from milepost.engine.string_forecast import forecast_string
from milepost.engine.tempo import ENOUGH, Told, days_of, in_own_time, own_edges, tempos, told_by
from milepost.engine.tests.histories import KEYS, STEADY, histories, history
from milepost.engine.won_by import won_by

hazards = st.lists(
    st.tuples(st.floats(0.008, 0.3), st.floats(0.05, 0.95)), min_size=len(EDGES), max_size=len(EDGES)
).map(lambda rows: np.array([[ends * won, ends * (1 - won)] for ends, won in rows]))


@STEADY
@given(hazards, st.floats(0.05, 2))
def test_a_tempo_moves_no_chance(h, tempo):
    own, edges = in_own_time(h, tempo), own_edges(tempo)
    assert own.shape == (len(edges), 2)
    assert (own > 0).all()
    assert bin_chances(own, edges)[0] == pytest.approx(bin_chances(h, np.array(EDGES))[0], abs=0.003)


def test_what_is_won_very_late_elsewhere_makes_no_quick_step_late():
    """Of a company's steps one in twenty stays for years and hardly any of those is won: nor is it at another tempo."""
    quick = [(0, 20 + n % 70, WON if n % 3 else LOST) for n in range(400)]
    late = [(0, 700 + n, WON if n == 9 else OPEN) for n in range(20)]
    usual = dict.fromkeys((KEYS[1], "b", "c", "d", "e", "f"), 10)
    for here in ([], [(1, 3, OPEN)]):  # without, and with a stay in the first of them
        learnt = learn(history([*quick, *late, *here]), usual=usual)
        chances = [forecast_string(learnt, [key]).win for key in usual] + [forecast_string(learnt, ["plain"]).win]
        assert max(chances) - min(chances) < 0.05
        ends = [forecast_string(learnt, list(usual)[:n]).close_days[2] for n in range(1, 7)]
        assert max(later - before for before, later in pairwise(ends)) < 40, ends


@STEADY
@given(hazards, st.sampled_from([2, 3, 5]))
def test_so_many_times_as_slow_is_as_many_times_as_late(h, tempo):
    company = step_days(h, np.array(EDGES)).cumsum(-1)
    own = step_days(in_own_time(h, tempo), own_edges(tempo)).cumsum(-1)
    for day in EDGES[1:]:
        if day * tempo < HORIZON:
            np.testing.assert_allclose(own[:, day * tempo - 1], company[:, day - 1], rtol=1e-9)


@STEADY
@given(histories)
def test_without_usual_days_nothing_is_moved(past):
    plain, asked = learn(past, draws=20), learn(past, draws=20, usual={})
    for key in (*KEYS, "new"):
        np.testing.assert_array_equal(plain.step(key), asked.step(key))
        np.testing.assert_array_equal(plain.edges_of(key), asked.edges_of(key))


def middles(learnt, *keys):
    return forecast_string(learnt, keys).reached_days


def test_usual_days_are_the_first_guess_and_weigh_the_steps_against_each_other():
    learnt = learn(History.none(), usual={"short": 7, "long": 70})
    short, long = middles(learnt, "short")[0], middles(learnt, "long")[0]
    assert short == pytest.approx(0.8 * 7, abs=2)
    assert long == pytest.approx(0.8 * 70, abs=8)
    chances = [forecast_string(learnt, [key]).win for key in ("short", "long", "other")]
    assert max(chances) - min(chances) < 0.03
    steps = forecast_string(learnt, ["short", "long", "other"]).steps
    assert [step.stated for step in steps] == [True, True, False]
    assert len({(step.conversion, step.low, step.high) for step in steps}) == 1


def test_beside_a_past_of_slower_steps_they_still_count():
    past = history([(0, days, WON if days % 3 else LOST) for days in range(20, 120)])
    learnt = learn(past, usual={"new": 10})
    assert middles(learnt, KEYS[0])[0] > 50
    assert middles(learnt, "new")[0] == pytest.approx(10, abs=4)
    assert middles(learnt, "unstated")[0] > 30


def test_the_more_has_ended_the_less_they_count():
    slow = [(0, 60 + n % 10, WON) for n in range(200)]
    found = []
    for n in (0, 1, 5, 20, ENOUGH - 1, ENOUGH):
        learnt = learn(history([*slow, *((1, 60 + at % 10, WON) for at in range(n))]), usual={KEYS[1]: 5})
        found.append(middles(learnt, KEYS[1])[0])
    assert found == sorted(found)
    assert found[0] < 12
    assert found[-1] > 50
    assert found[-1] - found[-2] <= 5


def test_those_of_several_steps_add_up_to_about_what_is_stated():
    usual = {"a": 10, "b": 14, "c": 28, "d": 20}
    for n in range(1, 5):
        keys, days = list(usual)[-n:], sum(list(usual.values())[-n:])
        assert middles(learn(History.none(), usual=usual), *keys)[-1] == pytest.approx(days, rel=0.25)


@pytest.mark.parametrize("company", [[], [(2, 20 + 3 * n % 200, WON if n % 3 else LOST) for n in range(300)]])
def test_quick_stays_make_no_step_slower_however_slow_the_company_is(company):
    """One win on the very day, then three: days go down from what is stated, by some, not by all."""
    found = []
    for n in (0, 1, 3):
        past = history(company + [(1, 0, WON)] * n)
        found.append(middles(learn(past, usual={KEYS[1]: 40}), KEYS[1])[0])
    assert found == sorted(found, reverse=True)
    assert 0.3 * found[0] < found[1] < found[0] > 25


def test_stays_still_open_at_the_usual_days_count_as_that_long():
    ended, reached = np.zeros(YEAR + 1), np.zeros(YEAR + 1, int)
    ended[3], reached[: 4 + 1], reached[5:11] = 1, 3, 2
    assert told_by(ended, reached, usual=10) == Told(3.0, 10.0)
    assert told_by(ended, reached, usual=11) == Told(1.0, 3.0)
    assert told_by(ended, reached, usual=4000).stays == 1


def test_steps_that_came_after_learning_take_the_days_stated_for_them():
    before, after = learn(History.none(), usual={"old": 20}), learn(History.none(), usual={"old": 20, "new": 5})
    before.take_in({"new": 5, "old": 90})
    assert before.tempo == after.tempo
    assert middles(before, "new") == middles(after, "new")


@STEADY
@given(histories, st.sampled_from([*KEYS, "new"]), st.integers(0, 200))
def test_the_chance_of_one_step_left_is_that_step_s(past, key, age):
    found = forecast_string(learn(past, draws=20), [key], age=age)
    if len(found.steps) == 1:
        only = found.steps[0]
        assert (only.conversion, only.low, only.high) == (found.win, found.win_low, found.win_high)


@STEADY
@given(histories)
def test_a_step_s_days_are_the_same_alone_and_for_a_group_that_is_everybody(past):
    learnt = learn(past, draws=20, usual={"new": 15})
    nothing = count(np.zeros(0, int), np.zeros(0, int))
    for key in (*KEYS, "new"):
        only = forecast_string(learnt, [key])
        if len(only.steps) == 1 and learnt.skip(key).max() == 0:
            assert group_steps(learnt, [key], [nothing])[0].days.mean == pytest.approx(only.close_days[1], abs=1)


def test_ends_on_days_nobody_knows_are_answered_by_what_is_usual_elsewhere():
    undated = History.none((KEYS[0],))
    with_some = History(undated.step, undated.days, undated.end, undated.keys, undated=np.array([3, 2, 0]))
    assert learn(with_some, usual={KEYS[0]: 3}).tempo == {}


def test_periods_agree_with_the_days():
    learnt = learn(History.none(), usual={"short": 5, "long": 120})
    cells = [Cell(("short",)), Cell(("long",)), Cell(("long", "short"))]
    by = won_by(learnt, cells, [10, 400, 9999]).mean(-1)
    assert by[0, 0] > 0.35 > by[1, 0]
    assert np.allclose(by[:, 2], [forecast_string(learnt, cell.keys).win for cell in cells], atol=1e-4)


def test_it_is_packed_along():
    learnt = learn(History.none(), usual={"short": 5})
    again = Learnt.from_bytes(learnt.to_bytes())
    assert again.tempo == learnt.tempo
    np.testing.assert_array_equal(again.step("short"), learnt.step("short"))


@pytest.mark.parametrize("days", [0, 1, 3650])
def test_absurd_days_are_bounded(days):
    learnt = learn(History.none(), usual={"odd": days})
    found = forecast_string(learnt, ["odd", "odd"], age=400)
    assert 0 < found.win < 1
    assert tempos({"odd": days}, {}, learnt.worlds.lambda0)["odd"] > 0
    assert days_of(learnt.worlds.lambda0) >= 1
