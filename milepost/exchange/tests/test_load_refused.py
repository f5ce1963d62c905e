"""Rows and cells that cannot be taken over, and imports that stop."""

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile

from milepost.exchange.correct import rows_to_correct
from milepost.exchange.load import Incoming, load
from milepost.exchange.mapping import Mapping
from milepost.exchange.models import SourceLink
from milepost.exchange.prepare import incoming as incoming_of
from milepost.exchange.prepare import prepare
from milepost.exchange.tests.deals import HEAD, ROWS, one
from milepost.exchange.tests.files import bring_in, incoming
from milepost.opportunities.models import Opportunity, Outcome
from milepost.playbooks.models import Playbook

TODAY = dt.date(2026, 3, 1)


def test_it_lists_refused_rows_and_imports_the_rest(bring):
    batch = bring(
        HEAD
        + ROWS
        + "1,Twice,Acme,Ada Fox,Discovery,5k,,,,,\n"
        + ",,Acme,Ada Fox,Discovery,5k,,,,,\n"
        + "8,Wide,Acme,Ada Fox,Discovery,5,,,,,,surplus\n"
    )
    found = [(row.line, row.column, row.value, row.whole_row) for row in batch.refused_rows.order_by("line")]
    assert found == [(6, "", "1", True), (7, "Name", "", True), (8, "", "surplus", True)]
    assert all(batch.refused_rows.values_list("reason", flat=True))
    assert Opportunity.objects.count() == 4
    assert batch.refused == 3


def test_a_row_with_a_value_that_cannot_be_read_arrives_without_it_and_says_so(bring):
    batch = bring(
        HEAD
        + ROWS
        + "5,Shorthand,Acme,Ada Fox,Discovery,12k,,,,,\n"
        + "6,Below,Acme,Ada Fox,Discovery,-5,,,,,\n"
        + "7,No such day,Acme,Ada Fox,Discovery,5,,2026-02-31,,,\n"
        + "8,Vague,Acme,Ada Fox,Discovery,5,many,,soon,,\n"
        + "9,Won some day,Acme,Ada Fox,Closed Won,5,,2026-01-02,spring,,\n"
    )
    found = [(row.line, row.column, row.value, row.whole_row) for row in batch.refused_rows.order_by("line", "id")]
    assert found == [
        (6, "Amount", "12k", False),
        (7, "Amount", "-5", False),
        (8, "CreatedDate", "2026-02-31", False),
        (9, "Probability", "many", False),
        (9, "CloseDate", "soon", False),
        (10, "CloseDate", "spring", False),
    ]
    assert [row.told for row in batch.refused_rows.all()[:1]] == [
        "Arrived without Amount: “12k” is shorthand: write the number out."
    ]
    assert batch.counts["opportunity"] == {"created": 9}
    assert (one("Shorthand").value_minor, one("Below").value_minor) == (None, None)
    assert (one("No such day").started_on, one("No such day").value_minor) == (None, 500)
    assert (one("Won some day").outcome.kind, one("Won some day").outcome.on) == ("won", None)


def test_what_was_known_stays_where_a_newer_file_cannot_be_read(bring):
    bring()
    before = {row.name: (row.value_minor, row.started_on) for row in Opportunity.objects.all()}
    ends = list(Outcome.objects.order_by("id").values_list("kind", "on"))
    slips = ROWS.replace(",1000.50,", ",about 1000,").replace("2026-01-15", "mid January").replace("2025-12-01", "then")
    batch = bring(HEAD + slips)
    assert batch.counts["opportunity"] == {"unchanged": 4}
    told = list(batch.refused_rows.order_by("line").values_list("line", "column", "whole_row", "kept"))
    assert told == [(2, "Amount", False, True), (3, "CreatedDate", False, True), (4, "CloseDate", False, True)]
    assert batch.refused_rows.get(line=3).told.startswith("Kept CreatedDate as it was: ")
    assert {row.name: (row.value_minor, row.started_on) for row in Opportunity.objects.all()} == before
    assert list(Outcome.objects.order_by("id").values_list("kind", "on")) == ends


def test_what_was_not_known_before_is_not_said_to_be_kept(bring):
    known = "5,Bare,Acme,Ada Fox,Discovery,,10,,2026-06-01,,\n"
    bring(HEAD + ROWS + known)
    batch = bring(
        HEAD + ROWS + known.replace("Discovery,,10,,", "Discovery,12k,10,then,").replace("2026-06-01", "soon")
    )
    told = batch.refused_rows.order_by("column").values_list("column", "kept")
    assert list(told) == [("Amount", False), ("CloseDate", True), ("CreatedDate", False)]


def test_a_row_without_an_id_is_refused_where_what_it_is_known_by_cannot_be_read(bring):
    batch = bring(
        "Name,Account,StageName,Amount,CreatedDate\nLine 4,Acme,Demo,12k,2026-01-05\nLine 5,Acme,Demo,1,then\n"
    )
    found = [(row.line, row.column, row.whole_row) for row in batch.refused_rows.order_by("line")]
    assert found == [(2, "Amount", False), (3, "CreatedDate", True)]
    assert [row.name for row in Opportunity.objects.all()] == ["Line 4"]


def test_an_amount_in_an_unknown_currency_is_listed_as_it_was_typed(bring):
    batch = bring("Id,Name,StageName,Amount,CurrencyIsoCode,CloseDate\n1,A,Demo,5,XQZ,\n2,B,Demo,5,JPY,\n")
    row = batch.refused_rows.get()
    assert (row.column, row.value, row.whole_row) == ("CurrencyIsoCode", "5 XQZ", False)
    assert one("A").value_minor is None
    assert one("B").value_minor == 5


def test_a_file_whose_rows_are_all_deleted_makes_no_playbook(bring):
    batch = bring("Id,Name,StageName,Amount,IsDeleted\n1,A,Demo,5,true\n2,B,Won,5,1\n")
    assert batch.state == "done"
    assert not Playbook.objects.exists()
    assert not Opportunity.objects.exists()
    assert any("deleted in the source" in note for note in batch.notes)


def test_it_refuses_a_row_that_another_file_has_too_even_on_the_same_line(cast, tmp_path):
    batch = bring_in(incoming(tmp_path, a=HEAD + ROWS, b=HEAD + ROWS))
    assert batch.counts["opportunity"] == {"created": 4, "refused": 4}


def test_it_does_not_mix_up_the_ids_of_two_sources(cast, tmp_path):
    text = "Nr,Deal,Phase\n1,Line 4,Demo\n"
    for name in ("east-2026-03", "west-2026-03", "east-2026-04"):
        path = tmp_path / f"{name}.csv"
        path.write_text(text.replace("Nr", "Id"))
        bring_in([Incoming(path.name, path)])
    assert Opportunity.objects.count() == 2
    assert set(SourceLink.objects.values_list("source", flat=True)) == {"east", "west"}


def test_it_notes_amounts_that_no_rate_turns_into_the_companys_currency(bring):
    batch = bring(change=lambda mapping: setattr(mapping, "currency", "USD"))
    assert one("Line 4").value_minor == 100050
    assert one("Line 4").company_value_minor is None
    assert any(note.startswith("Amounts without a rate") for note in batch.notes)


def test_it_leaves_out_what_the_source_has_deleted(bring):
    batch = bring("Id,Name,StageName,CloseDate,IsDeleted\n1,Gone,Demo,,1\n2,Here,Demo,,0\n")
    assert list(Opportunity.objects.values_list("name", flat=True)) == ["Here"]
    assert "Rows deleted in the source, left out: 1." in batch.notes


def test_it_says_which_row_is_the_same_when_there_is_no_id(bring):
    batch = bring("Name,Account Name,StageName\nA,Acme,Demo\nA,Acme,Demo\nA,Bolt,Demo\n")
    assert Opportunity.objects.count() == 2
    assert "line 2" in batch.refused_rows.get().reason


def test_it_stops_in_words_and_goes_on_from_there_the_next_time(bring, tmp_path):
    rows = "".join(f"{n},Deal {n},Acme,Ada Fox,Discovery,5,,,,,\n" for n in range(1, 2001))
    path = tmp_path / "deals.csv"
    broken = HEAD + rows + '999,"never closed,' + "x\n" * 600_000
    batch = bring(HEAD + rows, change=lambda _mapping: path.write_text(broken))
    assert batch.state == "failed"
    assert "line 2002" in batch.error
    written = Opportunity.objects.count()
    assert 0 < written <= 2000
    counts = bring(HEAD + rows).counts["opportunity"]
    assert (counts.get("created", 0), counts["unchanged"]) == (2000 - written, written)


def test_refused_rows_come_as_a_file_that_is_corrected_and_imported_again(cast, tmp_path, settings):
    text = (
        "Id,Name,Stage,Amount,Created Date,Phone\n1,Alfa,Demo,12k,2026-01-02,+49 1\n2,Beta,Demo,5,2026-01-02,\n"
        "3,Gamma,Demo,1,2026-01-02,x,y\n"
    )
    batch = prepare([SimpleUploadedFile("deals.csv", text.encode())], by=cast.coordinator)
    load(incoming_of(batch.files), Mapping.from_json(batch.mapping), as_of=TODAY, by=cast.coordinator, batch=batch)
    assert batch.counts["opportunity"] == {"created": 2, "refused": 1}
    name, content = rows_to_correct(batch)
    assert name == "deals.csv"
    head, alfa, gamma = content.decode("utf-8-sig").splitlines()
    assert head == "Id,Name,Stage,Amount,Created Date,Phone,Line,Reason"
    assert alfa.startswith("1,Alfa,Demo,12k,2026-01-02,'+49 1,2,Amount: “12k” is shorthand")
    assert gamma.startswith('3,Gamma,Demo,1,2026-01-02,x,4,"The row has 7 values')
    better = prepare([SimpleUploadedFile(name, content.replace(b"12k", b"12000"))], by=cast.coordinator)
    assert better.source == batch.source
    load(incoming_of(better.files), Mapping.from_json(better.mapping), as_of=TODAY, by=cast.coordinator, batch=better)
    assert better.counts["opportunity"] == {"created": 1, "changed": 1}
    assert one("Alfa").value_minor == 12_000_00
    assert Opportunity.objects.count() == 3
