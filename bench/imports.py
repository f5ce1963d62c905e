"""Measure an import: a table of opportunities as a CRM exports it, made here, read by the command line."""

from __future__ import annotations

import csv
import datetime
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS = 20_000
STAGES = ("Prospecting", "Qualification", "Proposal", "Negotiation", "Closed Won", "Closed Lost")
LIKELY = (1, 1, 1, 1, 5, 5)
HEAD = ("Opportunity ID", "Opportunity Name", "Account Name", "Stage", "Amount", "Created Date", "Close Date")


def make_file(path: Path, today: datetime.date) -> None:
    """Write the rows: four years of deals with some two thousand accounts."""
    dice = random.Random(1)  # noqa: S311 - a table, not a secret
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEAD)
        for number in range(ROWS):
            created = today - datetime.timedelta(days=dice.randrange(1, 1400))
            stage = dice.choices(STAGES, LIKELY)[0]
            closed = min(created + datetime.timedelta(days=dice.randrange(10, 300)), today)
            account = f"Works {dice.randrange(2_000)}"
            amount = dice.randrange(1_000, 900_000)
            rows.writerow([f"D{number}", f"Line {number}", account, stage, amount, created, closed])


def run(today: datetime.date) -> str:
    """Import the file and say what it took, learning at its end and the longest wait of others included."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "Opportunities.csv"
        make_file(path, today)
        start = time.monotonic()
        command = [sys.executable, "-m", "bench.writes", "import", str(path)]
        importer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own command
        assert importer.stdout is not None
        told = importer.stdout.read().strip().rpartition("\n")[2]
        importer.stdout.close()
        _pid, status, used = os.wait4(importer.pid, 0)
        importer.returncode = os.waitstatus_to_exitcode(status)
    if importer.returncode:
        raise SystemExit("The import failed.")
    seconds, memory = time.monotonic() - start, used.ru_maxrss / 1024
    return (
        f"an import of {ROWS:,} rows, and learning from all there is: {seconds:.0f} s, {memory:.0f} MB at most; {told}."
    )
