"""The history of numbers says in sentences who did what, to those who see it."""

import pytest

from milepost.forecasts.calendar import calendar_of
from milepost.forecasts.models import PackSubscription, PeriodLock, Target


@pytest.fixture
def quarter(cast):
    return calendar_of(cast.company).period("quarter", cast.today)


def history(as_, person, query=""):
    return as_(person).get(f"/forecast/rollup/history/{query}")


def told(as_, person):
    return [row.sentence for row in history(as_, person).context["changes"]]


def test_it_tells_of_targets_numbers_adjustments_and_locks(cast, as_, opportunity, quarter):
    manager, seller = as_(cast.sales_manager), as_(cast.salesperson)
    where = f"{cast.north.pk}/"
    target = Target.set(by=cast.sales_manager, period=quarter.key, territory=cast.north, amount_minor=200_000_00)
    Target.set(by=cast.sales_manager, period=quarter.key, territory=cast.north, amount_minor=210_000_00)
    own = f"/forecast/rollup/submit/{where}?person={cast.salesperson.pk}"
    seller.post(own, {"amount": "120 k"})
    manager.post(own, {"amount": "90 k", "note": "Procurement is slow"})
    manager.post(f"/forecast/rollup/lock/{where}")
    manager.post(f"/forecast/rollup/unlock/{where}", {"reason": "A late order"})
    target.refresh_from_db()
    target.drop(by=cast.sales_manager)
    who, whose = cast.sales_manager.name, cast.salesperson.name
    assert told(as_, cast.sales_manager) == [
        f"{who} took the target of 2026-Q4, North away",
        f"{who} unlocked North, Q4 2026",
        f"{who} locked North, Q4 2026",
        f"{who} adjusted the number of {whose}, Q4 2026",
        f"{whose} submitted a number for Q4 2026",
    ]
    text = history(as_, cast.sales_manager).text
    for said in ("Amount: €90,000", "Target: nothing, was €210,000", "“Procurement is slow”", "“A late order”"):
        assert said in text


def test_a_target_that_stands_is_told_with_what_it_was(cast, as_, quarter):
    for amount in (200_000_00, 210_000_00):
        Target.set(by=cast.sales_manager, period=quarter.key, territory=cast.north, amount_minor=amount)
    rows = history(as_, cast.sales_manager).context["changes"]
    assert [(row.sentence.split(" ", 3)[3], row.details) for row in rows] == [
        ("changed the target of North, Q4 2026", ["Amount: €210,000, was €200,000"]),
        ("set the target of North, Q4 2026", ["Amount: €200,000"]),
    ]


def test_it_tells_of_packs(cast, as_):
    one = PackSubscription.begin(
        by=cast.sales_manager, recipient=cast.coordinator, company=cast.company,
        kind="call", territory=None, rhythm="weekly", day=1, hour=7, zone="UTC",
    )  # fmt: skip
    one.end(by=cast.coordinator)
    assert told(as_, cast.coordinator) == [
        f"{cast.coordinator.name} ended a pack: Forecast call, {cast.coordinator.name}",
        f"{cast.sales_manager.name} arranged a pack: Forecast call, {cast.coordinator.name}",
    ]
    assert told(as_, cast.salesperson) == []


def test_who_sees_nothing_of_it_is_told_nothing(cast, as_, quarter):
    target = Target.set(by=cast.sales_manager, period=quarter.key, territory=cast.north, amount_minor=200_000_00)
    PeriodLock.set(by=cast.sales_manager, period=quarter.key, territory=cast.north)
    target.drop(by=cast.sales_manager)
    assert told(as_, cast.outsider) == []


def test_older_lines_are_a_page_further(cast, as_, quarter):
    for amount in range(60):
        Target.set(by=cast.sales_manager, period=quarter.key, territory=cast.north, amount_minor=amount)
    first = history(as_, cast.sales_manager)
    assert len(first.context["changes"]) == 50
    assert len(history(as_, cast.sales_manager, f"?before={first.context['more']}").context["changes"]) == 10
    assert history(as_, cast.sales_manager, "?before=²").status_code == 200
