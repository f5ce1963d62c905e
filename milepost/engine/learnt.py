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
from milepost.engine.strengths import Strengths
from milepost.engine.worlds import Worlds

FORM = 1
"""Grows with every change of what is packed; another form is not read but learnt anew."""

RARE = 20
"""Fewer past stays than this at an age, and its figures rest on others."""


@dataclass(frozen=True, eq=False)
class Learnt:
    """Hold draws of daily hazards and the counts they come from.

    keys     names of the steps
    edges    first day of each bin of age [bins]; the last one is open-ended
    hazards  float32 [draws, steps, bins, 2] (won, lost) per day
    counts   stays per step [steps, 4]: open, won, lost, left
    reached  stays per step that were at risk on a bin's first day [steps, bins]
    worlds   what all steps share, and steps outside the history are drawn from
    """

    keys: tuple[str, ...]
    edges: NDArray[np.int64]
    hazards: NDArray[np.float32]
    counts: NDArray[np.int64]
    reached: NDArray[np.int64]
    worlds: Worlds

    @property
    def draws(self) -> int:
        """Count the draws."""
        return len(self.hazards)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {key: row for row, key in enumerate(self.keys)}

    def step(self, key: str) -> NDArray[np.float32]:
        """Return a step's hazards [draws, bins, 2]; outside the history, the company's level."""
        if key in self._rows:
            return self.hazards[:, self._rows[key]]
        return self.worlds.step(key)

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
            form=np.array(FORM),
            keys=np.frombuffer(json.dumps(self.keys).encode(), dtype=np.uint8),
            edges=self.edges,
            hazards=self.hazards,
            counts=self.counts,
            reached=self.reached,
            lambda0=self.worlds.lambda0,
            s=self.worlds.strengths.s,
            kappa=self.worlds.strengths.kappa,
            seed=np.array(self.worlds.seed),
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, packed: bytes) -> Learnt:
        """Unpack what `to_bytes` packed; raises ValueError when it has another version's form."""
        with np.load(io.BytesIO(packed), allow_pickle=False) as file:
            if "form" not in file or int(file["form"]) != FORM:
                raise ValueError("This was learnt by another version: learn again.")
            strengths = Strengths(file["s"], file["kappa"])
            return cls(
                keys=tuple(json.loads(file["keys"].tobytes())),
                edges=file["edges"],
                hazards=file["hazards"],
                counts=file["counts"],
                reached=file["reached"],
                worlds=Worlds(file["lambda0"], strengths, int(file["seed"])),
            )
