"""Read lots of rows in processes beside this one, and take their lines of CSV in order.

Reading the rows and making text of them takes nearly all the time of an export; it is shared by the machine's cores.
A process is asked on its standard input, a line of JSON each: how to begin, then lot after lot. It answers with the
number of rows and of bytes, and the bytes. It ends with its input.
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import IO, Any

from django.db import connection, models

from milepost.exchange.whole.lots import Lot, lots, text_of
from milepost.exchange.whole.moment import Begin

MANY = 200_000
"""Rows from which on it is worth the second that a process takes to begin."""
MOST = 4
"""More processes than this would wait for the one that presses what they have read."""
AHEAD = 2
"""So many lots each is asked for before its first is taken."""
HEAD = struct.Struct(">QQ")


class ReaderEnded(RuntimeError):
    """Say that a process that was to read has ended; its own words stand in the log."""


class Here:
    """Read in this process."""

    others: Sequence[Begin] = ()

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *told: object) -> None:
        pass

    def texts(self, model: type[models.Model]) -> Iterator[tuple[int, bytes]]:
        """Yield the lots of a kind: their number of rows and their lines."""
        return (text_of(model, lot) for lot in lots(model))


class Readers:
    """Read in processes beside this one; a context, behind which they have ended."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.readers: list[Reader] = []

    def __enter__(self) -> Readers:
        self.readers = [Reader() for _each in range(self.number)]
        return self

    def __exit__(self, *told: object) -> None:
        for reader in self.readers:
            reader.end()

    @property
    def others(self) -> Sequence[Begin]:
        """Return what lets each begin."""
        return [reader.begin for reader in self.readers]

    def texts(self, model: type[models.Model]) -> Iterator[tuple[int, bytes]]:
        """Yield the lots of a kind: their number of rows and their lines."""
        asked: deque[Reader] = deque()
        for lot, reader in zip(lots(model), cycle(self.readers), strict=False):
            reader.ask(model._meta.label, lot)
            asked.append(reader)
            if len(asked) > AHEAD * self.number:
                yield asked.popleft().answer()
        while asked:
            yield asked.popleft().answer()


class Reader:
    """One process that reads, and what is said to it."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "milepost.exchange.whole.reader", str(connection.settings_dict["NAME"])]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603

    def begin(self, moment: str) -> None:
        """Let it begin at a moment, and wait until it has."""
        self._say(moment)
        self.answer()

    def ask(self, label: str, lot: Lot) -> None:
        """Ask for a lot of a kind."""
        self._say([label, *lot])

    def answer(self) -> tuple[int, bytes]:
        """Return the next answer: how many rows, and their lines."""
        count, size = HEAD.unpack(self._read(HEAD.size))
        return count, self._read(size)

    def end(self) -> None:
        """End it, whatever it is at: it only reads."""
        self.process.kill()
        self.process.communicate()

    def _say(self, what: Any) -> None:
        try:
            _stream(self.process.stdin).write(json.dumps(what).encode() + b"\n")
            _stream(self.process.stdin).flush()
        except BrokenPipeError as error:
            raise ReaderEnded from error

    def _read(self, size: int) -> bytes:
        found = _stream(self.process.stdout).read(size)
        if len(found) < size:
            raise ReaderEnded
        return found


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


def cores() -> int:
    """Return how many processes may compute at once on this machine."""
    known = getattr(os, "sched_getaffinity", None)
    return len(known(0)) if known else os.cpu_count() or 1


def readers_for(rows: int) -> Here | Readers:
    """Return what reads so many rows: by itself where there are few, or one core, or all is one transaction's own."""
    few = rows < MANY or cores() == 1 or connection.in_atomic_block
    return Here() if few else Readers(min(cores(), MOST))
