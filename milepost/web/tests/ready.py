"""A database with every table in it, made once for this state of the migrations and copied from then on.

Migrating from nothing takes longer than most tests, and every process of a run, and every server that a test starts,
needs a database. Whatever is copied is migrated all the same, which then finds nothing to do. Tests of upgrades begin
without it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from milepost.web.tests import plumbing

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "build" / "ready"


def name() -> str:
    """Return the name of this state of the tables, by all that makes them."""
    import django

    seen = hashlib.sha256(django.__version__.encode())
    for path in sorted((ROOT / "milepost").glob("*/migrations/*.py")):
        seen.update(path.read_bytes())
    return f"ready_{seen.hexdigest()[:16]}"


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Let the first process make it while the others wait."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open(FOLDER / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def ready_file() -> Path:
    """Return SQLite's file, which is made where there is none; those of other states are removed."""
    path = FOLDER / f"{name()}.sqlite3"
    with only_one():
        if not path.exists():
            for old in FOLDER.glob("*.sqlite3"):
                old.unlink()
            with tempfile.TemporaryDirectory(dir=FOLDER) as home:
                migrate(home, "")
                made = Path(home) / "milepost.sqlite3"
                with contextlib.closing(sqlite3.connect(made)) as database:
                    database.execute("PRAGMA journal_mode=DELETE")  # all of it is in one file then
                made.rename(path)
    return path


def ready_database() -> str:
    """Return the name of the database beside PostgreSQL's own, which is made where there is none."""
    import psycopg

    own = name()
    with only_one(), psycopg.connect(plumbing.TEST_DATABASE, autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [own]).fetchone():
            server.execute(f"CREATE DATABASE {own}_begun")
            with tempfile.TemporaryDirectory(dir=FOLDER) as home:
                migrate(home, plumbing.TEST_DATABASE.replace("/postgres?", f"/{own}_begun?"))
            server.execute(f"ALTER DATABASE {own}_begun RENAME TO {own}")
    return own


def migrate(home: str, database: str) -> None:
    """Make every table, in a process of its own."""
    environment = os.environ | {"MILEPOST_HOME": home, "MILEPOST_DATABASE": database, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "-v", "0"]
    subprocess.run(command, env=environment, check=True)


def put_into(home: Path) -> None:
    """Lay a ready database into the home of a server that a test starts."""
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ready_file(), home / "milepost.sqlite3")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Let the database of the tests begin as a copy, before Django migrates it."""
    from django.db import connection

    if plumbing.TEST_DATABASE:
        connection.settings_dict["TEST"]["TEMPLATE"] = ready_database()
        return
    creation: Any = connection.creation
    plain, path = creation._create_test_db, ready_file()

    def create(*arguments: Any, **options: Any) -> str:
        made: str = plain(*arguments, **options)
        shutil.copyfile(path, made)
        return made

    creation._create_test_db = create
