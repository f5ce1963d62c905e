"""Measure the pages of one company and keep the figures; hold those of two sizes against each other.

    python -m bench.large --opportunities 20000 --into small.json
    python -m bench.large --opportunities 1000000 --into large.json
    python -m bench.large --compare small.json large.json

With `--home` a company is kept, and not made again the next time: a million take half an hour. Each page is asked by
a coordinator of one territory and by somebody who sees everything, each in a process of its own, as the server forks
them: the first look is that process's first page, the others find what it remembers.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from multiprocessing import Pipe, Process
from pathlib import Path
from typing import Any

from bench.pages import counted, database, make_company, signed_in, timed

FOLLOWING = ("/board/totals/", "/desk/counts/")
"""What the page asks for itself, by scripts."""
READY = 30.0
"""So many seconds the job after learning has for pages."""
WARM_UP, RUNS, SECONDS = 2, 20, 3.0
"""A page is asked so often before it counts; then so often, or for so long."""


@dataclass(frozen=True)
class Look:
    """One page as one person has it: `first` look, `median` and `cpu` of further ones in milliseconds."""

    who: str
    page: str
    queries: int
    first: float
    median: float
    cpu: float


def people() -> dict[str, Any]:
    """Return the coordinator with most to do in a territory, and a manager who sees every one."""
    from django.db.models import Count

    from milepost.opportunities.models import Standing
    from milepost.team.models import Membership, Person, Territory

    busy = Standing.objects.exclude(coordinator=None).values_list("coordinator").annotate(n=Count("pk")).order_by("-n")
    root = Territory.objects.order_by("path")[0]
    manager = Membership.objects.filter(territory=root, role="sales_manager", scope="all").order_by("pk")[0].person
    return {"a territory’s": Person.objects.get(pk=busy[0][0]), "everybody’s": manager}


def pages(person: Any) -> dict[str, str]:
    """Return the addresses to ask for, with an opportunity, an account and a word that the person finds there."""
    from milepost.opportunities.models import Standing

    seen = Standing.objects.visible_to(person).filter(confidential=False, account__isnull=False)
    middle = seen.order_by("-expected_key")[seen.count() // 2]
    return {
        "Board, first page": "/board/",
        "Board, what follows": f"/board/totals/?heads={middle.territory_id}",
        "Board, one list by name": "/board/?group=none&sort=name",
        "Desk": "/desk/",
        "Desk over everybody’s": "/desk/?of=all",
        "Desk, what follows": "/desk/counts/?of=all",
        "Opportunity": f"/opportunities/{middle.pk}/",
        "Search": f"/find/?q={middle.name.split()[0]}",
        "Accounts": "/accounts/",
        "Account": f"/accounts/{middle.account_id}/",
        "My day": "/my-day/",
        "Forecast": "/forecast/",
        "Roll-up": "/forecast/rollup/",
        "Learn": "/learn/",
        "Ended": "/ended/",
        "Import": "/import/",
    }


def looks() -> Iterator[Look]:
    """Look at every page with either person’s eyes."""
    from django.db import connection

    asked = [(who, person, pages(person)) for who, person in people().items()]
    connection.close()  # nobody may inherit it
    for who, person, addresses in asked:
        for page, address in addresses.items():
            yield Look(who, page, **_aside(lambda person=person, address=address: look(person, address)))


def _aside(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return what the work gives in a process forked from this one."""
    ours, theirs = Pipe(duplex=False)
    process = Process(target=lambda: theirs.send(work()))
    process.start()
    theirs.close()
    try:
        found: dict[str, Any] = ours.recv()
    except EOFError:
        raise SystemExit("A page failed.") from None
    process.join()
    return found


def look(person: Any, address: str) -> dict[str, float]:
    """Ask for one page as the first of this process, and again until its time is known."""
    client = signed_in(person)
    if address.startswith(FOLLOWING):
        client.defaults["HTTP_HX_REQUEST"] = "true"
    first = timed(time.perf_counter, client, address)
    for _ in range(WARM_UP):
        client.get(address)
    queries, until = counted(client, address)[1], time.monotonic() + SECONDS
    times: list[float] = []
    busy: list[float] = []
    while len(times) < RUNS and (not times or time.monotonic() < until):
        times.append(timed(time.perf_counter, client, address))
        busy.append(timed(time.process_time, client, address))
    return {"queries": queries, "first": first, "median": statistics.median(times), "cpu": statistics.median(busy)}


def measure(opportunities: int) -> dict[str, Any]:
    """Measure the company that is there, made if none is, and return what `compare` reads."""
    from milepost.up import prepare

    prepare()  # sets Django up too: models can be imported from here on
    from bench import exports
    from milepost.opportunities.models import Opportunity, Standing, Step
    from milepost.team.models import Company
    from milepost.web.warm import warm_up

    made = None if Company.objects.exists() else make_company(opportunities)
    tables = {"opportunities": Opportunity, "open": Standing, "steps": Step}
    counts = {name: model._default_manager.count() for name, model in tables.items()}
    settle()
    warm_up()
    found = [asdict(each) for each in looks()]
    return {"database": database(), "made": made, "counts": counts, "looks": found, "export": exports.run()}


def settle() -> None:
    """Do what the jobs of a company that runs have done before anybody looks."""
    from milepost.forecasts.learnt.past import is_behind, keep_past
    from milepost.forecasts.ready import make_ready
    from milepost.opportunities.standing import analyse

    analyse()
    if is_behind():
        keep_past()
    make_ready(seconds=READY)


def compare(small: dict[str, Any], large: dict[str, Any]) -> list[str]:
    """Return the lines of the report: every page at both sizes, and how much the larger one takes."""
    sizes = " and of ".join(f"{each['counts']['opportunities']:,}" for each in (small, large))
    lines = [f"### {small['database']}: the pages of {sizes} opportunities", ""]
    lines += ["| sees | page | queries | first look ms | median ms | CPU ms | CPU, times |", f"|{'---|' * 7}"]
    for one, other in zip(small["looks"], large["looks"], strict=True):
        pairs = (f"{one[name]:.0f}, {other[name]:.0f}" for name in ("queries", "first", "median", "cpu"))
        lines.append(f"| {one['who']} | {one['page']} | {' | '.join(pairs)} | {other['cpu'] / one['cpu']:.1f} |")
    return [*lines, "", *(line for each in (small, large) for line in (_told(each), ""))]


def _told(figures: dict[str, Any]) -> str:
    counts = ", ".join(f"{n:,} {what}" for what, n in figures["counts"].items())
    made = "" if figures["made"] is None else f", made in {figures['made']:.0f} s"
    return f"Of {counts}{made}: {figures['export']}"


def main() -> None:
    """Read from the command line what to measure, or which figures to print beside each other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--opportunities", type=int, default=20_000)
    parser.add_argument("--home", type=Path, help="keep the company here, and use the one that is here")
    parser.add_argument("--into", type=Path, metavar="FILE.json")
    parser.add_argument("--compare", type=Path, nargs=2, metavar="FILE.json")
    asked = parser.parse_args()
    if asked.compare:
        print("\n".join(compare(*(json.loads(path.read_text()) for path in asked.compare))))
        return
    with contextlib.ExitStack() as kept:
        home = asked.home or kept.enter_context(tempfile.TemporaryDirectory())
        os.environ |= {"MILEPOST_HOME": str(home), "MILEPOST_HASHED_STATIC": "1"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "milepost.settings"
        asked.into.write_text(json.dumps(measure(asked.opportunities), indent=1))


if __name__ == "__main__":
    main()
