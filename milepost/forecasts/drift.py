"""By how much quarters moved as a whole: read from the mirror, kept with each run, and put into every total."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from milepost.forecasts.models import Replay

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from milepost.engine.drift import Drift


def read_drift() -> Drift:
    """Learn from the past quarters of the whole company; before the mirror was looked at, nothing is known of it."""
    from milepost.engine.drift import Gone, learn_drift

    whole = Replay.objects.filter(territory__parent=None, spread__isnull=False, slope__isnull=False)
    rows = whole.order_by("start", "territory").values_list("won", "mean", "spread", "slope")
    return learn_drift(Gone(won - mean, spread or 0, slope or 0) for won, mean, spread, slope in rows)


def shaken(p: NDArray[np.float32], drift: Mapping[str, Any]) -> NDArray[np.float32]:
    """Move chances to be won in a period [..., draws] as periods move, by what a run keeps of it; their means stay."""
    import numpy as np

    from milepost.engine.drift import moved

    if not p.size:
        return p
    return moved(p, _shocks(tuple(drift.get("weights", ())), p.shape[-1])).astype(np.float32)


@lru_cache(maxsize=8)
def _shocks(weights: tuple[float, ...], draws: int) -> NDArray[np.float64]:
    from milepost.engine.drift import Drift

    return Drift.from_json({"weights": list(weights)}).shocks(draws)
