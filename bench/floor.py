"""Write rows raw: what a database takes for them at the least, into the same tables with their indexes and triggers."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connection

AT_ONCE = 10_000
TWIN = "milepost_floor"


def means() -> str:
    """Name the quickest way this database has."""
    return "executemany" if connection.vendor == "sqlite" else "COPY"


def empty_twin(scratch: Path) -> str:
    """Copy the database as it is, empty tables and all; return the twin's path, or its name on PostgreSQL."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        with (
            contextlib.closing(sqlite3.connect(name)) as one,
            contextlib.closing(sqlite3.connect(scratch / TWIN)) as to,
        ):
            one.backup(to)
        return str(scratch / TWIN)
    connection.close()  # nobody may be in a database that is copied
    with contextlib.closing(_connect("template1")) as server:
        server.execute(f"DROP DATABASE IF EXISTS {TWIN}")
        server.execute(f'CREATE DATABASE {TWIN} TEMPLATE "{name}"')
    return TWIN


def write_again(twin: str, tables: Sequence[str], scratch: Path) -> tuple[int, float, float]:
    """Write what the tables hold now into the empty twin; return the rows, the seconds and those of CPU here."""
    if connection.vendor == "sqlite":
        return _into_sqlite(twin, tables)
    return _into_postgres(twin, tables, scratch)


def _into_sqlite(twin: str, tables: Sequence[str]) -> tuple[int, float, float]:
    rows, seconds, busy = 0, 0.0, 0.0
    settings = connection.settings_dict
    with (
        contextlib.closing(sqlite3.connect(str(settings["NAME"]))) as source,
        contextlib.closing(sqlite3.connect(twin)) as target,
    ):
        target.executescript(settings["OPTIONS"]["init_command"] + "PRAGMA foreign_keys=ON;")
        for table in reversed(tables):
            target.execute(f"DELETE FROM {table}")  # noqa: S608 - our own tables
        target.commit()
        for table in tables:
            read = source.execute(f"SELECT * FROM {table}")  # noqa: S608
            marks = ", ".join("?" * len(read.description))
            while some := read.fetchmany(AT_ONCE):
                start, cpu = time.monotonic(), time.process_time()
                target.executemany(f"INSERT INTO {table} VALUES ({marks})", some)  # noqa: S608
                target.commit()
                seconds, busy = seconds + time.monotonic() - start, busy + time.process_time() - cpu
                rows += len(some)
    return rows, seconds, busy


def _into_postgres(twin: str, tables: Sequence[str], scratch: Path) -> tuple[int, float, float]:
    rows, seconds, busy = 0, 0.0, 0.0
    with (
        contextlib.closing(_connect(connection.settings_dict["NAME"])) as source,
        contextlib.closing(_connect(twin)) as to,
    ):
        to.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        for table in tables:
            path = scratch / table
            with path.open("wb") as file, source.cursor().copy(f"COPY {table} TO STDOUT") as out:
                for data in out:
                    file.write(data)
            start, cpu = time.monotonic(), time.process_time()
            with path.open("rb") as file, (cursor := to.cursor()).copy(f"COPY {table} FROM STDIN") as copied:
                shutil.copyfileobj(file, copied, 1 << 16)
            seconds, busy = seconds + time.monotonic() - start, busy + time.process_time() - cpu
            rows += cursor.rowcount
            path.unlink()
    return rows, seconds, busy


def _connect(name: str) -> Any:
    import psycopg

    given = connection.get_connection_params()
    known = {key: given[key] for key in ("host", "port", "user", "password") if key in given}
    return psycopg.connect(dbname=name, autocommit=True, **known)
