"""Do harm to files for as long as is wanted, and import each into a company: whatever is not told in words is a fault.

    python -m bench.fuzz --minutes 10 [--seed 7] [--keep FOLDER]

The files are those of the tests, and the beginnings of real exports where they lie beside the project. Every file is
read, recognised and imported in a transaction that is taken back. A fault is shown with what it raised, and its file
is kept.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import random
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
LINES = 60
LONGEST = 30.0
"""Seconds after which a file of a few kilobytes counts as one that holds everything up."""


def clean_files() -> dict[str, bytes]:
    """Return the files to do harm to, by name."""
    from milepost.exchange.tests.harm import CLEAN

    real = {}
    for path in sorted(SHARED.glob("*/*.csv")):
        with path.open("rb") as file:
            real[path.name] = b"".join(line for line, _n in zip(file, range(LINES), strict=False))
    return CLEAN | real


def run(minutes: float, seed: int, keep: Path) -> tuple[str, int]:
    """Import harmed files until the time is over; return the report, and how many faults were found."""
    from bench.import_alone import make_company
    from bench.pages import database
    from milepost.exchange.tests.harm import hurt, import_harmed

    make_company()
    files, came = clean_files(), Counter[str]()
    names, slowest, until = sorted(files), (0.0, ""), time.monotonic() + 60 * minutes
    with tempfile.TemporaryDirectory() as scratch:
        number = 0
        while time.monotonic() < until:
            name = names[number % len(names)]
            data = hurt(files[name], name, random.Random(f"{seed} {number}"))  # noqa: S311 - harm, not a secret
            begun, path = time.monotonic(), Path(scratch) / name
            try:
                how = import_harmed(path, data)
            except Exception:
                how = "fault"
                traceback.print_exc()
            slowest = max(slowest, (took := time.monotonic() - begun, f"{number} ({name})"))
            how = "held up" if took > LONGEST else how
            came[how] += 1
            if how in ("fault", "held up") or how.endswith("without a word"):
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{number}-{name}").write_bytes(data)
            number += 1
    good = ("imported", "nothing in it", "refused", "stopped")
    faults = sum(many for how, many in came.items() if how not in good)
    own, others = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    lines = [
        f"### {database()}: {number:,} files that harm was done to, in {minutes:g} minutes",
        "",
        "| what became of them | files |",
        "|---|---|",
        *(f"| {how} | {many:,} |" for how, many in came.most_common()),
        "",
        f"Slowest: {slowest[0]:.1f} s, number {slowest[1]}. Peak memory {own:.0f} MB; of the process that unfolds "
        f"workbooks {others:.0f} MB. **{faults} faults**" + (f", kept in {keep}." if faults else "."),
    ]
    return "\n".join(lines), faults


def main() -> None:
    """Read from the command line how long to go on; end with 1 where a fault was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "milepost-faults")
    asked = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "milepost.settings"
    with tempfile.TemporaryDirectory() as home:
        os.environ["MILEPOST_HOME"] = home
        with contextlib.redirect_stdout(io.StringIO()):
            import django

            django.setup()
        report, faults = run(asked.minutes, asked.seed, asked.keep)
    print(report)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
