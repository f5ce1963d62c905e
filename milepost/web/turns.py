"""Write many rows in short transactions, so that everybody else who writes gets their turn in between.

On SQLite one transaction keeps all others from writing; on PostgreSQL it holds the rows it has changed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from django.db import transaction

T = TypeVar("T")
# A transaction must end within half a second, or people wait for it. How many rows that is differs with what they hold
# and with what else the machine does: so the number follows the time the last ones took. Of fewer than the least, each
# would cost more to begin and end than to write.
SECONDS = 0.15
FIRST, LEAST, MOST = 25, 25, 2_000
ALL_IN_ONE = 400
"""So many at once where a transaction of the caller's leaves no turns to give."""


def in_turns(
    rows: Iterable[T],
    write: Callable[[list[T]], Any],
    *,
    told: Callable[[int], None] = lambda done: None,
    beside: Callable[[], float] = lambda: 0.0,
) -> int:
    """Hand rows to `write` in transactions that are short by the clock; return how many there were.

    What it takes to make the rows happens between the transactions: let a generator compute. `told` hears of each
    transaction that has ended, and what it raises stops the rest. Where `write` hands rows to another connection,
    `beside` tells how many seconds their transaction took there.
    """
    rest, size, done = iter(rows), ALL_IN_ONE if transaction.get_connection().in_atomic_block else FIRST, 0
    while some := list(islice(rest, size)):
        began = time.monotonic()
        with transaction.atomic():
            write(some)
        took = max(time.monotonic() - began, beside(), 0.001)
        size = round(min(max(len(some) * SECONDS / took, LEAST), MOST, 2 * size))
        done += len(some)
        told(done)
    return done


def chunks(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut ids, or rows, into lists of at most `size`."""
    rest = iter(rows)
    while chunk := list(islice(rest, size)):
        yield chunk
