"""What was learnt from a history: hazards by age, and the counts behind them."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from milepost.engine.ages import bin_of
from milepost.engine.history import LOST, OPEN, WON

RARE = 20
"""Fewer past stays than this at an age, and its figures rest on others."""


@dataclass(frozen=True, eq=False)
class Learnt:
    """Hold draws of daily hazards and the counts they come from.

    keys     names of the steps
    edges    first day of each bin of age [bins]; the last one is open-ended
    hazards  float32 [draws, steps + 1, bins, 2] (won, lost) per day; the last row is for steps that
             are not in `keys`
    counts   stays per step [steps, 3]: open, won, lost
    reached  stays per step that were at risk on a bin's first day [steps, bins]
    """

    keys: tuple[str, ...]
    edges: NDArray[np.int64]
    hazards: NDArray[np.float32]
    counts: NDArray[np.int64]
    reached: NDArray[np.int64]

    @property
    def draws(self) -> int:
        """Count the draws."""
        return len(self.hazards)

    @cached_property
    def mean_hazards(self) -> NDArray[np.float64]:
        """Average the draws: [steps + 1, bins, 2]."""
        return self.hazards.mean(axis=0, dtype=np.float64)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {key: row for row, key in enumerate(self.keys)}

    def row(self, key: str) -> int:
        """Find the row of a step; one that is not in the history has the last, the company's level."""
        return self._rows.get(key, len(self.keys))

    def ended(self, key: str) -> tuple[int, int, int]:
        """Count a step's stays: won, lost, still open."""
        if key not in self._rows:
            return 0, 0, 0
        counts = self.counts[self._rows[key]]
        return int(counts[WON]), int(counts[LOST]), int(counts[OPEN])

    def thin(self, key: str) -> bool:
        """Tell whether no stay in this step has ended yet, so that its figures are all borrowed."""
        won, lost, _ = self.ended(key)
        return won + lost == 0

    def rare(self, key: str, age: int) -> bool:
        """Tell whether fewer than 20 past stays in this step got as old as this bin of age."""
        if key not in self._rows:
            return True
        b = int(bin_of(np.array(age), self.edges))
        return int(self.reached[self._rows[key], b]) < RARE

    def to_bytes(self) -> bytes:
        """Pack everything into a compressed npz; nothing in it is code."""
        file = io.BytesIO()
        np.savez_compressed(
            file,
            keys=np.frombuffer(json.dumps(self.keys).encode(), dtype=np.uint8),
            edges=self.edges,
            hazards=self.hazards,
            counts=self.counts,
            reached=self.reached,
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, packed: bytes) -> Learnt:
        """Unpack what `to_bytes` packed."""
        with np.load(io.BytesIO(packed), allow_pickle=False) as file:
            keys = tuple(json.loads(file["keys"].tobytes()))
            return cls(keys, file["edges"], file["hazards"], file["counts"], file["reached"])
