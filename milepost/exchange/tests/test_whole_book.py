"""Everything as one Excel book, as Excel itself would read it."""

import datetime
import io

from python_calamine import CalamineWorkbook

from milepost.exchange.whole.book import write_book
from milepost.exchange.whole.kinds import file_of, kinds
from milepost.opportunities.models import Note, Offer
from milepost.web.models import Change


def book_of(**more):
    """Return the book of everything, opened."""
    file = io.BytesIO()
    write_book(file, **more)
    file.seek(0)
    return CalamineWorkbook.from_filelike(file)


def rows_of(book, name):
    head, *rows = book.get_sheet_by_name(name).to_python()
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_it_has_a_sheet_for_every_kind_with_values_of_their_own_types(world):
    Offer.objects.create(name="Controls", price_minor=184_05, currency="EUR")
    Note.objects.create(opportunity=world.opportunity, text="=1+1", by=world.cast.coordinator)
    book = book_of()
    assert book.sheet_names[0] == "Read me"
    assert len(book.sheet_names) == len(kinds()) + 1
    assert {name[:25] for name in book.sheet_names[1:]} == {file_of(m).removesuffix(".csv")[:25] for m in kinds()}
    [offer] = rows_of(book, "offers")
    assert (offer["name"], offer["price"], offer["currency"]) == ("Controls", 184.05, "EUR")
    [note] = rows_of(book, "notes")
    assert note["text"] == "=1+1"
    assert note["at"].date() == datetime.datetime.now(datetime.UTC).date()
    [row] = rows_of(book, "opportunities")
    assert (row["confidential"], row["account"]) == (False, world.account.name)
    assert any("opportunities.csv (1 rows)" in line[0] for line in book.get_sheet_by_name("Read me").to_python())


def test_what_a_sheet_cannot_hold_goes_on_in_another(world):
    book = book_of(most=5)
    pages = [name for name in book.sheet_names if name.split(" ")[0] == "history"]
    assert len(pages) > 2
    assert sum(len(rows_of(book, name)) for name in pages) == Change.objects.count()
    assert rows_of(book, "history 2")[0]["id"] == rows_of(book, "history")[-1]["id"] + 1
