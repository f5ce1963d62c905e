"""Give the tests their files: small ones made on the spot, and the real ones where they are at hand."""

from pathlib import Path

import pytest
from django.conf import settings

from milepost.exchange.reading import read_tables

SHARED = Path(settings.BASE_DIR).parent / "shared" / "data"


def shared(name: str) -> Path:
    """Give a real export, or skip the test loudly where it is not at hand."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the real export {name} is not here; this part of the importer stays untried")
    return path


def shared_tables(folder: str, pattern: str = "*.csv"):
    return [table for path in sorted(shared(folder).glob(pattern)) for table in read_tables(path, path.name)]


def tables(**files: str):
    """Make tables out of texts: `tables(deals="a,b\\n1,2\\n")`."""
    return [table for name, text in files.items() for table in read_tables(text.encode(), f"{name}.csv")]
