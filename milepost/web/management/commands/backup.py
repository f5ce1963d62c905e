"""`milepost backup`: copy the database first, then the files it names, while Milepost runs."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection


class Command(BaseCommand):
    """Copy everything a company needs to be set up again into a new folder."""

    help = "Copy everything a company needs to be set up again into a new folder; Milepost may run meanwhile."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="a folder that is not there yet")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            folder.mkdir(parents=True, mode=0o700)
        except FileExistsError:
            raise CommandError(f"{folder} is there already; name a new folder.") from None
        # Files that come after the database's copy are merely not named in it. Of those it names none goes but what
        # was enclosed in a letter that is sent meanwhile.
        copy_database(folder)
        if Path(settings.MEDIA_ROOT).exists():
            shutil.copytree(settings.MEDIA_ROOT, folder / "files", copy_function=copy_if_there)
        for secret in ("secret.key", "mail.password"):
            if (Path(settings.HOME) / secret).exists():
                shutil.copy2(Path(settings.HOME) / secret, folder / secret)
        self.stdout.write(f"Everything is in {folder}.")


def copy_if_there(source: str, target: str) -> None:
    """Copy a file; one that has gone since its folder was listed is left out."""
    with suppress(FileNotFoundError):
        shutil.copy2(source, target)


def copy_database(folder: Path) -> None:
    """Write one consistent copy of the database, whoever writes to it meanwhile."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(folder / "milepost.sqlite3")])
        return
    program = shutil.which("pg_dump")
    if program is None:
        raise CommandError("pg_dump is not installed here; it comes with PostgreSQL's client programs.")
    what = connection.settings_dict
    given = {"PGHOST": what["HOST"], "PGPORT": what["PORT"], "PGUSER": what["USER"], "PGPASSWORD": what["PASSWORD"]}
    env = os.environ | {name: str(value) for name, value in given.items() if value}
    command = [program, "--format=custom", f"--file={folder / 'milepost.dump'}", str(what["NAME"])]
    if subprocess.run(command, env=env, check=False).returncode:  # noqa: S603
        raise CommandError("pg_dump did not finish; its words are above.")
