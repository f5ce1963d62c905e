"""What the importer's tests share."""

import pytest


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """Let every test keep its uploads to itself."""
    settings.MEDIA_ROOT = tmp_path / "files"
