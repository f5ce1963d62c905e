"""`milepost backup`: copy the database first, then the files it names, while Milepost runs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from milepost.web.copies import CannotCopy, back_up, back_up_into


class Command(BaseCommand):
    """Copy everything a company needs to be set up again into a new folder."""

    help = "Copy everything a company needs to be set up again into a new folder; Milepost may run meanwhile."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "folder", type=Path, help="a folder that is not there yet; with --keep, the one it goes into"
        )
        parser.add_argument("--keep", type=int, metavar="N", help="make one named by the moment, and keep the newest N")

    def handle(self, *args: Any, folder: Path, keep: int | None = None, **options: Any) -> None:
        try:
            if keep is None:
                back_up(folder)
            else:
                folder = back_up_into(folder, keep=keep, now=timezone.localtime())
        except CannotCopy as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Everything is in {folder}.")
