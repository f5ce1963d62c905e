"""One mixed company: the Board, the Forecast, the Roll-up and the pack tell the same to the cent, whoever looks."""

import csv
import datetime
import io
import random
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter

import pytest
from python_calamine import CalamineWorkbook

from milepost.forecasts.calendar import calendar_of
from milepost.forecasts.models import PeriodLock, Target
from milepost.forecasts.periods import NOTHING
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Judgement, Opportunity
from milepost.team.models import Rate, Territory

DAY = datetime.timedelta(days=1)
CENTS = {"EUR": Decimal(1), "JPY": Decimal(100), "KWD": Decimal("0.1")}
"""How many minor units of the company's currency one of another currency's is, at a rate of 1."""
THEN = {"EUR": Decimal(1), "JPY": Decimal("0.02"), "KWD": Decimal(3)}
NOW = {"EUR": Decimal(1), "JPY": Decimal("0.01"), "KWD": Decimal(4)}
MADE: dict[int, list] = {}
"""What was made up, by its number, as long as its rows are put back."""


@dataclass(frozen=True)
class Deal:
    """One opportunity as it was made up: its worth in cents, None where it is not known, what was said, its end."""

    territory: Territory
    has_seller: bool
    cents: int | None
    category: str
    is_near: bool
    fate: str


@pytest.fixture
def quarter(cast):
    return calendar_of(cast.company).period("quarter", cast.today)


@pytest.fixture(params=[1, 2, 3])
def deals(request, cast, as_, playbook, quarter, again):
    """Make up forty opportunities, a number with its adjustment, a target and a lock."""
    which = request.param

    def make():
        for currency in ("JPY", "KWD"):
            Rate.keep(by=None, currency=currency, valid_from=quarter.start - 99 * DAY, value=THEN[currency])
            Rate.keep(by=None, currency=currency, valid_from=cast.today, value=NOW[currency])
        luck = random.Random(which)
        found = MADE[which] = [_deal(luck, cast, playbook, quarter, n) for n in range(40)]
        assert {deal.fate for deal in found} >= {"", "won", "won before", "lost"}
        Target.set(by=None, period=quarter.key, territory=cast.north, amount_minor=90_000_77)
        return {}

    again(f"deals {which}", make)
    submit = f"/forecast/rollup/submit/{cast.north.pk}/?person={cast.salesperson.pk}"
    assert as_(cast.salesperson).post(submit, {"amount": "120,000.31"}).status_code == 302
    assert as_(cast.sales_manager).post(submit, {"amount": "90,000.07", "note": "Slow"}).status_code == 302
    assert as_(cast.sales_manager).post(f"/forecast/rollup/lock/{cast.north.pk}/").status_code == 302
    assert PeriodLock.objects.standing().exists()
    return MADE[which]


def _deal(luck, cast, playbook, quarter, n):
    currency, fate = luck.choice(["EUR", "JPY", "KWD", "GBP"]), luck.choice(["", "", "", "won", "won before", "lost"])
    minor = luck.choice([None, 10 * luck.randrange(1, 9_999_99), 10 * luck.randrange(1, 99_99)])
    territory, seller = luck.choice([cast.north, cast.north, cast.south]), luck.random() < 0.7
    category, is_near = luck.choice(["", "commit", "best_case", "pipeline", "omitted"]), luck.random() < 0.7
    one = begin(
        by=None, name=f"No {n}", playbook_version=playbook, territory=territory, currency=currency, value_minor=minor,
        salesperson=cast.salesperson if seller else None, started_on=quarter.start - 90 * DAY,
    )  # fmt: skip
    if category:
        day = quarter.end if is_near else quarter.end + 40 * DAY
        Judgement.give(one, by=cast.salesperson, on=cast.today, category=category, close_on=day)
    on = quarter.start - DAY if fate == "won before" else quarter.start
    if fate:
        close(one, by=cast.coordinator, kind=fate.split()[0], on=on, override="As it was")
    rate = {} if currency == "GBP" else (THEN if fate and on < cast.today else NOW)
    cents = None if minor is None or not rate else int(minor * CENTS[currency] * rate[currency])
    return Deal(territory, seller, cents, category, is_near, fate)


def worth(deals):
    return sum(deal.cents or 0 for deal in deals)


def minor(cell):
    """Return an exported amount in cents."""
    return None if cell in ("", None) else round(Decimal(str(cell)) * 100)


def table(rows):
    """Return rows under their heads, without the currency behind them."""
    heads = [str(head).split(" (EUR")[0] for head in rows[0]]
    return [dict(zip(heads, row, strict=True)) for row in rows[1:]]


def taken(client, address):
    return table(list(csv.reader(io.StringIO(client.get(address).getvalue().decode("utf-8-sig")))))


@pytest.mark.parametrize("reader", ["sales_manager", "administrator"])
def test_they_tell_the_same(cast, as_, deals, quarter, reader):
    client = as_(getattr(cast, reader))
    top = cast.north if reader == "sales_manager" else cast.world
    seen = [deal for deal in deals if top is cast.world or deal.territory == cast.north]
    still = [deal for deal in seen if not deal.fate]
    won = worth(deal for deal in seen if deal.fate == "won")
    called = defaultdict(int)
    for deal in still:
        if deal.category and deal.is_near:
            called[deal.category] += deal.cents or 0

    total = client.get("/board/").context["total"]
    assert (total.count, total.value) == (len(still), worth(still))
    assert total.unvalued == sum(deal.cents is None for deal in still)

    page = client.get("/forecast/").context
    view, exported = page["first"], taken(client, "/forecast/csv/")[0]
    assert (page["unvalued"], view.won.value_minor) == (total.unvalued, won)
    assert [minor(exported[head]) for head in ("Already won", "Low (10 %)", "Middle", "High (90 %)")] == [
        won, *view.limits,
    ]  # fmt: skip
    said = {call.category: call.said_minor for call in page["calls"]}
    assert said == {name: 0 if name == "omitted" else said_of for name, said_of in called.items()} | {
        name: 0 for name in said if name not in called
    }

    rollup = client.get("/forecast/rollup/").context["rollup"]
    lines = {line.place.key: line for line in rollup.lines if not line.place.is_heading}
    whole = lines[top.pk, None]
    values = [value for value in whole.open.numbers[1::2] if value != NOTHING]
    assert (whole.open.count, sum(values)) == (total.count, total.value)
    assert (whole.won.value_minor, whole.limits, whole.open.closing) == (won, view.limits, view.in_play)
    assert whole.open.commit.minor - whole.open.commit.proposed_minor == called["commit"]
    assert whole.open.best_case.minor - whole.open.best_case.proposed_minor == called["best_case"]
    parts = [line for key, line in lines.items() if key[1] is not None]
    for amount in ("won.value_minor", "open.commit.minor", "open.best_case.minor"):
        read = attrgetter(amount)
        assert sum(read(line) for line in parts) == read(whole)

    mine = lines[cast.north.pk, cast.salesperson.pk]
    assert (mine.said.own.amount_minor, mine.said.adjusted.amount_minor) == (120_000_31, 90_000_07)
    north = worth(deal for deal in seen if deal.fate == "won" and deal.territory == cast.north)
    assert lines[cast.north.pk, None].gap_minor == max(0, 90_000_77 - north)

    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/forecast/pack/xlsx/").content))
    sheet = table([row for row in book.get_sheet_by_name("Roll-up").to_python() if any(cell != "" for cell in row)])
    carried = taken(client, "/forecast/rollup/csv/")
    assert len(sheet) == len(carried) == len(lines)
    heads = ("Target", "Already won", "Commit", "Best case", "Submitted", "Adjusted", "Low (10 %)", "Middle")
    for line, row, csv_row in zip(lines.values(), sheet, carried, strict=True):
        own, adjusted = line.said.own, line.said.adjusted
        numbers = [
            line.target_minor, line.won.value_minor, line.commit_minor, line.best_case_minor,
            own and own.amount_minor, adjusted and adjusted.amount_minor, *line.limits[:2],
        ]  # fmt: skip
        assert [minor(row[head]) for head in heads] == numbers
        assert [minor(csv_row[head]) for head in heads] == numbers
    calls = table(book.get_sheet_by_name("Calls").to_python())
    assert [minor(row["People say"]) for row in calls][: len(page["calls"])] == list(said.values())


def test_what_is_not_seen_moves_no_number(cast, as_, deals):
    before = as_(cast.sales_manager).get("/forecast/rollup/csv/").getvalue()
    for one in Opportunity.objects.open().filter(territory=cast.south):
        one.revise(by=cast.administrator, value_minor=77_000_00)
    assert as_(cast.sales_manager).get("/forecast/rollup/csv/").getvalue() == before


def test_where_no_value_is_known_nobody_says_that_nothing_will_come(cast, as_, opportunity, quarter):
    Target.set(by=None, period=quarter.key, territory=cast.north, amount_minor=1_000_00)
    opportunity.revise(by=cast.coordinator, value_minor=None)
    client = as_(cast.sales_manager)
    line = client.get("/forecast/rollup/").context["rollup"].lines[0]
    assert (line.limits, line.reach, line.open.unvalued) == (None, None, 1)
    for address in ("/forecast/rollup/", "/forecast/pack/"):
        text = client.get(address).text
        assert "1 of 1 open opportunities has no known value, or no rate for it, and counts in no total." in text
        assert "80 % between" not in text
    row = taken(client, "/forecast/rollup/csv/")[0]
    assert [row[head] for head in ("Low (10 %)", "Middle", "High (90 %)", "Chance to reach the target")] == [""] * 4
