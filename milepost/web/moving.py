"""Carry a company from its SQLite file into an empty PostgreSQL database, and check that all of it came over.

The file is opened for reading only. Everything is written in one transaction: the rows, the constraints and indexes
that are set aside meanwhile, and the numbers that go on counting. So the database holds the whole company, or no row.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from milepost.web.copies import FILES, SQLITE, CannotCopy, held
from milepost.web.tallies import Tally, differences, statement, tally, total

NOTE = "moved.txt"
"""The note in the home that its company lives elsewhere now."""
LEFT = {"django_migrations", "web_cache"}
"""Tables whose rows each database has of its own."""
MADE = LEFT | {"django_content_type", "auth_permission"}
"""Tables that have rows in an empty company too."""
WORDS = {
    "opportunities_opportunity": "opportunities",
    "accounts_account": "accounts",
    "accounts_contact": "contacts",
    "team_person": "people",
    "playbooks_playbook": "playbooks",
    "web_change": "lines of history",
}
Say = Callable[[str], None]


@dataclass
class Moved:
    """What was carried over: of each table what was counted on both sides."""

    tables: dict[str, Tally] = field(default_factory=dict)

    def rows(self, *tables: str) -> int:
        """Count the rows of some tables, or of all."""
        return sum(int(self.tables[name]["rows"]) for name in tables or self.tables)


def move(home: Path, *, say: Say = lambda words: None) -> Moved:
    """Carry the company in a home into the database of the settings; raises CannotCopy in words.

    Files and keys stay in the home, where they go on being used.
    """
    if connection.vendor != "postgresql":
        raise CannotCopy("A company can be moved to PostgreSQL only: --to postgres://…")
    if not (home / SQLITE).exists():
        raise CannotCopy(f"{home} holds no company in SQLite; name its home with --home.")
    with held(home), _source(home / SQLITE) as source:
        _refuse_what_is_there()
        _refuse_another_version(source)
        say("Making the tables …")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        columns = _columns(source)
        with transaction.atomic():
            moved = _carry(source, columns, say)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        _leave_note(home, moved)
    return moved


def told(moved: Moved) -> str:
    """Say in words what was carried over and compared.

    >>> told(Moved({"opportunities_opportunity": {"rows": 2}, "accounts_account": {"rows": 1}}))
    'Carried over and compared: 2 opportunities, 1 accounts; 3 rows in 2 tables. Counts and sums agree in every one.'
    """
    kinds = {word: moved.rows(table) for table, word in WORDS.items() if table in moved.tables}
    of_each = ", ".join(f"{count:,} {word}" for word, count in kinds.items())
    return (
        f"Carried over and compared: {of_each}; {moved.rows():,} rows in {len(moved.tables)} tables. "
        "Counts and sums agree in every one."
    )


def files_in(home: Path) -> tuple[int, int]:
    """Return how many files are attached in a home, and their bytes."""
    sizes = [path.stat().st_size for path in (home / FILES).rglob("*") if path.is_file()]
    return len(sizes), sum(sizes)


def where() -> str:
    """Name the database of the settings without its password."""
    what = connection.settings_dict
    return f"{what['NAME']} at {what['HOST'] or 'this machine'}"


@contextlib.contextmanager
def _source(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the file for reading only, as it is at one moment."""
    with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as source:
        try:
            source.execute("BEGIN")
            yield source
        except sqlite3.DatabaseError as error:
            raise CannotCopy(f"{path} cannot be read: {error}.") from error


def _refuse_what_is_there() -> None:
    """Raise unless the database is empty, or holds the tables alone that an attempt before has made."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_encoding")
        if cursor.fetchone()[0] != "UTF8":
            raise CannotCopy("The database must be in UTF-8: createdb --encoding UTF8 --template template0 NAME.")
        for table in connection.introspection.table_names(cursor):
            if table in MADE:
                continue
            cursor.execute(f"SELECT EXISTS (SELECT FROM {_quoted(table)})")  # noqa: S608 - a name the database gave
            if cursor.fetchone()[0]:
                raise CannotCopy(
                    f"The database {where()} is not empty: there are rows in {table}. Nothing was changed. "
                    "Make a new one with createdb, and name that."
                )


def _refuse_another_version(source: sqlite3.Connection) -> None:
    """Raise unless the file is of this version's tables."""
    applied = set(source.execute("SELECT app, name FROM django_migrations"))
    known = set(MigrationLoader(None).disk_migrations or {})
    if applied - known:
        raise CannotCopy("The company was made by a newer version of Milepost; install that version first.")
    if known - applied:
        raise CannotCopy("The company is of an older version. Bring it to this one first: milepost prepare.")


def _columns(source: sqlite3.Connection) -> dict[str, dict[str, str]]:
    """Return of every table to carry the columns with PostgreSQL's name for their type, which both sides must have."""
    ours: dict[str, dict[str, str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT table_name, column_name, data_type FROM information_schema.columns
               WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"""
        )
        for table, column, kind in cursor.fetchall():
            ours.setdefault(table, {})[column] = kind
    theirs = source.execute(
        """SELECT name FROM sqlite_master WHERE type = 'table'
           AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'web_search_fts%' ORDER BY name"""
    )
    found = {}
    for (table,) in theirs.fetchall():
        if table in LEFT:
            continue
        names = {row[1] for row in source.execute(f"PRAGMA table_info({_quoted(table)})")}
        if names != set(ours.get(table, {})):
            raise CannotCopy(f"The table {table} is another one here than in PostgreSQL; nothing was carried over.")
        found[table] = ours[table]
    return found


def _carry(source: sqlite3.Connection, columns: dict[str, dict[str, str]], say: Say) -> Moved:
    """Copy every table and compare both sides; whatever is raised undoes all of it."""
    moved = Moved()
    with connection.cursor() as cursor, _set_aside(cursor, list(columns)):
        cursor.execute(f"TRUNCATE {', '.join(map(_quoted, columns))}")
        for table, kinds in columns.items():
            _copy(source, cursor, table, list(kinds))
            one = tally(kinds, source.execute(statement(table, kinds, sqlite=True)).fetchone())
            cursor.execute(statement(table, kinds, sqlite=False))
            unlike = differences(one, tally(kinds, cursor.fetchone()))
            if unlike:
                raise CannotCopy(f"{table} did not come over as it is: {'; '.join(unlike)}. Nothing was carried over.")
            moved.tables[table] = one
            if one["rows"] >= 100_000:
                say(f"  {table}: {one['rows']:,} rows")
            _go_on_counting(cursor, table, kinds)
        say("Making indexes, and checking that what rows name is there …")
    return moved


def _copy(source: sqlite3.Connection, cursor: Any, table: str, names: list[str]) -> None:
    """Stream one table; PostgreSQL reads SQLite's own words for days, moments, yes and no."""
    listed = ", ".join(map(_quoted, names))
    rows = source.execute(f"SELECT {listed} FROM {_quoted(table)}")  # noqa: S608 - names of our own tables
    import psycopg

    try:
        with cursor.copy(f"COPY {_quoted(table)} ({listed}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.DataError as error:
        told = "; ".join(part for part in (error.diag.message_primary or str(error), error.diag.context) if part)
        raise CannotCopy(f"PostgreSQL refuses a row of {table}: {told}. Nothing was carried over.") from error


@contextlib.contextmanager
def _set_aside(cursor: Any, tables: list[str]) -> Iterator[None]:
    """Take away triggers, references between tables and indexes, and put them back: then all rows are checked at once.

    One by one, that would take longer than the copying, and the server's memory with it.
    """
    cursor.execute(
        """SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
           FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"""
    )
    references = cursor.fetchall()
    cursor.execute(
        """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
           JOIN pg_class ON pg_class.oid = indexrelid
           WHERE relnamespace = current_schema()::regnamespace AND indrelid::regclass::text = ANY(%s)
             AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))""",
        [tables],
    )
    indexes = cursor.fetchall()
    for table, name, _definition in references:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
    for table in tables:
        cursor.execute(f"ALTER TABLE {_quoted(table)} DISABLE TRIGGER USER")
    yield
    for table in tables:
        cursor.execute(f"ALTER TABLE {_quoted(table)} ENABLE TRIGGER USER")
    for _name, definition in indexes:
        cursor.execute(definition)
    for table, name, definition in references:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def _go_on_counting(cursor: Any, table: str, names: dict[str, str]) -> None:
    """Let the next row's number follow the highest there is."""
    if "id" not in names:
        return
    cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [_quoted(table)])
    sequence = cursor.fetchone()[0]
    if sequence:
        highest = f"SELECT max(id) FROM {_quoted(table)}"  # noqa: S608 - a name of our own
        cursor.execute(f"SELECT setval(%s, coalesce(({highest}), 1), ({highest}) IS NOT NULL)", [sequence])


def _leave_note(home: Path, moved: Moved) -> None:
    """Say in the home where its company lives now, so that nobody goes on with the old file by mistake."""
    lines = [f"{where()}, {timezone.now():%Y-%m-%d %H:%M} UTC", "", "What was counted and added up on both sides:"]
    for table, found in moved.tables.items():
        amounts = {name.partition(":")[0] for name in found if name.partition(":")[0].endswith("_minor")}
        sums = "".join(f", {name} {total(found, name):,}" for name in sorted(amounts))
        lines.append(f"{table}: {found['rows']:,} rows{sums}")
    (home / NOTE).write_text("\n".join([*lines, ""]))


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
