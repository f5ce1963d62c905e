import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.engine.chain import chance
from milepost.engine.history import LEFT, LOST, OPEN, WON, History
from milepost.engine.learn import learn
from milepost.engine.learnt import Learnt
from milepost.engine.prior import Prior
from milepost.engine.strengths import fixed_strengths
from milepost.engine.tests.histories import KEYS, STEADY, histories, history

DRAWS = 40
MANY = [(0, d, WON) for d in range(60)] + [(0, d, LOST) for d in range(0, 60, 3)] + [(1, 9, OPEN)] * 4


def conversion(learnt, key, age=0):
    return chance(learnt.step(key), learnt.edges_of(key), age)


def hazards_of(learnt):
    return np.concatenate(learnt.hazards_by_step, axis=1)


@STEADY
@given(histories)
def test_its_hazards_are_chances(past):
    learnt = learn(past, draws=DRAWS)
    for key in KEYS:
        hazards = learnt.step(key)
        assert hazards.shape == (DRAWS, len(learnt.edges_of(key)), 2)
        assert (hazards > 0).all()
        assert (hazards.sum(-1) <= 0.9501).all()


@STEADY
@given(histories, st.randoms(use_true_random=False))
def test_the_order_of_rows_is_irrelevant(past, random):
    order = list(range(len(past)))
    random.shuffle(order)
    mixed = History(past.step[order], past.days[order], past.end[order], past.keys)
    np.testing.assert_array_equal(hazards_of(learn(mixed, draws=DRAWS)), hazards_of(learn(past, draws=DRAWS)))


@STEADY
@given(histories, st.permutations(range(3)))
def test_the_order_of_keys_is_irrelevant(past, order):
    place = np.argsort(order)
    renamed = History(place[past.step], past.days, past.end, tuple(KEYS[k] for k in order))
    one, other = learn(past, draws=DRAWS), learn(renamed, draws=DRAWS)
    for key in KEYS:
        np.testing.assert_allclose(other.step(key), one.step(key), rtol=1e-4)
        assert other.ended(key) == one.ended(key)


@STEADY
@given(histories, st.integers(0, 2), st.integers(0, 300), st.sampled_from([(0.5, 1), (4, 16), (64, 64)]))
def test_a_win_in_place_of_a_loss_never_lowers_a_conversion(past, step, days, strengths):
    fixed = fixed_strengths(*strengths)
    rows = list(zip(past.step, past.days, past.end, strict=True))
    kept = learn(past).blocks
    lost = learn(history([*rows, (step, days, LOST)]), draws=DRAWS, strengths=fixed, edges=kept)
    won = learn(history([*rows, (step, days, WON)]), draws=DRAWS, strengths=fixed, edges=kept)
    assert conversion(won, KEYS[step]).mean() >= conversion(lost, KEYS[step]).mean() - 1e-6


@STEADY
@given(histories, st.integers(0, 2), st.integers(0, 300))
def test_a_win_more_on_the_first_day_never_lowers_a_conversion(past, step, days):
    rows = list(zip(past.step, past.days, past.end, strict=True))
    kept = learn(past).blocks
    before = learn(history(rows), draws=DRAWS, strengths=fixed_strengths(), edges=kept)
    after = learn(history([*rows, (step, 0, WON)]), draws=DRAWS, strengths=fixed_strengths(), edges=kept)
    assert conversion(after, KEYS[step]).mean() >= conversion(before, KEYS[step]).mean() - 1e-6


def test_the_same_seed_gives_the_same_answer_and_another_one_does_not():
    past = history(MANY)
    np.testing.assert_array_equal(hazards_of(learn(past, seed=3)), hazards_of(learn(past, seed=3)))
    assert not np.array_equal(learn(past, seed=3).step("meet"), learn(past, seed=4).step("meet"))


def test_without_history_it_says_the_default_and_says_so():
    learnt = learn(History.none(KEYS), prior=Prior(conversion=0.6))
    assert all(learnt.thin(key) for key in KEYS)
    low, high = np.quantile(conversion(learnt, "meet"), [0.1, 0.9])
    assert conversion(learnt, "meet").mean() == pytest.approx(0.6, abs=0.03)
    assert low < 0.35
    assert high > 0.8


def test_another_default_moves_what_has_no_history():
    hard = learn(History.none(KEYS), prior=Prior(conversion=0.2))
    assert conversion(hard, "meet").mean() < 0.3


def test_a_default_must_make_sense():
    for wrong in ({"conversion": 1.0}, {"conversion": 0}, {"median_days": 0}, {"weight": -1}):
        with pytest.raises(ValueError):
            Prior(**wrong)


def test_it_needs_a_draw():
    with pytest.raises(ValueError, match="draws"):
        learn(History.none(), draws=0)


def test_much_history_speaks_for_itself():
    rows = [(0, d % 40, WON if d % 5 else LOST) for d in range(4000)]
    learnt = learn(history(rows))
    assert conversion(learnt, "meet").mean() == pytest.approx(0.8, abs=0.02)
    assert conversion(learnt, "meet").std() < 0.02


def test_a_step_nobody_tried_has_the_companys_level_with_wide_limits():
    learnt = learn(history(MANY))
    own, borrowed = conversion(learnt, "meet"), conversion(learnt, "offer")
    assert 0.55 < borrowed.mean() < 0.85
    assert borrowed.std() > 2 * own.std()


def test_a_step_outside_the_history_is_like_one_without_rows():
    without = learn(History([], [], [], ()))
    named = learn(History([], [], [], ("pilot",)))
    np.testing.assert_array_equal(without.step("pilot"), named.step("pilot"))
    assert without.thin("pilot")


def test_two_steps_outside_the_history_are_drawn_apart():
    learnt = learn(History.none())
    together = np.corrcoef(conversion(learnt, "pilot"), conversion(learnt, "tender"))[0, 1]
    assert 0 < together < 0.8


def test_open_stays_count():
    closed = [(0, 10, WON)] * 10 + [(0, 10, LOST)] * 10
    waiting = [(0, 40, OPEN)] * 40
    without, with_them = learn(history(closed)), learn(history(closed + waiting))
    assert with_them.step("meet").mean(0)[5:8].sum() < without.step("meet").mean(0)[5:8].sum()


def test_a_stay_that_was_left_counts_like_an_open_one_but_is_not_shown_as_open():
    rows = [(0, 10, WON)] * 5
    opened, left = learn(history([*rows, (0, 30, OPEN)])), learn(history([*rows, (0, 30, LEFT)]))
    np.testing.assert_array_equal(hazards_of(opened), hazards_of(left))
    assert opened.ended("meet") == (5, 0, 1)
    assert left.ended("meet") == (5, 0, 0)


def test_old_steps_are_worth_less_where_the_past_says_so():
    rows = [(0, d % 20, WON) for d in range(200)] + [(0, 50 + d % 60, LOST) for d in range(200)]
    learnt = learn(history(rows))
    assert conversion(learnt, "meet", 40).mean() < 0.1 < 0.45 < conversion(learnt, "meet").mean()


def test_years_of_silence_are_no_win():
    rows = [(0, d % 138, WON if d % 8 < 5 else LOST) for d in range(2000)] + [
        (0, 150 + d % 250, OPEN) for d in range(500)
    ]
    learnt = learn(history(rows))
    silent = conversion(learnt, "meet", 200)
    low, high = np.quantile(silent, [0.1, 0.9])
    assert low < silent.mean() < high < 0.25
    assert 0.4 < conversion(learnt, "meet").mean() < 0.625


def test_an_age_nobody_reached_is_like_the_oldest_that_somebody_did():
    rows = [(0, d % 10, WON) for d in range(300)] + [(0, 30 + d % 60, LOST) for d in range(300)]
    learnt = learn(history(rows))
    assert conversion(learnt, "meet", 300).mean() < 0.35
    assert learnt.rare("meet", 300)
    assert not learnt.rare("meet", 30)


def test_it_comes_back_from_bytes():
    learnt = learn(history(MANY), draws=20)
    back = Learnt.from_bytes(learnt.to_bytes())
    assert back.keys == learnt.keys
    for key in (*KEYS, "pilot"):
        np.testing.assert_array_equal(back.step(key), learnt.step(key))
        assert back.ended(key) == learnt.ended(key)
        assert back.rare(key, 20) == learnt.rare(key, 20)


def test_bytes_without_any_step_come_back_too():
    assert Learnt.from_bytes(learn(History.none()).to_bytes()).keys == ()


def test_bytes_of_another_version_are_refused(tmp_path):
    np.savez_compressed(tmp_path / "old.npz", hazards=np.zeros(3))
    with pytest.raises(ValueError, match="learn again"):
        Learnt.from_bytes((tmp_path / "old.npz").read_bytes())
