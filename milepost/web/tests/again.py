"""Make what many tests begin with once, and put its rows back for the others: that takes a tenth of the time.

    again("account", lambda: {"account": Account.add(…)})  ->  {"account": <the row, read afresh>}

Rows are put back only where nothing else has been written in the test before; otherwise they are made by
their verbs, as the first time. So what a test finds is the same either way: rows, ids, history, search.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.utils import timezone

READS = ("SELECT", "SAVEPOINT", "RELEASE", "PRAGMA")
Make = Callable[[], dict[str, Any]]
NOTES = "forecasts_pasttouched"
"""Where triggers note what has changed."""


@dataclass(frozen=True)
class Made:
    """Hold the rows that were added, by the statement that adds them, and those that have a name."""

    added: dict[str, list[tuple]]
    named: dict[str, tuple[type[models.Model], Any]]
    counted: str

    def put_back(self) -> None:
        """Write the rows as their verbs wrote them, and let the database count on after them.

        What the database notes by itself of rows that are put back is taken away again: the notes themselves are put
        back with their own ids. PostgreSQL's counters are no part of a transaction: a test in between may have set
        one back.
        """
        with transaction.atomic(), connection.cursor() as cursor:
            if self.counted:
                cursor.execute(self.counted)
            cursor.execute(f"SELECT id FROM {NOTES}")  # noqa: S608 a constant
            before = tuple(row[0] for row in cursor.fetchall())
            for insert, rows in sorted(self.added.items(), key=lambda each: NOTES in each[0]):
                if NOTES in insert:
                    _only(cursor, before)
                cursor.executemany(insert, rows)
            if not any(NOTES in insert for insert in self.added):
                _only(cursor, before)

    def read(self) -> dict[str, Any]:
        """Read the rows that have a name."""
        wanted = defaultdict(list)
        for model, pk in self.named.values():
            wanted[model].append(pk)
        found = {model: model._base_manager.in_bulk(pks) for model, pks in wanted.items()}
        return {name: found[model][pk] for name, (model, pk) in self.named.items()}


class Again:
    """Remember what was made in this process, and in this test whether anything else was written."""

    made: dict[tuple[str, ...], Made] = {}

    def __init__(self) -> None:
        # Days count from now, and it is midnight somewhere at every full hour.
        self.so_far = (f"{timezone.now():%Y-%m-%d %H}",)
        self.written = False

    def note(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Notice what is written besides."""
        self.written = self.written or not sql.lstrip().upper().startswith(READS)
        return execute(sql, params, many, context)

    def __call__(self, name: str, make: Make) -> dict[str, Any]:
        if self.written:
            return make()
        self.so_far = (*self.so_far, name)
        if self.so_far in self.made:
            self.made[self.so_far].put_back()
        else:
            self.made[self.so_far] = watch(make)
        self.written = False
        return self.made[self.so_far].read()


def _only(cursor: Any, ids: tuple[int, ...]) -> None:
    """Keep of the notes those with these ids."""
    kept = f"WHERE id NOT IN ({', '.join(map(str, ids))})" if ids else ""
    cursor.execute(f"DELETE FROM {NOTES} {kept}")  # noqa: S608 ids are numbers


def watch(make: Make) -> Made:
    """Make it by its verbs and keep what that added; what changes rows of before cannot be put back."""
    before = everything()
    named = make()
    added = {}
    for insert, rows in everything().items():
        old = set(before[insert])
        assert old <= set(rows), f"{insert}: this changes a row that was there before; make both under one name."
        if new := [row for row in rows if row not in old]:
            added[insert] = new
    return Made(added, {name: (type(row), row.pk) for name, row in named.items()}, counters())


def counters() -> str:
    """Return what sets PostgreSQL's counters at least as far as they are now; nothing for SQLite, which keeps none."""
    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(sequencename), last_value FROM pg_sequences WHERE last_value IS NOT NULL")
        found = cursor.fetchall()
    each = [f"setval('{name}', greatest({value}, (SELECT last_value FROM {name})))" for name, value in found]  # noqa: S608
    return f"SELECT {', '.join(each)}" if each else ""


def everything() -> dict[str, list[tuple]]:
    """Read all rows of all tables, by the statement that would add them."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.django_table_names(only_existing=True)):
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')  # noqa: S608 tables are the models' own
            columns = ", ".join(f'"{column[0]}"' for column in cursor.description)
            places = ", ".join(["%s"] * len(cursor.description))
            found[f'INSERT INTO "{table}" ({columns}) VALUES ({places})'] = cursor.fetchall()  # noqa: S608
    return found


@pytest.fixture
def again(db: None) -> Iterator[Again]:
    """Make it once and put it back for other tests: `again(name, make)`."""
    one = Again()
    with connection.execute_wrapper(one.note):
        yield one
