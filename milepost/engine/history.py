"""A company's past and present stays in steps, as arrays the engine learns from."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

OPEN, WON, LOST, LEFT = 0, 1, 2, 3
"""How a stay ended: not yet, on to the next step, not won, or left without an answer.

LEFT is a stay that made room for another: tried again, gone back, skipped. Like an open one it tells
that the step had not ended so far, and nothing more (it is censored)."""

UNKNOWN, CLIENT_SAID_NO, NO_DECISION, WITHDRAWN = 0, 1, 2, 3
"""Why a stay was lost. Forecasts treat all as lost; a review looks at them apart."""


OPTIONAL = ("cause", "since", "before", "day", "segment", "skips", "last", "undated")
OF_KEYS = ("skips", "last", "undated")


@dataclass(frozen=True)
class History:
    """Hold one row per stay of an opportunity in a step.

    step   int, index into `keys`
    days   int, days in the step: end date minus start date (an end on the day of entry has 0); of an
           open one the days survived so far: today minus its start date
    end    OPEN, WON, LOST or LEFT; no decision and withdrawn count as LOST here
    keys   names of the steps; a key without rows has the company's level
    cause  optional, why a LOST one was lost: CLIENT_SAID_NO, NO_DECISION, WITHDRAWN or UNKNOWN

    A stay with several attempts may come as one row for each, its `days` counted from the attempt; and a
    row may say more, all optional:

    since     int, first day of `days` that it was watched on; 0 without it
    before    int, days in the step before this attempt; 0 without it
    day       int, date of the attempt as a day number; without it nothing is weighed by its time
    segment   int, index into `segments`; -1 when not known
    segments  names of the segments: territories, sizes or offers
    skips     int, per key: opportunities that passed the step by; without it no step is ever skipped
    last      int, three numbers: of those open on the day after their last required step, the won and the others;
              and those won on the very day of that step
    undated   int, three numbers per key, one key after the other: stays that were won, that were lost, and that are
              open, on days nobody knows; the open ones are told of, and change no figure

    Open and left stays belong in: leaving them out makes every rate wrong. Stays skipped by an override are no trials
    and are left out by the caller, and so are the rows of stays without dates: `undated` counts those that ended.
    Raises ValueError when the arrays do not fit together.

    >>> past = History(step=[0, 0, 1], days=[12, 30, 5], end=[WON, LOST, OPEN], keys=("meet", "offer"))
    >>> len(past)
    3
    """

    step: NDArray[np.int64]
    days: NDArray[np.int64]
    end: NDArray[np.int8]
    keys: tuple[str, ...]
    cause: NDArray[np.int8] | None = None
    since: NDArray[np.int64] | None = None
    before: NDArray[np.int64] | None = None
    day: NDArray[np.int64] | None = None
    segment: NDArray[np.int64] | None = None
    segments: tuple[str, ...] = ()
    skips: NDArray[np.int64] | None = None
    last: NDArray[np.int64] | None = None
    undated: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        put = object.__setattr__  # the class is frozen; lists become arrays once, here
        put(self, "keys", tuple(self.keys))
        put(self, "step", _whole("step", self.step))
        put(self, "days", _whole("days", self.days))
        put(self, "end", _whole("end", self.end))
        put(self, "segments", tuple(self.segments))
        for name in OPTIONAL:
            if getattr(self, name) is not None:
                put(self, name, _whole(name, getattr(self, name)))
        self._check()
        put(self, "end", self.end.astype(np.int8))  # after the check: 256 must not become 0
        if self.cause is not None:
            put(self, "cause", self.cause.astype(np.int8))

    def __len__(self) -> int:
        return len(self.step)

    def of_step(self, k: int) -> History:
        """Return the rows of one step, as a history that knows no other."""
        rows = self.only(self.step == k)
        skips = None if self.skips is None else self.skips[k : k + 1]
        undated = None if self.undated is None else self.undated[3 * k : 3 * k + 3]
        step, keys = np.zeros(len(rows), np.int64), self.keys[k : k + 1]
        return replace(rows, step=step, keys=keys, skips=skips, undated=undated)

    @property
    def watched(self) -> NDArray[np.bool_]:
        """Tell of each row whether it was watched on any of its days, or from its beginning.

        >>> History(step=[0, 0], days=[5, 5], end=[WON, OPEN], keys=("meet",), since=[5, 5]).watched.tolist()
        [True, False]
        """
        since = np.zeros(len(self), int) if self.since is None else self.since
        seen: NDArray[np.bool_] = (since == 0) | (self.days + np.isin(self.end, (WON, LOST)) > since)
        return seen

    def only(self, which: NDArray[np.bool_] | slice) -> History:
        """Keep some of the rows; `skips`, `last` and `undated`, which belong to no row, stay whole."""
        rows = ("step", "days", "end", *[name for name in OPTIONAL if name not in OF_KEYS])
        return replace(self, **{name: getattr(self, name)[which] for name in rows if getattr(self, name) is not None})

    def _check(self) -> None:
        if len(set(self.keys)) != len(self.keys):
            raise ValueError("keys: a step is named twice.")
        for name in ("days", "end", *[name for name in OPTIONAL if name not in OF_KEYS]):
            values = getattr(self, name)
            if values is not None and len(values) != len(self.step):
                raise ValueError(f"{name}: {len(values)} rows, but step has {len(self.step)}.")
        for name, needed in {"skips": len(self.keys), "last": 3, "undated": 3 * len(self.keys)}.items():
            numbers = getattr(self, name)
            if numbers is not None and len(numbers) != needed:
                raise ValueError(f"{name}: {len(numbers)} numbers, but {needed} are needed.")
        _within("step", self.step, len(self.keys) - 1)
        _within("days", self.days, None)
        _within("end", self.end, LEFT)
        tops = {"cause": WITHDRAWN, "since": None, "before": None, "skips": None, "last": None, "undated": None}
        for name, top in tops.items():
            if getattr(self, name) is not None:
                _within(name, getattr(self, name), top)
        if self.segment is not None:
            _within("segment", self.segment + 1, len(self.segments))

    @classmethod
    def none(cls, keys: tuple[str, ...] = ()) -> History:
        """Make the history of a company that has none yet."""
        return cls(np.zeros(0, int), np.zeros(0, int), np.zeros(0, np.int8), keys)


def _whole(name: str, values: ArrayLike) -> NDArray[np.int64]:
    array = np.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"{name}: one row per stay is needed, not {array.ndim} dimensions.")
    if array.size and not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"{name}: whole numbers are needed, not {array.dtype}.")
    return array.astype(np.int64, copy=False)


def _within(name: str, values: NDArray, top: int | None) -> None:
    wrong = values < 0 if top is None else (values < 0) | (values > top)
    if wrong.any():
        row = int(np.argmax(wrong))
        allowed = "0 or more" if top is None else f"0 to {top}"
        raise ValueError(f"{name}: row {row} is {values[row]}, allowed is {allowed}.")
