import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from milepost.engine.ages import ATTEMPT, BETWEEN, ENTRY
from milepost.engine.division import Division, choose_division, savings
from milepost.engine.history import LOST, OPEN, WON, History
from milepost.engine.learn import learn
from milepost.engine.tests.histories import KEYS, STEADY, histories

PLACES, SIZES = ("north", "south"), ("small", "large")


def sold(odds, many=3000, seed=5):
    """Let the chance of two steps hang on the size, by so much in log odds, and never on the place."""
    rng = np.random.default_rng(seed)
    size, place = rng.integers(0, 2, many), rng.integers(0, 2, many)
    chance = 1 / (1 + np.exp(-0.5 - odds * (size - 0.5)))
    end = np.where(rng.random(many) < chance, WON, LOST)
    end[-50:] = OPEN
    past = History(np.arange(many) % 2, rng.integers(0, 40, many), end, ("meet", "offer"), day=np.arange(many) // 3)
    return past, {"place": Division(place, PLACES), "size": Division(size, SIZES)}


def test_it_finds_what_tells_opportunities_apart():
    assert choose_division(*sold(odds=-0.8)) == "size"


def test_it_seldom_tells_apart_what_does_not_differ():
    assert sum(choose_division(*sold(odds=0, seed=seed)) is not None for seed in range(40)) <= 2


def test_without_days_or_rows_nothing_is_told_apart():
    past, divisions = sold(odds=-0.8)
    undated = History(past.step, past.days, past.end, past.keys)
    assert choose_division(undated, divisions) is None
    assert choose_division(History.none(), {}) is None


@STEADY
@given(histories, st.randoms(use_true_random=False))
def test_one_segment_saves_nothing_and_the_order_of_rows_is_irrelevant(past, random):
    if not len(past):
        return
    order = list(range(len(past)))
    random.shuffle(order)
    day, segment = np.arange(len(past)), np.array([random.randrange(-1, 2) for _ in order])
    told = History(past.step, past.days, past.end, KEYS, day=day, segment=segment, segments=PLACES)
    parts = (past.step[order], past.days[order], past.end[order])
    mixed = History(*parts, KEYS, day=day[order], segment=segment[order], segments=PLACES)
    np.testing.assert_allclose(savings(told), savings(mixed), atol=1e-9)
    nothing = Division(np.full(len(past), -1), PLACES).of(told)
    np.testing.assert_array_equal(savings(nothing), 0)


@STEADY
@given(histories, st.integers(0, 1))
def test_kept_clocks_and_blocks_stay_whatever_comes(past, clock):
    day = np.arange(len(past))
    before = History(past.step, past.days, past.end, KEYS, day=day)
    kept = dict.fromkeys(KEYS[:2], [ATTEMPT, ENTRY][clock])
    blocks = {key: np.array([0, 5, 40]) for key in KEYS[:2]}
    learnt = learn(before, draws=20, clocks=kept, edges=blocks)
    assert learnt.clocks_by_key == {**kept, KEYS[2]: BETWEEN}
    assert [learnt.blocks[key].tolist() for key in KEYS[:2]] == [[0, 5, 40]] * 2
