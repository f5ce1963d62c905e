"""Let other connections write what is ready while the next is made ready: PostgreSQL and Python work at once."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any

from django.db import connection, connections, transaction

Write = Callable[[], Any]
LANES = 2
# Seconds after which a thread that computes lets another have Python. At each answer of the server the one that writes
# waits for that: with the usual five thousandths longer than for most of the answers.
USUAL, WHILE_BESIDE = sys.getswitchinterval(), 0.0002


class Beside:
    """Write lots on connections of their own, each in a transaction; one ends after the other, in order.

    What was handed over may be written at any time before `settle` returns; what goes wrong at it is raised by the
    next call, and nothing that was handed over later is kept. As a context it waits at its end for what is under way.
    """

    def __init__(self) -> None:
        self.took = 0.0  # seconds, by the last that has ended
        self._lanes: list[ThreadPoolExecutor] = []
        self._under_way: deque[Future[None]] = deque()

    def hand_over(self, write: Write, last: Write) -> None:
        """Begin to write a lot as soon as a connection is free; `last` when all lots before it are kept."""
        while len(self._under_way) >= LANES:
            self._under_way.popleft().result()
        if not self._lanes:
            self._lanes = [ThreadPoolExecutor(1, "beside") for _lane in range(LANES)]
            sys.setswitchinterval(WHILE_BESIDE)
        before = self._under_way[-1] if self._under_way else None
        self._lanes.append(self._lanes.pop(0))  # they take turns: the other one's lot is under way
        self._under_way.append(self._lanes[-1].submit(self._write, write, last, before))

    def settle(self) -> None:
        """Wait until all that was handed over is written."""
        while self._under_way:
            self._under_way.popleft().result()

    def __enter__(self) -> Beside:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if kind is None:
                self.settle()
        finally:
            for lane in self._lanes:
                lane.submit(connections.close_all)
                lane.shutdown()
            if self._lanes:
                self._lanes = []
                sys.setswitchinterval(USUAL)

    def _write(self, write: Write, last: Write, before: Future[None] | None) -> None:
        began = time.monotonic()
        with transaction.atomic():
            write()
            connection.check_constraints()  # now, and not when all wait for it to end
            if before is not None:
                before.result()
            last()
        self.took = time.monotonic() - began


def may_write_beside() -> bool:
    """Tell whether another connection may write for this transaction: on PostgreSQL, while it has written nothing.

    All that the other one's rows name is then there already, and nothing is half done if only one of them ends well.
    """
    if connection.vendor != "postgresql" or len(connection.atomic_blocks) > 1:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NULL")
        return bool(cursor.fetchone()[0])
