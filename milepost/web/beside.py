"""Let a second connection write what is ready while the next is made ready: PostgreSQL and Python work at once."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any

from django.db import connection, connections, transaction

Write = Callable[[], Any]
# Seconds after which a thread that computes lets another have Python. At each answer of the server the one that writes
# waits for that: with the usual five thousandths longer than for most of the answers.
USUAL, WHILE_BESIDE = sys.getswitchinterval(), 0.0002


class Beside:
    """Write lots on a connection of its own, one after the other, each in a transaction.

    What was handed over may be written at any time before `settle` returns; what goes wrong at it is raised by the
    next call. As a context it waits at its end for what is under way.
    """

    def __init__(self) -> None:
        self.took = 0.0  # seconds, by the last that has ended
        self._thread: ThreadPoolExecutor | None = None
        self._under_way: Future[None] | None = None

    def hand_over(self, write: Write) -> None:
        """Begin to write a lot as soon as the one before is written."""
        self.settle()
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "beside")
            sys.setswitchinterval(WHILE_BESIDE)
        self._under_way = self._thread.submit(self._write, write)

    def settle(self) -> None:
        """Wait until all that was handed over is written."""
        if self._under_way is not None:
            under_way, self._under_way = self._under_way, None
            under_way.result()

    def __enter__(self) -> Beside:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if kind is None:
                self.settle()
        finally:
            if self._thread is not None:
                self._thread.submit(connections.close_all)
                self._thread.shutdown()
                self._thread = None
                sys.setswitchinterval(USUAL)

    def _write(self, write: Write) -> None:
        began = time.monotonic()
        with transaction.atomic():
            write()
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
