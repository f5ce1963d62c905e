"""Write many rows at once: ids are given beforehand, columns not named take their field's default."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

from milepost.web.many import insert


class Table:
    """The rows of one model that wait to be written, as plain tuples: model instances would take most of the time."""

    def __init__(self, model: type[models.Model], *columns: str) -> None:
        pk = model._meta.pk
        assert pk is not None
        self.model = model
        self.rows: list[tuple[Any, ...]] = []
        self.written = 0
        self.last_id = model._base_manager.aggregate(last=models.Max("pk"))["last"] or 0
        fields = {f.attname: f for f in model._meta.concrete_fields}
        self._given = [pk.attname, *columns]
        rest = [name for name in fields if name not in self._given]
        self._constants = tuple(_prepare(fields[name])(fields[name].get_default()) for name in rest)
        self._columns = [str(fields[name].column) for name in (*self._given, *rest)]
        self._prepared = [(i, p) for i, name in enumerate(self._given) if (p := _prepare(fields[name])) is not _same]

    def add(self, *values: Any) -> int:
        """Take a row in, its values in the order of the columns; return its id."""
        self.last_id += 1
        self.rows.append((self.last_id, *values))
        return self.last_id

    def flush(self) -> None:
        """Write what waits."""
        if not self.rows:
            return
        insert(self.model, self._columns, [self._ready(row) for row in self.rows])
        self.written += len(self.rows)
        self.rows = []

    def _ready(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        values = list(row)
        for place, prepare in self._prepared:
            values[place] = prepare(values[place])
        return (*values, *self._constants)


def _same(value: Any) -> Any:
    return value


def _as_json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _prepare(field: Any) -> Callable[[Any], Any]:
    """Return what turns a value of the field into what the database's driver takes.

    PostgreSQL's driver takes dates as they are. Django's own way is right for both and ten times as slow.
    """
    if isinstance(field, models.JSONField):
        return _as_json
    if isinstance(field, models.DecimalField):
        return lambda value: field.get_db_prep_save(value, connection)
    if connection.vendor == "postgresql":
        return _same
    if isinstance(field, models.DateTimeField):
        return _as_utc
    return _as_text if isinstance(field, models.DateField | models.TimeField) else _same


def _as_text(value: Any) -> str | None:
    return None if value is None else str(value)


def _as_utc(value: datetime.datetime | None) -> str | None:
    if value is None:
        return None
    assert value.tzinfo is datetime.UTC
    return str(value)[: -len("+00:00")]


def count_on(tables: list[Table]) -> None:
    """Let the database's own counters go on after the ids given here."""
    statements = connection.ops.sequence_reset_sql(no_style(), [table.model for table in tables])
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def analyse(tables: list[Table]) -> None:
    """Let the database count what it was given: until it has, it plans for empty tables and reads them row by row."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA analysis_limit = 1000")
        for table in tables:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table.model._meta.db_table)}")
