"""Keys for sorting and comparing names the same way on every database."""

import unicodedata


def name_key(name: str) -> str:
    """Return the name casefolded, without accents and with single spaces.

    >>> name_key("  Ünal  Straße ")
    'unal strasse'
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(bare.casefold().split())
