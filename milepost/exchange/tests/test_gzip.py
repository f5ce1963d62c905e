"""Files packed by gzip are read as they are; those made to do harm are refused in words, within bounded memory."""

import gzip
import io
import random
import tracemalloc
import zlib
from contextlib import suppress

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from milepost.exchange.models import ImportBatch
from milepost.exchange.reading import UnreadableFile, read_table, read_tables, zips
from milepost.exchange.tests.books import ods, old_workbook, workbook, zipped
from milepost.opportunities.models import Opportunity

MEGABYTE = 1024**2
TEXT = "Id,Name,StageName,Amount,CreatedDate\n1,Line 4,Demo,5,2026-01-02\n2,Line 5,Demo,7,2026-01-03\n"
LONG = ("a,b\n" + "".join(f"{n},{n * 7919}\n" for n in range(40_000))).encode()
SHEET = ods(["Name", "Stage"], ["Alfa", "Demo"])
SHEETS = {
    "a.xlsx": workbook(lambda sheet: [sheet.write_row(n, 0, row) for n, row in enumerate((["A", "B"], ["x", "y"]))]),
    "b.ods": SHEET,
    "c.xls": old_workbook(),
    "called otherwise.csv": old_workbook(),
}
ZIP = zipped(deals_csv="a,b\n")
CUT = "is damaged, or was cut off"
HURT = {
    "the mark alone": (b"\x1f\x8b", "a.csv.gz", CUT),
    "no gzip at all": (b"\x1f\x8b\x08\x00 no gzip at all", "a.csv.gz", CUT),
    "no mark": (bytes(range(256)), "a.csv.gz", "not a text or Excel file"),
    "empty": (gzip.compress(b""), "a.csv.gz", "a.csv is empty"),
    "cut at once": (gzip.compress(LONG)[:200], "a.csv.gz", CUT),
    "cut by a byte": (gzip.compress(LONG)[:-1], "a.csv.gz", CUT),
    "more behind it": (gzip.compress(LONG) + b"rubbish", "a.csv.gz", CUT),
    "another sum": (gzip.compress(LONG)[:-8] + bytes(8), "a.csv.gz", CUT),
    "a zip": (gzip.compress(ZIP), "deals.zip.gz", "packed twice"),
    "a zip called CSV": (gzip.compress(ZIP), "deals.csv.gz", "packed twice"),
    "gzip": (gzip.compress(gzip.compress(LONG)), "deals.csv.gz", "packed twice"),
    "in a zip": (zipped(deals_csv=gzip.compress(LONG)), "deals.zip", "packed twice"),
    "half a workbook": (gzip.compress(SHEET[:300]), "deals.ods.gz", "not an Excel file"),
    "a PDF": (gzip.compress(b"%PDF-1.7\n"), "deals.csv.gz", "is a PDF"),
}


def rows(table):
    return [row.cells for row in table.rows()]


def bomb(megabytes, start=b"a,b\n"):
    """Pack the same row again and again, without holding what it comes to."""
    packing = zlib.compressobj(9, wbits=31)
    row = (b"a" * 1022 + b",\n") * 1024
    return packing.compress(start) + b"".join(packing.compress(row) for _n in range(megabytes)) + packing.flush()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "Opportunity.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode()))
    return path


def test_it_is_imported_on_the_page(cast, as_, file):
    client = as_(cast.coordinator)
    page = client.post(
        reverse("exchange:add"), {"files": [SimpleUploadedFile(file.name, file.read_bytes())]}, follow=True
    )
    assert "Opportunity.csv" in page.text
    client.post(reverse("exchange:run", args=[ImportBatch.objects.get().pk]))
    assert set(Opportunity.objects.values_list("name", flat=True)) == {"Line 4", "Line 5"}


def test_it_is_imported_from_the_command_line_and_known_again_unpacked(cast, file):
    out = io.StringIO()
    call_command("import", str(file), stdout=out)
    assert "Opportunity.csv: opportunity" in out.getvalue()
    assert "2 created" in out.getvalue()
    plain = file.with_suffix("")
    plain.write_text(TEXT)
    call_command("import", str(plain), stdout=out)
    assert Opportunity.objects.count() == 2


def test_one_that_is_cut_off_is_refused_on_the_page(cast, as_, file):
    cut = SimpleUploadedFile(file.name, gzip.compress(LONG)[:-2000])
    page = as_(cast.coordinator).post(reverse("exchange:add"), {"files": [cut]})
    assert page.status_code == 422
    assert "Opportunity.csv.gz is damaged, or was cut off." in page.text
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_it_is_read_in_every_encoding(encoding):
    table = read_table(gzip.compress("Name,City\nMüller,Köln\n".encode(encoding)), "accounts.CSV.GZ")
    assert (table.name, table.columns, rows(table)) == ("accounts.CSV", ("Name", "City"), [["Müller", "Köln"]])


def test_parts_packed_one_after_another_are_one_table():
    packed = gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"3,4\n")
    assert rows(read_table(packed, "parts.gz")) == [["1", "2"], ["3", "4"]]


@pytest.mark.parametrize("name", SHEETS)
def test_workbooks_may_be_packed_too(name):
    packed, plain = read_table(gzip.compress(SHEETS[name]), f"{name}.gz"), read_table(SHEETS[name], name)
    assert (packed.name, packed.columns, rows(packed)) == (plain.name, plain.columns, rows(plain))


def test_what_is_only_called_so_is_read_as_what_it_is():
    assert rows(read_table(b"a,b\n1,2\n", "deals.csv.gz")) == [["1", "2"]]


@pytest.mark.parametrize("kind", HURT)
def test_what_cannot_be_read_is_refused_in_words(kind):
    data, name, says = HURT[kind]
    with pytest.raises(UnreadableFile, match=says):
        rows(read_table(data, name))


@pytest.mark.parametrize("start", [b"a,b\n", b"\xef\xbb\xbfa,b\n"])
def test_what_unpacks_to_far_more_than_a_table_is_refused_before_it_is_held(start, monkeypatch):
    monkeypatch.setattr(zips, "NEVER_A_BOMB", 16 * MEGABYTE)
    packed = bomb(40, start)
    tracemalloc.start()
    with pytest.raises(UnreadableFile, match="far more than a table would"):
        for _row in read_table(packed, "bomb.csv.gz").rows():
            pass
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 12 * MEGABYTE


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch):
    with pytest.raises(UnreadableFile, match="far more than a table would"):
        read_table(bomb(80, SHEET), "bomb.ods.gz")
    monkeypatch.setattr(zips, "MOST_WORKBOOK", 100)
    with pytest.raises(UnreadableFile, match="too large to be read as a workbook"):
        read_table(gzip.compress(SHEET), "large.ods.gz")


def test_no_more_is_unpacked_than_of_a_zip(monkeypatch):
    monkeypatch.setattr(zips, "MOST_UNPACKED", 100_000)
    with pytest.raises(UnreadableFile, match="more than 4 GB"):
        rows(read_table(gzip.compress(LONG), "large.csv.gz"))


@pytest.mark.parametrize("name", ["a.csv.gz", "b.ods.gz"])
def test_whatever_is_done_to_it_it_is_read_or_refused_in_words(name):
    data = gzip.compress(SHEET if "ods" in name else LONG[:4000], mtime=0)
    dice = random.Random(f"harm {name}")
    for _again in range(80):
        hurt = bytearray(data)
        for _change in range(dice.randint(1, 6)):
            at = dice.randrange(len(hurt))
            hurt[at : at + dice.randint(0, 3)] = dice.randbytes(dice.randint(0, 4))
        hurt = hurt[: dice.randrange(len(hurt))] if dice.random() < 0.2 else hurt
        with suppress(UnreadableFile):
            for table in read_tables(bytes(hurt), name):
                rows(table)
