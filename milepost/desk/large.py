"""Tell whether the company has so many open opportunities that what is counted over all of them follows its page."""

from __future__ import annotations

import time
from functools import lru_cache

from milepost.opportunities.models import Standing

MANY = 20_000
"""So many rows are added up at once, with the page itself; of more the sums follow."""
SPELL = 600.0
"""Seconds for which a process takes the company to be as large as it was; only the way to the sums hangs on it."""


def is_large() -> bool:
    """Tell whether more are open in the company than are added up at once."""
    return _open_in(int(time.monotonic() / SPELL)) > MANY


@lru_cache(maxsize=1)
def _open_in(_spell: int) -> int:
    return Standing.objects.count()


forget = _open_in.cache_clear
