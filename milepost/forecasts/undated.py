"""Read how steps ended of which an import does not know the days."""

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
Row = tuple[int, str, datetime.date, bool]


@dataclass(frozen=True, eq=False)
class Undated:
    """Hold one row for each end without its days: its step, the row of its opportunity, and since when it is known.

    day  ordinal of the day on which the step is known to be over
    won  whether it was won: its opportunity went on
    """

    step: NDArray[np.int64]
    place: NDArray[np.int32]
    day: NDArray[np.int32]
    won: NDArray[np.bool_]

    def counted(self, keys: int, about: About, recorded: NDArray[np.int32], day: int) -> NDArray[np.int64]:
        """Return how many were known to have ended before a day, per step the won and the lost, as the engine has them.

        recorded  rows of `about` that have a stay with its days
        """
        import numpy as np

        found = np.zeros((keys, 2), np.int64)
        if len(self.step):
            here = (self.day < day) & self._told(about, recorded, day)[self.place]
            np.add.at(found, (self.step[here], np.where(self.won[here], 0, 1)), 1)
        return found.ravel()

    def _told(self, about: About, recorded: NDArray[np.int32], day: int) -> NDArray[np.bool_]:
        """Tell of each whether of its playbook's lost, before a day, nearly all are known to be lost in a step."""
        import numpy as np

        from milepost.engine.history import LOST

        has = np.zeros(len(about.pk), bool)
        has[recorded] = has[self.place[~self.won]] = True
        lost = (about.until < day) & (about.end == LOST)
        told = np.zeros(len(about.pk), bool)
        for playbook in np.unique(about.playbook).tolist():
            of = about.playbook == playbook
            told[of] = bool((of & lost).any() and has[of & lost].mean() > 1 - UNTOLD)
        return told


def read_undated(about: About, index: dict[str, int]) -> Undated:
    """Read them of all opportunities that are there; `index` gives steps their places, and learns of new ones."""
    import numpy as np

    rows = [*_left(), *_gone_past()]
    place = about.places(np.array([row[0] for row in rows], np.int64))
    step = np.array([index.setdefault(row[1], len(index)) for row in rows], np.int64)
    won = np.array([row[3] for row in rows], bool)
    kept = np.flatnonzero(place >= 0)
    return Undated(step[kept], place[kept], days(row[2] for row in rows)[kept], won[kept])


def _left() -> Iterable[Row]:
    """Yield the ends of stays with no day of entry."""
    ends = Stay.objects.filter(entered_on=None, left_on__isnull=False, end__in=(Stay.End.WON, Stay.End.LOST))
    for pk, key, left, end in _in_parts(ends.values_list("opportunity_id", "key", "left_on", "end")):
        yield pk, key, left, end == Stay.End.WON


def _gone_past() -> Iterable[Row]:
    """Yield the steps that are not recorded and lie behind one whose days are known."""
    beyond = Stay.objects.filter(
        opportunity=OuterRef("opportunity"), step__position__gt=OuterRef("position"), entered_on__isnull=False
    )
    first = Subquery(beyond.order_by("entered_on").values("entered_on")[:1])
    steps = Step.objects.filter(state=Step.State.NOT_RECORDED).annotate(since=first).exclude(since=None)
    for pk, key, since in _in_parts(steps.values_list("opportunity_id", "key", "since")):
        yield pk, key, since, True


def _in_parts(rows: Any) -> Iterable[Any]:
    for part in chunks(rows.order_by("pk").iterator(chunk_size=AT_ONCE), AT_ONCE):
        yield from part
