"""Measure an import into a company of its own: seconds, memory, and the same rows written raw beside it.

    python -m bench.import_alone --rows 100000
    python -m bench.import_alone --rows 1000000 --without-learning

The raw floor is `executemany` on SQLite and COPY on PostgreSQL: the rows that the import has written, into the same
tables with all their indexes, conditions and triggers, by a program that has nothing else to do.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from bench.crm_files import MOVES, write_files

Mark = tuple[float, float, float]
TABLES = (
    *("team_territory", "team_person", "team_membership", "accounts_account"),
    *("playbooks_playbook", "playbooks_playbookversion", "playbooks_playbookstep"),
    *("opportunities_opportunity", "opportunities_step", "opportunities_stay", "opportunities_outcome"),
    *("opportunities_valueline", "opportunities_judgement"),
    *("exchange_importbatch", "exchange_sourcelink", "web_searchentry"),
)


def make_company() -> None:
    """Make an empty home's company, with nobody and nothing in it."""
    from milepost.up import migrate

    with contextlib.redirect_stdout(io.StringIO()):
        migrate()
    from milepost.team.models import Company

    Company.objects.update_or_create(pk=1, defaults={"name": "Bench", "currency": "EUR", "time_zone": "Europe/Berlin"})


def work(folder: Path, *, learns: bool) -> list[Mark]:
    """Import the files of a folder as the command line does; return each part’s seconds, CPU seconds, most memory."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "milepost.settings")
    django.setup()
    from django.utils import timezone

    from milepost.exchange import load as loading
    from milepost.exchange.survey import propose
    from milepost.team.models import Company

    company = Company.the()
    files = [loading.Incoming(path.name, path) for path in sorted(folder.iterdir())]
    marks = [_mark()]
    with timezone.override(company.zone):
        survey = propose(loading.tables_in(files), today=company.today(), currency=company.currency)
    marks.append(_mark())
    learn = loading.reckon

    def reckon() -> None:
        marks.append(_mark())
        if learns:
            learn()

    loading.reckon = reckon  # to know when it begins
    batch = loading.load(files, survey.mapping, as_of=survey.latest or company.today(), by=None)
    marks.append(_mark())
    if batch.state != batch.State.DONE:
        raise SystemExit(batch.error or "The import failed.")
    return [(to[0] - at[0], to[1] - at[1], to[2]) for at, to in pairwise(marks)]


def _mark() -> Mark:
    """Return the time, what this process has computed, and the most memory it has had, in megabytes."""
    return time.monotonic(), time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(rows: int, *, learns: bool) -> str:
    """Make the files and an empty company, import, write the same rows raw, and say what all of it took."""
    from bench import floor
    from bench.pages import database

    make_company()
    with tempfile.TemporaryDirectory() as scratch:
        files, empty = Path(scratch) / "files", floor.empty_twin(Path(scratch))
        files.mkdir()
        write_files(files, rows)
        command = [sys.executable, "-W", "ignore", "-m", "bench.import_alone", "--work", str(files)]
        command += [] if learns else ["--without-learning"]
        told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)  # noqa: S603 - our own
        written, raw, busy = floor.write_again(empty, TABLES, Path(scratch))
    (looked, *_more), (wrote, *_more), _learnt = told
    without = looked + wrote
    names = (
        "looking through the files",
        f"writing {written:,} rows, indexes and search included",
        "learning from them, and figures of the open ones" if learns else "not learning from them",
    )
    return "\n".join(
        [
            f"### {database()}: {rows:,} opportunities with {rows * MOVES:,} moves, into an empty company",
            "",
            "| part | seconds | of CPU here | peak MB |",
            "|---|---|---|---|",
            *(
                f"| {name} | {s:.1f} | {cpu:.1f} | {peak:.0f} |"
                for name, (s, cpu, peak) in zip(names, told, strict=True)
            ),
            f"| the same rows raw, by {floor.means()} | {raw:.1f} | {busy:.1f} | |",
            "",
            f"Without learning {without:.0f} s, **{without / raw:.1f} times** the raw writing; the writing alone "
            f"{wrote / raw:.1f} times; {rows / without:,.0f} opportunities a second.",
        ]
    )


def main() -> None:
    """Read from the command line how many rows to import, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--without-learning", action="store_true")
    asked = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "milepost.settings"
    if asked.work:
        print(json.dumps(work(asked.work, learns=not asked.without_learning)))
        return
    with tempfile.TemporaryDirectory() as home:
        os.environ["MILEPOST_HOME"] = home
        print(run(asked.rows, learns=not asked.without_learning))


if __name__ == "__main__":
    main()
