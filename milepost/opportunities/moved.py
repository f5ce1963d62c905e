"""Figures that differ from their cell's because of something about the opportunity itself; made once a run and kept.

Every draw moves by the same log odds, and by as much to either side as what moves it is unsure, so that ranges and
totals move with the chance; steps and dates stay.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

from milepost.opportunities.figures import UNREAD
from milepost.opportunities.models.figures import Figure, FiguresRun


class Mover(Protocol):
    """What moves a figure's chance."""

    def names(self) -> tuple[Any, ...]:
        """Return what tells it from all others, for the name of the figure that it moves."""

    @property
    def error(self) -> float:
        """Return its standard error in log odds, by which draws are spread wider; 0 leaves them as they are."""

    def win(self, figure: Figure) -> float:
        """Return the chance to which it moves a figure."""

    def told(self, figure: Figure) -> dict[str, Any]:
        """Return the fields in which the moved figure tells of it."""


M = TypeVar("M", bound=Mover)


def moved(run: FiguresRun, pairs: Sequence[tuple[Figure, M | None]]) -> list[Figure]:
    """Return each figure, or the one into which the mover beside it turns it."""
    wanted = {key_of(figure, by): (figure, by) for figure, by in pairs if by is not None and figure.win < 1}
    if not wanted:
        return [figure for figure, _by in pairs]
    known = _known(run, wanted)
    missing = {key: pair for key, pair in wanted.items() if key not in known}
    if missing:
        Figure.objects.bulk_create(_made(run, missing), ignore_conflicts=True)
        known |= _known(run, missing)
    return [known.get(key_of(figure, by), figure) if by is not None else figure for figure, by in pairs]


def key_of(figure: Figure, by: Mover) -> str:
    """Return the name of the figure that this one is moved to."""
    parts = [figure.key, *map(repr, by.names())]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:40]


def _known(run: FiguresRun, keys: Mapping[str, Any]) -> dict[str, Figure]:
    return {f.key: f for f in run.figures.filter(key__in=keys).defer(*UNREAD)}


def _made(run: FiguresRun, wanted: Mapping[str, tuple[Figure, Mover]]) -> list[Figure]:
    whole = {f.key: f for f in run.figures.filter(key__in={figure.key for figure, _by in wanted.values()})}
    return [_moved(whole[figure.key], by, key) for key, (figure, by) in wanted.items()]


def _moved(figure: Figure, by: Mover, key: str) -> Figure:
    import numpy as np

    from milepost.engine.blend import shifted, widened
    from milepost.engine.tables import limits

    draws = np.frombuffer(bytes(figure.win_draws), np.float32)
    win = by.win(figure)
    there = shifted(widened(draws, by.error, seed=int(key[:8], 16)), win).astype(np.float32)
    low, high = (float(each[0]) for each in limits(there[None]))
    in_time = np.frombuffer(bytes(figure.won_by), np.float16).reshape(-1, len(draws)).astype(np.float32)
    grown = np.minimum(in_time * (there / np.maximum(draws, 1e-9)), there).astype(np.float16)
    week = figure.win_in_week / figure.win if figure.win else 1.0
    return Figure(
        run_id=figure.run_id,
        key=key,
        win=win,
        win_low=low,
        win_high=high,
        win_in_week=min(win * week, 0.999),
        close_days=figure.close_days,
        weakest=figure.weakest,
        thin=figure.thin,
        steps=figure.steps,
        win_draws=there.tobytes(),
        won_by=grown.tobytes(),
        **{"moved": figure.moved, "word": figure.word, **by.told(figure)},
    )


def without(figure: Figure) -> dict[str, float]:
    """Return what a figure says, to be kept beside what it is moved to."""
    return {"without": figure.win, "without_low": figure.win_low, "without_high": figure.win_high}
