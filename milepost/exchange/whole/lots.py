"""Make the rows of a kind ready as they stand in its file: a lot of them at a time, in the order of their numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, models

from milepost.exchange.whole.columns import Column, columns_of
from milepost.exchange.whole.values import amounts, writer_of

AT_ONCE = 2_000
LOT = 10_000
"""So many rows are handed on together, one or two megabytes of text."""

KEPT_AS_TEXT = ("moment", "day", "time", "yes or no")
"""Types of which SQLite keeps what is written here: its driver need not make objects of them, nor we texts again."""

Key = Any
Lot = tuple[Key | None, Key | None]
"""Rows by their numbers: behind the first, up to the second; None where there is no bound."""


def lots(model: type[models.Model]) -> Iterator[Lot]:
    """Cut the rows of a kind into lots, by their numbers; one at least."""
    after: Key | None = None
    keys = model._base_manager.order_by("pk").values_list("pk", flat=True)
    while True:
        rest = keys if after is None else keys.filter(pk__gt=after)
        until = next(iter(rest[LOT - 1 : LOT]), None)
        yield after, until
        if until is None:
            return
        after = until


def text_of(model: type[models.Model], lot: Lot) -> tuple[int, bytes]:
    """Return how many rows a lot has, and their lines of CSV."""
    rows = [row for some in ready_rows(model, columns_of(model), lot) for row in some]
    return len(rows), as_csv(rows)


def as_csv(rows: Iterable[Sequence[Any]]) -> bytes:
    """Return rows as lines of CSV."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def ready_rows(
    model: type[models.Model], columns: list[Column], lot: Lot = (None, None)
) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of a kind, or of a lot of it, as they stand in its file, some thousands at a time."""
    ready = _made_ready(columns)
    for rows in _stored(model, columns, lot):
        yield ready(rows)


def _made_ready(columns: list[Column]) -> Callable[[list[tuple[Any, ...]]], list[tuple[Any, ...]]]:
    asked = {column.path: at for at, column in enumerate(c for c in columns if c.path)}
    writers = {column.head: writer_of(column) for column in columns}
    by_head = {column.head: column for column in columns}

    def ready(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        stored = list(zip(*rows, strict=True))

        def values(column: Column) -> Any:
            return stored[asked[column.path]] if column.path else [column.always] * len(rows)

        made = [
            amounts(values(column), values(by_head[column.currency])) if column.currency
            else writers[column.head](values(column))
            for column in columns
        ]  # fmt: skip
        return list(zip(*made, strict=True))

    return ready


def _stored(model: type[models.Model], columns: list[Column], lot: Lot) -> Iterator[list[tuple[Any, ...]]]:
    """Yield rows as the driver gives them: Django's own values would take three times as long."""
    after, until = lot
    bounds = {name: key for name, key in (("pk__gt", after), ("pk__lte", until)) if key is not None}
    asked = [_bare(column) for column in columns if column.path]
    rows = model._base_manager.filter(**bounds).order_by("pk").values_list(*asked)
    sql, params = rows.query.sql_with_params()
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while some := cursor.fetchmany(AT_ONCE):
            yield some


class Bare(models.Func):
    """A value as SQLite keeps it: of a sum, even of one, the driver does not know the type, and converts nothing."""

    template = "+%(expressions)s"
    arity = 1


def _bare(column: Column) -> Any:
    if connection.vendor == "sqlite" and column.type in KEPT_AS_TEXT:
        return Bare(column.path, output_field=models.TextField())
    return column.path
