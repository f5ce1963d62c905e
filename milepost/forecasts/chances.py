"""Keep in memory how likely each figure's strings are won by each month's end: a figure never changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING

from milepost.opportunities.models import Figure

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST = 12_000
"""So many figures are kept: about 80 MB with sixteen months and 200 draws."""
AT_ONCE = 2_000


class WonBy:
    """Chances [ends, draws] by figure, as float16; those asked for longest ago make room."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[int, NDArray[np.float16]] = OrderedDict()

    def of(self, figures: Sequence[int], ends: int) -> NDArray[np.float32]:
        """Return the chances of these figures [figures, ends, draws]; a figure without any is nothing."""
        import numpy as np

        with self._lock:
            missing = [pk for pk in figures if pk not in self._kept]
            for start in range(0, len(missing), AT_ONCE):
                self._read(missing[start : start + AT_ONCE], ends)
            found = [self._kept.get(pk) for pk in figures]
            for pk in figures:
                if pk in self._kept:
                    self._kept.move_to_end(pk)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        draws = max((each.shape[1] for each in found if each is not None), default=1)
        nothing = np.zeros((ends, draws), np.float16)
        rows = [each if each is not None and each.shape == nothing.shape else nothing for each in found]
        return np.stack(rows).astype(np.float32) if rows else np.zeros((0, ends, draws), np.float32)

    def _read(self, missing: list[int], ends: int) -> None:
        import numpy as np

        for pk, packed in Figure.objects.filter(pk__in=missing).values_list("pk", "won_by"):
            table = np.frombuffer(packed, np.float16)
            if ends and len(table) and len(table) % ends == 0:
                self._kept[pk] = table.reshape(ends, -1)


WON_BY = WonBy()
