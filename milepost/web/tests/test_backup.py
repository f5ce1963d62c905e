"""A backup is whole, can be rehearsed, and comes back on either database."""

import contextlib
import datetime
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from milepost.web import daily_copy
from milepost.web.copies import CannotCopy, back_up_into, check
from milepost.web.jobs import Hopeless
from milepost.web.tests import plumbing, ready

ROOT = Path(__file__).resolve().parents[3]
ON_SQLITE = pytest.mark.skipif("os.environ.get('MILEPOST_TEST_DATABASE')", reason="of a file")


class Home:
    """A home of its own, with a database that is `made` already or an empty one, and the command for it."""

    def __init__(self, place: Path, database: str, made: bool) -> None:
        self.place = place
        env = {name: value for name, value in os.environ.items() if not name.startswith("MILEPOST_")}
        self.env = env | {"MILEPOST_HOME": str(place), "MILEPOST_DATABASE": database, "PYTHONPATH": str(ROOT)}
        if made and not database:
            ready.put_into(place)

    def run(self, *arguments: str, good: bool = True) -> str:
        command = [sys.executable, "-m", "milepost", *arguments]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True)
        assert (done.returncode == 0) is good, done.stdout + done.stderr
        return done.stdout + done.stderr

    def ask(self, code: str) -> str:
        """Run Python with the company's models at hand, and return what it prints."""
        begin = "import django; django.setup(); from milepost.team.models import Company; "
        env = self.env | {"DJANGO_SETTINGS_MODULE": "milepost.settings"}
        done = subprocess.run([sys.executable, "-c", begin + code], env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture
def homes(tmp_path, db):
    """Make homes: `homes("one")` with a database that is made, `homes("two", made=False)` with an empty one."""
    names: list[str] = []

    def make(name: str, *, made: bool = True) -> Home:
        address = ""
        if plumbing.TEST_DATABASE:
            own, template = f"backup_{os.getpid()}_{name}", ready.ready_database() if made else "template1"
            names.append(own)
            with outside() as server:
                server.execute(f"CREATE DATABASE {own} TEMPLATE {template}")
            address = plumbing.TEST_DATABASE.replace("/postgres?", f"/{own}?")
        return Home(tmp_path / name, address, made)

    yield make
    for name in names:
        with outside() as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def outside():
    import psycopg

    with psycopg.connect(plumbing.TEST_DATABASE, autocommit=True) as server:
        yield server


@pytest.mark.slow
def test_a_copy_comes_back_whole(tmp_path, homes):
    one, two, copy = homes("one"), homes("two", made=False), tmp_path / "copy"
    one.ask("Company.objects.create(pk=1, name='Kestermann')")
    (one.place / "files").mkdir(parents=True)
    (one.place / "files" / "offer.pdf").write_text("an offer")
    (one.place / "mail.password").write_text("secret")
    assert f"Everything is in {copy}." in one.run("backup", str(copy))
    assert "is there already" in one.run("backup", str(copy), good=False)
    assert "can be brought back" in two.run("restore", str(copy), "--check")
    assert not (two.place / "milepost.sqlite3").exists(), "a check brings something back"
    assert "The company is back" in two.run("restore", str(copy))
    assert two.ask("print(Company.objects.get().name)") == "Kestermann"
    assert (two.place / "files" / "offer.pdf").read_text() == "an offer"
    for secret in ("secret.key", "mail.password"):
        assert (two.place / secret).read_text() == (one.place / secret).read_text()
    refused = two.run("restore", str(copy), good=False)
    assert "holds a company already" in refused or "The database is not empty" in refused


@ON_SQLITE
@pytest.mark.slow
def test_what_was_there_is_put_aside_when_somebody_says_so(tmp_path, homes):
    one, copy = homes("one"), tmp_path / "copy"
    one.ask("Company.objects.create(pk=1, name='Before')")
    one.run("backup", str(copy))
    one.ask("Company.objects.update(name='After')")
    assert "What was there is in" in one.run("restore", str(copy), "--replace")
    assert one.ask("print(Company.objects.get().name)") == "Before"
    (aside,) = one.place.glob("before-restore-*")
    with contextlib.closing(sqlite3.connect(aside / "milepost.sqlite3")) as database:
        assert database.execute("SELECT name FROM team_company").fetchone() == ("After",)


@ON_SQLITE
@pytest.mark.slow
def test_everything_is_copied_before_a_new_version_changes_the_database(homes):
    one = homes("one")
    one.run("prepare")
    assert not (one.place / "before-upgrade").exists(), "nothing was to be changed"
    with contextlib.closing(sqlite3.connect(one.place / "milepost.sqlite3")) as database:
        for column in ("tries", "furthest"):
            database.execute(f"ALTER TABLE web_job DROP COLUMN {column}")
        database.execute("DELETE FROM django_migrations WHERE app = 'web' AND name >= '0010_job_tries'")
        database.commit()
    assert "Copying everything before" in one.run("prepare")
    (copy,) = (one.place / "before-upgrade").iterdir()
    with contextlib.closing(sqlite3.connect(copy / "milepost.sqlite3")) as database:
        columns = {row[1] for row in database.execute("PRAGMA table_info(web_job)")}
    assert "tries" not in columns
    assert one.ask("from milepost.web.models import Job; print(Job.objects.filter(tries=0).count())") == "0"


def whole(folder: Path) -> Path:
    """Make a folder as a backup does."""
    ready.put_into(folder)
    return folder


@ON_SQLITE
@pytest.mark.django_db
def test_what_is_damaged_or_newer_or_no_copy_is_refused_in_words(tmp_path):
    for name in ("damaged", "newer"):
        whole(tmp_path / name)
    (tmp_path / "empty").mkdir()
    (tmp_path / "dump").mkdir()
    (tmp_path / "dump" / "milepost.dump").write_text("PGDMP")
    file = tmp_path / "damaged" / "milepost.sqlite3"
    file.write_bytes(file.read_bytes()[:40_000])
    with contextlib.closing(sqlite3.connect(tmp_path / "newer" / "milepost.sqlite3")) as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('web', '9999_later', '2030-01-01')"
        )
        database.commit()
    words = {
        "empty": "holds no copy",
        "dump": "copy of a PostgreSQL",
        "damaged": "damaged|cannot be read",
        "newer": "newer",
    }
    for name, said in words.items():
        with pytest.raises(CannotCopy, match=said):
            check(tmp_path / name)
    check(whole(tmp_path / "whole"))


@ON_SQLITE
def test_nothing_is_restored_under_a_running_milepost(tmp_path, settings, db):
    import fcntl

    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    with open(settings.HOME / "up.lock", "a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with pytest.raises(CommandError, match="stop it first"):
            call_command("restore", str(whole(tmp_path / "copy")))
    assert not (settings.HOME / "milepost.sqlite3").exists()


@pytest.fixture
def light(monkeypatch):
    """Copy nothing but a word: what is tried is which folders stay."""
    monkeypatch.setattr("milepost.web.copies._copy_database", lambda folder: (folder / "said").write_text("all"))


def test_only_the_newest_of_its_own_are_kept(tmp_path, light, settings):
    settings.MEDIA_ROOT = settings.HOME = tmp_path / "home"
    (tmp_path / "copies" / "mine").mkdir(parents=True)
    begun = datetime.datetime(2026, 11, 20, 3, 0, tzinfo=datetime.UTC)
    for day in range(5):
        back_up_into(tmp_path / "copies", keep=2, now=begun + datetime.timedelta(days=day))
    names = sorted(path.name for path in (tmp_path / "copies").iterdir())
    assert names == ["milepost-2026-11-23T030000", "milepost-2026-11-24T030000", "mine"]


def test_half_a_copy_is_taken_away(tmp_path, monkeypatch):
    def stop(folder):
        raise CannotCopy("The disk is full.")

    monkeypatch.setattr("milepost.web.copies._copy_database", stop)
    with pytest.raises(CommandError, match="The disk is full"):
        call_command("backup", str(tmp_path / "copy"))
    assert not (tmp_path / "copy").exists()


def test_it_overwrites_nothing(tmp_path):
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", str(tmp_path))


@pytest.mark.parametrize(("hour", "due"), [(2, False), (3, True), (23, True)])
def test_the_days_copy_is_due_in_the_night_where_a_folder_is_named(tmp_path, settings, time_machine, hour, due):
    time_machine.move_to(datetime.datetime(2026, 11, 24, hour, 5, tzinfo=datetime.UTC))
    settings.TIME_ZONE = "UTC"
    settings.BACKUPS = tmp_path
    assert (daily_copy.today() is not None) is due
    settings.BACKUPS = None
    assert daily_copy.today() is None


def test_the_days_copy_says_where_it_is(tmp_path, light, settings):
    settings.MEDIA_ROOT = settings.HOME = tmp_path / "home"
    settings.BACKUPS, settings.BACKUPS_KEPT = tmp_path / "copies", 3
    assert Path(daily_copy.each_day(None)["folder"], "said").read_text() == "all"
    settings.BACKUPS = None
    with pytest.raises(Hopeless, match="names no folder"):
        daily_copy.each_day(None)
