"""Give the tests their files: small ones made on the spot, and the real ones where they are at hand."""

from pathlib import Path

import pytest
from django.conf import settings

from milepost.exchange.load import Incoming, load, tables_in
from milepost.exchange.reading import read_tables
from milepost.exchange.survey import propose
from milepost.team.models import Company

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


def incoming(folder: Path, **files: str):
    """Write texts as files and hand them in."""
    found = []
    for name, text in files.items():
        path = folder / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        found.append(Incoming(path.name, path))
    return found


def bring_in(files, *, by=None, as_of=None, change=None):
    """Import files as they are recognised; `change` may edit the mapping first."""
    survey = propose(tables_in(files), today=Company.the().today(), currency="EUR")
    if change:
        change(survey.mapping)
    return load(files, survey.mapping, as_of=as_of or survey.latest or Company.the().today(), by=by)
