"""Measure the pages people wait for, on one database: queries, server time, weight, pages a second, and an import.

Server time is what the whole of Django takes for one request, middleware, template and compression included,
measured in this process; CPU time is its part that other programs on the machine cannot lengthen.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any
from urllib.parse import quote

WARM_UP, RUNS = 3, 30
CLIENTS = 8


@dataclass(frozen=True)
class Measured:
    """One page's figures: times in milliseconds, weight in kilobytes as it goes over the wire."""

    name: str
    queries: int
    median: float
    p95: float
    cpu: float
    weight: float

    def row(self) -> str:
        times = f"{self.median:.0f} | {self.p95:.0f} | {self.cpu:.0f}"
        return f"| {self.name} | {self.queries} | {times} | {self.weight:.0f} |"


def make_company(opportunities: int) -> float:
    """Make the example company in an empty home, and return the seconds it took."""
    from django.core.management import call_command
    from django.db import connection

    start = time.monotonic()
    with contextlib.redirect_stdout(io.StringIO()):
        call_command("demo_company", opportunities=opportunities, verbosity=0)
    made = time.monotonic() - start
    if connection.vendor == "postgresql":  # what its own housekeeper does within minutes
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return made


def busiest(count: int) -> list[Any]:
    """Return the coordinators with most to do, each made to see everything: the dearest sight there is."""
    from django.db.models import Count

    from milepost.opportunities.models import Standing
    from milepost.team.models import Membership, Person, Territory

    busy = Standing.objects.exclude(coordinator=None).values_list("coordinator").annotate(n=Count("pk"))
    found = [Person.objects.get(pk=pk) for pk, _n in busy.order_by("-n")[:count]]
    root = Territory.objects.order_by("path")[0]
    for person in found:
        Membership.give(by=None, person=person, territory=root, role="coordinator")
    return found


def addresses() -> list[tuple[str, str]]:
    """Return the pages to measure, with an opportunity and a word that are there."""
    from milepost.opportunities.models import Standing

    middle = Standing.objects.filter(confidential=False).order_by("-expected_key")[Standing.objects.count() // 2]
    return [
        ("Board, first page with exact totals", "/board/"),
        ("Board, one list ordered by name", "/board/?group=none&sort=name"),
        ("Desk of one coordinator", "/desk/"),
        ("Desk over everybody’s", "/desk/?of=all"),
        ("Opportunity", f"/opportunities/{middle.pk}/"),
        ("Search", f"/find/?q={quote(middle.name.split()[0])}"),
        ("Accounts", "/accounts/"),
        ("My day", "/my-day/"),
    ]


def walk(client: int) -> Iterator[str]:
    """Yield what one client asks for under load: Board, Desk, an opportunity and a search in turn, each time others."""
    from milepost.opportunities.models import Standing

    dice = random.Random(client)  # noqa: S311 - a walk, not a secret
    known = list(Standing.objects.filter(confidential=False).order_by("pk").values_list("pk", "name"))
    while True:
        pk, name = dice.choice(known)
        yield from ("/board/", "/desk/", f"/opportunities/{pk}/", f"/find/?q={quote(name.split()[0])}")


def counted(client: Any, address: str) -> tuple[Any, int]:
    """Ask for a page once; return the answer, and how many queries it asked. Ends the bench where it is refused."""
    from django.db import connection

    asked: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}.")
    return answer, len(asked)


def measure(client: Any, name: str, address: str) -> Measured:
    """Ask for one page often and return its figures."""
    for _ in range(WARM_UP):
        client.get(address)
    answer, queries = counted(client, address)
    times = sorted(timed(time.perf_counter, client, address) for _ in range(RUNS))
    cpu = statistics.median(timed(time.process_time, client, address) for _ in range(RUNS))
    weight = len(answer.content) / 1000
    return Measured(name, queries, statistics.median(times), times[int(RUNS * 0.95)], cpu, weight)


def timed(clock: Callable[[], float], client: Any, address: str) -> float:
    """Return the milliseconds one request takes."""
    start = clock()
    client.get(address)
    return (clock() - start) * 1000


def signed_in(person: Any) -> Any:
    """Return a client of the person's that reads compressed pages."""
    from django.test import Client

    client = Client(headers={"host": "localhost", "accept-encoding": "gzip"})
    client.force_login(person)
    return client


def run(opportunities: int) -> list[str]:
    """Make the company, measure, and return the lines of the report."""
    from django.conf import settings

    from bench import exports, gates, imports, load, plans
    from milepost.up import prepare

    prepare()  # sets Django up too: models can be imported from here on
    from milepost.team.models import Company
    from milepost.web.warm import warm_up

    made = make_company(opportunities)
    people, pages = busiest(CLIENTS), addresses()
    clients = [signed_in(person) for person in people]
    warm_up()  # as the server does
    rows = [measure(clients[0], name, address).row() for name, address in pages]
    name = settings.SESSION_COOKIE_NAME
    cookies = list(islice(cycle(f"{name}={client.cookies[name].value}" for client in clients), CLIENTS))
    pace = load.load(cookies, [walk(n) for n in range(len(cookies))])
    report = [f"### {database()}: {opportunities:,} opportunities, made in {made:.0f} s", ""]
    report += ["| page | queries | median ms | 95 % ms | CPU ms | kB |", "|---|---|---|---|---|---|", *rows, ""]
    report += [f"{len(cookies)} clients at once, Board, Desk, opportunity and search in turn: **{pace}**.", ""]
    report += [f"Then {plans.run()}", ""]
    report += [f"Then {gates.run()}", ""]
    report += [f"Then {exports.run()}", ""]
    return [*report, f"Then {imports.run(Company.the().today())}", ""]


def database() -> str:
    """Return the database's name and version."""
    from django.db import connection

    connection.ensure_connection()
    if connection.vendor == "sqlite":
        return "SQLite " + ".".join(map(str, connection.Database.sqlite_version_info))
    return f"PostgreSQL {connection.pg_version // 10_000}"


def main() -> None:
    """Read what to measure from the command line and print the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--opportunities", type=int, default=20_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"MILEPOST_HOME": home, "MILEPOST_HASHED_STATIC": "1"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "milepost.settings"
        print("\n".join(run(asked.opportunities)))


if __name__ == "__main__":
    main()
