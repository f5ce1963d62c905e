"""Keep aside, on disk once it is much, what an import looks up again: memory stays flat however long files are."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator

AT_ONCE = 5_000
CACHE_KB = 16_000
DAY = 24 * 60 * 60 * 1_000_000  # in microseconds
Moment = tuple[dt.date, int, int | None]


def scratch() -> sqlite3.Connection:
    """Open a database of one's own that is gone when it is closed; what exceeds the cache lies in a temporary file.

    All is one transaction: each that ended would go through all pages that have changed, and nobody else ever looks.
    """
    own = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    own.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-{CACHE_KB}; BEGIN;")
    return own


class Met:
    """Remember which ids have been met, and where first."""

    def __init__(self) -> None:
        self._ids = scratch()
        self._ids.execute("CREATE TABLE met (id TEXT PRIMARY KEY, place TEXT, line INTEGER) WITHOUT ROWID")

    def first(self, own: str, table: str, line: int) -> tuple[str, int]:
        """Return the table and line at which an id was met first: these, if it is new."""
        if self._ids.execute("INSERT OR IGNORE INTO met VALUES (?, ?, ?)", (own, table, line)).rowcount:
            return table, line
        found: tuple[str, int] = self._ids.execute("SELECT place, line FROM met WHERE id = ?", (own,)).fetchone()
        return found


class Moments:
    """Remember when what came to what, in any order, and give each one's in the order of time, then of arrival."""

    def __init__(self) -> None:
        self._moves = scratch()
        self._moves.execute("CREATE TABLE moves (n INTEGER PRIMARY KEY, own TEXT, at INT, stage INT, before INT)")
        self._new: list[tuple[str, int, int, int | None]] = []
        self._sorted = False

    def add(self, own: str, at: dt.datetime, stage: int, before: int | None) -> None:
        """Take in one move."""
        seconds = (at.hour * 60 + at.minute) * 60 + at.second
        self._new.append((own, at.toordinal() * DAY + seconds * 1_000_000 + at.microsecond, stage, before))
        if len(self._new) >= AT_ONCE:
            self._put_aside()

    def of(self, own: str) -> list[Moment]:
        """Return the days and stages of one, and the stage before where that was told."""
        self._settle()
        found = self._moves.execute("SELECT at, stage, before FROM moves WHERE own = ? ORDER BY at, n", (own,))
        return [(dt.date.fromordinal(at // DAY), stage, before) for at, stage, before in found]

    def some(self, most: int) -> Iterator[str]:
        """Give the ids of all, or of about so many that are spread over the files; those met first come first."""
        self._settle()
        rows = self._moves.execute("SELECT max(n) FROM moves").fetchone()[0] or 0
        every = max(rows // most, 1)
        asked = "SELECT own FROM moves WHERE n % ? = 0 GROUP BY own ORDER BY min(n)"
        yield from [own for (own,) in self._moves.execute(asked, (every,))]

    def _settle(self) -> None:
        self._put_aside()
        if not self._sorted:
            # With all that is asked for: in the table the moves lie as the files have them, far apart.
            self._moves.execute("CREATE INDEX moves_of ON moves (own, at, n, stage, before)")
            self._sorted = True

    def _put_aside(self) -> None:
        if self._new:
            self._moves.executemany("INSERT INTO moves (own, at, stage, before) VALUES (?, ?, ?, ?)", self._new)
            self._new.clear()
