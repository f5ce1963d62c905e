"""Read the database as it stands at one moment, in one process or in several."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager

from django.db import connection, transaction

Begin = Callable[[str], None]
"""Lets another process begin to read: at the moment that it is told, or at once where that is ""."""


@contextmanager
def one_moment(others: Sequence[Begin] = ()) -> Iterator[None]:
    """Read the database as it stands now: what others write meanwhile is not seen, and nobody is kept from writing.

    The `others` read it as it stands at the same moment.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            with _nobody_writing(bool(others)):
                begin("")
                for other in others:
                    other("")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            if others:
                cursor.execute("SELECT pg_export_snapshot()")
                (moment,) = cursor.fetchone()
                for other in others:
                    other(moment)
            yield


@contextmanager
def _nobody_writing(together: bool) -> Iterator[None]:
    """Keep SQLite from being written while several begin to read: for some milliseconds, and only where they do."""
    if not together:
        yield
        return
    with closing(connection.copy()) as holder, holder.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def begin(moment: str) -> None:
    """Let this process read from now on as the database stands now, or on PostgreSQL at the moment that is named."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("BEGIN")  # deferred: Django's own would keep everybody from writing
            cursor.execute("SELECT count(*) FROM sqlite_master")  # it is with the first thing read that it begins
            cursor.fetchone()
        else:
            connection.set_autocommit(False)
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SET TRANSACTION SNAPSHOT %s", [moment])
