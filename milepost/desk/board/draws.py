"""Keep the posterior draws of figures in memory: a figure never changes, so each process reads it once."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any

from milepost.opportunities.models import Figure

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST = 60_000  # rows of the table: about 50 MB with 200 draws
AT_ONCE = 5_000


class Draws:
    """A table with one row of win probabilities a figure, which grows by what is asked."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.forget()

    def forget(self) -> None:
        """Begin anew, with an empty table."""
        self._places: dict[int, int] = {}
        self._table: Any = None

    def of(self, figures: Sequence[int]) -> NDArray[np.float32]:
        """Return the draws of these figures [figures, draws]."""
        import numpy as np

        with self._lock:
            if len(self._places) > MOST:
                self.forget()
            missing = [pk for pk in figures if pk not in self._places]
            for start in range(0, len(missing), AT_ONCE):
                self._read(missing[start : start + AT_ONCE])
            places = [self._places[pk] for pk in figures]
            return self._table[places] if places else np.empty((0, 1), np.float32)

    def _read(self, missing: list[int]) -> None:
        import numpy as np

        rows = Figure.objects.filter(pk__in=missing).values_list("pk", "win_draws")
        found = {pk: np.frombuffer(draws, np.float32) for pk, draws in rows}
        if not found:
            return
        width = len(next(iter(found.values()))) if self._table is None else self._table.shape[1]
        # Runs with another number of draws meet for the moment in which a new one is made.
        block = np.stack([np.resize(draws, width) for draws in found.values()])
        first = 0 if self._table is None else len(self._table)
        self._table = block if self._table is None else np.concatenate([self._table, block])
        self._places |= {pk: first + at for at, pk in enumerate(found)}


DRAWS = Draws()
