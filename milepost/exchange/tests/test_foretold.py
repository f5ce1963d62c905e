"""Before a newer file is imported it is said what is new and what will change; the report says what was."""

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from milepost.exchange import foretell, preview
from milepost.exchange.models import ImportBatch
from milepost.exchange.tests.deals import HEAD, ROWS, one
from milepost.opportunities.models import Opportunity
from milepost.web.words import day

NEWER = (
    ROWS.replace("1000.50", "1500")
    .replace("Proposal,2000,60,2025-12-01,2026-05-01,2026-01-10", "Closed Lost,2000,0,2025-12-01,2026-01-17,")
    .replace("3,Pilot,Bolt,Bob Ray", "3,Pilot,Coil,Cy New")
    + "5,Fresh,Acme,Ada Fox,Proposal,70,60,2026-01-12,2026-09-01,2026-01-19,\n"
)


@pytest.fixture
def look(as_, cast):
    client = as_(cast.coordinator)

    def look(text=HEAD + NEWER):
        files = SimpleUploadedFile("deals.csv", text.encode())
        return client.post(reverse("exchange:add"), {"files": files}, follow=True)

    return look


def foretold(page):
    return page.context["batch"].survey["foretold"]


def numbers(page):
    return {name: foretold(page)[name] for name in ("new", "changed", "same", "left", "unseen")}


def coming(page):
    return page.context["coming"]


def lines(rows):
    return {row.opportunity.name: row.details for row in rows}


def import_it(page, as_, cast):
    """Import what was looked at as the page's form says; return the report."""
    said = {bound.html_name: bound.value() for bound in page.context["form"] if bound.value() not in (None, False)}
    address = reverse("exchange:mapping", args=[page.context["batch"].pk])
    return as_(cast.coordinator).post(address, said | {"import": "1"}, follow=True)


def test_it_says_nothing_of_a_source_that_is_new(look):
    assert foretold(look(HEAD + ROWS)) == {}
    assert "What an import now would do" not in look(HEAD + ROWS).text


def test_it_foretells_what_the_import_then_does(bring, look, as_, cast):
    bring()
    page = look()
    assert numbers(page) == {"new": 1, "changed": 3, "same": 1, "left": 0, "unseen": 0}
    assert "1 opportunity is new, 3 change, 1 stays as it was." in re.sub(r"\s+", " ", page.text)
    coming = lines(page.context["coming"])
    assert [line.replace("\N{NO-BREAK SPACE}", " ") for line in coming["Line 4"]] == ["Value: €1,500, was €1,000.50"]
    assert coming["Line 5"] == ["Stage: Closed Lost, was Proposal", "Outcome: lost", "Ended on: 17 Jan"]
    assert coming["Pilot"] == ["Account: Coil, was Bolt", "Salesperson: Cy New, was Bob Ray"]
    assert [new["name"] for new in foretold(page)["first"]] == ["Fresh"]
    assert page.context["batch"].rows == 5  # each row once: how far an import is counts to this
    report = import_it(page, as_, cast)
    assert ImportBatch.objects.first().counts["opportunity"] == {"created": 1, "changed": 3, "unchanged": 1}
    assert lines(report.context["changed"]) == coming
    assert reverse("opportunities:page", args=[one("Line 4").pk]) in report.text


def test_what_cannot_be_read_is_told_before_the_import_wherever_it_stands(bring, look, as_, cast, monkeypatch):
    bring()
    monkeypatch.setattr(preview, "LOOK_THROUGH", 1)
    bad = "5,Fresh,Acme,Ada Fox,Proposal,abc,60,2026-13-45,2026-09-01,2026-01-19,\n"
    page = look(HEAD + ROWS + bad)
    assert numbers(page) == {"new": 1, "changed": 0, "same": 4, "left": 0, "unseen": 0}
    assert "Arrives without Amount (“abc”), CreatedDate (“2026-13-45”), which cannot be read" in page.text
    assert "2 values. The first of them; after the import all are listed" in page.text
    assert [(row.line, row.value) for row in page.context["preview"].refused] == [(6, "abc"), (6, "2026-13-45")]
    import_it(page, as_, cast)
    told = ImportBatch.objects.first().refused_rows.order_by("column").values_list("line", "value", "whole_row")
    assert list(told) == [(6, "abc", False), (6, "2026-13-45", False)]


def test_the_look_says_of_a_known_row_that_it_keeps_what_cannot_be_read(bring, look):
    bring()
    bad = "5,Fresh,Acme,Ada Fox,Proposal,abc,60,2026-01-12,2026-09-01,2026-01-19,\n"
    page = look(HEAD + ROWS.replace("2025-12-01", "then") + bad)
    told = [(row.line, row.column, row.told.partition(":")[0]) for row in page.context["preview"].refused]
    assert told == [
        (3, "CreatedDate", "Kept CreatedDate as it was"),
        (6, "Amount", "Arrived without Amount"),
    ]


def test_of_what_is_here_already_no_row_is_shown_as_if_it_became_new(bring, look):
    bring()
    page = look()
    assert [row.name for row in page.context["preview"].rows] == ["Fresh"]
    assert "The first new ones as they will become" in page.text
    page = look(HEAD + ROWS)
    assert page.context["preview"].rows == []
    assert "None of these opportunities is new: all are here already." in page.text
    assert "No opportunity can be made" not in page.text


def test_the_first_new_ones_are_shown_wherever_they_stand(bring, look, monkeypatch):
    bring()
    monkeypatch.setattr(preview, "LOOK_THROUGH", 1)
    lost = "6,Gone,Acme,Ada Fox,Closed Lost,7,0,2026-01-02,2026-01-12,,too dear\n"
    page = look(HEAD + ROWS + lost + NEWER.splitlines(keepends=True)[-1])
    rows = page.context["preview"].rows
    assert [(row.name, row.outcome_words, row.started_on, row.ended_on) for row in rows] == [
        ("Fresh", "", dt.date(2026, 1, 12), None),
        ("Gone", "lost", dt.date(2026, 1, 2), dt.date(2026, 1, 12)),
    ]
    assert [(bead[0], bead[1]) for bead in rows[0].beads] == [("not_recorded", "Discovery"), ("planned", "Proposal")]
    assert (rows[0].current, rows[0].days) == (2, 1)


def test_no_more_new_ones_are_kept_than_are_shown(bring, look):
    bring()
    many = "".join(f"{n},Fresh {n},Acme,Ada Fox,Proposal,70,60,2026-01-12,,2026-01-19,\n" for n in range(10, 60))
    ended = "".join(f"{n},Gone {n},Acme,Ada Fox,Closed Lost,7,0,2026-01-02,2026-01-12,,\n" for n in range(60, 99))
    page = look(HEAD + ROWS + ended + many)
    shown = [row.name.split()[0] for row in page.context["preview"].rows]
    assert shown == ["Fresh"] * 10 + ["Gone"] * 10
    assert len(foretold(page)["will_be"]) == 20


def test_it_writes_nothing_but_the_look_itself(bring, look):
    bring()
    written = set()

    def watch(execute, sql, params, many, context):
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            written.add(sql.split('"')[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        look(HEAD + NEWER + "6,New,Dyn,Di New,Pilot run,7,60,2026-01-12,,,\n")
    assert "exchange_importbatch" in written
    assert written <= {"exchange_importbatch", "django_session", "team_person"}


def test_it_says_of_the_same_file_that_nothing_changes(bring, look):
    bring()
    page = look(HEAD + ROWS)
    assert numbers(page) == {"new": 0, "changed": 0, "same": 4, "left": 0, "unseen": 0}
    assert "Importing them again changes nothing." in page.text


def test_it_does_not_say_so_of_an_older_file_once_a_newer_one_is_here(bring, look):
    bring()
    bring(HEAD + NEWER)
    page = look(HEAD + ROWS)
    assert foretold(page)["changed"] == 3
    assert "These very files were imported" in page.text
    assert "changes nothing" not in page.text


def test_it_foretells_what_stays_as_people_here_have_made_it(bring, look, as_, cast):
    bring()
    one("Line 4").revise(by=cast.coordinator, value_minor=7)
    one("Line 5").steps.last().win(by=cast.coordinator, on=cast.today)
    page = look()
    assert numbers(page) == {"new": 1, "changed": 1, "same": 1, "left": 2, "unseen": 0}
    assert "The source says something else of 2 more" in page.text
    lost = f"lost, {day(dt.date(2026, 1, 17))}"
    stays = {row.opportunity.name: [(one["field"], one["theirs"]) for one in row.stays] for row in coming(page)}
    assert stays["Line 5"] == [("Outcome", lost)]
    assert [field for field, _theirs in stays["Line 4"]] == ["value"]
    assert f"Outcome stays as people here have made it: open. The source says: {lost}." in page.text
    report = import_it(page, as_, cast)
    assert ImportBatch.objects.first().counts["opportunity"] == {"created": 1, "changed": 1, "unchanged": 1, "left": 2}
    assert "2 more left as people here have made them" in report.text


def test_it_shows_nothing_of_what_the_importer_may_not_see(bring, look):
    bring()
    Opportunity.objects.filter(name="Line 4").update(confidential=True, coordinator=None)
    page = look()
    assert numbers(page) == {"new": 1, "changed": 2, "same": 1, "left": 0, "unseen": 1}
    assert "Line 4" not in lines(page.context["coming"])


def test_it_takes_a_new_stage_into_account_as_the_import_does(bring, look, as_, cast):
    bring()
    page = look(HEAD + ROWS.replace("4,Repair", "4,Repairs") + "5,Fresh,Acme,Ada Fox,Pilot run,1,30,2026-01-05,,,\n")
    told = numbers(page)
    import_it(page, as_, cast)
    counts = ImportBatch.objects.first().counts["opportunity"]
    assert (told["new"], told["changed"], told["same"]) == (
        counts["created"],
        counts["changed"],
        counts.get("unchanged", 0),
    )


def test_it_goes_through_many_rows_some_at_a_time(bring, look, monkeypatch):
    bring()
    monkeypatch.setattr(foretell, "AT_ONCE", 2)
    monkeypatch.setattr(foretell, "FIELD_BY_FIELD", 1)
    page = look()
    assert numbers(page) == {"new": 1, "changed": 3, "same": 1, "left": 0, "unseen": 0}
    assert foretold(page)["unsure"] == 2
    assert len(page.context["coming"]) == 1
    assert "counted by what the source says alone" in page.text


def test_the_report_lists_its_own_changes_alone(bring, look, as_, cast):
    bring()
    first = import_it(look(), as_, cast).context["batch"]
    import_it(look(HEAD + NEWER.replace("5,Fresh", "5,Fresher")), as_, cast)
    client = as_(cast.coordinator)
    page = client.get(reverse("exchange:batch", args=[first.pk]))
    assert set(lines(page.context["changed"])) == {"Line 4", "Line 5", "Pilot"}
    page = client.get(reverse("exchange:batch", args=[ImportBatch.objects.first().pk]))
    assert lines(page.context["changed"]) == {"Fresher": ["Name: Fresher, was Fresh"]}


def test_it_says_how_much_of_a_very_large_file_it_has_compared(bring, look, monkeypatch):
    bring()
    monkeypatch.setattr(foretell, "MOST", 2)
    page = look()
    assert numbers(page) == {"new": 0, "changed": 2, "same": 0, "left": 0, "unseen": 0}
    assert "Of the first 2:" in page.text
    assert "changes nothing" not in look(HEAD + ROWS).text


def test_it_says_when_histories_are_too_long_to_compare(bring, look, monkeypatch):
    bring()
    monkeypatch.setattr(foretell, "MOST", -1)
    page = look()
    assert "too long for a comparison" in page.text
    assert "stay as they were" not in page.text


def test_what_stays_as_people_have_made_it_comes_first(bring, look, cast, monkeypatch):
    bring()
    monkeypatch.setattr(foretell, "LISTED", 1)
    one("Pilot").revise(by=cast.coordinator, name="Ours")
    page = look(HEAD + NEWER.replace("3,Pilot,Coil", "3,Theirs,Coil"))
    assert [row.opportunity.name for row in coming(page)] == ["Ours"]


def test_a_day_alone_that_is_another_one_is_told_as_a_day(bring, look):
    maven = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
    row = "ONE,Ada Fox,Gear,Acme,Engaging,2016-10-20,,\n"
    bring(maven + row, change=lambda mapping: setattr(mapping, "source", "maven"))
    (told,) = coming(look(maven + row.replace("10-20", "10-25")))
    assert "Stage entered on: 25 Oct 2016, was 20 Oct 2016" in told.details
    assert not any("Engaging" in line for line in told.details)
