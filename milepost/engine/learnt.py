"""What was learnt from a history: hazards by age, and the counts behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from milepost.engine.ages import BETWEEN, YEAR, bin_of
from milepost.engine.figures import Cell
from milepost.engine.history import LOST, OPEN, WON
from milepost.engine.names import LAST_YES
from milepost.engine.season import Ahead, Season
from milepost.engine.tempo import in_own_time, own_edges, tempos
from milepost.engine.worlds import Worlds, bounded

RARE = 20
"""Fewer past stays than this at an age, and its figures rest on others."""

UNTRIED = "no step in particular, at a tempo of "


@dataclass(frozen=True, eq=False)
class Learnt:
    """Hold draws of daily hazards and the counts they come from.

    keys             names of the steps
    segments         names of the segments
    clocks           per step: ATTEMPT, ENTRY or BETWEEN, what its age counts
    blocks_by_step   first day of each block found in a step's age, per step
    edges_by_step    first day of each bin of a step's age, per step; the last bin is open-ended
    hazards_by_step  float32 [draws, bins, 2] (won, lost) per day, per step
    multipliers      float32 [draws, steps, segments, 2], a segment's hazards relative to its step's
    skips            float32 [draws, steps], chance that a step ahead is passed by
    counts           stays per step [steps, 4]: open, won, lost, left
    reached          stays per step that were at risk on each day of age [steps, 367]
    won_of_reached   those of them that were won in the end [steps, 367]
    undated          stays per step on days nobody knows [steps, 3]: won, lost, open
    last             of those open after their last required step, how many were won, and were not [2]
    worlds           what all steps share, and steps outside the history are drawn from
    tempo            how fast steps with little or no past go beside the company's, where people state their usual days
    season           at what pace steps move in each month; None before that can be told
    """

    keys: tuple[str, ...]
    segments: tuple[str, ...]
    clocks: NDArray[np.int64]
    blocks_by_step: tuple[NDArray[np.int64], ...]
    edges_by_step: tuple[NDArray[np.int64], ...]
    hazards_by_step: tuple[NDArray[np.float32], ...]
    multipliers: NDArray[np.float32]
    skips: NDArray[np.float32]
    counts: NDArray[np.int64]
    reached: NDArray[np.int64]
    won_of_reached: NDArray[np.int64]
    undated: NDArray[np.int64]
    last: NDArray[np.int64]
    worlds: Worlds
    season: Season | None = None
    tempo: dict[str, float] = field(default_factory=dict)

    @property
    def draws(self) -> int:
        """Count the draws."""
        return len(self.worlds.lambda0)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {key: row for row, key in enumerate(self.keys)}

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.segments)}

    @property
    def blocks(self) -> dict[str, NDArray[np.int64]]:
        """Return every step's blocks by its key, as `learn` takes them to keep figures steady."""
        return dict(zip(self.keys, self.blocks_by_step, strict=True))

    @property
    def clocks_by_key(self) -> dict[str, int]:
        """Return every step's clock by its key, as `learn` takes them to keep figures steady."""
        return dict(zip(self.keys, self.clocks.tolist(), strict=True))

    def alike(self, key: str, age: int) -> str:
        """Return the key under which a step's chance is said: all those that nobody has tried are said alike.

        Each has draws of its own in the chance of the whole. What its tempo tells is how old it is.
        """
        return key if key in self._rows or key == LAST_YES else f"{UNTRIED}{self._tempo(key) if age else 1.0}"

    def states(self, key: str) -> bool:
        """Tell whether the days of a step lean on those that people state."""
        return key in self.tempo

    def take_in(self, usual: Mapping[str, float]) -> None:
        """Take in the days that people state of steps that came after this was learnt; of others nothing changes."""
        self.tempo.update(tempos({k: days for k, days in usual.items() if not self.knows(k)}, {}, self.worlds.lambda0))

    def knows(self, key: str) -> bool:
        """Tell whether a step is in the history, or its days have been stated."""
        return key in self._rows or key in self.tempo or key == LAST_YES

    def _tempo(self, key: str) -> float:
        return float(key.removeprefix(UNTRIED)) if key.startswith(UNTRIED) else self.tempo.get(key, 1.0)

    def edges_of(self, key: str) -> NDArray[np.int64]:
        """Return the first day of each bin of a step's age; outside the history, the company's at the step's tempo."""
        return self.edges_by_step[self._rows[key]] if key in self._rows else own_edges(self._tempo(key))

    def step(self, key: str, segment: str | None = None) -> NDArray[np.float32]:
        """Return a step's hazards [draws, bins, 2], in its own bins; outside the history, the company's level."""
        if key == LAST_YES:
            return self._last_yes
        if key not in self._rows:
            h, tempo = self.worlds.step(key), self._tempo(key)
            return h if tempo == 1 else bounded(in_own_time(h, tempo)).astype(np.float32)
        k = self._rows[key]
        if segment not in self._places:
            return self.hazards_by_step[k]
        theta = self.multipliers[:, k, self._places[segment]]
        return bounded(theta[:, None, :] * self.hazards_by_step[k]).astype(np.float32)

    @cached_property
    def _last_yes(self) -> NDArray[np.float32]:
        from milepost.engine.last_yes import draw_last_yes

        return draw_last_yes(self.worlds, self.last)

    @cached_property
    def _with_it(self) -> NDArray[np.float32]:
        from milepost.engine.last_yes import draw_with_it

        return draw_with_it(self.worlds, self.last)

    def skip(self, key: str) -> NDArray[np.float32]:
        """Return the chance in each draw that a step ahead is passed by [draws]; the last yes by what is won with
        its last step."""
        if key == LAST_YES:
            return self._with_it
        return self.skips[:, self._rows[key]] if key in self._rows else np.zeros(self.draws, np.float32)

    def ahead(self, day: int | None) -> Ahead | None:
        """Return the days of steps ahead of a day, by its number; None where every day counts as one."""
        return None if self.season is None or day is None else Ahead(self.season, day)

    def clock(self, key: str) -> int:
        """Tell what the age of a step counts."""
        return int(self.clocks[self._rows[key]]) if key in self._rows else BETWEEN

    def counted(self, cell: Cell, segment: str | None) -> Cell:
        """Return a cell by what matters of it: the age that its step's clock counts, and its segment."""
        return cell.counted(self.clock(cell.keys[0]), segment)

    def whole(self, cell: Cell) -> Cell:
        """Return a cell with the last yes behind its steps, where some of the past stayed open after their last."""
        if cell.keys[-1] == LAST_YES or not self.last[:2].any():
            return cell
        return replace(cell, keys=(*cell.keys, LAST_YES))

    def ended(self, key: str) -> tuple[int, int, int]:
        """Count a step's stays: won, lost, still open; those on days nobody knows are among them."""
        if key == LAST_YES:
            return int(self.last[0]), int(self.last[1]), 0
        if key not in self._rows:
            return 0, 0, 0
        counts, (won, lost, here) = self.counts[self._rows[key]], self.undated[self._rows[key]]
        return int(counts[WON] + won), int(counts[LOST] + lost), int(counts[OPEN] + here)

    def without_days(self, key: str) -> tuple[int, int, int]:
        """Count a step's stays on days nobody knows: won, lost, still open."""
        won, lost, here = self.undated[self._rows[key]] if key in self._rows else (0, 0, 0)
        return int(won), int(lost), int(here)

    def this_old(self, key: str, age: int) -> tuple[int, int]:
        """Count a step's stays that lasted to this age, open ones too, and those of them that were won after all.

        Of ages above a year that of a year is told. Of the last yes: those past their last step that have ended, and
        the won ones, also those won with it.
        """
        if key == LAST_YES:
            won = int(self.last[0] + self.last[2:].sum())
            return won + int(self.last[1]), won
        if key not in self._rows:
            return 0, 0
        row, day = self._rows[key], min(age, YEAR)
        return int(self.reached[row, day]), int(self.won_of_reached[row, day])

    def thin(self, key: str) -> bool:
        """Tell whether no stay in this step has ended yet, so that its figures are all borrowed."""
        won, lost, _ = self.ended(key)
        return won + lost == 0

    def rare(self, key: str, age: int) -> bool:
        """Tell whether fewer than 20 past stays in this step got as old as the beginning of this bin of age."""
        if key == LAST_YES:
            return int(self.last[:2].sum()) < RARE
        if key not in self._rows:
            return True
        edges = self.edges_of(key)
        since = edges[int(bin_of(np.array(min(age, YEAR)), edges))]
        return int(self.reached[self._rows[key], since]) < RARE

    def to_bytes(self) -> bytes:
        """Pack everything into a compressed npz; nothing in it is code."""
        from milepost.engine.packed import pack

        return pack(self)

    @classmethod
    def from_bytes(cls, packed: bytes) -> Learnt:
        """Unpack what `to_bytes` packed; raises ValueError when it has another version's form."""
        from milepost.engine.packed import unpack

        return unpack(packed)
