"""Measure an export of everything: the company that is there, written into one ZIP by the command line."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path


def run() -> str:
    """Write everything and say what it took; most of the memory may be the database's own file, seen through it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "company.zip"
        start = time.monotonic()
        command = [sys.executable, "-m", "milepost", "export", "--to", str(path)]
        exporter = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
        _pid, status, used = os.wait4(exporter.pid, 0)
        exporter.returncode = os.waitstatus_to_exitcode(status)
        if exporter.returncode:
            raise SystemExit("The export failed.")
        seconds, memory = time.monotonic() - start, used.ru_maxrss / 1024
        with zipfile.ZipFile(path) as box:
            lines = sum(_lines(box, name) for name in box.namelist() if name.endswith(".csv"))
        packed = path.stat().st_size / 1e6
    return (
        f"an export of everything, {lines:,} lines: {seconds:.0f} s (CPU {used.ru_utime + used.ru_stime:.0f} s), "
        f"{memory:.0f} MB at most, {packed:.0f} MB on disk."
    )


def _lines(box: zipfile.ZipFile, name: str) -> int:
    with box.open(name) as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))


if __name__ == "__main__":
    print(f"Then {run()}")
