"""`milepost restore`: check a copy, and bring it back."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from milepost.web.copies import CannotCopy, check, restore


class Command(BaseCommand):
    """Bring a company back from a folder that `milepost backup` made."""

    help = "Check a folder that `milepost backup` made, and bring the company back from it. Milepost must be stopped."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="the folder of the copy")
        parser.add_argument("--check", action="store_true", help="only say whether it could be brought back")
        parser.add_argument("--replace", action="store_true", help="put aside what the home holds, instead of stopping")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            if options["check"]:
                check(folder)
                self.stdout.write(f"{folder} is whole and can be brought back.")
                return
            aside = restore(folder, Path(settings.HOME), replace=options["replace"])
        except CannotCopy as error:
            raise CommandError(str(error)) from error
        if aside is not None:
            self.stdout.write(f"What was there is in {aside}.")
        self.stdout.write(f"The company is back in {settings.HOME}. Begin with `milepost up`.")
