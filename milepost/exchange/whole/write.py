"""Write the whole company into a ZIP, row after row, so that a million take no more memory than a hundred."""

from __future__ import annotations

import codecs
import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.db import connection, models, transaction
from django.utils import timezone, translation

from milepost.exchange.whole.columns import Column, columns_of
from milepost.exchange.whole.describe import DESCRIPTION, README, described, readme
from milepost.exchange.whole.files import put_files
from milepost.exchange.whole.kinds import file_of, kinds
from milepost.exchange.whole.values import amounts, writer_of

AT_ONCE = 2_000
QUICK = 1
"""How hard the ZIP is pressed: tables shrink to a sixth at once, and hardly further for three times the time."""

KEPT_AS_TEXT = ("moment", "day", "time", "yes or no")
"""Types of which SQLite keeps what is written here: its driver need not make objects of them, nor we texts again."""

Told = Callable[[int, int], None]


def write_company(target: Path | IO[bytes], *, told: Told = lambda done, of: None) -> dict[str, int]:
    """Write everything of one moment, whoever works meanwhile; return the number of rows by file.

    `told` hears how many rows of how many are written; what it raises stops it, and half a file stays.
    """
    now = timezone.now()
    with (
        translation.override("en"),
        one_moment(),
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, True, QUICK) as box,
    ):
        of = sum(model._base_manager.count() for model in kinds())
        counts: dict[str, int] = {}
        for model in kinds():
            done = sum(counts.values())
            counts[file_of(model)] = _write(box, model, lambda n, done=done: told(done + n, of))  # type: ignore[misc]
        files = put_files(box)
        description = described(now, counts, files)
        box.writestr(DESCRIPTION, json.dumps(description, ensure_ascii=False, indent=1))
        box.writestr(README, readme(description))
    return counts


@contextmanager
def one_moment() -> Iterator[None]:
    """Read the database as it stands now: what others write meanwhile is not seen, and nobody is kept from writing."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")  # deferred: Django's own would keep everybody from writing
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


def _write(box: zipfile.ZipFile, model: type[models.Model], told: Callable[[int], None]) -> int:
    """Write the file of one kind; return its number of rows."""
    columns = columns_of(model)
    count = 0
    info = zipfile.ZipInfo(file_of(model), timezone.localtime().timetuple()[:6])
    info.compress_type, info._compresslevel = zipfile.ZIP_DEFLATED, QUICK  # type: ignore[attr-defined]
    # One lot is pressed while the next is read: pressing needs no Python.
    with box.open(info, "w", force_zip64=True) as raw, ThreadPoolExecutor(1, "pressing") as aside:
        head = _as_csv([[column.head for column in columns]])
        pressed = aside.submit(raw.write, codecs.BOM_UTF8 + head)  # the mark tells Excel what it is
        for rows in ready_rows(model, columns):
            text = _as_csv(rows)
            pressed.result()
            pressed = aside.submit(raw.write, text)
            count += len(rows)
            told(count)
        pressed.result()
    return count


def _as_csv(rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def ready_rows(model: type[models.Model], columns: list[Column]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of a kind as they stand in its file, some thousands at a time, in the order of their numbers."""
    ready = _made_ready(columns)
    for rows in _stored(model, columns):
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


def _stored(model: type[models.Model], columns: list[Column]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield rows as the driver gives them: Django's own values would take three times as long."""
    asked = [_bare(model, column) for column in columns if column.path]
    sql, params = model._base_manager.order_by("pk").values_list(*asked).query.sql_with_params()
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(AT_ONCE):
            yield rows


class Bare(models.Func):
    """A value as SQLite keeps it: of a sum, even of one, the driver does not know the type, and converts nothing."""

    template = "+%(expressions)s"
    arity = 1


def _bare(model: type[models.Model], column: Column) -> Any:
    if connection.vendor == "sqlite" and column.type in KEPT_AS_TEXT:
        return Bare(column.path, output_field=models.TextField())
    return column.path
