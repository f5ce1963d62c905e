"""Bring a ZIP of everything back into an empty Milepost: every row under its own number, all of it or nothing."""

from __future__ import annotations

import csv
import io
import json
import secrets
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.core.management.color import no_style
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from milepost.exchange.reading.table import UnreadableFile
from milepost.exchange.reading.zips import BROKEN, must_be_bearable
from milepost.exchange.whole.columns import Column, columns_of
from milepost.exchange.whole.describe import DESCRIPTION, FORM, FORMAT
from milepost.exchange.whole.files import take_files
from milepost.exchange.whole.found import found_again
from milepost.exchange.whole.kinds import LEFT_OUT, kinds
from milepost.exchange.whole.values import minor_of, reader_of
from milepost.plans.models.invitation import HINT
from milepost.team.models import Company
from milepost.web.history import record
from milepost.web.many import insert
from milepost.web.text import name_key

AT_ONCE = 2_000
LONGEST_CELL = 256 * 1024 * 1024
MOST_DESCRIBED = 16 * 1024 * 1024

Told = Callable[[int, int], None]
Read = Callable[[list[str]], Any]


class CannotBring(Exception):
    """Say in words why a ZIP is not brought in; nothing of it has been then."""


def description_in(file: Path | IO[bytes]) -> dict[str, Any] | None:
    """Return the description of a ZIP of everything; None for any other file."""
    try:
        with zipfile.ZipFile(file) as box:
            if box.getinfo(DESCRIPTION).file_size > MOST_DESCRIBED:
                return None
            told = json.loads(box.read(DESCRIPTION))
    except (*BROKEN, KeyError):
        return None
    return told if isinstance(told, dict) and told.get("format") == FORMAT else None


def bring(path: Path, *, told: Told = lambda done, of: None) -> dict[str, int]:
    """Bring everything in and return the number of rows by file; raises CannotBring where anything is amiss."""
    description = description_in(path)
    if description is None:
        raise CannotBring(_("This is no file of everything that Milepost has written."))
    if description.get("form") != FORM:
        raise CannotBring(_("It was written by another version of Milepost. Bring it in with that one."))
    if Company.objects.exists():
        raise CannotBring(_("There is a company here already. Everything comes into an empty Milepost alone."))
    try:
        with transaction.atomic(), zipfile.ZipFile(path) as box, _long_cells():
            must_be_bearable(box.infolist(), path.name)
            counts = _bring(box, description, told)
            connection.check_constraints()
    except IntegrityError as error:
        raise CannotBring(_("Its rows do not fit together: %(why)s") % {"why": error}) from error
    except UnreadableFile as error:
        raise CannotBring(str(error)) from error
    except (zipfile.BadZipFile, EOFError, zlib.error, csv.Error, UnicodeDecodeError) as error:
        raise CannotBring(_("The ZIP is damaged.")) from error
    return counts


def _bring(box: zipfile.ZipFile, description: dict[str, Any], told: Told) -> dict[str, int]:
    wanted = {str(kind["kind"]): (str(kind["file"]), int(kind["rows"])) for kind in description["kinds"]}
    known = {model._meta.label for model in kinds()}
    if newer := [file for kind, (file, rows) in wanted.items() if rows and kind not in known and kind not in LEFT_OUT]:
        raise CannotBring(_("This version of Milepost does not know what is in %(file)s.") % {"file": newer[0]})
    of = sum(rows for _file, rows in wanted.values())
    counts: dict[str, int] = {}
    for kind, (file, rows) in wanted.items():
        if kind not in known:
            continue
        done = sum(counts.values())
        counts[file] = _take(box, apps.get_model(kind), file, lambda n, done=done: told(done + n, of))  # type: ignore[misc]
        if counts[file] != rows:
            why = _("%(file)s holds %(n)s rows, and should hold %(rows)s.")
            raise CannotBring(why % {"file": file, "n": counts[file], "rows": rows})
    take_files(box)
    _count_on()
    found_again()
    record(Company.the(), "brought in", by=None, what={"rows": [None, sum(counts.values())]})
    return counts


def _take(box: zipfile.ZipFile, model: type[models.Model], file: str, told: Callable[[int], None]) -> int:
    """Write the rows of one file; return how many."""
    try:
        raw = box.open(file)
    except KeyError:
        raise CannotBring(_("%(file)s is missing.") % {"file": file}) from None
    count = 0
    with raw, io.TextIOWrapper(raw, "utf-8-sig", newline="") as text:
        lines = csv.reader(text)
        fields, readers = _readers(model, next(lines, []))
        columns = [field.column for field in fields]
        while some := list(islice(lines, AT_ONCE)):
            insert(model, columns, [_row(readers, line, file, count + n) for n, line in enumerate(some, start=2)])
            count += len(some)
            told(count)
    return count


def _row(readers: list[tuple[str, Read]], line: list[str], file: str, number: int) -> list[Any]:
    try:
        return [read(line) for _head, read in readers]
    except (ValueError, LookupError, ArithmeticError) as error:
        why = _("%(file)s, row %(n)s: %(column)s cannot be read.")
        told = {"file": file, "n": number, "column": _first_wrong(readers, line)}
        raise CannotBring(why % told) from error


def _first_wrong(readers: list[tuple[str, Read]], line: list[str]) -> str:
    """Name the first column of a line that cannot be read."""
    for head, read in readers:
        try:
            read(line)
        except (ValueError, LookupError, ArithmeticError):
            return head
    return ""


def _readers(model: type[models.Model], head: list[str]) -> tuple[list[Any], list[tuple[str, Read]]]:
    """Return the fields to be written, and what gives each of them its value from a line of the file."""
    at = {name: place for place, name in enumerate(head)}
    fields: list[Any] = []
    readers: list[tuple[str, Read]] = []
    for column in columns_of(model):
        if column.field is not None and column.head in at:
            fields.append(column.field)
            readers.append((column.head, _from_cell(column, at)))
    for field in model._meta.concrete_fields:
        if field not in fields:
            fields.append(field)
            readers.append((field.name, _without_cell(model, field, at)))
    return fields, readers


def _from_cell(column: Column, at: dict[str, int]) -> Read:
    place = at[column.head]
    if column.currency:
        beside = at[column.currency]
        return lambda line: minor_of(line[place], line[beside]) if line[place] else None
    read = reader_of(column, connection.vendor)
    if column.field is not None and column.field.primary_key:  # SQLite gives a row without a number the next one
        return lambda line: read(line[place] or MISSING)
    return lambda line: read(line[place])


def _without_cell(model: type[models.Model], field: Any, at: dict[str, int]) -> Read:
    """Return what gives a field its value that no file has: a fresh secret, a key made of the name, or the usual."""
    if field.name == "name_key":
        name, longest = at["name"], field.max_length
        return lambda line: name_key(line[name])[:longest]
    made = MADE.get(f"{model._meta.label}.{field.name}")
    if made is not None:
        return lambda line: made()
    usual = field.get_db_prep_save(field.get_default(), connection)
    return lambda line: usual


MISSING = "missing"
"""What no reader of numbers takes."""

MADE: dict[str, Callable[[], str]] = {
    "team.Person.password": lambda: make_password(None),
    "plans.Invitation.token_hash": lambda: secrets.token_hex(32),
    "plans.Invitation.hint": lambda: secrets.token_hex(32)[:HINT],
}
"""Secrets that nobody knows: nobody gets in by them, and new ones are made by those who may."""


def _count_on() -> None:
    """Let the database's own counters go on after the numbers that came along."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(kinds())):
            cursor.execute(statement)


@contextmanager
def _long_cells() -> Iterator[None]:
    """Let cells be longer than those of anybody else's tables: what was done to thousands at once stands in one."""
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)
