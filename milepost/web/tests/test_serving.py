"""`milepost up` for real: processes are started, killed and stopped, and a job of a killed worker ends once."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from milepost.web.tests import plumbing, ready

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 120


@pytest.fixture
def company(tmp_path, request):
    """A home of its own with a database of its own that is made already, as environment variables.

    With a parameter, "from nothing", there is no table and no home yet.
    """
    return company_in(tmp_path, request, made=not hasattr(request, "param"))


def company_in(place, request, *, made=True) -> dict[str, str]:
    """Make a home in a folder, and a database for it."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("MILEPOST_")}
    env |= {"MILEPOST_HOME": str(place / "home"), "PYTHONPATH": str(ROOT)}
    env |= {"DJANGO_SETTINGS_MODULE": "milepost.web.tests.job_settings", "NOTES": str(place / "notes")}
    if plumbing.TEST_DATABASE:
        env["MILEPOST_DATABASE"] = own_database(request, "template1" if not made else ready.ready_database())
    elif made:
        ready.put_into(place / "home")
    return env


def own_database(request, template) -> str:
    """Make a database in the same PostgreSQL and return its address."""
    from django.db import connection

    name = f"serving_{os.getpid()}_{time.monotonic_ns()}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template}")

    def drop():
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")

    request.addfinalizer(drop)
    return plumbing.TEST_DATABASE.replace("/postgres?", f"/{name}?")


@pytest.fixture
def start(company, tmp_path):
    """Start `milepost …`; what still runs at the end is killed."""
    started = []

    def run(*arguments, **more):
        with open(tmp_path / f"out-{len(started)}", "wb") as out:
            command = [sys.executable, "-m", "milepost", *arguments]
            process = subprocess.Popen(command, env=company | more, stdout=out, stderr=subprocess.STDOUT)
        process.said = lambda path=out.name: Path(path).read_text()
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def health(port) -> tuple[int, dict]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
    except OSError:
        return 0, {}


def eventually(question, process=None):
    """Wait until the question has an answer that is true, and return it."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        answer = question()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(process.said() if process is not None else "it never happened")


def in_the_company(env, code: str) -> str:
    """Run a few lines in the company's own database and return what they print."""
    head = "import django; django.setup()\nfrom milepost.web.jobs import *\nfrom milepost.web.models import Job\n"
    answer = subprocess.run([sys.executable, "-c", head + code], env=env, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout.strip()


def children_of(pid: int) -> dict[str, int]:
    """Return the job process and the web server under the supervisor."""
    found = {}
    for line in subprocess.check_output(["ps", "-eo", "pid,ppid,args"], text=True).splitlines()[1:]:
        own, parent, command = line.split(None, 2)
        if int(parent) == pid:
            found["jobs" if command.endswith("milepost work") else "web"] = int(own)
    return found


@pytest.mark.parametrize("company", ["from nothing"], indirect=True)
def test_it_serves_until_told_to_stop(start, company):
    port = free_port()
    process = start("up", "--port", str(port), "--workers", "1")
    eventually(lambda: "Milepost is ready" in process.said(), process)
    assert health(port) == (200, {"status": "ok", "version": "0.1.0"})
    with urllib.request.urlopen(f"http://localhost:{port}/", timeout=10) as page:
        assert page.url.endswith("/first-run/")
        assert "app." in page.read().decode()  # static files carry the sum of their contents
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert health(port)[0] == 0


def test_it_starts_dead_children_again(start):
    port = free_port()
    process = start("up", "--port", str(port), "--workers", "1")
    eventually(lambda: "Milepost is ready" in process.said(), process)
    before = children_of(process.pid)
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: len(now := children_of(process.pid)) == 2 and not set(now.values()) & set(before.values()))
    eventually(lambda: health(port)[0] == 200, process)


def test_it_does_not_serve_one_home_twice(start):
    port = free_port()
    first = start("up", "--port", str(port), "--workers", "1")
    eventually(lambda: "Milepost is ready" in first.said(), first)
    second = start("up", "--port", str(free_port()))
    assert second.wait(PATIENCE) == 1
    assert "already runs for" in second.said()
    assert f"http://localhost:{port}" in second.said()


def test_it_says_when_the_port_is_taken(start):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start("up", "--port", str(taken.getsockname()[1]))
        assert process.wait(PATIENCE) == 1
    assert process.said().startswith("milepost: 127.0.0.1 port")
    assert "Choose another with --port." in process.said()


def test_it_takes_up_the_job_of_a_killed_worker(start, company):
    assert start("prepare").wait(PATIENCE) == 0
    in_the_company(company, "ask('linger', word='once')")
    first = start("work")
    notes = Path(company["NOTES"])
    eventually(lambda: notes.exists() and notes.read_text() == "begun once\n", first)
    first.kill()
    first.wait()
    second = start("work")
    eventually(lambda: "ended once" in notes.read_text(), second)
    seen = "job = Job.objects.get(); print(job.state, job.attempts, job.done)"
    eventually(lambda: in_the_company(company, seen) == "done 2 1")
    assert notes.read_text().splitlines() == ["begun once", "begun once", "ended once"]


def test_it_does_each_job_once_however_many_work(start, company):
    assert start("prepare").wait(PATIENCE) == 0
    in_the_company(company, "for n in range(60): ask('write', word=str(n))")
    for _ in range(3):
        start("work")
    left = "print(Job.objects.exclude(state='done').count())"
    eventually(lambda: in_the_company(company, left) == "0")
    written = Path(company["NOTES"]).read_text().split()
    assert sorted(written, key=int) == [str(n) for n in range(60)]
