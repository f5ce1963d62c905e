"""What the tests of the Board share: many open opportunities, made fast, and pages read back."""

from __future__ import annotations

import datetime
import html
import random
import re
from typing import Any

from django.urls import reverse

from milepost.opportunities import figures
from milepost.opportunities.models import Category, Opportunity, Standing
from milepost.opportunities.models.figures import NEVER
from milepost.opportunities.standing import UNKNOWN
from milepost.web.text import name_key

BOARD = reverse("desk:board")
KEYS = ("first", "proposal", "contract")


def many(cast: Any, playbook: Any, account: Any, count: int, seed: int = 1) -> list[Standing]:
    """Make open opportunities with few different values, so that every order has ties."""
    dice = random.Random(seed)
    run = figures.current_run(cast.today)
    cells = [figures.cell(KEYS[at:], age, None) for at in range(3) for age in (0, 9)]
    known = list(figures.figures_for(run, cells).values())
    people = [None, cast.coordinator, cast.salesperson, cast.sales_manager]
    standings = []
    for at in range(count):
        territory = dice.choice([cast.north, cast.north, cast.south])
        value = dice.choice([None, 0, 100_00, 100_00, 2_500_00])
        name = dice.choice(["Älpha", "beta", "Beta", "gamma"])
        who = dice.choice(people)
        one = Opportunity(
            name=name, name_key=name_key(name), territory=territory, playbook_version=playbook, currency="EUR",
            account=dice.choice([None, account]), salesperson=who, coordinator=dice.choice(people),
            value_minor=value, company_value_minor=value, started_on=dice.choice([None, cast.today]),
        )  # fmt: skip
        standings.append((one, dice.choice(known), dice.randrange(3), at))
    Opportunity.objects.bulk_create([one for one, *_rest in standings])
    rows = [standing(cast, *each, dice=dice) for each in standings]
    Standing.objects.bulk_create(rows)
    return rows


def numbered(rows: list[Standing]) -> dict[str, Standing]:
    """Name rows by their place, for `again`."""
    return {str(at): row for at, row in enumerate(rows)}


def standing(cast: Any, one: Opportunity, figure: Any, days: int, at: int, *, dice: random.Random) -> Standing:
    value = one.company_value_minor
    on = cast.today + datetime.timedelta(days=days)
    expected = None if value is None else round(value * figure.win)
    booked = dice.random() < 0.5
    return Standing(
        opportunity=one, name=one.name, name_key=one.name_key, account=one.account,
        account_name=one.account.name if one.account else "", territory=one.territory, coordinator=one.coordinator,
        salesperson=one.salesperson, playbook=one.playbook_version.playbook, started_on=one.started_on,
        step_id=at + 1, step_name="First talk", step_number=1, step_count=3,
        step_state="scheduled" if booked else "planned",
        usual_days=14, over_from=dice.choice([NEVER, cast.today]), beads=[["planned", "First talk", 0]],
        next_key=on if booked else NEVER,
        next_at=datetime.datetime.combine(on, datetime.time(9 + at % 3), datetime.UTC) if booked else None,
        value_minor=value, value_key=UNKNOWN if value is None else value, expected_minor=expected,
        expected_key=UNKNOWN if expected is None else expected, weekly_loss_minor=(value or 0) // 10, figure=figure,
        win=figure.win, win_low=figure.win_low, win_high=figure.win_high, thin=True, close_low=on, close_on=on,
        close_high=on, close_key=on, category=dice.choice(Category.values), model_category=Category.PIPELINE,
    )  # fmt: skip


def ids_in(page: str) -> list[int]:
    """Return the opportunities of a page, as they stand on it."""
    return [int(pk) for pk in re.findall(r'<tr class="opp"[^>]* id="row-(\d+)"', page)]


def next_in(page: str) -> str:
    """Return the link behind “Show more”, or nothing."""
    found = re.search(r'<a class="btn btn-quiet" href="([^"]*after=[^"]*)"', page)
    return html.unescape(found[1]) if found else ""


def walk(client: Any, query: str = "", **more: Any) -> list[int]:
    """Return the ids on all pages, one after the other."""
    found, link = [], f"?{query}"
    for _page in range(100):
        answer = client.get(BOARD + link, **more)
        assert answer.status_code == 200
        page = answer.content.decode()
        found += ids_in(page)
        link = next_in(page)
        if not link:
            return found
    raise AssertionError("The pages do not end.")
