"""Do harm to files, as accidents and people with bad intentions do; the same dice do the same harm."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from unittest.mock import patch

from django.db import transaction

from milepost.exchange.load import Incoming, load, tables_in
from milepost.exchange.mapping import MappingFault
from milepost.exchange.reading import UnreadableFile
from milepost.exchange.survey import propose
from milepost.exchange.tests.books import ods, old_workbook, workbook, zipped
from milepost.team.models import Company

DEALS = (
    "Id,Name,AccountId,Account Name,Owner,StageName,Amount,CurrencyIsoCode,Probability,CreatedDate,CloseDate,IsClosed\n"
    + "".join(
        f"006{n},Line {n},001{n % 5},Works {n % 5},Ada Fox,{('Demo', 'Offer', 'Closed Won')[n % 3]},{n * 1000}.50,EUR,"
        f"{n},2026-0{n % 9 + 1}-05T10:00:00Z,2026-11-{n % 28 + 1:02},{'true' if n % 3 == 2 else 'false'}\n"
        for n in range(1, 40)
    )
)
MOVES = "OpportunityId,StageName,CreatedDate\n" + "".join(
    f"006{n},{stage},2026-02-{n % 28 + 1:02}\n" for n in range(1, 40) for stage in ("Demo", "Offer")
)
CLEAN: dict[str, bytes] = {
    "a.csv": ("Name;Stage;Amount\n" + "Müller;Demo;1.234,50\n" * 30).encode(),
    "b.csv": ("Id,Name\n" + "1,x\n" * 30).encode("utf-16"),
    "c.zip": zipped(deals_csv="a,b\n1,2\n" * 40, more_tsv="a\tb\n" * 9),
    "d.xlsx": workbook(lambda sheet: [sheet.write_row(n, 0, ["Name", n, n / 3]) for n in range(20)]),
    "e.ods": ods(["Name", "Stage"], ["Alfa", 3]),
    "f.xls": old_workbook(),
    "Opportunity.csv": DEALS.encode(),
    "export.zip": zipped(Opportunity_csv=DEALS, OpportunityHistory_csv=MOVES),
    "deals.xlsx": workbook(
        lambda sheet: [sheet.write_row(n, 0, row) for n, row in enumerate(csv.reader(DEALS.splitlines()))]
    ),
}
"""Files as they should be, by their names."""

TOKENS = (
    *(b"\x00", b'"', b'""', b"'", b",", b";", b"\t", b"|", b"\r", b"\n", b"\r\n", b"\xef\xbb\xbf", b"\xff\xfe"),
    *(b"\x1a", b"\xed\xa0\x80", b"\xc3", b"\x80", b"\xe2\x80\xae", b"\xf0\x9f\x98\x80", b"\x0c", b"\xe2\x80\xa8"),
    *(b"=cmd|'/C calc'!A0", b"@SUM(1)", b"+1", b"-", b"../../etc/passwd", b"<script>", b"%s%s%n", b"{{7*7}}", b"\\"),
    *(b"1e999", b"-1e999", b"NaN", b"inf", b"9" * 400, b"0x10", b"-0", b"\xd9\xa3", b"1.234.567,89-", b"(12)"),
    *(b"1,2,3", b"2026-02-30", b"0000-00-00", b"9999-12-31", b"12/31/99999", b"31.12.26", b"60", b"-5", b"2958466"),
    *(b"true", b"NULL", b"None", b"#REF!", b"<a>&b;</a>", b"<!DOCTYPE x>", b"T", b"Z", b"a" * 40_000, b",," * 900),
)
"""Pieces of text that have broken readers of tables before."""


def hurt(data: bytes, name: str, dice: Random) -> bytes:
    """Return a file with harm done to it: to its bytes, to its text, or to what is packed in it."""
    ways: list[Callable[[bytes, Random], bytes]] = [bytes_changed, tokens_put_in, pieces_moved]
    if zipfile.is_zipfile(io.BytesIO(data)):
        ways += [members_hurt, members_hurt, members_hurt]
    harmed = dice.choice(ways)(data, dice)
    return harmed[: dice.randrange(len(harmed) + 1)] if dice.random() < 0.1 else harmed


def bytes_changed(data: bytes, dice: Random) -> bytes:
    """Change, add or leave out a few bytes in a few places."""
    harmed = bytearray(data)
    for _change in range(dice.randint(1, 12)):
        at = dice.randrange(len(harmed) + 1)
        harmed[at : at + dice.randint(0, 3)] = dice.randbytes(dice.randint(0, 4))
    return bytes(harmed)


def tokens_put_in(data: bytes, dice: Random) -> bytes:
    """Put pieces in that readers stumble over, often where a cell begins."""
    harmed = bytearray(data)
    for _piece in range(dice.randint(1, 6)):
        at = dice.randrange(len(harmed) + 1)
        if dice.random() < 0.7:
            at = max(harmed.rfind(dice.choice((b",", b"\n", b";", b">")), 0, at) + 1, 0)
        harmed[at : at + dice.choice((0, 0, 1, 8))] = dice.choice(TOKENS)
    return bytes(harmed)


def pieces_moved(data: bytes, dice: Random) -> bytes:
    """Repeat a piece, put it elsewhere, or leave it out."""
    start, stop = sorted(dice.randrange(len(data) + 1) for _ in range(2))
    piece, at = data[start:stop], dice.randrange(len(data) + 1)
    many = dice.choice((0, 1, 1, 2, 30))
    rest = data[:start] + data[stop:] if dice.random() < 0.5 else data
    return rest[:at] + piece * many + rest[at:]


def members_hurt(data: bytes, dice: Random) -> bytes:
    """Do harm to some of the files within a zip, and pack it again as it should be."""
    file = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after:
            names = before.namelist()
            ill = set(dice.sample(names, min(len(names), dice.randint(1, 2))))
            for name in names:
                content = before.read(name)
                if name in ill:
                    content = dice.choice((bytes_changed, tokens_put_in, tokens_put_in, pieces_moved))(content, dice)
                after.writestr(name, content)
    except (zipfile.BadZipFile, ValueError):
        return data
    return file.getvalue()


def import_harmed(path: Path, data: bytes) -> str:
    """Import a file into the company that is there, learn nothing, and leave no trace; return what became of it.

    Whatever it raises is a fault of ours: a file is read, or refused in words.
    """
    path.write_bytes(data)
    files = [Incoming(path.name, path)]
    try:
        survey = propose(tables_in(files), today=Company.the().today(), currency=Company.the().currency)
    except (UnreadableFile, MappingFault) as refused:
        return "refused" if str(refused) else "refused without a word"
    with transaction.atomic(), patch("milepost.exchange.load.reckon"):
        try:
            batch = load(files, survey.mapping, as_of=survey.latest or Company.the().today(), by=None)
        except MappingFault as refused:
            return "refused" if str(refused) else "refused without a word"
        finally:
            transaction.set_rollback(True)
    if batch.state != batch.State.DONE:
        return "stopped" if batch.error else "stopped without a word"
    return "imported" if batch.created else "nothing in it"
