"""Copies of a company: its database, its files and its keys, made while it runs, and checked before they come back."""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

SQLITE, DUMP = "milepost.sqlite3", "milepost.dump"
SECRETS = ("secret.key", "mail.password")
FILES = "files"
EXPORTS = "exports"
"""A folder of the files that no copy needs: what is in it is all in the database."""
MARK = "milepost-"
"""How the folders begin that are made on a clock; no other folder is ever taken away."""


class CannotCopy(Exception):
    """Say in words why a copy cannot be made or brought back."""


def back_up(folder: Path) -> None:
    """Copy everything a company needs to be set up again into a new folder, whoever writes meanwhile.

    Raises CannotCopy when the folder is there already, or the database cannot be copied; half a copy is taken away.
    """
    try:
        folder.mkdir(parents=True, mode=0o700)
    except FileExistsError:
        raise CannotCopy(f"{folder} is there already; name a new folder.") from None
    try:
        # Files that come after the database's copy are merely not named in it. Of those it names none goes but what
        # was enclosed in a letter that is sent meanwhile.
        _copy_database(folder)
        if Path(settings.MEDIA_ROOT).exists():
            exports = shutil.ignore_patterns(EXPORTS)
            shutil.copytree(settings.MEDIA_ROOT, folder / FILES, ignore=exports, copy_function=_copy_if_there)
        for secret in SECRETS:
            if (Path(settings.HOME) / secret).exists():
                shutil.copy2(Path(settings.HOME) / secret, folder / secret)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def back_up_into(place: Path, *, keep: int, now: datetime.datetime) -> Path:
    """Make a copy in a folder of the moment's name, and take away all but the newest `keep` of such folders."""
    folder = place / f"{MARK}{now:%Y-%m-%dT%H%M%S}"
    back_up(folder)
    made = sorted(path for path in place.iterdir() if path.is_dir() and path.name.startswith(MARK))
    for old in made[: max(0, len(made) - max(1, keep))]:
        shutil.rmtree(old)
    return folder


def restore(folder: Path, home: Path, *, replace: bool = False) -> Path | None:
    """Bring a copy back into a home after checking it; return where what was there before has been put.

    Nothing is touched before all checks have passed. Raises CannotCopy in words.
    """
    check(folder)
    home.mkdir(parents=True, exist_ok=True)
    with held(home):
        if (folder / DUMP).exists():
            _restore_dump(folder / DUMP)
        aside = _put_aside(home, replace=replace)
        if (folder / SQLITE).exists():
            shutil.copy2(folder / SQLITE, home / SQLITE)
        if (folder / FILES).exists():
            shutil.copytree(folder / FILES, home / FILES)
        for secret in SECRETS:
            if (folder / secret).exists():
                shutil.copy2(folder / secret, home / secret)
    return aside


def check(folder: Path) -> None:
    """Raise CannotCopy unless the folder holds a whole copy of this kind of database, and of no newer version."""
    sqlite, dump = folder / SQLITE, folder / DUMP
    wanted = sqlite if connection.vendor == "sqlite" else dump
    if not sqlite.exists() and not dump.exists():
        raise CannotCopy(f"{folder} holds no copy of Milepost: there is neither {SQLITE} nor {DUMP} in it.")
    if not wanted.exists():
        other = "SQLite" if sqlite.exists() else "PostgreSQL"
        raise CannotCopy(f"{folder} is a copy of a {other} database; MILEPOST_DATABASE names another kind.")
    if wanted == dump:
        _run("pg_restore", "--list", str(dump), quiet=True)
        return
    try:
        with contextlib.closing(sqlite3.connect(f"file:{sqlite}?mode=ro", uri=True)) as database:
            sound = database.execute("PRAGMA integrity_check").fetchone()[0]
            applied = set(database.execute("SELECT app, name FROM django_migrations"))
    except sqlite3.DatabaseError as error:
        raise CannotCopy(f"{sqlite} cannot be read: {error}.") from error
    if sound != "ok":
        raise CannotCopy(f"{sqlite} is damaged: {sound}.")
    unknown = applied - set(MigrationLoader(None).disk_migrations or {})
    if unknown:
        raise CannotCopy(f"{folder} was made by a newer version of Milepost; install that version first.")


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Hold the home as a running Milepost does, so that nothing is restored under one."""
    with open(home / "up.lock", "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotCopy(f"Milepost runs for {home}; stop it first.") from None
        yield


def _put_aside(home: Path, *, replace: bool) -> Path | None:
    """Move what the home holds into a folder in it; raises CannotCopy where there is something and nobody said so."""
    names = (SQLITE, f"{SQLITE}-wal", f"{SQLITE}-shm", FILES, *SECRETS)
    there = [name for name in names if (home / name).exists()]
    if not there:
        return None
    if not replace and (home / SQLITE).exists():
        raise CannotCopy(f"{home} holds a company already. With --replace it is put aside, into a folder beside.")
    aside = home / f"before-restore-{timezone.localtime():%Y-%m-%dT%H%M%S}"
    aside.mkdir(mode=0o700)
    for name in there:
        shutil.move(home / name, aside / name)
    return aside


def _copy_if_there(source: str, target: str) -> None:
    """Copy a file; one that has gone since its folder was listed is left out."""
    with suppress(FileNotFoundError):
        shutil.copy2(source, target)


def _copy_database(folder: Path) -> None:
    """Write one consistent copy of the database."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(folder / SQLITE)])
        return
    _run("pg_dump", "--format=custom", f"--file={folder / DUMP}", str(connection.settings_dict["NAME"]))


def _restore_dump(dump: Path) -> None:
    """Bring a dump into the database that is named; it must be empty."""
    with connection.cursor() as cursor:
        if connection.introspection.table_names(cursor):
            raise CannotCopy(
                "The database is not empty. Make a new one with createdb, and name it in MILEPOST_DATABASE."
            )
    name = str(connection.settings_dict["NAME"])
    connection.close()
    _run("pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", "-d", name, str(dump))


def _run(program: str, *arguments: str, quiet: bool = False) -> None:
    """Run one of PostgreSQL's programs for the database of the settings."""
    found = shutil.which(program)
    if found is None:
        raise CannotCopy(f"{program} is not installed here; it comes with PostgreSQL's client programs.")
    what = connection.settings_dict
    host = what["HOST"] or what.get("OPTIONS", {}).get("host", "")
    given = {"PGHOST": host, "PGPORT": what["PORT"], "PGUSER": what["USER"], "PGPASSWORD": what["PASSWORD"]}
    env = os.environ | {name: str(value) for name, value in given.items() if value}
    out = subprocess.DEVNULL if quiet else None
    if subprocess.run([found, *arguments], env=env, check=False, stdout=out).returncode:  # noqa: S603
        raise CannotCopy(f"{program} did not finish; its words are above.")
