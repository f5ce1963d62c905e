"""Read how steps ended, or stand, of which an import does not know the days."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery

from milepost.forecasts.about import AT_ONCE, About, days
from milepost.opportunities.models import Stay, Step
from milepost.web.turns import chunks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

UNTOLD = 0.1
"""Where so many of the lost are lost nobody knows where, what is told of those that went on says too much."""
WON, LOST, OPEN = 0, 1, 2
Row = tuple[int, str, datetime.date | None, datetime.date | None, int]


@dataclass(frozen=True, eq=False)
class Undated:
    """Hold one row for each stay without its days: its step, the row of its opportunity, and since when it is known.

    day   ordinal of the day on which the step is known to be over, FAR of one that is open
    anew  ordinal of the day on which the opportunity came to the step anew, which takes the answer back; FAR of others
    how   WON where its opportunity went on, LOST, or OPEN
    """

    step: NDArray[np.int64]
    place: NDArray[np.int32]
    day: NDArray[np.int32]
    anew: NDArray[np.int32]
    how: NDArray[np.int8]

    def counted(self, keys: int, about: About, recorded: NDArray[np.int32], day: int) -> NDArray[np.int64]:
        """Return per step those known to be won and lost before a day, and the open ones, as the engine has them.

        recorded  rows of `about` that have a stay with its days
        """
        import numpy as np

        found = np.zeros((keys, 3), np.int64)
        if len(self.step):
            seen = (self.day < day) & (self.anew >= day) | (self.how == OPEN) & (about.end[self.place] == 0)
            here = seen & self._told(about, recorded, day)[self.place]
            np.add.at(found, (self.step[here], self.how[here]), 1)
        return found.ravel()

    def _told(self, about: About, recorded: NDArray[np.int32], day: int) -> NDArray[np.bool_]:
        """Tell of each whether of its playbook's lost, before a day, nearly all are known to be lost in a step."""
        import numpy as np

        from milepost.engine import history

        has = np.zeros(len(about.pk), bool)
        has[recorded] = has[self.place[self.how == LOST]] = True
        lost = (about.until < day) & (about.end == history.LOST)
        told = np.zeros(len(about.pk), bool)
        for playbook in np.unique(about.playbook).tolist():
            of = about.playbook == playbook
            told[of] = bool((of & lost).any() and has[of & lost].mean() > 1 - UNTOLD)
        return told


def read_undated(about: About, index: dict[str, int]) -> Undated:
    """Read them of all opportunities that are there; `index` gives steps their places, and learns of new ones."""
    import numpy as np

    rows = [*_left(), *_gone_past(), *_here()]
    place = about.places(np.array([row[0] for row in rows], np.int64))
    step = np.array([index.setdefault(row[1], len(index)) for row in rows], np.int64)
    day, anew = days(row[2] for row in rows), days(row[3] for row in rows)
    how = np.array([row[4] for row in rows], np.int8)
    kept = np.flatnonzero(place >= 0)
    return Undated(step[kept], place[kept], day[kept], anew[kept], how[kept])


def _left() -> Iterable[Row]:
    """Yield the ends of stays with no day of entry."""
    ends = Stay.objects.filter(entered_on=None, left_on__isnull=False, end__in=(Stay.End.WON, Stay.End.LOST))
    next_one = Stay.objects.filter(step=OuterRef("step"), pk__gt=OuterRef("pk"), entered_on__isnull=False)
    ends = ends.annotate(anew=Subquery(next_one.order_by("pk").values("entered_on")[:1]))
    for pk, key, left, anew, end in _in_parts(ends.values_list("opportunity_id", "key", "left_on", "anew", "end")):
        yield pk, key, left, anew, WON if end == Stay.End.WON else LOST


def _gone_past() -> Iterable[Row]:
    """Yield the steps that are not recorded and lie behind one whose days are known."""
    beyond = Stay.objects.filter(
        opportunity=OuterRef("opportunity"), step__position__gt=OuterRef("position"), entered_on__isnull=False
    )
    first = Subquery(beyond.order_by("entered_on").values("entered_on")[:1])
    steps = Step.objects.filter(state=Step.State.NOT_RECORDED).annotate(since=first).exclude(since=None)
    for pk, key, since in _in_parts(steps.values_list("opportunity_id", "key", "since")):
        yield pk, key, since, None, WON


def _here() -> Iterable[Row]:
    """Yield the stays that last, and nobody knows since when."""
    rows = Stay.objects.filter(entered_on=None, left_on=None, end="")
    for pk, key in _in_parts(rows.values_list("opportunity_id", "key")):
        yield pk, key, None, None, OPEN


def _in_parts(rows: Any) -> Iterable[Any]:
    for part in chunks(rows.order_by("pk").iterator(chunk_size=AT_ONCE), AT_ONCE):
        yield from part
