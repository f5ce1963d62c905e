"""Write many rows of one table at once: statements of many rows on SQLite, COPY on PostgreSQL.

A row is a plain tuple of what the database holds: days and JSON as text. Model instances would take most of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import Any

from django.db import connection, models

Buffer = bytes | bytearray | memoryview
Row = tuple[Any, ...]
Lot = list[tuple["Rows", list[Row]]]
VALUES = 999  # in one statement: what every SQLite takes
USUAL = {"cache_size": -32_000, "wal_autocheckpoint": 1_000}  # kB, and pages of 4 kB
FOR_MANY = {"cache_size": -96_000, "wal_autocheckpoint": 16_000}


class Rows:
    """Write rows of a model by some of its columns; the others get what a new row has there."""

    def __init__(self, model: type[models.Model], *columns: str) -> None:
        """Take attributes’ names, as `opportunity_id`; with the key among them, rows bring their numbers along."""
        fields = {field.attname: field for field in model._meta.concrete_fields}
        self.model = model
        self.rest = [field for name, field in fields.items() if name not in columns and not field.primary_key]
        self.columns = [str(field.column) for field in [*(fields[name] for name in columns), *self.rest]]

    def write(self, rows: Iterable[Row]) -> None:
        """Write rows with their values in the order of the columns."""
        self.ready(rows)()

    def ready(self, rows: Iterable[Row]) -> Callable[[], None]:
        """Make rows ready, and return how to write them."""
        blank = self.model()
        usual = tuple(field.get_db_prep_save(field.pre_save(blank, add=True), connection) for field in self.rest)
        if connection.vendor == "postgresql":
            return partial(_copy, self.model, self.columns, as_copied(row + usual for row in rows))
        return partial(insert, self.model, self.columns, [row + usual for row in rows])


def insert(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Put rows into a model's table by the quickest way its database has."""
    if not rows:
        return
    if connection.vendor == "postgresql":
        _copy(model, columns, as_copied(rows))
        return
    quote = connection.ops.quote_name
    table, names = quote(model._meta.db_table), ", ".join(map(quote, columns))
    with connection.cursor() as cursor:
        # Each statement looks up, and writes, the table's last number: once for many rows, not once a row.
        size = max(VALUES // len(columns), 1)
        full = len(rows) - len(rows) % size
        some = [tuple(chain.from_iterable(rows[at : at + size])) for at in range(0, full, size)]
        for count, values in ((size, some), (1, rows[full:])):
            marks = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * count)
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES {marks}", values)  # noqa: S608 - own names


def _copy(model: type[models.Model], columns: Sequence[str], text: Sequence[Buffer]) -> None:
    if text:
        quote = connection.ops.quote_name
        table, names = quote(model._meta.db_table), ", ".join(map(quote, columns))
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for block in text:
                copy.write(block)


def as_copied(rows: Iterable[Sequence[Any]]) -> list[Buffer]:
    """Write rows as COPY reads them, in blocks."""
    from psycopg import Copy
    from psycopg.copy import Writer

    class Aside(Writer):
        def write(self, data: Buffer) -> None:
            blocks.append(data)

    blocks: list[Buffer] = []
    connection.ensure_connection()
    with Copy(connection.connection.cursor(), writer=Aside()) as copy:
        for row in rows:
            copy.write_row(row)
    return blocks


def numbers(model: type[models.Model], count: int) -> Sequence[int]:
    """Take numbers for new rows of a model that nobody else will be given.

    On SQLite they are taken only when the rows are written: until then this transaction keeps all others from writing.
    """
    table, key = model._meta.db_table, model._meta.pk
    assert key is not None
    assert connection.in_atomic_block
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            name = connection.ops.quote_name(table)
            taken = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
            cursor.execute(taken, [name, key.column, count])
            return [number for (number,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()
    first = last[0] + 1 if last else 1
    return range(first, first + count)


def plan_anew(*tables: type[models.Model]) -> None:
    """Let PostgreSQL count these tables and forget how it looks things up in them; SQLite does not go by size.

    How a reference is checked is planned once a connection: for a table that was empty then, by reading all of it.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in tables:
                cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


@contextmanager
def sparing_the_disk() -> Iterator[None]:
    """Let this connection hold more of SQLite in memory, and carry less often from its log into its file.

    The last page of an index is written with every transaction; it is so carried over once for many of them. What is
    committed is as safe as ever: it is in the log, and SQLite reads that after a crash.
    """
    _set(FOR_MANY)
    try:
        yield
    finally:
        _set(USUAL)


def _set(pragmas: dict[str, int]) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for name, value in pragmas.items():
                cursor.execute(f"PRAGMA {name} = {value}")
