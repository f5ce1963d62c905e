"""Files made to do harm are refused in words, within bounded memory; nothing else is raised whatever is handed in."""

import gc
import io
import random
import tempfile
import tracemalloc
import zipfile
from contextlib import suppress

import pytest

from milepost.exchange.reading import UnreadableFile, read_table, read_tables, zips
from milepost.exchange.reading import text as text_reading
from milepost.exchange.reading.zips import EXCEL
from milepost.exchange.tests.books import old_workbook, workbook, zipped
from milepost.exchange.tests.harm import CLEAN, bytes_changed, hurt, import_harmed

MEGABYTE = 1024**2
RING = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


class Endless(io.RawIOBase):
    """Give the same bytes again and again, up to a size, without holding them."""

    def __init__(self, size, start=b"", again=b"a"):
        self.left, self.start, self.again = size, start, again
        self.given = 0  # of `again`

    def readable(self):
        return True

    def readinto(self, room):
        if self.start:
            given, self.start = self.start[: len(room)], self.start[len(room) :]
        else:
            size, first = min(len(room), self.left), self.given % len(self.again)
            given = (self.again * (len(room) // len(self.again) + 2))[first : first + size]
            self.left, self.given = self.left - size, self.given + size
        room[: len(given)] = given
        return len(given)


@pytest.mark.parametrize(
    ("start", "again"),
    [
        (b"a,b\n", b"x"),
        (b"a,b\n", b"x,"),
        (b"", b"x,"),
        (b'a,b\n1,"', b'","\n'),
        (b'a,b\n1,"', b"no end\n"),
    ],
)
def test_a_row_of_two_gigabytes_is_refused_before_it_is_held(start, again):
    def open_bytes():
        return io.BufferedReader(Endless(2 * 1024**3 if len(again) == 1 else 64 * MEGABYTE, start, again))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_reading, "find_encoding", lambda _open: "utf-8")  # it reads all, a megabyte at a time
        tracemalloc.start()
        with pytest.raises(UnreadableFile, match=r"letters|columns"):
            list(text_reading.text_table(open_bytes, "long.csv").rows())
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert most < 250 * MEGABYTE


def test_a_million_columns_are_refused():
    with pytest.raises(UnreadableFile, match="more than 2000 columns"):
        read_tables(b",".join(b"c%d" % n for n in range(500_000)), "wide.csv")


def test_a_zip_that_unpacks_to_far_more_than_a_table_is_refused(monkeypatch):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("deals.csv", "w") as one:
        for _again in range(80):
            one.write(b"a,b\n" * (MEGABYTE // 4))
    with pytest.raises(UnreadableFile, match="far more than a table would"):
        read_tables(file.getvalue(), "bomb.zip")
    monkeypatch.setattr(zips, "MOST_UNPACKED", 1000)
    with pytest.raises(UnreadableFile, match="more than 4 GB"):
        read_tables(zipped(a_csv="a,b\n" * 200, b_csv="a,b\n" * 200), "big.zip")


def test_a_zip_of_too_many_files_and_a_zip_within_a_zip_are_refused():
    with pytest.raises(UnreadableFile, match="more than 1000 tables"):
        read_tables(zipped(**{f"t{n}_csv": "a,b" for n in range(1001)}), "many.zip")
    with pytest.raises(UnreadableFile, match="zip inside a zip"):
        read_tables(zipped(inner_zip=zipped(a_csv="a,b")), "outer.zip")


def test_path_names_in_a_zip_lead_nowhere(tmp_path):
    names = ["../../etc/deals.csv", "/abs/accounts.csv", "C:\\x\\contacts.csv", "a/users.csv", "b/users.csv"]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "a,b\n1,2\n")
    found = [table.name for table in read_tables(file.getvalue(), "paths.zip")]
    assert found == ["deals.csv", "accounts.csv", "contacts.csv", "a/users.csv", "b/users.csv"]
    assert list(tmp_path.iterdir()) == []


def test_one_file_of_a_zip_that_cannot_be_read_stops_no_other():
    (table,) = read_tables(zipped(deals_csv="a,b\n1,2\n", readme_txt="%PDF-1.7"), "export.zip")
    assert table.notes == ["Left out: readme.txt is a PDF. Export the table itself as CSV or Excel."]


def test_a_zip_that_is_damaged_within_is_told_in_words():
    data = bytearray(zipped(deals_csv="a,b\n" + "".join(f"{n},{n * 7919}\n" for n in range(20_000))))
    data[5000:5200] = bytes(200)
    with pytest.raises(UnreadableFile, match="damaged"):
        list(read_table(bytes(data), "export.zip").rows())


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_entities_in_a_workbook_are_refused(part):
    good = zipfile.ZipFile(io.BytesIO(workbook(lambda sheet: sheet.write_row(0, 0, ["Name", "Stage"]))))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in good.namelist():
            said = good.read(name).decode()
            archive.writestr(name, said.replace("?>", "?>" + RING, 1) if name == part else said)
    with pytest.raises(UnreadableFile, match="no spreadsheet writes"):
        read_tables(file.getvalue(), "entities.xlsx")


def test_a_workbook_made_to_fill_the_memory_is_refused():
    def far(sheet):
        sheet.write(0, 0, "Name")
        sheet.write(1_048_575, 16_383, 1)

    with pytest.raises(UnreadableFile, match="too large to be read as a workbook"):
        read_tables(workbook(far), "far.xlsx")
    near = read_table(workbook(lambda sheet: sheet.write_row(0, 0, ["Name", "Stage"])), "near.xlsx")
    assert near.columns == ("Name", "Stage")


def test_a_workbook_that_would_take_its_reader_down_is_refused():
    with pytest.raises(UnreadableFile, match="damaged, or too large for a workbook"):
        read_tables(bytes_changed(old_workbook(), random.Random(286)), "old.xls")


def test_an_unfolded_workbook_goes_with_its_tables(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    table = read_table(workbook(lambda sheet: sheet.write_row(0, 0, ["Name", "Stage"])), "deals.xlsx")
    (folder,) = tmp_path.iterdir()
    assert [file.name for file in folder.iterdir()] == ["0.csv"]
    assert table.columns == ("Name", "Stage")
    del table
    gc.collect()
    assert not folder.exists()


def test_a_workbook_that_unpacks_to_too_much_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/sharedStrings.xml", "w") as one:
        for _again in range(520):
            one.write(b" " * 1024 * 1024)
    with pytest.raises(UnreadableFile, match="too large to be read as a workbook"):
        read_tables(file.getvalue(), "bomb.xlsx")


def test_a_cell_repeated_over_a_whole_sheet_is_refused():
    cell = '<table:table-cell office:value-type="string" table:number-columns-repeated="16384"/>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("content.xml", row)
    with pytest.raises(UnreadableFile, match="too large to be read as a workbook"):
        read_tables(file.getvalue(), "bomb.ods")


def test_formulas_arrive_as_what_they_came_to_and_texts_stay_texts():
    def write(sheet):
        sheet.write_row(0, 0, ["Name", "Amount"])
        sheet.write_formula(1, 0, '=HYPERLINK("http://evil.example","x")', None, "Alfa")
        sheet.write_formula(1, 1, "=2*3", None, 6)

    assert [row.cells for row in read_table(workbook(write), "f.xlsx").rows()] == [["Alfa", "6"]]
    text = b'Name,Id\n=1+1,"=""00412"""\n'
    assert [row.cells for row in read_table(text, "f.csv").rows()] == [["=1+1", "00412"]]


@pytest.mark.parametrize("name", CLEAN)
def test_whatever_is_handed_in_is_read_or_refused_in_words(name):
    assert read_tables(CLEAN[name], name)
    dice = random.Random(f"harm {name}")
    for _again in range(20 if name.endswith(EXCEL) else 60):
        with suppress(UnreadableFile):
            for table in read_tables(hurt(CLEAN[name], name, dice), name):
                list(table.rows())


@pytest.mark.django_db
@pytest.mark.parametrize("name", CLEAN)
def test_whatever_can_be_read_is_imported_or_refused_in_words(cast, tmp_path, name):
    dice = random.Random(f"import {name}")
    for _again in range(6):
        assert not import_harmed(tmp_path / name, hurt(CLEAN[name], name, dice)).endswith("without a word")
