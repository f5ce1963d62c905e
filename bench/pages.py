"""Measure the pages people wait for: queries, server time, weight, and pages a second under load.

Server time is what the whole of Django takes for one request, middleware and template included, measured in this
process; the load goes through a real server on loopback.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import http.client
import io
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WARM_UP, RUNS = 3, 30
CLIENTS, SECONDS = 8, 10
PORT = 8973


@dataclass(frozen=True)
class Measured:
    """One page's figures: times in milliseconds, weights in kilobytes."""

    name: str
    queries: int
    median: float
    p95: float
    weight: float

    def row(self) -> str:
        return f"| {self.name} | {self.queries} | {self.median:.0f} | {self.p95:.0f} | {self.weight:.0f} |"


def addresses() -> list[tuple[str, str]]:
    """Return the pages to measure, with an opportunity and a word that are there."""
    from milepost.opportunities.models import Standing

    middle = Standing.objects.order_by("-expected_key")[Standing.objects.count() // 2]
    word = middle.name.split()[0]
    return [
        ("Board, first page with exact totals", "/board/"),
        ("Board, grouped by territory", "/board/?group=territory"),
        ("Desk of one coordinator", "/desk/"),
        ("Desk over everybody’s", "/desk/?of=all"),
        ("Opportunity", f"/opportunities/{middle.pk}/"),
        ("Search", f"/find/?q={word}"),
        ("Accounts", "/accounts/"),
        ("My day", "/my-day/"),
    ]


def person() -> Any:
    """Return somebody who sees everything and coordinates: the dearest sight there is."""
    from milepost.opportunities.models import Standing
    from milepost.team.models import Membership, Person, Territory

    busiest = Standing.objects.exclude(coordinator=None).values_list("coordinator", flat=True).first()
    who = Person.objects.get(pk=busiest)
    root = Territory.objects.order_by("path")[0]
    Membership.give(by=None, person=who, territory=root, role="coordinator")
    return who


def measure(client: Any, name: str, address: str) -> Measured:
    """Ask for one page often and return its figures."""
    from django.db import connection

    for _ in range(WARM_UP):
        client.get(address)
    asked: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}.")
    times = [timed(client, address) for _ in range(RUNS)]
    packed = answer.content if answer.headers.get("Content-Encoding") else gzip.compress(answer.content, 6)
    weight = len(packed) / 1000
    return Measured(name, len(asked), statistics.median(times), sorted(times)[int(RUNS * 0.95)], weight)


def timed(client: Any, address: str) -> float:
    """Return the milliseconds one request takes."""
    start = time.perf_counter()
    client.get(address)
    return (time.perf_counter() - start) * 1000


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[None]:
    """Run the real server on loopback."""
    command = ["-m", "gunicorn", "milepost.wsgi", "--bind", f"127.0.0.1:{PORT}", "--log-level", "warning"]
    workers = ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload"]
    server = subprocess.Popen([sys.executable, *command, *workers], env=environment)  # noqa: S603 - our own server
    try:
        wait_for_server()
        yield
    finally:
        server.terminate()
        server.wait(20)


def wait_for_server() -> None:
    """Return once the server answers."""
    for _ in range(100):
        try:
            http.client.HTTPConnection("127.0.0.1", PORT, timeout=2).request("GET", "/health")
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The server did not start.")


def load(cookie: str, paths: list[str]) -> tuple[float, int]:
    """Let eight clients ask for pages in turn for ten seconds; return pages a second and how many failed."""
    done, failed = [0] * CLIENTS, [0] * CLIENTS
    end = time.monotonic() + SECONDS

    def client(number: int) -> None:
        link = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
        at = number
        while time.monotonic() < end:
            link.request("GET", paths[at % len(paths)], headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
            answer = link.getresponse()
            answer.read()
            done[number] += 1
            failed[number] += answer.status != 200
            at += 1

    threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.monotonic() - start), sum(failed)


def session_cookie(who: Any) -> str:
    """Sign a person in without a password and return the cookie."""
    from django.test import Client

    client = Client()
    client.force_login(who)
    return f"sessionid={client.cookies['sessionid'].value}"


def run(label: str, opportunities: int) -> list[str]:
    """Make the company, measure every page, and return the lines of the report."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    settings.ALLOWED_HOSTS = ["*"]
    start = time.monotonic()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    with contextlib.redirect_stdout(io.StringIO()):
        call_command("demo_company", opportunities=opportunities, verbosity=0)
    made = time.monotonic() - start
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    who, pages = person(), addresses()
    client = Client(headers={"host": "localhost"})
    client.force_login(who)
    rows = [measure(client, name, address).row() for name, address in pages]
    with serving(os.environ.copy()):
        paths = [address for name, address in pages if name.split(",")[0] in ("Board", "Desk of one coordinator")]
        paths += [address for name, address in pages if name in ("Opportunity", "Search")]
        rate, failed = load(session_cookie(who), paths)
    head = [f"### {label}: {opportunities:,} opportunities, made in {made:.0f} s", ""]
    table = ["| page | queries | median ms | 95 % ms | kB gzipped |", "|---|---|---|---|---|", *rows, ""]
    return [*head, *table, f"{CLIENTS} clients at once: **{rate:.0f} pages a second**, {failed} failed.", ""]


def main() -> None:
    """Read what to measure from the command line and print the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--opportunities", type=int, default=20_000)
    parser.add_argument("--label", default="SQLite")
    parser.add_argument("--home", default="", help="where the company is made; a throw-away place without it")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as throw_away:
        os.environ["MILEPOST_HOME"] = asked.home or throw_away
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "milepost.settings")
        sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
        print("\n".join(run(asked.label, asked.opportunities)))


if __name__ == "__main__":
    main()
