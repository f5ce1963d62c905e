"""What was known on a day, against a slow twin that walks day by day."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.engine.ages import ATTEMPT, ENTRY, count_days
from milepost.engine.replay.known import attempts, states_before, states_on
from milepost.engine.replay.log import ENDED_OTHERWISE, ENDED_WON, NEVER, NOT_ENDED, UNDATED, Log, precedence
from milepost.engine.replay.past import history_on
from milepost.engine.ridge import fit_ridge
from milepost.engine.scores import auc, score
from milepost.engine.tests.histories import STEADY

TODAY = 40
case = st.tuples(
    st.lists(st.tuples(st.integers(1, 60), st.integers(0, 2)), min_size=1, max_size=6),
    st.sampled_from([NOT_ENDED, ENDED_WON, ENDED_OTHERWISE]),
    st.integers(0, 20),
)
cases = st.lists(case, max_size=8)


def log_of(told, ordered=True):
    rows, ends = [], []
    for n, (entries, outcome, later) in enumerate(told):
        rows += [(n, step, day) for day, step in sorted(entries)]
        ends.append((outcome, max(day for day, _ in entries) + later if outcome else NEVER))
    opportunity, step, entered = np.array(rows, int).reshape(-1, 3).T
    outcome, closed = np.array(ends, int).reshape(-1, 2).T
    return Log(
        opportunity,
        step,
        entered,
        np.full(len(rows), 100.0),
        np.full(len(rows), -1),
        tuple(f"O{n}" for n in range(len(told))),
        ("meet", "show", "offer"),
        (),
        outcome,
        closed,
        ordered,
    )


def steps_from(rows, first):
    return {step for _day, step in rows[first:]}


def walked(log, today):
    """Walk every opportunity from day to day: days at risk and events by (step, age), and states by day."""
    risk, events, states = {}, {}, {}
    for n in range(len(log.ids)):
        rows = [(int(d), int(k)) for m, d, k in zip(log.opportunity, log.entered, log.step, strict=True) if m == n]
        closed = int(log.closed[n])
        stay = 0  # which stay an entry belongs to: it changes with the step
        stays = [stay := stay + (i > 0 and rows[i][1] != rows[i - 1][1]) for i in range(len(rows))]
        for day in range(rows[0][0], min(today, closed + 1)):
            before = [i for i, (d, _) in enumerate(rows) if d < day]
            if before:
                i = before[-1]
                began = min(d for (d, _), s in zip(rows, stays, strict=True) if s == stays[i])
                states[n, day] = (rows[i][1], day - rows[i][0], day - began)
            for s in set(stays):
                mine = [i for i in range(len(rows)) if stays[i] == s]
                start, following = rows[mine[0]][0], max(mine) + 1
                end = rows[following][0] if following < len(rows) else closed
                step = rows[mine[0]][1]
                if not start <= day <= end:
                    continue
                last = max([rows[i][0] for i in mine if rows[i][0] < day], default=start)
                won = rows[following][1] > step if following < len(rows) else log.outcome[n] == ENDED_WON
                left = following < len(rows) and (rows[following][1] < step or step in steps_from(rows, following))
                for clock, since in ((ATTEMPT, last), (ENTRY, start)):
                    cell = clock, step, day - since
                    if day < end or not left:
                        risk[cell] = risk.get(cell, 0) + 1
                    if day == end and not left:
                        events[(*cell, bool(won))] = events.get((*cell, bool(won)), 0) + 1
    return risk, events, states


@STEADY
@given(cases)
def test_it_knows_what_walking_day_by_day_knows(told):
    then = log_of(told).as_of(TODAY)
    then_all = log_of(told)
    known = attempts(then)
    history = history_on(then, known, TODAY)
    names = {name: k for k, name in enumerate(("meet", "show", "offer"))}
    cut = Log(
        **{
            **{
                f: getattr(then, f) for f in ("opportunity", "entered", "amount", "segment", "ids", "outcome", "closed")
            },
            "step": np.array([names[then.steps[k]] for k in then.step], int),
            "steps": tuple(names),
            "segments": (),
        }
    )
    with_rows = set(cut.opportunity.tolist())
    risk, events, states = walked_of(cut, with_rows)
    for clock in (ATTEMPT, ENTRY):
        counts = count_days(history, clock)
        for k, name in enumerate(then.steps):
            for age in range(61):
                cell = clock, names[name], age
                assert counts.N[k, 0, age] == risk.get(cell, 0)
                assert counts.D[k, 0, age].tolist() == [events.get((*cell, won), 0) for won in (True, False)]
    past, now = states_before(known, TODAY), states_on(known, TODAY)
    seen = {
        (int(o), int(d)): (names[then.steps[k]], int(a), int(b))
        for o, d, k, a, b in zip(past.opportunity, past.day, past.step, past.age, past.step_age, strict=True)
    }
    assert seen == states
    opened = {n for n in with_rows if then_all.closed[n] >= TODAY}
    assert set(now.opportunity.tolist()) == opened


def walked_of(cut, with_rows):
    if not with_rows:
        return {}, {}, {}
    keep = sorted(with_rows)
    place = {n: i for i, n in enumerate(keep)}
    small = Log(
        np.array([place[n] for n in cut.opportunity.tolist()], int),
        cut.step,
        cut.entered,
        cut.amount,
        cut.segment,
        tuple(cut.ids[n] for n in keep),
        cut.steps,
        (),
        cut.outcome[keep],
        cut.closed[keep],
    )
    risk, events, states = walked(small, TODAY)
    return risk, events, {(keep[n], day): state for (n, day), state in states.items()}


def test_thinned_states_are_some_of_all():
    known = attempts(log_of([([(1, 0), (9, 1)], 0, 0), ([(3, 0)], 1, 9)]).as_of(TODAY))
    everything, some = states_before(known, TODAY), states_before(known, TODAY, most=20)
    whole = set(zip(everything.opportunity.tolist(), everything.day.tolist(), strict=True))
    part = set(zip(some.opportunity.tolist(), some.day.tolist(), strict=True))
    assert part < whole
    stride = 1 + len(whole) // 20
    assert part == {(o, d) for o, d in whole if (TODAY - 1 - d) % stride == 0}


def test_a_hidden_day_teaches_nothing_about_the_steps_beside_it():
    log = log_of([([(1, 0), (9, 2)], ENDED_WON, 5)])
    hidden = Log(
        np.zeros(3, int), np.array([1, 0, 2]), np.array([UNDATED, 1, 9]), np.zeros(3), np.full(3, -1), log.ids,
        log.steps, (), log.outcome, log.closed,
    )  # fmt: skip
    then = hidden.as_of(TODAY)
    history = history_on(then, attempts(then), TODAY)
    assert [then.steps[k] for k in history.step] == ["offer"]
    assert history.skips.sum() == 0


def test_steps_follow_each_other_as_they_did():
    assert precedence(np.array([0, 0, 1, 1, 2, 2]), np.array([2, 1, 2, 0, 1, 0])).tolist() == [2, 1, 0]


def test_scores_are_what_counting_pairs_gives():
    rng = np.random.default_rng(1)
    p, y = np.round(rng.uniform(0.05, 0.95, 60), 1), rng.integers(0, 2, 60)
    pairs = [(a > b) + 0.5 * (a == b) for a in p[y == 1] for b in p[y == 0]]
    assert auc(p, y) == pytest.approx(np.mean(pairs))


def test_a_calibrated_forecast_has_slope_one_and_no_error():
    rng = np.random.default_rng(2)
    p = rng.uniform(0.02, 0.98, 40_000)
    y = (rng.random(40_000) < p).astype(float)
    fair, bold = score(p, y), score(p**2 / (p**2 + (1 - p) ** 2), y)
    assert fair.slope == pytest.approx(1, abs=0.03)
    assert fair.error == pytest.approx(0, abs=0.03)
    assert bold.slope == pytest.approx(0.5, abs=0.02)
    assert bold.log_loss > fair.log_loss


def test_certainty_is_no_forecast():
    with pytest.raises(ValueError, match="strictly"):
        score([1.0], [1])


def test_a_ridge_is_where_its_slope_is_nothing():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(200, 3))
    y = (rng.random(200) < 1 / (1 + np.exp(-X[:, 0]))).astype(float)
    model = fit_ridge(X, y, penalty=5.0)
    slope = ((X - model.mean) / model.spread).T @ (y - model.chance(X)) - 5.0 * model.beta
    np.testing.assert_allclose(slope, 0, atol=1e-6)
