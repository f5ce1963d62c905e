"""Keep the ranges that were computed: the same opportunities with the same chances have the same range."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from milepost.engine.parts import Parts

MOST = 20_000


class Range(NamedTuple):
    """What a total will come to, in units of the currency: P10, P50, P90, and the chance to reach the target."""

    low: float
    middle: float
    high: float
    reach: float | None


class Ranges:
    """Ranges by all that goes into them; those asked for longest ago make room."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[bytes, Range] = OrderedDict()

    def of(self, parts: Parts, target: float | None) -> Range:
        """Return the range of a total and its chance to reach the target."""
        digest = blake2b(digest_size=16)
        for part in (parts.amounts, parts.cell, parts.p):
            digest.update(part.tobytes())
        digest.update(f"{parts.p.shape}/{parts.closed}/{target}".encode())
        key = digest.digest()
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = _range(parts, target)
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return found


def _range(parts: Parts, target: float | None) -> Range:
    from milepost.engine.roughly import rough_total

    total = rough_total(parts)
    return Range(*total.limits, None if target is None else total.reach(target))


RANGES = Ranges()
