"""Count the stays that a person asks about: how many ended how, after how many days."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from milepost.forecasts.learnt.columns import CAUSES, ENDS, NONE, Past
from milepost.opportunities.models import Stay

if TYPE_CHECKING:
    import datetime

    import numpy as np
    from numpy.typing import NDArray

    from milepost.engine.group import Counts

FATES = ("won", "open", "no_decision", "stopped", "no", "again")
OF_END: dict[str, str] = {"": "open", Stay.End.WON: "won", Stay.End.AGAIN: "again"}
OF_CAUSE: dict[str, str] = {Stay.Cause.NO_DECISION: "no_decision", Stay.Cause.WITHDRAWN: "stopped"}


class Tally:
    """The stays of the opportunities that are `chosen`, entered since a day.

    One that lasts counts to today, or to the day its source was known. Of one whose first day is not known it counts
    what became of it, if that was since then, but not its days. `clock` tells by a step's key what its age counts.
    """

    def __init__(
        self,
        past: Past,
        chosen: NDArray[np.bool_],
        today: datetime.date,
        since: datetime.date | None,
        clock: Callable[[str], int],
    ) -> None:
        import numpy as np

        stays, place = past.tables["stays"], past.place["stays"]
        kept = chosen[place] & _counts(stays, since.toordinal() if since else NONE)
        self.past, self.clock = past, clock
        self.rows = {name: column[kept] for name, column in stays.items()}
        self.place = place[kept]
        self.playbook = past.about["playbook"][self.place]
        known = past.about["as_of"][self.place]
        now = np.where(known == NONE, today.toordinal(), known)
        self.left = np.where(self.rows["end"] == ENDS.index(""), now, self.rows["left"])
        self.watched = past.watched(today.toordinal())[self.place]

    def __len__(self) -> int:
        return len(self.left)

    @property
    def keys(self) -> set[str]:
        """Return the steps that anything came to."""
        return {self.past.keys[at] for at in set(self.rows["key"].tolist())}

    def came(self, playbook: int) -> NDArray[np.bool_]:
        """Tell of each opportunity whether it is one of a playbook that came to any step."""
        import numpy as np

        found = np.zeros(len(self.past.about["pk"]), bool)
        found[self.place[self.playbook == playbook]] = True
        return found

    def busiest(self) -> int | None:
        """Return the playbook that most of them have gone through."""
        import numpy as np

        pks, counted = np.unique(self.playbook, return_counts=True)
        return int(pks[counted.argmax()]) if len(pks) else None

    def fates(self, playbook: int, key: str) -> dict[str, int]:
        """Return how many of those that came to a step reached it, are there, ended otherwise, or were met again.

        What was skipped, gone back from or moved is no trial, and is not in it.
        """
        import numpy as np

        mine = self._mine(key) & (self.playbook == playbook)
        codes = self.rows["end"][mine].astype(int) * len(CAUSES) + self.rows["cause"][mine]
        found = dict.fromkeys(FATES, 0)
        for code, number in zip(*np.unique(codes, return_counts=True), strict=True):
            if name := fate(ENDS[code // len(CAUSES)], CAUSES[code % len(CAUSES)]):
                found[name] += int(number)
        return found

    def ended_here(self) -> NDArray[np.bool_]:
        """Tell of each opportunity whether it ended at a step that it came to in the time that is asked."""
        import numpy as np

        found = np.zeros(len(self.past.about["pk"]), bool)
        found[self.place[(self.rows["end"] == ENDS.index(Stay.End.LOST)) & (self.rows["cause"] > 0)]] = True
        return found

    def counts(self, playbook: int, key: str) -> Counts:
        """Return what the engine counts of one step."""
        import numpy as np

        from milepost.engine.ages import ahead
        from milepost.engine.group import count
        from milepost.engine.history import LEFT, LOST, OPEN, WON

        ends = {"": OPEN, Stay.End.WON: WON, Stay.End.LOST: LOST, Stay.End.AGAIN: LEFT, Stay.End.BACK: LEFT}
        engines = np.array([ends.get(end, -1) for end in ENDS])
        end = engines[self.rows["end"]]
        dated = (self.rows["entered"] != NONE) & (self.left != NONE)
        days = np.maximum(self.left - self.rows["entered"], 0).astype(np.int64)
        since = np.maximum(self.watched - self.rows["entered"], 0)
        seen = (since == 0) | (days + np.isin(end, (WON, LOST)) > since)
        mine = self._mine(key) & (self.playbook == playbook) & (end >= 0) & dated & seen
        before = ahead(self.rows["before"][mine].astype(np.int64), self.clock(key))
        return count(days[mine], end[mine], None, before, since[mine])

    def _mine(self, key: str) -> NDArray[np.bool_]:
        at = self.past.keys.index(key) if key in self.past.keys else -1
        mine: NDArray[np.bool_] = self.rows["key"] == at
        return mine


def _counts(stays: dict[str, NDArray[Any]], since: int) -> NDArray[np.bool_]:
    """Tell of each stay whether it was entered since a day; of one of no known first day, whether it lasts or ended."""
    known = stays["entered"] != NONE
    lasts = stays["end"] == ENDS.index("")
    counts: NDArray[np.bool_] = (stays["entered"] >= since) & known | ~known & (lasts | (stays["left"] >= since))
    return counts


def fate(end: str, cause: str) -> str:
    """Say what became of a stay; "" where it is no trial: skipped, gone back, moved."""
    if end == Stay.End.LOST:
        return OF_CAUSE.get(cause, "no")
    return OF_END.get(end, "")
