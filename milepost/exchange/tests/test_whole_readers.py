"""Everything is the same file, whether one process reads it or several do, and of one moment."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from milepost.accounts.models import Account
from milepost.exchange.whole import lots, readers
from milepost.exchange.whole.write import write_company
from milepost.team.models import Territory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def several(world, monkeypatch):
    """Two processes read, a few rows at a time; return them as they are started."""
    started = []
    begin = readers.Reader.__init__

    def noted(self):
        begin(self)
        started.append(self)

    monkeypatch.setattr(readers.Reader, "__init__", noted)
    monkeypatch.setattr(readers, "MANY", 0)
    monkeypatch.setattr(readers, "cores", lambda: 2)
    monkeypatch.setattr(lots, "LOT", 3)
    return started


def everything(**options):
    file = io.BytesIO()
    counts = write_company(file, **options)
    with zipfile.ZipFile(file) as box:
        return counts, {name: box.read(name) for name in box.namelist() if name.endswith(".csv")}


def ended(started):
    return len(started) == 2 and all(one.process.poll() is not None for one in started)


def test_several_write_what_one_does(several, monkeypatch):
    found = everything()
    assert ended(several)
    monkeypatch.setattr(readers, "cores", lambda: 1)
    assert everything() == found
    assert len(several) == 2
    assert found[0]["history.csv"] > 3 * lots.LOT


def test_what_is_written_meanwhile_is_not_seen(several):
    told = []

    def write_once(done, of):
        if not told:
            with ThreadPoolExecutor(1) as aside:
                aside.submit(write).result()
        told.append(done)

    def write():
        Account.add(by=None, name="Meanwhile Mills", territory=Territory.objects.get(parent=None))
        connection.close()

    counts, files = everything(told=write_once)
    assert Account.objects.filter(name="Meanwhile Mills").exists()
    assert counts["accounts.csv"] == Account.objects.count() - 1
    assert b"Meanwhile" not in b"".join(files.values())


def test_where_one_ends_no_half_a_file_passes_for_whole(several, monkeypatch):
    ask = readers.Reader.ask

    def ask_and_kill(self, label, lot):
        ask(self, label, lot)
        if label == "accounts.Account":
            self.process.kill()
            self.process.wait()

    monkeypatch.setattr(readers.Reader, "ask", ask_and_kill)
    with pytest.raises(readers.ReaderEnded):
        everything()
    assert ended(several)


def test_where_it_is_stopped_they_end(several):
    def stop(done, of):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        everything(told=stop)
    assert ended(several)
