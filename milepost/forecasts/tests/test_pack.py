"""The pack: for the call and for the quarterly review, as a page, as PDF and as a book; each as one person sees it."""

import datetime
import io
import zipfile

import pytest

from milepost.forecasts.calendar import calendar_of
from milepost.forecasts.models import Target
from milepost.forecasts.snapshots import take
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Judgement, Lesson, Opportunity, Reason
from milepost.team.models import Company

DAY = datetime.timedelta(days=1)
ODD = "東京電力 サポート 한국전력 Łódź Ελλάδα שלום #strong[x] *b* $y$ @ref <b> «Завод» شركة \\ `code`"


@pytest.fixture
def quarter(cast):
    return calendar_of(cast.company).period("quarter", cast.today)


@pytest.fixture
def closing(cast, opportunity, quarter):
    """An opportunity that is to close in the quarter, as it was ten days ago."""
    Judgement.give(opportunity, by=cast.salesperson, on=cast.today, category="best_case", close_on=quarter.end)
    take(today=cast.today - 10 * DAY)
    return opportunity


def paper(as_, person, query=""):
    answer = as_(person).get(f"/forecast/pack/{query}")
    assert answer.status_code == 200
    return answer.context["paper"]


def ended_on(opportunity, day, *, by, **more):
    """Lose an opportunity on a day that is past: it began a month before."""
    Opportunity.objects.filter(pk=opportunity.pk).update(started_on=day - 30 * DAY)
    opportunity.stays.update(entered_on=day - 30 * DAY)
    opportunity.refresh_from_db()
    close(opportunity, by=by, kind="lost", on=day, **more)


def table(found, name):
    """Return the cells of one table as they are read."""
    tables = [part for section in found.sections for part in section.parts if getattr(part, "name", "") == name]
    return [[said.replace("\xa0", " ") for _col, said in cells] for one in tables for _row, cells in one.shown]


def titles(found):
    return [section.title for section in found.sections]


def test_a_call_holds_periods_roll_up_what_moved_calls_what_decides_and_gaps(cast, as_, closing):
    heads = ["What will come in", "Roll-up of Q4 2026", "What moved", "Calls beside the model", "What decides Q4 2026"]
    assert titles(paper(as_, cast.sales_manager)) == [*heads, "Gaps"]
    text = as_(cast.sales_manager).get("/forecast/pack/").text
    assert all(head in text for head in heads)
    assert closing.name in text


def test_a_review_holds_the_result_its_forecast_reasons_lessons_and_what_comes(cast, as_, closing):
    found = titles(paper(as_, cast.sales_manager, "?kind=review"))
    assert found[:5] == [
        "How Q3 2026 ended", "What moved", "How good the forecast was", "Why we won and lost", "What we learn",
    ]  # fmt: skip
    assert "Roll-up of Q4 2026" in found


def test_it_tells_what_moved_as_the_page_of_what_moved_does(cast, as_, closing, quarter):
    Judgement.give(closing, by=cast.salesperson, on=cast.today, category="pipeline", close_on=quarter.end + 40 * DAY)
    told = table(paper(as_, cast.sales_manager), "What moved")
    flow = as_(cast.sales_manager).get("/forecast/moved/").context["first"]
    assert [row[1] for row in told] == [str(len(move.ids)) for move in (flow.start, flow.moves["pushed_out"], flow.end)]
    assert ["Pushed out", "1", "−€120 k"] in told
    assert table(paper(as_, cast.sales_manager), "Who moved") == [
        [closing.name, str(closing.account), "Pushed out", "−€120 k"]
    ]


def test_it_tells_what_ended_and_what_is_new(cast, as_, playbook, closing, quarter):
    close(closing, by=cast.coordinator, kind="lost", on=cast.today)
    new = begin(by=None, name="New one", playbook_version=playbook, territory=cast.north, started_on=cast.today)
    new.revise(by=cast.coordinator, value_minor=5_000_00)
    Judgement.give(new, by=cast.salesperson, on=cast.today, category="commit", close_on=quarter.end)
    moved = table(paper(as_, cast.sales_manager), "Who moved")
    assert [[row[0], *row[2:]] for row in moved] == [[closing.name, "Lost", "−€120 k"], ["New one", "New", "+€5 k"]]


def test_it_says_when_nothing_was_kept_to_compare_with(cast, as_, opportunity):
    assert "No earlier day is kept yet" in as_(cast.sales_manager).get("/forecast/pack/").text


def test_it_shows_what_is_missing_to_targets_and_who_has_not_spoken(cast, as_, closing, quarter):
    Target.set(by=None, period=quarter.key, territory=cast.north, amount_minor=240_000_00)
    found = paper(as_, cast.sales_manager)
    assert table(found, "Gaps")[0][:5] == ["North", "€240 k", "€240 k", "€120 k", "0.5"]
    facts = next(part.facts for section in found.sections for part in section.parts if part.kind == "facts")
    assert facts[0] == ("Numbers not submitted", "2")


def test_a_review_tells_the_reasons_of_its_quarter_alone(cast, as_, playbook, closing, quarter):
    reason = Reason.add(by=None, outcome="lost", text="Price")
    ended_on(closing, quarter.start - DAY, by=cast.coordinator, reasons=[reason])
    now = begin(by=None, name="Later", playbook_version=playbook, territory=cast.north, started_on=cast.today)
    close(now, by=cast.coordinator, kind="lost", on=cast.today, reasons=[reason])
    assert table(paper(as_, cast.sales_manager, "?kind=review"), "Reasons") == [
        ["Lost", "Price", "1", "100\u202f%", "€120 k"]
    ]


def test_a_review_tells_where_opportunities_ended_and_what_people_wrote(cast, as_, playbook, closing, quarter):
    last = quarter.start - DAY
    ended_on(closing, last, by=cast.coordinator)
    here = {"playbook": playbook.playbook, "key": "first", "by": cast.coordinator}
    for text, day in (("Ask who pays first", last), ("Not of that quarter", cast.today)):
        at = datetime.datetime.combine(day, datetime.time(12), datetime.UTC)
        Lesson.objects.create(text=text, at=at, **here)

    found = paper(as_, cast.sales_manager, "?kind=review")

    assert [row[:2] for row in table(found, "Lessons")] == [["First talk", "Ask who pays first"]]
    assert [[row[0], row[1]] for row in table(found, "Ended at")] == [["First talk", "1"]]


def test_it_is_a_pdf_with_pages_that_are_tagged(cast, as_, closing):
    for kind in ("call", "review"):
        answer = as_(cast.sales_manager).get(f"/forecast/pack/pdf/?kind={kind}")
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")
        assert b"/StructTreeRoot" in answer.content


def test_names_in_any_script_are_set_as_they_are_and_never_run(cast, as_, closing):
    Opportunity.objects.filter(pk=closing.pk).update(name=ODD)
    type(closing.standing).objects.filter(pk=closing.pk).update(name=ODD)
    from milepost.forecasts.packs.make import paper_of, pdf_of
    from milepost.forecasts.packs.wanted import Wanted

    made, has_fonts = pdf_of(paper_of(Wanted("call", cast.sales_manager, cast.company)))
    assert made.startswith(b"%PDF-")
    assert has_fonts
    assert len(made) > 20_000


def test_a_script_without_a_font_is_told_of_and_the_pdf_is_made(cast, as_, closing):
    name = "\U000120b5 tablet"  # cuneiform
    Opportunity.objects.filter(pk=closing.pk).update(name=name)
    type(closing.standing).objects.filter(pk=closing.pk).update(name=name)
    assert as_(cast.sales_manager).get("/forecast/pack/pdf/").content.startswith(b"%PDF-")


def test_it_is_a_book_of_sheets_without_formulas(cast, as_, closing):
    type(closing.standing).objects.filter(pk=closing.pk).update(name="=1+1")
    answer = as_(cast.sales_manager).get("/forecast/pack/xlsx/")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        text = "".join(book.read(name).decode() for name in sheets)
        named = book.read("xl/workbook.xml").decode()
    assert all(f'name="{name}"' in named for name in ("At a glance", "Roll-up", "What moved", "Calls", "What decides"))
    assert "<f>" not in text


def test_it_shows_nothing_of_other_territories(cast, as_, closing):
    close(closing, by=cast.coordinator, kind="lost", on=cast.today)
    for part in ("", "pdf/", "xlsx/"):
        assert as_(cast.outsider).get(f"/forecast/pack/{part}?territory={cast.north.pk}").status_code == 404
    assert closing.name not in as_(cast.outsider).get("/forecast/pack/").text
    assert closing.name not in as_(cast.outsider).get("/forecast/pack/?kind=review").text


def test_it_says_when_totals_mix_two_currencies(cast, as_, closing):
    Company.objects.update(currency="CHF", former_currency="EUR")
    assert titles(paper(as_, cast.sales_manager))[0] == "Beware"
    answer = as_(cast.sales_manager).get("/forecast/pack/xlsx/")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        text = book.read("xl/sharedStrings.xml").decode()
    assert "Amounts are being brought from EUR to CHF" in text


@pytest.mark.parametrize(
    "query", ["?from=2999-Q9", "?kind=x", "?from=2020-Q1", "?since=2020-01-01", "?kind=review&from=2027-Q2"]
)
def test_it_takes_any_address(cast, as_, closing, query):
    assert paper(as_, cast.sales_manager, query)


def test_it_knows_a_currency_without_decimals(cast, as_, closing):
    Company.objects.update(currency="JPY")
    assert as_(cast.sales_manager).get("/forecast/pack/xlsx/").status_code == 200
