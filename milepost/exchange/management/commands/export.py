"""`milepost export`: write everything into a ZIP or an Excel book, or what changed here for its source."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError

from milepost.exchange.back.differences import differences
from milepost.exchange.back.kinds import KINDS, OPPORTUNITY, BackKind
from milepost.exchange.back.shapes import lines
from milepost.exchange.back.source import Source, sources
from milepost.exchange.back.views import as_text
from milepost.exchange.whole.kept import FORMS
from milepost.team.models import Company
from milepost.web.history import record


class Command(BaseCommand):
    """Write everything the company has into one ZIP of CSV files with a description."""

    help = "Write everything the company has into one ZIP of CSV files with a description; Milepost may run meanwhile."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        new = "a new file; FILE.xlsx for an Excel book, FILE.csv for what is written back"
        parser.add_argument("--to", type=Path, required=True, metavar="FILE.zip", help=new)
        back = "write what changed here since the last import from SOURCE instead, for that system"
        parser.add_argument("--write-back", metavar="SOURCE", help=back)
        kinds = "what to write back; opportunities unless another is named"
        parser.add_argument("--kind", choices=KINDS, default=OPPORTUNITY.name, help=kinds)

    def handle(self, *args: Any, to: Path, write_back: str | None = None, **options: Any) -> None:
        company = Company.objects.first()
        if company is None:
            raise CommandError("There is no company here yet; start with `milepost up`.")
        if write_back is not None:
            self._write_back(write_back, KINDS[options.get("kind", OPPORTUNITY.name)], to)
            return
        if to.suffix not in (".zip", ".xlsx"):
            raise CommandError(f"Name a file that ends in .zip or .xlsx, not {to.name}.")
        with _new(to) as file:
            counts = FORMS[to.suffix.removeprefix(".")](file)
        record(company, "exported", by=None, what={"rows": [None, sum(counts.values())]})
        self.stdout.write(f"{sum(counts.values()):,} rows of {len(counts)} kinds are in {to}.")

    def _write_back(self, name: str, kind: BackKind, to: Path) -> None:
        known = sources(kind.name)
        if name not in known:
            raise CommandError(f"No {kind.name} came from “{name}”. Sources are: {', '.join(known) or 'none'}.")
        source, count = Source.of(name, kind.name), -1  # the first line is the head
        with _new(to) as file:
            for text in as_text(lines(source, differences(source))):
                file.write(text.encode())
                count += text.count("\r\n")
        self.stdout.write(f"{count:,} {kind.counted} are in {to}.")


@contextmanager
def _new(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that must not be there yet; half of one is taken away."""
    try:
        file = path.open("xb")
    except FileExistsError:
        raise CommandError(f"{path} is there already; name a new file.") from None
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
    try:
        with file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise
