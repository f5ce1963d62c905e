"""A company is carried from SQLite into PostgreSQL whole, or not at all, and nothing is changed where it was."""

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from milepost.web.tallies import differences, statement, tally
from milepost.web.tests import plumbing, ready

ROOT = Path(__file__).resolve().parents[3]
ON_POSTGRESQL = pytest.mark.skipif("not os.environ.get('MILEPOST_TEST_DATABASE')", reason="carries into PostgreSQL")

EVERYTHING = """
import django, hashlib, json; django.setup()
from django.apps import apps
plain = lambda part: bytes(part).hex() if isinstance(part, (bytes, memoryview)) else str(part)
found = {}
for model in apps.get_models(include_auto_created=True):
    rows = sorted(json.dumps(row, sort_keys=True, default=plain) for row in model._base_manager.values())
    found[model._meta.db_table] = [len(rows), hashlib.sha256("".join(rows).encode()).hexdigest()]
print(json.dumps(found))
"""
GOES_ON = """
import django; django.setup()
from milepost.team.models import Person, Company
from milepost.web.models import Change
stamp = Company.the().team_stamp
highest = max(Person.objects.values_list("pk", flat=True))
new = Person.join(by=None, name="Ada Fox", email="ada@example.com")
assert new.pk == highest + 1, (new.pk, highest)
assert Company.objects.get().team_stamp != stamp, "triggers are asleep"
try:
    Change.objects.all().delete()
except Exception as error:
    print(error)
"""
# PostgreSQL writes a condition in other words when it has read its own; what is before it stays.
INDEXES = "SELECT indexname, split_part(indexdef, ' WHERE ', 1), indexdef LIKE '% WHERE %' FROM pg_indexes"
RULES = "SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid), convalidated FROM pg_constraint"


class Here:
    """A home with an example company in SQLite, and a PostgreSQL database for it."""

    def __init__(self, home: Path, address: str) -> None:
        self.home, self.address = home, address
        ready.put_into(home)

    def run(self, *command: str, database: str = "") -> subprocess.CompletedProcess[str]:
        env = {name: value for name, value in os.environ.items() if not name.startswith("MILEPOST_")}
        env |= {"MILEPOST_HOME": str(self.home), "MILEPOST_DATABASE": database, "PYTHONPATH": str(ROOT)}
        env |= {"DJANGO_SETTINGS_MODULE": "milepost.settings"}
        return subprocess.run([sys.executable, *command], env=env, capture_output=True, text=True, timeout=300)

    def move(self, *options: str) -> tuple[int, str]:
        done = self.run("-m", "milepost", "move", "--to", self.address, *options)
        return done.returncode, done.stdout + done.stderr

    def ask(self, code: str, database: str = "") -> str:
        done = self.run("-c", code, database=database)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def change(self, sql: str) -> None:
        with closing(sqlite3.connect(self.home / "milepost.sqlite3")) as database:
            database.execute("PRAGMA ignore_check_constraints = ON")
            database.execute(sql)
            database.commit()

    def sum(self) -> str:
        return hashlib.sha256((self.home / "milepost.sqlite3").read_bytes()).hexdigest()

    def asked(self, sql: str) -> list[tuple]:
        import psycopg

        with psycopg.connect(self.address) as server:
            return server.execute(sql).fetchall()


@pytest.fixture
def here(tmp_path):
    """A home, and a database that holds nothing but tables, as an attempt that was refused leaves it."""
    import psycopg

    name = f"moving_{os.getpid()}"
    with psycopg.connect(plumbing.TEST_DATABASE, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {ready.ready_database()}")
        yield Here(tmp_path / "home", plumbing.TEST_DATABASE.replace("/postgres?", f"/{name}?"))
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@ON_POSTGRESQL
@pytest.mark.slow
def test_a_company_arrives_whole_and_goes_on(here):
    made = here.run("manage.py", "demo_company", "--opportunities", "12", "--date", "2026-11-20")
    assert made.returncode == 0, made.stderr
    (here.home / "files").mkdir()
    (here.home / "files" / "offer.pdf").write_text("an offer")
    before, indexes, rules = here.sum(), here.asked(INDEXES), here.asked(RULES)

    code, said = here.move()
    assert code == 0, said
    assert "12 opportunities" in said
    assert "Counts and sums agree in every one" in said
    assert "1 attached files" in said
    assert here.sum() == before, "the file was written to"
    assert not sorted(set(here.asked(INDEXES)) ^ set(indexes))
    assert not sorted(set(here.asked(RULES)) ^ set(rules))
    one, other = json.loads(here.ask(EVERYTHING)), json.loads(here.ask(EVERYTHING, here.address))
    assert one == other
    assert here.ask(GOES_ON, here.address).startswith("history is append-only")
    note = (here.home / "moved.txt").read_text()
    assert "opportunities_opportunity: 12 rows, company_value_minor" in note

    assert "is not empty" in here.move()[1]
    refused = here.run("-m", "milepost", "prepare")
    assert refused.returncode == 1
    assert "This company was moved to" in refused.stderr


@ON_POSTGRESQL
@pytest.mark.slow
def test_what_cannot_come_whole_does_not_come_at_all(here):
    assert here.ask(COMPANY) == ""
    here.change("UPDATE team_company SET currency = 'EURO-DOLLARS'")
    code, said = here.move()
    assert (code, "PostgreSQL refuses a row of team_company: value too long" in said) == (1, True), said
    assert here.asked("SELECT count(*) FROM team_company") == [(0,)]
    assert not (here.home / "moved.txt").exists()

    here.change("UPDATE team_company SET currency = 'EUR'")
    here.change("DELETE FROM django_migrations WHERE name = '0010_job_tries'")
    assert "of an older version" in here.move()[1]
    here.change("INSERT INTO django_migrations (app, name, applied) VALUES ('web', '0010_job_tries', '2026-01-01')")
    here.change("INSERT INTO django_migrations (app, name, applied) VALUES ('web', '9999_later', '2030-01-01')")
    assert "by a newer version" in here.move()[1]
    here.change("DELETE FROM django_migrations WHERE name = '9999_later'")
    assert here.move()[0] == 0


COMPANY = """
import django; django.setup()
from milepost.team.models import Company
Company.objects.create(pk=1, name="Kestermann", currency="EUR")
"""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--to", "mysql://db/milepost"], "must begin with postgres://"),
        (["--to", "postgres://127.0.0.1:1/milepost"], "holds no company in SQLite"),
    ],
)
@pytest.mark.slow
def test_it_says_what_is_wrong(tmp_path, arguments, said):
    env = {name: value for name, value in os.environ.items() if not name.startswith("MILEPOST_")}
    command = [sys.executable, "-m", "milepost", "move", "--home", str(tmp_path), *arguments]
    done = subprocess.run(command, env=env | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=300)
    assert done.returncode == 1
    assert said in done.stderr


KINDS = {"id": "bigint", "name": "text", "on": "date", "at": "timestamp with time zone", "share": "numeric"}
KINDS |= {"is_open": "boolean", "packed": "bytea", "what": "jsonb"}
FIRST = (2**62, "Zoë", "2026-02-28", "1969-12-31 23:59:59.999900", 0.5, 1, b"abc", "{}")
SECOND = (2**62 + 1, None, None, None, None, 0, None, None)


def tallied(*rows):
    """Tally rows of a small table."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE t (" + ", ".join(f'"{name}"' for name in KINDS) + ")")
        database.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        return tally(KINDS, database.execute(statement("t", KINDS, sqlite=True)).fetchone())


def test_a_tally_tells_rows_apart_that_differ_in_anything():
    whole = tallied(FIRST, SECOND)
    assert whole["rows"] == 2
    assert not differences(whole, tallied(SECOND, FIRST))
    assert differences(whole, tallied(FIRST))
    others = (2**62 + 2, "Zoe ", "2026-03-01", "1970-01-01 00:00:00", 0.25, 0, b"abcd", None)
    for place, other in enumerate(others):
        changed = (*FIRST[:place], other, *FIRST[place + 1 :])
        (name, *_more) = differences(whole, tallied(changed, SECOND))
        assert name.startswith(list(KINDS)[place])
