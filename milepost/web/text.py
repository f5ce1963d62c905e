"""Keys for sorting and comparing names the same way on every database; numbers in addresses; texts in tables."""

import unicodedata
from typing import Any

NO_ADDRESS = "@no-address.invalid"
"""The end of the address of people whom an import has named: nobody's, and never shown."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def name_key(name: str) -> str:
    """Return the name casefolded, without accents and with single spaces; it may be longer than the name (ß, ½).

    >>> name_key("  Ünal  Straße ")
    'unal strasse'
    """
    if name.isascii():
        return " ".join(name.casefold().split())
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(bare.casefold().split())


def number(text: str) -> int | None:
    """Return the number that an address or a hidden field names, or None; no database has one of more digits.

    >>> number("42"), number("-1"), number("9" * 30), number("")
    (42, None, None, None)
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def harmless(value: Any) -> Any:
    """Return a value no spreadsheet takes for a formula.

    >>> harmless("=HYPERLINK(1)"), harmless("Turbine"), harmless(-5)
    ("'=HYPERLINK(1)", 'Turbine', -5)
    """
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA) else value
