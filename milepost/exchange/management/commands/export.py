"""`milepost export`: write everything the company has into one ZIP, to keep or to leave with, or into an Excel book."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from milepost.exchange.whole.kept import FORMS
from milepost.team.models import Company
from milepost.web.history import record


class Command(BaseCommand):
    """Write everything the company has into one ZIP of CSV files with a description."""

    help = "Write everything the company has into one ZIP of CSV files with a description; Milepost may run meanwhile."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--to", type=Path, required=True, metavar="FILE.zip", help="a new file; FILE.xlsx for an Excel book"
        )

    def handle(self, *args: Any, to: Path, **options: Any) -> None:
        company = Company.objects.first()
        if company is None:
            raise CommandError("There is no company here yet; start with `milepost up`.")
        if to.suffix not in (".zip", ".xlsx"):
            raise CommandError(f"Name a file that ends in .zip or .xlsx, not {to.name}.")
        write = FORMS[to.suffix.removeprefix(".")]
        try:
            file = to.open("xb")
        except FileExistsError:
            raise CommandError(f"{to} is there already; name a new file.") from None
        except OSError as error:
            raise CommandError(f"{to} cannot be written: {error.strerror}.") from error
        try:
            with file:
                counts = write(file)
        except BaseException:
            to.unlink(missing_ok=True)
            raise
        record(company, "exported", by=None, what={"rows": [None, sum(counts.values())]})
        self.stdout.write(f"{sum(counts.values()):,} rows of {len(counts)} kinds are in {to}.")
