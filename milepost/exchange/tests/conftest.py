"""What the importer's tests share."""

import pytest

from milepost.exchange.tests.deals import HEAD, ROWS
from milepost.exchange.tests.files import bring_in, incoming


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """Let every test keep its uploads to itself."""
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def bring(cast, tmp_path):
    """Import a text of opportunities as the coordinator of the north."""

    def bring(text=HEAD + ROWS, **more):
        return bring_in(incoming(tmp_path, deals=text), **{"by": cast.coordinator} | more)

    return bring
