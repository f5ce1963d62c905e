"""Turn what the database gives into what stands in the file, a column at a time, and back again.

A text that a spreadsheet would take for a formula gets an apostrophe before it, and so does one that begins with an
apostrophe: taking one away always gives back what was there. Nothing in a column that may hold nothing is empty; an
empty text in one is a single apostrophe.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from milepost.exchange.whole.columns import Column
from milepost.team.money import exponent
from milepost.web.text import FORMULA

Values = Sequence[Any]
LOOKED_AT = frozenset((*FORMULA, " ", "'"))
DECIMALS = cache(exponent)


def guarded(text: str) -> str:
    """Return a text no spreadsheet takes for a formula, from which `unguarded` gives back the text.

    >>> guarded("=1+1"), guarded("'tis"), guarded("Turbine"), guarded("  -5")
    ("'=1+1", "''tis", 'Turbine', "'  -5")
    """
    risky = text.startswith("'") or text.lstrip(" ").startswith(FORMULA)
    return f"'{text}" if risky else text


def unguarded(text: str) -> str:
    """Take away the apostrophe that `guarded` put there.

    >>> [unguarded(guarded(text)) for text in ("=1+1", "'tis", "Turbine")]
    ['=1+1', "'tis", 'Turbine']
    """
    return text[1:] if text.startswith("'") else text


def writer_of(column: Column) -> Callable[[Values], Values]:
    """Return what makes a column's values ready to be written; amounts need their currencies too (`amounts`)."""
    if column.is_nullable_text:
        return lambda values: ["'" if v == "" else guarded(v) if v else v for v in values]
    return WRITERS.get(column.type, lambda values: values)


def _texts(values: Values) -> Values:
    return [guarded(v) if v and v[0] in LOOKED_AT else v for v in values]


def _truths(values: Values) -> Values:
    return [None if v is None else "true" if v else "false" for v in values]


def _moments(values: Values) -> Values:
    return [v and (f"{v[:10]}T{v[11:]}Z" if isinstance(v, str) else _moment(v)) for v in values]


def _moment(value: datetime.datetime) -> str:
    return f"{value.astimezone(datetime.UTC).replace(tzinfo=None).isoformat()}Z"


def _decimals(values: Values) -> Values:
    """Write decimals without idle noughts: one database gives them, the other does not."""
    return [None if v is None else _decimal(v) for v in values]


def _decimal(value: Any) -> str:
    text = f"{Decimal(str(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


WRITERS: dict[str, Callable[[Values], Values]] = {
    "text": _texts,
    "data": _texts,
    "yes or no": _truths,
    "moment": _moments,
    "decimal": _decimals,
}


def amounts(values: Values, currencies: Values) -> Values:
    """Write minor units as whole ones.

    >>> amounts([184_05, -5, 920, None], ["EUR", "EUR", "JPY", "EUR"])
    ['184.05', '-0.05', '920', None]
    """
    return [None if v is None else _amount(v, DECIMALS(c)) for v, c in zip(values, currencies, strict=True)]


def _amount(minor: int, decimals: int) -> str:
    if not decimals:
        return str(minor)
    digits = str(abs(minor)).rjust(decimals + 1, "0")
    return f"{'-' if minor < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]}"


def minor_of(text: str, currency: str) -> int:
    """Return an amount in minor units.

    >>> minor_of("184.05", "EUR"), minor_of("184.5", "EUR"), minor_of("920", "JPY")
    (18405, 18450, 920)
    """
    return int(Decimal(text).scaleb(DECIMALS(currency)))


def reader_of(column: Column, vendor: str) -> Callable[[str], Any]:
    """Return what turns a cell into what the database's driver takes, or raises ValueError; see `minor_of` for amounts.

    SQLite keeps whatever it is given, so that what is no day or number must be found out here.
    """
    assert column.field is not None
    read = _text_no_longer_than(column.field.max_length) if column.type == "text" else READERS[column.type]
    if column.type == "moment" and vendor == "sqlite":
        read = _sqlite_moment
    if column.type == "text" and not column.field.null:
        return read
    return lambda cell: None if cell == "" else read(cell)


def _text_no_longer_than(most: int | None) -> Callable[[str], str]:
    def read(cell: str) -> str:
        text = unguarded(cell)
        if most is not None and len(text) > most:
            raise ValueError(f"longer than {most}")
        return text

    return read


def _checked(check: Callable[[str], Any]) -> Callable[[str], str]:
    def read(cell: str) -> str:
        check(cell)
        return cell

    return read


def _json(cell: str) -> str:
    text = unguarded(cell)
    json.loads(text)
    return text


def _truth(cell: str) -> bool:
    return {"true": True, "false": False}[cell]


def _sqlite_moment(cell: str) -> str:
    datetime.datetime.fromisoformat(cell)
    return f"{cell[:10]} {cell[11:].removesuffix('Z')}"


READERS: dict[str, Callable[[str], Any]] = {
    "data": _json,
    "yes or no": _truth,
    "moment": _checked(datetime.datetime.fromisoformat),
    "day": _checked(datetime.date.fromisoformat),
    "time": _checked(datetime.time.fromisoformat),
    "decimal": _checked(Decimal),
    "float": float,
    "number": int,
}
