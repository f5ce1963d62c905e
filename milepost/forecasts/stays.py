"""Read all stays as columns, a few bytes each: what the company learns from, as of today and of any past day.

What an import knows of a step without its days counts by how it ended: a stay with no day of entry by the day it was
left, a step that is not recorded by the first day on which its opportunity is known to be beyond it. That is told of
what went on, so it counts only where of the playbook's lost ones it is known where they were lost: else a step would
look safe because losses were written down worse.

An answer that the opportunity went back from is one up to the day it went back; from then on that try is one that ended
without an answer, as the stays are from which it went back.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from milepost.forecasts.about import AT_ONCE, FAR, About, days, read_about
from milepost.forecasts.undated import Undated, read_undated
from milepost.opportunities.models import Stay
from milepost.web.turns import chunks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from milepost.engine.history import History

NO_TRIAL, AGAIN = -1, 4
_END: dict[str, int] = defaultdict(lambda: NO_TRIAL, {"": 0, "won": 1, "lost": 2, "again": AGAIN, "back": 3})
Rows = tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Seen:
    """Hold a history, and the place of each row's opportunity among the columns of `Stays.about`."""

    history: History
    place: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Stays:
    """Hold one row for each stay with a known day of entry; days are ordinals, `left` is FAR while it lasts.

    end     how it ended, as the engine counts ends; AGAIN for another try, NO_TRIAL when it was skipped or moved
    before  days in the step before this try
    anew    day on which the opportunity came to the same step anew, FAR where it did not
    place   index into the columns of `about`
    """

    keys: tuple[str, ...]
    about: About
    place: NDArray[np.int32]
    step: NDArray[np.int32]
    entered: NDArray[np.int32]
    left: NDArray[np.int32]
    end: NDArray[np.int8]
    before: NDArray[np.int32]
    anew: NDArray[np.int32]
    undated: Undated

    def now(self, today: datetime.date) -> Seen:
        """Return the history as it is known today: what lasts counts to the day it is known to."""
        return self._seen(self.end != NO_TRIAL, today.toordinal(), self._end_by(FAR))

    def on(self, day: int) -> Seen:
        """Return what had been seen by the start of a day: what had not been left by then was still open."""
        import numpy as np

        from milepost.engine.history import OPEN

        lasts = self.left >= day
        # What was skipped or moved is no trial once that is known; before, it was as open as any.
        end = np.where(lasts, OPEN, self._end_by(day))
        return self._seen((self.entered < day) & (lasts | (self.end != NO_TRIAL)), day, end)

    def _end_by(self, day: int) -> NDArray[np.int8]:
        """Return how each ended, by what was known at the start of a day: an answer gone back from is none."""
        import numpy as np

        from milepost.engine.history import LEFT, LOST, WON

        withdrawn = (self.anew < day) & ((self.end == WON) | (self.end == LOST))
        return np.where(withdrawn, np.int8(LEFT), self.end)

    def _seen(self, which: NDArray[np.bool_], day: int, end: NDArray) -> Seen:
        import numpy as np

        from milepost.engine.history import LEFT, History

        rows = np.flatnonzero(which)
        place, entered = self.place[rows], self.entered[rows].astype(np.int64)
        left = self.left[rows]
        until = np.minimum(np.where(left == FAR, self.about.until[place], left), day)
        ends = np.minimum(end[rows], LEFT).astype(np.int8)
        step, before = self.step[rows].astype(np.int64), self.before[rows].astype(np.int64)
        history = History(
            step,
            np.maximum(until - entered, 0),
            ends,
            self.keys,
            since=np.maximum(self.about.watched(day)[place] - entered, 0),
            before=before,
            day=entered,
            last=self._last(day),
            undated=self.undated.counted(len(self.keys), self.about, self.place, day),
        )
        watched = history.watched
        return Seen(history.only(watched), place[watched])

    def _last(self, day: int) -> NDArray[np.int64]:
        """Count those past their last step that ended before a day: the won and the others of those that stayed open
        after it, and those won with it."""
        import numpy as np

        from milepost.engine.history import LOST, WON

        ends = np.append(self.place[1:] != self.place[:-1], True)[: len(self.place)]
        last: NDArray[np.int64] = np.flatnonzero(ends)
        passed = last[(self.end[last] == WON) | (self.end[last] == NO_TRIAL)]
        until, how = self.about.until[self.place[passed]], self.about.end[self.place[passed]]
        over, stayed = until < day, self.left[passed] < until
        with_it = over & ~stayed & (how == WON)
        return np.array([*((over & stayed & (how == end)).sum() for end in (WON, LOST)), with_it.sum()], np.int64)


def read_stays() -> Stays:
    """Read every opportunity that was not merged into another, and all of its stays with known days."""
    import numpy as np

    about = read_about()
    columns = ("opportunity_id", "step_id", "key", "entered_on", "left_on", "end")
    dated = Stay.objects.filter(entered_on__isnull=False).order_by("pk").values_list(*columns)
    index: dict[str, int] = {}
    parts = [_columns(rows, index) for rows in chunks(dated.iterator(chunk_size=AT_ONCE), AT_ONCE)]
    read: list[Any] = [np.concatenate([part[n] for part in parts]) if parts else np.zeros(0, int) for n in range(6)]
    place = about.places(read[0])
    undated = read_undated(about, index)
    kept = np.flatnonzero((place >= 0) & ((read[4] != FAR) | (read[5] == 0)))
    kept = kept[np.argsort(place[kept], kind="stable")]  # one opportunity's after the other, each in order
    place, (tried, step, entered, left, end) = place[kept], (part[kept] for part in read[1:])
    before, anew = _before(place, tried, entered, end), _anew(tried, entered)
    return Stays(tuple(index), about, place, step, entered, left, end, before, anew, undated)


def _columns(rows: Sequence[Rows], index: dict[str, int]) -> list[NDArray]:
    import numpy as np

    opportunity, step, key, entered, left, end = zip(*rows, strict=True)
    return [
        np.array(opportunity, np.int64),
        np.array(step, np.int64),
        np.array([index.setdefault(name, len(index)) for name in key], np.int32),
        days(entered),
        days(left),
        np.array([_END[how] for how in end], np.int8),
    ]


def _before(place: NDArray, tried: NDArray, entered: NDArray, end: NDArray) -> NDArray[np.int32]:
    """Return the days between the first of a string of tries at a step and each of them."""
    import numpy as np

    begins = np.ones(len(place), bool)
    begins[1:] = (place[1:] != place[:-1]) | (tried[1:] != tried[:-1]) | (end[:-1] != AGAIN)
    first = np.maximum.accumulate(np.where(begins, np.arange(len(place)), 0))
    return np.maximum(entered - entered[first], 0).astype(np.int32)


def _anew(tried: NDArray, entered: NDArray) -> NDArray[np.int32]:
    """Return the day of the next stay at the same step of the same opportunity, FAR where there is none."""
    import numpy as np

    order = np.argsort(tried, kind="stable")
    follows = np.append(tried[order][1:] == tried[order][:-1], False)[: len(tried)]
    found = np.full(len(tried), FAR, np.int32)
    found[order[follows]] = entered[order[np.flatnonzero(follows) + 1]]
    return found
