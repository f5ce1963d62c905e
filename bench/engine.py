"""Measure the engine: learning from a million stays, and the figures of five thousand different strings."""

from __future__ import annotations

import resource
import time

import numpy as np

from milepost.engine.history import History
from milepost.engine.learn import learn
from milepost.engine.string_forecast import Cell, forecast_cells

STAYS, STEPS, CELLS = (10_000, 100_000, 1_000_000), 8, 5_000


def past(rng: np.random.Generator, stays: int) -> History:
    """Make stays of eight steps that differ in pace and odds; a tenth of them is still open."""
    step = rng.integers(0, STEPS, stays)
    days = np.minimum(rng.exponential(10 + 5 * step).astype(int), 700)
    end = rng.choice([0, 1, 2], stays, p=[0.1, 0.6, 0.3]).astype(np.int8)
    keys, segments = tuple(f"step {n}" for n in range(STEPS)), tuple(f"segment {n}" for n in range(10))
    day, segment = rng.integers(0, 1500, stays), rng.integers(0, 10, stays)
    return History(step, days, end, keys, day=day, segment=segment, segments=segments)


def main() -> None:
    """Print what learning and forecasting took."""
    rows = []
    for stays in STAYS:
        history = past(np.random.default_rng(7), stays)
        start = time.perf_counter()
        learnt = learn(history)
        took = time.perf_counter() - start
        rows.append((f"learning from {stays:,} past stays of 8 steps in 10 segments, 200 draws", took))
    keys = history.keys
    cells = [Cell(keys[n % STEPS :], n // STEPS % 366, n % 40) for n in range(CELLS)]
    start = time.perf_counter()
    forecast_cells(learnt, cells, day=1_500)
    forecasting = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows.append(("figures of 5,000 different strings, 200 draws", forecasting))
    print("### The engine, one process\n\n| work | seconds |\n|---|---|")
    for name, seconds in rows:
        print(f"| {name} | {seconds:.1f} |")
    print(f"\nPeak memory {memory:.0f} MB.\n")


if __name__ == "__main__":
    main()
