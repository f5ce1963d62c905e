"""From the first state that landed to this version, with a company in it, on SQLite and on PostgreSQL."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection


@pytest.mark.slow
def test_it_keeps_everything_and_works_after_an_upgrade(tmp_path, empty_database):
    environment = {**os.environ, "MILEPOST_HOME": str(tmp_path), "MILEPOST_DATABASE": empty_database}
    environment |= {"DJANGO_SETTINGS_MODULE": "milepost.settings", "PYTHONPATH": str(Path(settings.BASE_DIR))}
    done = subprocess.run(
        [sys.executable, "-m", "milepost.web.tests.upgrade"], env=environment, capture_output=True, text=True
    )
    assert done.stdout.strip().endswith("upgraded"), done.stderr


@pytest.fixture
def empty_database():
    """Give the address of an empty database beside the tests' own; "" is a file in a new home."""
    server = os.environ.get("MILEPOST_TEST_DATABASE")
    if connection.vendor == "sqlite" or not server:
        yield ""
        return
    import psycopg

    name = f"upgrade_{os.getpid()}"
    address = server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    yield address
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
