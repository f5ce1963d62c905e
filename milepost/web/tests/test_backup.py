"""A backup can be served."""

import contextlib
import os
import sqlite3
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from milepost.web.tests import ready

pytestmark = pytest.mark.slow


@pytest.mark.skipif("os.environ.get('MILEPOST_DATABASE')", reason="PostgreSQL's copy is pg_dump's own affair")
def test_it_copies_database_files_and_key(tmp_path, settings):
    home = tmp_path / "home"
    env = os.environ | {"MILEPOST_HOME": str(home)}
    milepost = [sys.executable, "-m", "milepost"]
    ready.put_into(home)
    subprocess.run([*milepost, "prepare"], env=env, check=True)
    (home / "files").mkdir()
    (home / "files" / "offer.pdf").write_text("an offer")
    copy = tmp_path / "copy"
    said = subprocess.run([*milepost, "backup", str(copy)], env=env, check=True, capture_output=True, text=True)
    assert said.stdout == f"Everything is in {copy}.\n"
    assert (copy / "files" / "offer.pdf").read_text() == "an offer"
    assert (copy / "secret.key").read_text() == (home / "secret.key").read_text()
    with contextlib.closing(sqlite3.connect(copy / "milepost.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM django_migrations").fetchone()[0] > 10
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.django_db
def test_it_overwrites_nothing(tmp_path):
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", str(tmp_path))
