"""The pack for the forecast call: everything on one page, and as a book."""

import datetime
import io
import zipfile

import pytest

from milepost.forecasts.calendar import calendar_of
from milepost.forecasts.snapshots import take
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Judgement

DAY = datetime.timedelta(days=1)


@pytest.fixture
def quarter(cast):
    return calendar_of(cast.company).period("quarter", cast.today)


@pytest.fixture
def closing(cast, opportunity, quarter):
    """An opportunity that is to close in the quarter, as it was ten days ago."""
    Judgement.give(opportunity, by=cast.salesperson, on=cast.today, category="best_case", close_on=quarter.end)
    take(today=cast.today - 10 * DAY)
    return opportunity


def changed(as_, person):
    answer = as_(person).get("/forecast/pack/")
    assert answer.status_code == 200
    return [(each.name, each.what, each.minor) for each in answer.context["changed"]]


def test_it_holds_periods_roll_up_calls_and_what_decides(cast, as_, closing):
    text = as_(cast.sales_manager).get("/forecast/pack/").content.decode()
    for head in ("For the forecast call", "Roll-up", "Calls beside the model", "What decides", "What changed since"):
        assert head in text


def test_it_tells_what_was_pushed_out(cast, as_, closing, quarter):
    Judgement.give(closing, by=cast.salesperson, on=cast.today, category="pipeline", close_on=quarter.end + 40 * DAY)
    closing.refresh_from_db()
    assert changed(as_, cast.sales_manager) == [
        (closing.name, "pushed out, Best case to Pipeline", -closing.value_minor)
    ]


def test_it_tells_what_ended_and_what_is_new(cast, as_, playbook, closing, quarter):
    close(closing, by=cast.coordinator, kind="lost", on=cast.today)
    new = begin(by=None, name="New one", playbook_version=playbook, territory=cast.north, started_on=cast.today)
    new.revise(by=cast.coordinator, value_minor=5_000_00)
    Judgement.give(new, by=cast.salesperson, on=cast.today, category="commit", close_on=quarter.end)
    assert changed(as_, cast.sales_manager) == [
        (closing.name, "lost", -closing.value_minor),
        ("New one", "new", 5_000_00),
    ]


def test_it_says_when_nothing_was_kept_to_compare_with(cast, as_, opportunity):
    assert "was not kept yet" in as_(cast.sales_manager).get("/forecast/pack/").content.decode()


def test_it_shows_nothing_of_other_territories(cast, as_, closing):
    close(closing, by=cast.coordinator, kind="lost", on=cast.today)
    answer = as_(cast.outsider).get(f"/forecast/pack/?territory={cast.north.pk}")
    assert closing.name not in answer.content.decode()
    assert changed(as_, cast.outsider) == []


def test_it_is_a_book_of_five_sheets(cast, as_, closing):
    answer = as_(cast.sales_manager).get("/forecast/pack/xlsx/")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as book:
        assert sum(name.startswith("xl/worksheets/sheet") for name in book.namelist()) == 5
    answer.close()
