"""Two web processes and two workers behind nginx, one of each killed under load: nothing is lost, nothing is twice.

The proxy's part of the set-up is read from the how-to, so that what is written there is what is tried here.
"""

import collections
import contextlib
import http.client
import os
import re
import shutil
import signal
import subprocess
import threading
import time
import urllib.parse
from pathlib import Path

import pytest

from milepost.exchange.tests.handed_in import handing_in
from milepost.exchange.tests.test_killed import CAME, DEALS, WRITTEN
from milepost.web.tests import plumbing
from milepost.web.tests.test_serving import (  # noqa: F401
    PATIENCE,
    children_of,
    company,
    eventually,
    free_port,
    health,
    in_the_company,
    start,
)

ROWS, REFUSED = 9_000, 90
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
ROOT = Path(__file__).resolve().parents[3]
HOW_TO = ROOT / "docs/how-to/several-machines.md"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not plumbing.TEST_DATABASE, reason="several machines need PostgreSQL"),
    pytest.mark.skipif(NGINX is None, reason="!!! no nginx is installed (on Debian: apt-get install nginx-light) !!!"),
]

SIGN_IN = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from milepost.opportunities.models import Opportunity
from milepost.team.models import Person
from django.conf import settings
ada = Person.objects.get(name="Ada Fox")
session = SessionStore()
session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(ada.pk), settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = ada.get_session_auth_hash()
session.create()
print(f"{settings.SESSION_COOKIE_NAME}={session.session_key}", settings.CSRF_COOKIE_NAME)
print(Opportunity.objects.earliest("pk").pk, Job.objects.get(kind="import").leased_by)
"""
NOTES = "from milepost.opportunities.models import Note; print(*Note.objects.values_list('text', flat=True))"
TOKEN = "a" * 32


class Reader(threading.Thread):
    """Somebody at a browser: reads a page, keeps a note, and remembers what was answered."""

    def __init__(self, name: str, port: int, cookies: str, opportunity: int, stop: threading.Event) -> None:
        super().__init__(name=name, daemon=True)
        self.port, self.stop, self.page = port, stop, f"/opportunities/{opportunity}/notes/"
        self.headers = {"Cookie": cookies, "Host": "localhost"}
        self.kept: list[str] = []
        self.unsure: list[str] = []
        self.unread: list[str] = []

    def run(self) -> None:
        for number in range(10_000):
            if self.stop.is_set():
                return
            text = f"{self.name}-{number}"
            read = self.ask("GET", self.page)
            if read != 200:
                self.unread.append(f"{text}: {read}")
            fields = urllib.parse.urlencode({"kind": "note", "text": text, "csrfmiddlewaretoken": TOKEN})
            written = self.ask("POST", f"{self.page}add/", fields)
            (self.kept if written in (200, 302) else self.unsure).append(text)

    def ask(self, method: str, path: str, body: str | None = None) -> int:
        headers = self.headers | ({"Content-Type": "application/x-www-form-urlencoded"} if body else {})
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            try:
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                return 0
            return answer.status


@pytest.fixture
def proxy(tmp_path):
    """Start nginx with the how-to's part for two servers: `proxy(port, port)` returns its own port."""
    started = []

    def run(one: int, other: int) -> int:
        own, folder = free_port(), tmp_path / "nginx"
        folder.mkdir()
        (block,) = re.findall(r"\n    (upstream .*?\n    \}\n    server .*?\n    \}\n)", HOW_TO.read_text(), re.DOTALL)
        for written, port in (("8001", one), ("8002", other), ("8080", own)):
            assert f":{written}" in block
            block = block.replace(f":{written}", f":{port}")
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        paths = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(
            f"daemon off; {user} worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;\n"
            f"events {{}}\nhttp {{ access_log off;\n{paths}{block} }}\n"
        )
        command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
        started.append(subprocess.Popen(command))
        eventually(lambda: health(own)[0] == 200)
        return own

    yield run
    for process in started:
        process.terminate()
        process.wait(10)


def test_a_worker_and_a_web_process_die_under_load(start, company, proxy, tmp_path):  # noqa: F811
    company["DJANGO_SETTINGS_MODULE"] = "milepost.exchange.tests.several_settings"
    company["MILEPOST_SECRET_KEY"] = "one for both"
    other_home = tmp_path / "other"
    for folder in (tmp_path / "home" / "files", other_home):
        folder.mkdir(parents=True)
    assert start("prepare").wait(PATIENCE) == 0
    for shared in ("files", "static"):
        (other_home / shared).symlink_to(tmp_path / "home" / shared)
    ports = free_port(), free_port()
    homes = [{}, {"MILEPOST_HOME": str(other_home)}]
    ups = [start("up", "--port", str(port), "--workers", "1", **home) for port, home in zip(ports, homes, strict=True)]
    for up in ups:
        eventually(lambda up=up: "Milepost is ready" in up.said(), up)
    front = proxy(*ports)

    in_the_company(company, handing_in(DEALS, rows=ROWS) + "for n in range(60): ask('write', word=str(n))")
    eventually(lambda: int(in_the_company(company, WRITTEN)) > 0)
    session, csrf, opportunity, holder = in_the_company(company, SIGN_IN).split()
    cookies = f"{session}; {csrf}={TOKEN}"
    stop = threading.Event()
    readers = [Reader(name, front, cookies, int(opportunity), stop) for name in ("ada", "ben", "cem")]
    for reader in readers:
        reader.start()

    names = [(Path(home) / "worker.name").read_text() for home in (tmp_path / "home", other_home)]
    busy = names.index(holder)
    os.kill(children_of(ups[busy].pid)["jobs"], signal.SIGKILL)
    time.sleep(1)
    server = children_of(ups[1 - busy].pid)["web"]
    (process,) = children(server)
    os.kill(process, signal.SIGKILL)  # the one that answers; its master starts another
    time.sleep(2)
    for pid in (*children(server), server):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)  # all of this server
    ended = "print(Job.objects.filter(state='done').exclude(kind='replay').count())"
    eventually(lambda: int(in_the_company(company, ended)) == 62)
    eventually(lambda: all(health(port)[0] == 200 for port in ports))
    stop.set()
    for reader in readers:
        reader.join(30)

    kept = [text for reader in readers for text in reader.kept]
    unsure = [text for reader in readers for text in reader.unsure]
    there = collections.Counter(in_the_company(company, NOTES).split())
    assert len(kept) > 20
    assert not set(kept) - set(there), "answered as kept, and lost"
    assert set(there) <= {*kept, *unsure}
    assert set(there.values()) == {1}, "kept twice"
    assert sum(len(reader.unread) for reader in readers) <= 2  # an answer that was half sent, and no more
    assert len(unsure) <= 12  # what was under way as a process died, and no more

    notes = Path(company["NOTES"]).read_text().split()
    assert sorted(notes) == sorted([*map(str, range(60)), "tick"])
    taken = ROWS - REFUSED
    said = in_the_company(company, CAME).splitlines()
    assert said[0] == f"done done 2 {{'created': {taken}, 'refused': {REFUSED}}} {REFUSED}"
    assert said[1:] == [f"{taken} {taken} {taken}", f"{taken} 1"]


def children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    lines = subprocess.check_output(["ps", "-eo", "pid,ppid"], text=True).splitlines()[1:]
    return [int(own) for own, parent in map(str.split, lines) if int(parent) == pid]
