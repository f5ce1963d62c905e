"""A company's whole step history, as it would be exported: one row per attempt at a step.

Days are whole numbers that grow by one a day (`datetime.date.toordinal`). What is not known yet, or
never happened, is dated NEVER; what happened on a day that nobody wrote down, UNDATED.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

NEVER = 10_000_000
UNDATED = -1
NOT_ENDED, ENDED_WON, ENDED_OTHERWISE = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Log:
    """Hold one row per attempt [rows], and the outcomes [opportunities].

    opportunity, step  int [rows], indices into `ids` and `steps`
    entered            int [rows], day of the attempt; UNDATED when nobody knows
    amount             float [rows], what the opportunity was worth by then; nan when not known
    segment            int [rows], index into `segments`; -1 when not known
    ids, steps, segments  names
    outcome            int [opportunities]: NOT_ENDED, ENDED_WON or ENDED_OTHERWISE
    closed             int [opportunities], day of the outcome; NEVER while there is none
    ordered            whether `steps` are in their stated order; else they follow each other as they
                       did most often so far

    Rows come one opportunity after the other, each in the order in which they happened.
    Raises ValueError when the arrays do not fit together.
    """

    opportunity: NDArray[np.int64]
    step: NDArray[np.int64]
    entered: NDArray[np.int64]
    amount: NDArray[np.float64]
    segment: NDArray[np.int64]
    ids: tuple[str, ...]
    steps: tuple[str, ...]
    segments: tuple[str, ...]
    outcome: NDArray[np.int64]
    closed: NDArray[np.int64]
    ordered: bool = True

    def __post_init__(self) -> None:
        rows = len(self.opportunity)
        if any(len(part) != rows for part in (self.step, self.entered, self.amount, self.segment)):
            raise ValueError("step, entered, amount, segment: one value per row is needed in each.")
        if not len(self.outcome) == len(self.closed) == len(self.ids):
            raise ValueError("outcome, closed: one value per opportunity is needed in each.")
        if rows and (self.step.max() >= len(self.steps) or self.opportunity.max() >= len(self.ids)):
            raise ValueError("step, opportunity: a row names one that is not in the list.")
        if (np.diff(self.opportunity) < 0).any():
            raise ValueError("opportunity: its rows must come one after the other.")

    def __len__(self) -> int:
        return len(self.opportunity)

    @property
    def last_day(self) -> int:
        """Return the latest day on which anything happened; 0 when nothing did."""
        ends = self.closed[self.closed < NEVER]
        return int(max(self.entered.max(initial=0), ends.max(initial=0)))

    def as_of(self, day: int) -> Log:
        """Return what was known at the start of a day: what is dated before it, and nothing that tells of later.

        Rows without a date are known once another row of the opportunity at a later step is. Steps that
        nobody had entered by then are not there, and are not ordered by what came after.
        """
        open_then = self.closed >= day
        rows = self._known(day)
        seen = np.unique(self.step[rows])
        order = seen if self.ordered else self._in_sequence(rows, seen)
        place = np.zeros(len(self.steps), int)
        place[order] = np.arange(len(order))
        return replace(
            self,
            **{name: getattr(self, name)[rows] for name in ("opportunity", "entered", "amount", "segment")},
            step=place[self.step[rows]],
            steps=tuple(self.steps[k] for k in order),
            outcome=np.where(open_then, NOT_ENDED, self.outcome),
            closed=np.where(open_then, NEVER, self.closed),
        )

    def _in_sequence(self, rows: NDArray, seen: NDArray) -> NDArray[np.int64]:
        """Order the steps that were seen by what followed what; those without a date come last."""
        dated = rows & (self.entered != UNDATED)
        among = np.unique(self.step[dated])
        order = among[precedence(self.opportunity[dated], np.searchsorted(among, self.step[dated]))]
        return np.concatenate([order, np.setdiff1d(seen, among)]).astype(int)

    def _known(self, day: int) -> NDArray[np.bool_]:
        """Tell which rows are known; none is that was entered after its opportunity's outcome."""
        dated = self.entered != UNDATED
        past = dated & (self.entered < day) & (self.entered <= self.closed[self.opportunity])
        furthest = np.full(len(self.ids), -1)
        np.maximum.at(furthest, self.opportunity[past], self.step[past])
        over = self.closed[self.opportunity] < day
        return past | (~dated & (over | (furthest[self.opportunity] >= self.step)))

    def won_by(self, day: int) -> NDArray[np.float64]:
        """Tell how each opportunity had ended at the end of a day: 1 won, 0 not won, nan not known."""
        return np.where(self.closed <= day, (self.outcome == ENDED_WON).astype(float), np.nan)

    def won_within(self, day: NDArray | int, days: int, opportunity: NDArray) -> NDArray[np.float64]:
        """Tell which opportunities were won on one of so many days, `day` the first: 1 or 0."""
        closed = self.closed[opportunity]
        in_time = (closed >= day) & (closed < np.asarray(day) + days)
        return (in_time & (self.outcome[opportunity] == ENDED_WON)).astype(float)


def precedence(opportunity: NDArray, step: NDArray) -> NDArray[np.int64]:
    """Order steps as they most often followed each other: by how many of the others each one came before.

    Rows come in the order in which they happened. One point for each other step that it mostly preceded, and
    half for one that it never met.

    >>> precedence(np.array([0, 0, 1, 1, 1]), np.array([2, 0, 2, 0, 1]))
    array([2, 0, 1])
    """
    K = int(step.max(initial=-1)) + 1
    before = np.zeros((K, K))
    first: dict[tuple[int, int], int] = {}
    for row, pair in enumerate(zip(opportunity.tolist(), step.tolist(), strict=True)):
        first.setdefault(pair, row)
    met: dict[int, list[int]] = {}
    for case, k in first:
        for other in met.setdefault(case, []):
            before[other, k] += 1
        met[case].append(k)
    wins = np.where(before > before.T, 1.0, np.where(before == before.T, 0.5, 0.0))
    return np.lexsort((np.arange(K), -wins.sum(1)))
