"""Measure the forecast of large portfolios: by month in every draw, and one period's exact distribution beside it.

Each size runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time

import numpy as np

from bench import engine
from milepost.engine.figures import Cell
from milepost.engine.learn import learn
from milepost.engine.parts import Parts
from milepost.engine.period import period_total
from milepost.engine.portfolio import total
from milepost.engine.won_by import won_by

SIZES = (10_000, 100_000, 1_000_000)
MONTHS = np.arange(1, 13) * 30
STAYS = 100_000
TODAY = 1_500
"""The past of `bench/engine.py` lasts so many days, and tells a season."""


def open_ones(count: int, keys: tuple[str, ...], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, list[Cell]]:
    """Make amounts, cells and what these are: any step, any age up to a year; every tenth step is booked ahead."""
    step, age = rng.integers(0, len(keys), count), np.minimum(rng.exponential(60, count).astype(int), 366)
    booked = np.where(rng.random(count) < 0.1, rng.integers(1, 6, count) * 7, 0)
    codes, cell = np.unique((step * 367 + age) * 64 + booked, return_inverse=True)
    cells = [Cell(keys[code // 64 // 367 :], int(code // 64 % 367), int(code % 64)) for code in codes]
    return np.round(rng.lognormal(12, 0.8, count), 2), cell, cells


def measure(count: int) -> dict[str, float]:
    """Forecast so many opportunities of eight steps and return seconds and megabytes."""
    rng = np.random.default_rng(11)
    history = engine.past(rng, STAYS)
    learnt = learn(history)
    amounts, cell, cells = open_ones(count, history.keys, rng)
    start = time.perf_counter()
    by = won_by(learnt, cells, MONTHS, day=TODAY)
    A = np.bincount(cell, amounts, len(cells))
    months = np.einsum("c,cmd->md", A, by)  # expected by the end of each month, in every draw
    Q = np.bincount(cell, amounts**2, len(cells))
    quick = total(A, Q, by[:, 2])
    forecast = time.perf_counter() - start
    memory = _peak()
    start = time.perf_counter()
    exact = period_total(Parts(amounts, cell, by[:, 2].astype(float)))
    apart = time.perf_counter() - start
    off = max(abs(a - b) / exact.sd for a, b in zip(exact.limits, (quick.p10, quick.p50, quick.p90), strict=True))
    assert abs(months[2].mean() / exact.mean - 1) < 1e-5
    return {"cells": len(cells), "forecast": forecast, "memory": memory, "exact": apart, "peak": _peak(), "off": off}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print a row for each size; given a size, measure it and print the figures for the one who asked."""
    if len(sys.argv) > 1:
        print(json.dumps(measure(int(sys.argv[1]))))
        return
    print("### Portfolios, 8 steps, 200 draws, 12 months\n")
    print("| open opportunities | cells | forecast s | peak MB | exact period s | peak MB | normal mixture off by |")
    print("|---|---|---|---|---|---|---|")
    for size in SIZES:
        answer = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "bench.portfolio", str(size)], check=True, capture_output=True, text=True
        )
        m = json.loads(answer.stdout)
        print(
            f"| {size:,} | {m['cells']:,} | {m['forecast']:.1f} | {m['memory']:.0f} | {m['exact']:.2f} "
            f"| {m['peak']:.0f} | {m['off']:.3f} sd |"
        )
    print()


if __name__ == "__main__":
    main()
