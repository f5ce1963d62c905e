"""Companies whose truth is known: what is learnt comes near it, and 80 % intervals hold about 80 %."""

import numpy as np
import pytest

from milepost.engine.history import OPEN
from milepost.engine.learn import learn
from milepost.engine.string_forecast import Cell, forecast_cells
from milepost.engine.tests.simulated import company, watched

pytestmark = pytest.mark.slow


def coverage(opportunities, worlds):
    """Return the share of true step and string chances inside their intervals, and the mean error of steps."""
    steps, strings, errors = [], [], []
    for world in range(worlds):
        rng = np.random.default_rng([opportunities, world])
        truth = company(rng)
        past = watched(truth, opportunities, rng)
        learnt = learn(past, seed=world)
        fresh = forecast_cells(learnt, [Cell((key,)) for key in past.keys])
        real = np.array([truth.chance(k) for k in range(6)])
        steps += [f.win_low <= p <= f.win_high for f, p in zip(fresh, real, strict=True)]
        errors += [abs(f.win - p) for f, p in zip(fresh, real, strict=True)]
        strings += open_strings(truth, learnt, watched(truth, 300, rng), real)
    return np.mean(steps), np.mean(strings), np.mean(errors)


def open_strings(truth, learnt, now, real):
    rows = np.flatnonzero(now.end == OPEN)[:12]
    cells = [Cell(now.keys[now.step[i] :], int(now.days[i])) for i in rows]
    chances = [truth.chance(now.step[i], now.days[i]) * np.prod(real[now.step[i] + 1 :]) for i in rows]
    return [f.win_low <= p <= f.win_high for f, p in zip(forecast_cells(learnt, cells), chances, strict=True)]


@pytest.mark.parametrize(("opportunities", "error"), [(10, 0.14), (100, 0.075), (1000, 0.03)])
def test_its_intervals_hold_what_they_promise(opportunities, error):
    steps, strings, off = coverage(opportunities, worlds=40)
    assert 0.7 <= steps <= 0.92
    assert 0.62 <= strings <= 0.92
    assert off < error


def test_more_history_comes_nearer():
    assert coverage(1000, 10)[2] < coverage(100, 10)[2] < coverage(10, 10)[2]


def test_totals_of_a_quarter_fall_within_their_limits():
    from bench.worlds import world

    held = [world(100, 6, seed)[2] for seed in range(40)]
    assert 0.65 <= np.mean(held) <= 0.95
