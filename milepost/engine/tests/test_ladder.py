"""Clocks, segments, skips and what is kept between re-estimations."""

import numpy as np
import pytest

from milepost.engine.ages import ATTEMPT, BETWEEN, ENTRY
from milepost.engine.clocks import choose_clocks, up_to, watched_from
from milepost.engine.history import LEFT, LOST, OPEN, WON, History
from milepost.engine.learn import learn
from milepost.engine.learnt import Learnt
from milepost.engine.string_forecast import Cell, forecast_cells
from milepost.engine.won_by import won_by


def tried_again(by, seed=1, many=400):
    """Let everybody try again after 3 to 20 days; the step ends five to eight days after its last try, or its entry."""
    rng = np.random.default_rng(seed)
    rows = []
    for day in range(many):
        again, last = int(rng.integers(3, 20)), int(rng.integers(5, 9))
        end = WON if rng.random() < 0.6 else LOST
        rows.append((again + 1, LEFT, 0, 0, day))
        whole = again + last if by == ATTEMPT else max(22 + last, again + 1)
        rows.append((whole - again, end, 1, again, day + again))
    days, end, since, before, start = np.array(rows).T
    return History(np.zeros(len(rows), int), days, end, ("offer",), since=since, before=before, day=start)


@pytest.mark.parametrize("clock", [ATTEMPT, ENTRY])
def test_it_finds_what_the_clock_counts_from(clock):
    assert choose_clocks(tried_again(clock)).tolist() == [clock]


def test_without_days_or_with_little_half_of_the_days_before_count():
    past = tried_again(ENTRY)
    undated = History(past.step, past.days, past.end, past.keys, since=past.since, before=past.before)
    assert choose_clocks(undated).tolist() == [BETWEEN]
    assert choose_clocks(tried_again(ENTRY, many=10)).tolist() == [BETWEEN]
    learnt = learn(tried_again(ATTEMPT, many=10))
    again, as_old = forecast_cells(learnt, [Cell(("offer",), 2, step_age=12), Cell(("offer",), 7)])
    assert (again.win, again.close_days) == (as_old.win, as_old.close_days)


def test_a_forecast_reads_the_age_that_its_clock_counts():
    learnt = learn(tried_again(ENTRY))
    young, old = forecast_cells(learnt, [Cell(("offer",), 2, step_age=3), Cell(("offer",), 2, step_age=29)])
    assert young.close_days[1] > old.close_days[1] + 10


def test_what_was_known_and_what_followed_are_all_there_was():
    past = tried_again(ATTEMPT)
    before, after = up_to(past, 100), watched_from(past, 100)
    ended = [np.isin(part.end, (WON, LOST)).sum() for part in (past, before, after)]
    assert ended[0] == ended[1] + ended[2]
    assert (before.day < 100).all()
    assert (after.since + after.day >= 100).all()


def in_two_places(seed=3):
    rng = np.random.default_rng(seed)
    place = rng.integers(0, 2, 800)
    won = rng.random(800) < np.where(place == 1, 0.8, 0.4)
    days, end = rng.integers(0, 30, 800), np.where(won, WON, LOST)
    return History(np.zeros(800, int), days, end, ("meet",), segment=place, segments=("north", "south"))


def test_segments_differ_where_the_past_says_so():
    learnt = learn(in_two_places())
    north, none, south = (
        f.win for f in forecast_cells(learnt, [Cell(("meet",), segment=s) for s in ("north", None, "south")])
    )
    assert north < none - 0.1
    assert south > none + 0.1
    assert forecast_cells(learnt, [Cell(("meet",), segment="east")])[0].win == none


def test_segments_that_do_not_differ_hardly_do():
    past = in_two_places()
    mixed = History(past.step, past.days, past.end, past.keys, segment=np.arange(800) % 2, segments=past.segments)
    north, south = (f.win for f in forecast_cells(learn(mixed), [Cell(("meet",), segment=s) for s in past.segments]))
    assert abs(north - south) < 0.08


def test_a_step_that_is_often_passed_by_costs_less():
    step, days, end = [0] * 40 + [1] * 10, [5] * 50, [WON] * 30 + [LOST] * 10 + [WON] * 5 + [LOST] * 5
    plain = learn(History(step, days, end, ("meet", "pilot")))
    passed = learn(History(step, days, end, ("meet", "pilot"), skips=[0, 20]))
    string, alone = Cell(("meet", "pilot")), Cell(("pilot",))
    before, after = (forecast_cells(one, [string, alone]) for one in (plain, passed))
    assert after[0].win > before[0].win * 1.2
    assert after[1].win == before[1].win
    assert after[0].win < forecast_cells(passed, [Cell(("meet",))])[0].win
    np.testing.assert_allclose(won_by(passed, [string], [5000])[0, 0], after[0].win_draws, rtol=1e-4)
    assert won_by(passed, [string], [1000])[0, 0].mean() == pytest.approx(after[0].win, abs=0.01)


def test_blocks_are_kept_when_they_are_handed_in():
    past = tried_again(ATTEMPT)
    before = learn(past)
    more = History(
        np.append(past.step, 0),
        np.append(past.days, 300),
        np.append(past.end, OPEN),
        past.keys,
        since=np.append(past.since, 0),
        before=np.append(past.before, 0),
        day=np.append(past.day, 0),
    )
    after = learn(more, edges=before.blocks)
    np.testing.assert_array_equal(after.edges_of("offer"), before.edges_of("offer"))
    assert len(before.blocks["offer"]) > 2


def test_everything_comes_back_from_bytes():
    learnt = learn(in_two_places())
    back = Learnt.from_bytes(learnt.to_bytes())
    assert (back.keys, back.segments) == (learnt.keys, learnt.segments)
    for segment in (None, "north"):
        np.testing.assert_array_equal(back.step("meet", segment), learnt.step("meet", segment))
    assert back.blocks["meet"].tolist() == learnt.blocks["meet"].tolist()


def test_the_recent_past_counts_more_with_a_half_life():
    day = np.arange(600)
    end = np.where(day < 400, np.where(day % 4, WON, LOST), np.where(day % 4, LOST, WON))
    past = History(np.zeros(600, int), np.full(600, 5), end, ("meet",), day=day)
    even, recent = (forecast_cells(learn(past, half_life=h), [Cell(("meet",))])[0].win for h in (None, 30))
    assert even > 0.5
    assert recent < 0.4


def test_what_the_first_version_learnt_is_still_read():
    import io
    import json

    from milepost.engine.ages import EDGES

    file, draws = io.BytesIO(), 5
    hazards = np.full((draws, 1, len(EDGES), 2), 0.02, np.float32)
    np.savez_compressed(
        file,
        form=np.array(1),
        keys=np.frombuffer(json.dumps(("meet",)).encode(), dtype=np.uint8),
        edges=np.array(EDGES),
        hazards=hazards,
        counts=np.array([[1, 20, 10, 0]]),
        reached=np.full((1, len(EDGES)), 31),
        lambda0=hazards[:, 0],
        s=np.full((draws, 2), 4.0),
        kappa=np.full(draws, 16.0),
        seed=np.array(0),
    )
    (found,) = forecast_cells(Learnt.from_bytes(file.getvalue()), [Cell(("meet",), 40)])
    assert found.win == pytest.approx(0.5, abs=0.01)
    assert (found.steps[0].won, found.steps[0].rare) == (20, False)
