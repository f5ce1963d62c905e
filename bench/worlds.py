"""Measure honesty: simulated companies whose truth is known, and how often 80 % intervals hold it."""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray

from milepost.engine.drift import NO_PAST, moved
from milepost.engine.history import OPEN
from milepost.engine.learn import learn
from milepost.engine.learnt import Learnt
from milepost.engine.string_forecast import Cell, forecast_cells
from milepost.engine.tests.simulated import TODAY, Truth, company, watched
from milepost.engine.won_by import won_by

QUARTER, OPENED, SIZES, STEPS = 91, 60, (10, 100, 1000), (5, 6, 8)


def world(opportunities: int, steps: int, seed: int) -> tuple[list[bool], list[bool], bool]:
    """Tell which step conversions, win chances of open opportunities, and whether the quarter's total, were held."""
    rng = np.random.default_rng([opportunities, steps, seed])
    truth = company(rng, steps)
    past = watched(truth, opportunities, rng)
    learnt = learn(past, seed=seed)
    real = np.array([truth.chance(k) for k in range(steps)])
    fresh = forecast_cells(learnt, [Cell((key,)) for key in past.keys])
    now = watched(truth, 800, rng)
    rows = rng.permutation(np.flatnonzero(now.end == OPEN))[:OPENED]
    cells = [Cell(now.keys[now.step[i] :], int(now.days[i])) for i in rows]
    chances = [truth.chance(now.step[i], now.days[i]) * np.prod(real[now.step[i] + 1 :]) for i in rows]
    held = [
        [bool(f.win_low <= p <= f.win_high) for f, p in zip(said, true, strict=True)]
        for said, true in ((fresh, real), (forecast_cells(learnt, cells), chances))
    ]
    states = [(int(now.step[i]), int(now.days[i])) for i in rows]
    return held[0], held[1], quarter_held(truth, learnt, cells, states, rng)


def quarter_held(
    truth: Truth, learnt: Learnt, cells: list[Cell], states: list[tuple[int, int]], rng: np.random.Generator
) -> bool:
    """Let the quarter happen and look where its revenue falls among the forecast's worlds (mid-p)."""
    amounts = np.exp(rng.normal(0, 0.8, len(cells)))
    came = float(sum(a for a, state in zip(amounts, states, strict=True) if wins(truth, *state, rng)))
    p = moved(won_by(learnt, cells, [QUARTER - 1], day=TODAY)[:, 0], NO_PAST.shocks(learnt.draws))
    totals = np.concatenate([amounts @ (rng.random(p.shape) < p) for _ in range(5)])
    place = float((totals < came - 1e-9).mean() + 0.5 * (np.abs(totals - came) < 1e-9).mean())
    return 0.1 <= place <= 0.9


def wins(truth: Truth, step: int, age: int, rng: np.random.Generator) -> bool:
    """Let one opportunity go on until it ends or the quarter does."""
    day = 0
    while step < len(truth.ends) and day < QUARTER:
        cumulated: NDArray = np.cumsum(truth.ends[step, age:])
        took = int(np.searchsorted(cumulated, rng.random() * cumulated[-1]))
        if rng.random() >= truth.won[step, age + took]:
            return False
        day, step, age = day + took, step + 1, 0
    return step == len(truth.ends) and day < QUARTER


def main() -> None:
    """Print the share of truths inside 80 % intervals, by size of the past."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--worlds", type=int, default=400)
    worlds = parser.parse_args().worlds
    print(
        f"### How often 80 % intervals hold the truth, {worlds} simulated companies of 5, 6 or 8 steps for each row\n"
    )
    print("| past opportunities | step conversions | win chances | totals of a quarter |\n|---|---|---|---|")
    for size in SIZES:
        all_held = [world(size, STEPS[n % len(STEPS)], n) for n in range(worlds)]
        steps, strings = (np.mean(np.concatenate([held[i] for held in all_held])) for i in (0, 1))
        quarters = np.mean([held[2] for held in all_held])
        print(f"| {size:,} | {steps:.0%} | {strings:.0%} | {quarters:.0%} |", flush=True)
    print()


if __name__ == "__main__":
    main()
