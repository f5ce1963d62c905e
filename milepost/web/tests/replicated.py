"""A PostgreSQL of its own with a second one that follows it, thrown away afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from milepost.web.tests import plumbing, ready

OPTIONS = "-c listen_addresses='' -c fsync=off -c max_wal_senders=4 -c wal_level=replica -c jit=off"


def programs() -> Path | None:
    """Return where PostgreSQL's programs are; None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    named = shutil.which("initdb")
    return found[-1].parent if found else Path(named).parent if named else None


def owner() -> list[str]:
    """Return how a program is started as somebody PostgreSQL agrees to, as it refuses root."""
    if os.geteuid():
        return []
    name = "postgres" if any(one.pw_name == "postgres" for one in pwd.getpwall()) else "nobody"
    return ["runuser", "-u", name, "--"]


@contextmanager
def two_servers() -> Iterator[tuple[str, str]]:
    """Give the addresses of a database with all tables, and of the one that follows it."""
    place, bins, who = Path(tempfile.mkdtemp(prefix="milepost-two.")), programs(), owner()
    if who:
        shutil.chown(place, who[2])

    def run(program: str, *arguments: str) -> None:
        command = [*who, f"{bins}/{program}", *arguments]
        done = subprocess.run(command, cwd=place, capture_output=program != "pg_ctl", timeout=60)
        assert done.returncode == 0, (program, done.stderr)

    def start(name: str, port: int) -> None:
        options = f"{OPTIONS} -k {place} -p {port}"
        run("pg_ctl", "-D", f"{place}/{name}", "-w", "-s", "-l", f"{place}/{name}.log", "-o", options, "start")

    started = []
    try:
        run(
            "initdb",
            "-D",
            f"{place}/one",
            "-U",
            "milepost",
            "-A",
            "trust",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        )
        start("one", 5432)
        started.append("one")
        dump = ["pg_dump", plumbing.TEST_DATABASE.replace("/postgres?", f"/{ready.ready_database()}?")]
        tables = subprocess.run(dump, capture_output=True, check=True).stdout
        into = ["psql", "-q", "-v", "ON_ERROR_STOP=1", f"postgresql://milepost@/postgres?host={place}&port=5432"]
        subprocess.run(into, input=tables, stdout=subprocess.DEVNULL, check=True)
        here = ("-h", str(place), "-p", "5432", "-U", "milepost")
        run("pg_basebackup", "-D", f"{place}/two", *here, "-R", "-c", "fast", "--no-sync")
        start("two", 5433)
        started.append("two")
        one, two = (f"postgresql://milepost@/postgres?host={place}&port={port}" for port in (5432, 5433))
        yield one, two
    finally:
        for name in reversed(started):
            subprocess.run([*who, f"{bins}/pg_ctl", "-D", f"{place}/{name}", "-s", "-m", "immediate", "stop"], cwd="/")
        shutil.rmtree(place, ignore_errors=True)
