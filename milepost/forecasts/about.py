"""Read what opportunities are told apart by, as columns: where they belong and how large they are."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.forecasts.watched import watched_since
from milepost.opportunities.found import SIZE, SIZES, TERRITORY, branch
from milepost.opportunities.models import Opportunity, Outcome
from milepost.team.models import Territory
from milepost.web.turns import chunks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from milepost.engine.division import Division
    from milepost.engine.history import History

AT_ONCE = 20_000
FAR = datetime.date.max.toordinal()
FEWEST = 30
"""With fewer known values a playbook's are not cut into sizes."""
UNEVEN = 0.1
"""Where values of the lost and of the won are known this unevenly, sizes would tell the end itself."""
UNKNOWN = -1
Cuts = Mapping[str, tuple[int, int]]


@dataclass(frozen=True, eq=False)
class About:
    """Hold one row an opportunity, by id: values in the company's minor units, UNKNOWN where they are not known.

    `until` is the day on which it ended, or to which its source was known; FAR for what is open and kept here.
    `end` tells how: 0 not, WON, or LOST for all others. `branch` is an index into `branches`. `told` is the day to
    which an import first told of it; FAR for what was begun here.
    """

    pk: NDArray[np.int64]
    until: NDArray[np.int32]
    end: NDArray[np.int8]
    branch: NDArray[np.int32]
    playbook: NDArray[np.int32]
    value: NDArray[np.int64]
    told: NDArray[np.int32]
    branches: tuple[str, ...]

    def watched(self, day: int) -> NDArray[np.int64]:
        """Return since when each was watched, by what was known at the start of a day."""
        import numpy as np

        return watched_since(self.told, np.where(self.end > 0, self.until, FAR), day)

    def places(self, pks: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the row of each opportunity; -1 for those that are not here."""
        import numpy as np

        if not len(self.pk):
            return np.full(len(pks), -1, np.int32)
        at = np.minimum(np.searchsorted(self.pk, pks), len(self.pk) - 1)
        return np.where(self.pk[at] == pks, at, -1).astype(np.int32)

    def cuts(self) -> dict[str, tuple[int, int]]:
        """Return where each playbook's known values are cut into three bands of as many opportunities."""
        import numpy as np

        cuts = {}
        for playbook in np.unique(self.playbook).tolist():
            known = self.value[(self.playbook == playbook) & (self.value > 0)]
            if len(known) >= FEWEST:
                low, high = np.quantile(known, [1 / 3, 2 / 3])
                cuts[str(playbook)] = (int(low), int(high))
        return cuts

    def sizes(self, cuts: Cuts) -> NDArray[np.int64]:
        """Return each opportunity's size band, an index into SIZES; UNKNOWN without a value or cuts."""
        import numpy as np

        bands = np.full(len(self.pk), UNKNOWN)
        for playbook, pair in cuts.items():
            here = (self.playbook == int(playbook)) & (self.value > 0)
            bands[here] = np.searchsorted(pair, self.value[here], side="right")
        return bands

    def tell_apart(self, history: History, place: NDArray, by: str, cuts: Cuts) -> History:
        """Return a history with the segment of each row; as it is where nothing is told apart."""
        return self._division(by, place, cuts).of(history) if by else history

    def segments(self, by: str, cuts: Cuts) -> tuple[NDArray[np.int64], tuple[str, ...]]:
        """Return each opportunity's segment, an index into the names that follow; UNKNOWN where it has none."""
        import numpy as np

        if by == TERRITORY:
            return self.branch.astype(np.int64), self.branches
        return (self.sizes(cuts), SIZES) if by == SIZE else (np.full(len(self.pk), UNKNOWN), ())

    def _division(self, by: str, place: NDArray, cuts: Cuts) -> Division:
        from milepost.engine.division import Division

        segment, names = self.segments(by, cuts)
        return Division(segment[place], names)

    def divisions(self, history: History, place: NDArray, cuts: Cuts) -> dict[str, Division]:
        """Return the ways in which opportunities could be told apart, as columns of a history's rows."""
        ways = [TERRITORY] if len(self.branches) > 1 else []
        ways += [SIZE] if cuts and self._is_even(history, place) else []
        return {by: self._division(by, place, cuts) for by in ways}

    def _is_even(self, history: History, place: NDArray) -> bool:
        """Tell whether values are known of the lost as often as of the won: else knowing one gives the end away."""
        from milepost.engine.history import LOST, WON

        known = self.value[place] > 0
        won, lost = (known[history.end == end] for end in (WON, LOST))
        return bool(len(won) and len(lost) and abs(won.mean() - lost.mean()) < UNEVEN)


def read_about() -> About:
    """Read every opportunity that was not merged into another."""
    import numpy as np

    tops = {pk: branch(path) for pk, path in Territory.objects.values_list("pk", "path")}
    branches = tuple(sorted({top for top in tops.values() if top}))
    at = {pk: branches.index(top) if top else UNKNOWN for pk, top in tops.items()}
    columns = ("pk", "as_of", "territory_id", "playbook_version__playbook_id", "company_value_minor", "first_told")
    rows = Opportunity.objects.filter(merged_into=None).order_by("pk").values_list(*columns)
    parts = []
    for part in chunks(rows.iterator(chunk_size=AT_ONCE), AT_ONCE):
        pk, as_of, territory, playbook, value, told = zip(*part, strict=True)
        values = [UNKNOWN if one is None else one for one in value]
        read = (pk, days(as_of), [at[t] for t in territory], playbook, values, days(told))
        parts.append([np.array(each, np.int64) for each in read])
    pk, known, places, playbook, value, told = np.concatenate(parts, axis=1) if parts else np.zeros((6, 0), np.int64)
    end, narrow = np.zeros(len(pk), np.int8), [each.astype(np.int32) for each in (known, places, playbook, told)]
    about = About(pk, narrow[0], end, narrow[1], narrow[2], value, narrow[3], branches)
    _read_ends(about)
    return about


def _read_ends(about: About) -> None:
    """Let nothing count beyond the day an opportunity ended."""
    import numpy as np

    from milepost.engine.history import LOST, WON

    ends = Outcome.objects.standing().filter(on__isnull=False).order_by().values_list("opportunity_id", "on", "kind")
    for part in chunks(ends.iterator(chunk_size=AT_ONCE), AT_ONCE):
        pk, on, kind = zip(*part, strict=True)
        place, day = about.places(np.array(pk, np.int64)), days(on)
        here = place >= 0
        about.until[place[here]] = np.minimum(about.until[place[here]], day[here])
        about.end[place[here]] = np.where(np.array(kind)[here] == Outcome.Kind.WON, WON, LOST)


def days(dates: Iterable[datetime.date | None]) -> NDArray[np.int32]:
    """Return dates as ordinals; FAR for none."""
    import numpy as np

    return np.array([FAR if date is None else date.toordinal() for date in dates], np.int32)
