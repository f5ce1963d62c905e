"""Run a command of Milepost and say how long it kept others from writing: its longest transaction.

    python -m bench.writes import Opportunities.csv

A transaction counts from its beginning to its commit. On SQLite it holds the database's one lock to write for all of
that time; on PostgreSQL it holds the rows it has changed. The CPU time beside it is what other programs lengthen least.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from django.db import transaction

from milepost.cli import main


class Timed:
    """Note how long each outermost transaction lasts."""

    def __init__(self) -> None:
        self.lasted: list[tuple[float, float]] = []
        self._enter, self._exit = transaction.Atomic.__enter__, transaction.Atomic.__exit__
        self._begun = (0.0, 0.0)

    def install(self) -> None:
        """Stand around every `atomic` from now on."""
        transaction.Atomic.__enter__ = lambda atomic: self.enter(atomic)  # type: ignore[method-assign]
        transaction.Atomic.__exit__ = lambda atomic, *how: self.exit(atomic, *how)  # type: ignore[method-assign]

    def enter(self, atomic: Any) -> None:
        outermost = not transaction.get_connection(atomic.using).in_atomic_block
        self._enter(atomic)
        if outermost:
            self._begun = (time.monotonic(), time.process_time())

    def exit(self, atomic: Any, *how: Any) -> None:
        self._exit(atomic, *how)
        if not transaction.get_connection(atomic.using).in_atomic_block:
            wall, cpu = self._begun
            self.lasted.append((time.monotonic() - wall, time.process_time() - cpu))


def run() -> None:
    """Run the command line that follows, and print the number last."""
    timed = Timed()
    timed.install()
    try:
        main(sys.argv[1:])
    finally:
        wall, cpu = (max(times) for times in zip(*timed.lasted, strict=True))
        print(f"longest of {len(timed.lasted)} transactions {wall:.2f} s, most CPU in one {cpu:.2f} s")


if __name__ == "__main__":
    run()
