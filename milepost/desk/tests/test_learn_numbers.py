"""Every number of the Learn page leads to a list of just as many."""

import datetime
import html
import itertools
import re

import pytest
from django.urls import reverse

from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Opportunity, Outcome, Reason
from milepost.opportunities.report import report
from milepost.opportunities.tailor import add_step
from milepost.team.models import Company

DAY = datetime.timedelta(days=1)
LINK = re.compile(r'<a(?: class="sub")? href="(/ended/[^"]*)">([\d,]+)</a>')


@pytest.fixture
def many(cast, playbook, account):
    """Two dozen that ended in every way: at several steps, for several reasons, by two people, of several sizes."""
    whys = {
        kind: [Reason.add(by=None, outcome=kind, text=f"Because {kind} {n}") for n in range(2)]
        for kind in ("won", "lost", "no_decision", "withdrawn")
    }
    people = itertools.cycle([cast.salesperson, cast.sales_manager, None])
    days = itertools.cycle([5, 100, 400, 700, 1_000])
    draft = playbook.playbook.new_draft(by=cast.coordinator)
    draft.publish(by=cast.coordinator)
    for at, kind in enumerate(["won", "lost", "lost", "no_decision", "withdrawn", "lost"] * 4):
        one = begin(
            by=None, name=f"Deal {at}", playbook_version=draft if at % 3 == 2 else playbook, account=account,
            territory=cast.south if at == 7 else cast.north, salesperson=next(people),
            value_minor=at * 25_000_00 or None,
        )  # fmt: skip
        if at == 8:
            add_step(one.steps.get(key="first"), by=cast.coordinator, name="Own step", reason="Theirs")
        for step in one.steps.order_by("position")[: at % 3 if kind != "won" else 9]:
            report(step, by=cast.coordinator, result="won", on=cast.today)
        whom = {1: "Aurelio & Sons", 2: "Vantor"}.get(at % 4, "") if kind == "lost" else ""
        close(one, by=cast.coordinator, kind=kind, on=cast.today, reasons=whys[kind][: at % 3], lost_to=whom)
        Outcome.objects.filter(opportunity=one).update(on=cast.today - DAY * next(days))
    Outcome.objects.filter(opportunity__name="Deal 4").update(step=None, on=None)
    Opportunity.objects.filter(name="Deal 10").update(confidential=True)


def numbers(client, query):
    page = client.get(reverse("learn:page") + query)
    assert page.status_code == 200
    return [(html.unescape(href), int(n.replace(",", ""))) for href, n in LINK.findall(page.content.decode())]


def listed(client, href):
    page = client.get(href)
    text = page.content.decode()
    assert "is left out" not in text, href
    return sum(int(n.replace(",", "")) for n in re.findall(r"<dd>([\d,]+)</dd>", text))


def test_every_number_leads_to_as_many(cast, as_, playbook, many):
    queries = [
        "?years=all",
        "?years=1&size=unknown",
        "?years=4&size=100000-300000",
        f"?playbook={playbook.playbook_id}&version={playbook.pk}",
        f"?years=all&territory={cast.north.pk}&person={cast.salesperson.pk}",
    ]
    Company.objects.update(accuracy_by_name=True)
    for who in (cast.coordinator, cast.administrator):
        client, known = as_(who), {}
        for query in queries:
            found = numbers(client, query)
            assert len(found) > 2, query
            for href, n in found:
                if href not in known:
                    known[href] = listed(client, href)
                assert known[href] == n, (who, query, href)
