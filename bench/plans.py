"""Measure the client's page of a shared plan: a thousand plans, each opened by its own client, then many at once."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator
from typing import Any

PLANS = 1_000
CLIENTS = 8


def offer_times() -> int:
    """Let a client of each plan have confirmed it, and offer three times for a step; return for how many."""
    import datetime

    from django.db import transaction
    from django.utils import timezone

    from milepost.opportunities.models.step import NotAllowed
    from milepost.plans.models import Agreement, SharedPlan, TimeOffer

    days = [timezone.localdate() + datetime.timedelta(days=n) for n in (7, 8, 9)]
    times, offered = [(day, datetime.time(10)) for day in days], 0
    for plan in SharedPlan.objects.select_related("opportunity__account", "opportunity__standing"):
        with transaction.atomic():
            link = plan.invitations.select_related("plan__opportunity", "contact").first()
            Agreement.make(link, plan.versions.first(), name="Their buyer", statement="Yes")
        for part in plan.parts.filter(step__state__in=["planned", "scheduled"]).with_originals().order_by("-pk"):
            part.plan = plan
            try:
                TimeOffer.make(part, by=None, times=times, zone="Europe/Berlin")
            except NotAllowed:  # a gate comes before it
                continue
            offered += 1
            break
    return offered


def make_plans() -> list[str]:
    """Share so many open opportunities' lines, publish them and invite somebody; return the addresses of the pages."""
    from django.db import transaction

    from milepost.accounts.models import Contact
    from milepost.opportunities.models import Opportunity
    from milepost.plans.draft import Draft
    from milepost.plans.models import Invitation, PlanVersion, SharedPlan

    rows = Opportunity.objects.filter(standing__isnull=False, confidential=False, account__isnull=False)
    found = []
    with transaction.atomic():
        for one in rows.filter(shared_plan=None).select_related("account").order_by("pk")[:PLANS]:
            contact = Contact.objects.filter(account=one.account, left_on=None).first()
            contact = contact or Contact.add(by=None, account=one.account, name="Their buyer")
            plan = SharedPlan.begin(one, by=None, title=one.name[:160])
            plan.share([("step", step.pk) for step in one.steps.all()], by=None)
            PlanVersion.publish(plan, Draft.of(plan, seller="").content, by=None)
            _link, token = Invitation.make(plan, by=None, contact=contact)
            found.append(f"/plan/{token}/")
    return found


def open_each(addresses: list[str]) -> tuple[float, float, int]:
    """Open every page once; return the median and the 95 % milliseconds, and the most queries."""
    from django.db import connection
    from django.test import Client

    client = Client(headers={"host": "localhost", "accept-encoding": "gzip"})
    for address in addresses[:20]:
        _opened(client, address)
    times, most = [], 0
    for address in addresses:
        asked: list[str] = []

        def count(execute: Any, sql: str, *rest: Any, asked: list[str] = asked) -> Any:
            asked.append(sql)
            return execute(sql, *rest)

        start = time.perf_counter()
        with connection.execute_wrapper(count):
            _opened(client, address)
        times.append((time.perf_counter() - start) * 1000)
        most = max(most, len(asked))
    times.sort()
    return statistics.median(times), times[int(len(times) * 0.95)], most


def _opened(client: Any, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"A client's page answered {answer.status_code}.")


def walk(addresses: list[str], client: int) -> Iterator[str]:
    """Yield which pages one of many asks for."""
    dice = random.Random(client)  # noqa: S311 - a walk, not a secret
    while True:
        yield dice.choice(addresses)


def run() -> str:
    """Make the plans, open them, and return the line of the report."""
    from bench import load

    addresses = make_plans()
    median, late, most = open_each(addresses)
    offered = offer_times()
    dearest = open_each(addresses)
    pace = load.load([""] * CLIENTS, [walk(addresses, n) for n in range(CLIENTS)])
    each = f"{median:.0f} ms in the middle, {late:.0f} ms in 95 of 100, {most} queries at most"
    more = f"{dearest[0]:.0f} ms and {dearest[1]:.0f} ms, {dearest[2]} queries"
    return (
        f"{len(addresses):,} clients open their shared plans: {each}. Confirmed, and with times offered on {offered:,} "
        f"of them: {more}; {CLIENTS} at once: {pace}."
    )
