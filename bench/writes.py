"""Run a command of Milepost and say how long it kept others from writing: its longest transaction, and whose it was.

    python -m bench.writes import Opportunities.csv

A transaction counts from its beginning to its commit, and so does a statement that writes outside of one. On SQLite it
holds the database's one lock to write for all of that time; on PostgreSQL it holds the rows it has changed. The CPU
time beside it is what other programs lengthen least.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NamedTuple

from django.db import connection, transaction

from milepost.cli import main

READS = ("SELECT", "PRAGMA", "SHOW", "EXPLAIN", "VALUES", "WITH")
HINDERS_NOBODY = {"postgresql": ("ANALYZE",)}
PLUMBING = ("milepost.cli", "milepost.web.turns", "milepost.web.worker", "milepost.__main__")
NAMED = 2


class Lasted(NamedTuple):
    """One transaction: how long it was, and the verbs or jobs it was made in."""

    wall: float
    cpu: float
    name: str


class Timed:
    """Note how long each outermost transaction lasts."""

    def __init__(self) -> None:
        self.lasted: list[Lasted] = []
        self._enter, self._exit = transaction.Atomic.__enter__, transaction.Atomic.__exit__
        self._begun = (0.0, 0.0, "")

    @contextmanager
    def installed(self) -> Iterator[Timed]:
        """Stand around every `atomic`, and every statement outside of one, for a while."""
        transaction.Atomic.__enter__ = lambda atomic: self.enter(atomic)  # type: ignore[method-assign]
        transaction.Atomic.__exit__ = lambda atomic, *how: self.exit(atomic, *how)  # type: ignore[method-assign]
        try:
            with connection.execute_wrapper(self.statement):
                yield self
        finally:
            transaction.Atomic.__enter__ = self._enter  # type: ignore[method-assign]
            transaction.Atomic.__exit__ = self._exit  # type: ignore[method-assign]

    def enter(self, atomic: Any) -> None:
        outermost = not transaction.get_connection(atomic.using).in_atomic_block
        self._enter(atomic)
        if outermost:
            self._begin()

    def exit(self, atomic: Any, *how: Any) -> None:
        self._exit(atomic, *how)
        if not transaction.get_connection(atomic.using).in_atomic_block:
            self._end()

    def statement(self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        harmless = READS + HINDERS_NOBODY.get(connection.vendor, ())
        if connection.in_atomic_block or sql.lstrip(" (").upper().startswith(harmless):
            return execute(sql, params, many, context)
        self._begin()
        try:
            return execute(sql, params, many, context)
        finally:
            self._end()

    def _begin(self) -> None:
        self._begun = (time.monotonic(), time.process_time(), whose(sys._getframe(2)))

    def _end(self) -> None:
        wall, cpu, name = self._begun
        self.lasted.append(Lasted(time.monotonic() - wall, time.process_time() - cpu, name))

    def told(self) -> str:
        """Return the longest one and whose it was, and the most CPU time in any."""
        longest = max(self.lasted, key=lambda one: one.wall)
        most = max(one.cpu for one in self.lasted)
        count = len(self.lasted)
        return f"longest of {count} transactions {longest.wall:.2f} s ({longest.name}), most CPU in one {most:.2f} s"


def whose(frame: FrameType | None) -> str:
    """Name the innermost functions of Milepost that are under way: the verb, and what asked for it."""
    names: list[str] = []
    while frame is not None and len(names) < NAMED:
        module = str(frame.f_globals.get("__name__", ""))
        verb = frame.f_locals.get("func")
        if module == "contextlib" and callable(verb):  # a verb that is atomic as a whole
            names.append(f"{verb.__module__}.{verb.__qualname__}".removeprefix("milepost."))
        elif module.startswith("milepost.") and not module.startswith(PLUMBING):
            names.append(f"{module}.{_plain(frame)}".removeprefix("milepost."))
        frame = frame.f_back
    return " in ".join(dict.fromkeys(names)) or "elsewhere"


def _plain(frame: FrameType) -> str:
    return frame.f_code.co_qualname.partition(".<locals>")[0]


def run() -> None:
    """Run the command line that follows, and print the number last."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "milepost.settings")
    django.setup()
    timed = Timed()
    try:
        with timed.installed():
            main(sys.argv[1:])
    finally:
        print(timed.told())


if __name__ == "__main__":
    run()
