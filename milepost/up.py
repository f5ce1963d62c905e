"""Make the home ready and keep the web processes and the job process running until told to stop."""

from __future__ import annotations

import argparse
import datetime
import errno
import fcntl
import hashlib
import json
import os
import secrets
import socket
import sys
import urllib.error
import urllib.request
import zoneinfo
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from milepost.cli import Trouble
from milepost.supervise import Child, Supervisor, say

UPGRADES_KEPT = 3
"""Copies made before upgrades that are kept."""


def up(options: argparse.Namespace) -> int:
    """Serve the company in the home until stopped."""
    with only_one(home(), options):
        prepare()
        return serve(options, lambda: None)


def demo(options: argparse.Namespace) -> int:
    """Make the example company where the home has none, then serve it."""
    with only_one(home(), options):
        prepare()
        make_example(options)
        return 0 if options.no_serve else serve(options, say_sign_ins)


def home() -> Path:
    """Return the company's home, made if it is not there."""
    path = Path(os.environ["MILEPOST_HOME"])
    path.mkdir(parents=True, exist_ok=True)
    return path


@contextmanager
def only_one(place: Path, options: argparse.Namespace) -> Iterator[None]:
    """Hold the home, so that two never serve it at once; say where the other one is."""
    address = f"http://localhost:{options.port}"
    with open(place / "up.lock", "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Trouble(f"Milepost already runs for {place}, at {lock.read() or 'some address'}.") from None
        check_port(options)
        lock.truncate(0)
        lock.write(address)
        lock.flush()
        yield


def check_port(options: argparse.Namespace) -> None:
    """Find out before anything is made whether the address can be had."""
    family = socket.AF_INET6 if ":" in options.listen else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((options.listen, options.port))
        except OverflowError:
            raise Trouble(f"{options.port} is no port; choose one between 1 and 65535.") from None
        except OSError as error:
            why = (error.strerror or "").lower()
            option = "--port" if error.errno in (errno.EADDRINUSE, errno.EACCES) else "--listen"
            place = f"{options.listen} port {options.port}"
            raise Trouble(f"{place} cannot be used ({why}). Choose another with {option}.") from None


def prepare() -> None:
    """Bring the database and the static files to this version; quick when they are."""
    migrate()
    collect_static()


def move() -> int:
    """Carry the company of the home into the database that is named, and say what came over."""
    import django

    django.setup()
    from milepost.web.copies import CannotCopy
    from milepost.web.moving import files_in, move, told, where

    place = Path(os.environ["MILEPOST_HOME"])
    say(f"Carrying the company in {place} into {where()} …")
    try:
        moved = move(place, say=say)
    except CannotCopy as error:
        raise Trouble(str(error)) from None
    files, size = files_in(place)
    say(told(moved))
    say(f"{files:,} attached files ({size / 1e6:,.1f} MB), the secret key and the old database stay in the home.")
    say(f"Begin with: milepost up --home {place}, and the same address as --database or in MILEPOST_DATABASE.")
    return 0


def refuse_what_was_moved() -> None:
    """Stop rather than go on with an old file whose company lives in PostgreSQL now."""
    from milepost.web.moving import NOTE

    note = home() / NOTE
    if note.exists() and not os.environ.get("MILEPOST_DATABASE"):
        raise Trouble(
            f"This company was moved to {note.read_text().splitlines()[0]}. Name that with --database or "
            f"MILEPOST_DATABASE; to go on with the old file instead, delete {note}."
        )


def migrate() -> None:
    """Bring the database to this version."""
    import django
    from django.core.management import call_command

    refuse_what_was_moved()
    if not (home() / "static" / "stamp").exists():
        say("Making the database and what pages are drawn with: half a minute, once …")
    django.setup()
    copy_before_upgrade()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    from milepost.opportunities.standing import analyse

    analyse()  # a migration that rebuilds a table drops what SQLite had counted of it


def copy_before_upgrade() -> None:
    """Copy everything where there is a company and this version changes its database."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor
    from django.utils import timezone

    from milepost.web.copies import CannotCopy, back_up_into

    executor = MigrationExecutor(connection)
    if not executor.loader.applied_migrations or not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    say("Copying everything before the database is brought to this version …")
    try:
        folder = back_up_into(home() / "before-upgrade", keep=UPGRADES_KEPT, now=timezone.localtime())
    except CannotCopy as error:
        if connection.vendor == "sqlite":
            raise Trouble(f"Nothing was changed, for no copy could be made before the upgrade. {error}") from None
        say(f"No copy was made before the upgrade: {error}")
    else:
        say(f"The copy is in {folder}.")


def collect_static() -> None:
    """Copy and compress the static files when any of them has changed."""
    from django.conf import settings
    from django.core.management import call_command

    stamp, now = Path(settings.STATIC_ROOT) / "stamp", static_stamp()
    if stamp.exists() and stamp.read_text() == now:
        return
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(now)


def static_stamp() -> str:
    """Return a sum over the names, sizes and times of all static files."""
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            facts = os.stat(storage.path(name))
            digest.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def make_example(options: argparse.Namespace) -> None:
    """Make the example company, unless the home has a company; keep who can sign in beside it."""
    from milepost.exchange.example.make import make_company
    from milepost.team.models import Company

    unfinished, finished = home() / "example.unfinished", home() / "example.txt"
    if unfinished.exists():
        raise Trouble(
            f"The example company in {home()} was not finished. Delete that folder, or choose another --home."
        )
    if Company.objects.exists():
        return
    say("Making the example company …")
    unfinished.touch()
    date = options.date or datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Berlin")).date()
    make_company(total=options.opportunities, seed=options.seed, today=date, password=options.password, say=say)
    finished.write_text(sign_in_lines(options.password))
    unfinished.unlink()


def sign_in_lines(password: str) -> str:
    """Return whom to sign in as, one a line."""
    from milepost.exchange.example.setting import sign_ins

    people = [f"  {one.email:<36} {one.name}, {one.role}, {one.sees}\n" for one in sign_ins()]
    return f"Password: {password}\nSign in as\n" + "".join(people)


def say_sign_ins() -> None:
    """Print who can sign in to the example company."""
    kept = home() / "example.txt"
    say(
        kept.read_text().rstrip()
        if kept.exists()
        else "This home holds a company of its own; sign in as one of its people."
    )


def serve(options: argparse.Namespace, when_ready: Callable[[], None]) -> int:
    """Run the web processes and the job process until SIGTERM or SIGINT."""
    from django.db import connections

    connections.close_all()
    children = [Child("web", web_command(options)), Child("jobs", [sys.executable, "-m", "milepost", "work"])]
    supervisor = Supervisor(children)
    os.environ["MILEPOST_WORKER"] = worker_name()
    return supervisor.run(lambda: is_ready(options), lambda: greet(options, when_ready))


def web_command(options: argparse.Namespace) -> list[str]:
    """Return how the web server is started."""
    listen = f"[{options.listen}]" if ":" in options.listen else options.listen
    return [
        *(sys.executable, "-m", "gunicorn", "milepost.wsgi:application"),
        *("--bind", f"{listen}:{options.port}", "--worker-class", "gthread"),
        *("--workers", str(options.workers), "--threads", str(options.threads), "--preload"),
        *("--timeout", "120", "--graceful-timeout", "8", "--keep-alive", "15"),
        *("--log-level", "warning", "--no-control-socket"),
    ]


def worker_name() -> str:
    """Return the name of this home's job process, kept so that its successor knows what it held."""
    path = home() / "worker.name"
    if not path.exists():
        path.write_text(f"{socket.gethostname()[:50]}:{secrets.token_hex(8)}")
    return path.read_text()


def is_ready(options: argparse.Namespace) -> bool:
    """Ask the site itself whether it is ready."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104
    at = everywhere.get(options.listen, f"[{options.listen}]" if ":" in options.listen else options.listen)
    try:
        with urllib.request.urlopen(f"http://{at}:{options.port}/health", timeout=5) as answer:
            return json.load(answer)["status"] == "ok"
    except (OSError, ValueError, urllib.error.URLError):
        return False


def greet(options: argparse.Namespace, and_then: Callable[[], None]) -> None:
    """Say where Milepost is."""
    say(f"Milepost is ready: http://localhost:{options.port}")
    if options.listen in ("0.0.0.0", "::") and not options.host:  # noqa: S104
        say("Name the addresses people will use with --host, for example --host crm.example.com.")
    and_then()
    say("Stop it with Ctrl-C.")
