"""Measure how far answers can be trusted: one company's real opportunities, learnt from some, tried on the rest."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from milepost.engine.signals import learn_signals, log_loss, twins

SIZES, SPLITS = (50, 100, 200, 360), 20
CLOSE = 0.01
BOUNDS = {50: 0.60, 100: 0.60, 200: 0.56, 360: 0.53}
Case = tuple[list[str], list[list[str]], NDArray[np.float64]]


def read(path: Path) -> Case:
    """Read questions, answers and ends; “Unknown” is not known."""
    with path.open(encoding="utf-8") as file:
        head, *lines = csv.reader(file, delimiter=";")
    answers = [["" if answer == "Unknown" else answer for answer in line[:-1]] for line in lines]
    return head[:-1], answers, np.array([line[-1] == "Won" for line in lines], float)


def some(groups: NDArray, won: NDArray, rows: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Take whole groups in random order until there are so many rows."""
    chosen = np.zeros(len(won), bool)
    for group in rng.permutation(groups.max() + 1):
        if chosen.sum() >= rows:
            break
        chosen |= groups == group
    return chosen


def alike(groups: NDArray, won: NDArray, rows: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Take whole groups in random order, those that fit, until there are so many rows, won in their usual share."""
    left = [rows * (1 - won.mean()), rows * won.mean()]
    chosen = np.zeros(len(won), bool)
    for group in rng.permutation(groups.max() + 1):
        here = groups == group
        lost, gained = (here & (won == 0)).sum(), (here & (won == 1)).sum()
        if lost <= left[0] + 0.5 and gained <= left[1] + 0.5:
            chosen |= here
            left = [left[0] - lost, left[1] - gained]
    return chosen


CUTS = {"at random": some, "won in their usual share": alike}


def split(company: Case, cut: str, rows: int, seed: tuple[int, ...]) -> tuple[float, float]:
    """Return the mean log loss on rows not learnt from: with answers, and of the base rate alone."""
    questions, answers, won = company
    groups = twins(answers)
    train = CUTS[cut](groups, won, rows, np.random.default_rng(seed))
    here, there = np.flatnonzero(train), np.flatnonzero(~train)
    model = learn_signals(questions, [answers[i] for i in here], won[here], groups=groups[here], seed=seed[-1])
    loss = log_loss(model.chance([answers[i] for i in there]), won[there]).mean()
    return float(loss), float(log_loss(np.full(len(there), model.base), won[there]).mean())


def report(company: Case, cut: str, rows: int, sets: int, first: int) -> str:
    """Tell of so many sets of 20 splits: the means of the sets, and the worst split against the base rate."""
    both = np.array([[split(company, cut, rows, (first + one, each)) for each in range(SPLITS)] for one in range(sets)])
    means, excess = both[:, :, 0].mean(1), (both[:, :, 0] - both[:, :, 1]).max(1)
    return (
        f"| {cut} | {rows} | {BOUNDS[rows]:.2f} | {means.mean():.3f} | {means.min():.3f}-{means.max():.3f} | "
        f"{(means > BOUNDS[rows]).sum()} | {both[:, :, 1].mean():.3f} | {excess.max():+.3f} | "
        f"{(excess > CLOSE).sum()} |"
    )


def main() -> None:
    """Print a table, one line a cut and a size."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--sets", type=int, default=10)
    parser.add_argument("--first", type=int, default=1)
    asked = parser.parse_args()
    print("## What answers tell\n")
    if not asked.file.exists():
        print(f"Not measured: {asked.file} is not here.")
        return
    print(f"{asked.sets} sets of {SPLITS} splits, equal rows never parted. Log loss on rows not learnt from.\n")
    print(
        "| rows taken | learnt from | bound | mean | sets | over it | base rate | worst split | sets with one > 0.01 |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    company = read(asked.file)
    for cut in CUTS:
        for rows in SIZES:
            print(report(company, cut, rows, asked.sets, asked.first), flush=True)


if __name__ == "__main__":
    main()
