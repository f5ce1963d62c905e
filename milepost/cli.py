"""The one command: `milepost up`, `milepost demo`, `milepost import`, …

Only the standard library is imported up here: settings are read from the environment when Django is first touched, and
`--home` must have its say before that.
"""

from __future__ import annotations

import argparse
import datetime
import errno
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from milepost import __version__

CLONE = Path(__file__).resolve().parent.parent
LOCAL = "127.0.0.1"
# Django commands that people use under our name, with what they do.
PASSED_ON = {
    "import": "bring in what a CRM exported",
    "export": "write everything the company has into one ZIP",
    "learn": "learn from the company's own history now",
    "backtest": "forecast past days of a step history, and score the forecasts",
    "backup": "copy everything into a new folder, while Milepost runs",
    "restore": "check a copy, and bring the company back from it",
    "rebuild": "make the reading rows of open opportunities anew, or check them",
}
# Those of them that need no company.
ALONE = {"backtest", "restore"}


class Trouble(Exception):
    """Something a person can mend, said in plain words."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if arguments and arguments[0] in PASSED_ON:
            return pass_on(arguments)
        options = parser().parse_args(arguments)
        set_environment(options)
        return options.run(options)
    except KeyboardInterrupt:
        return 130
    except Trouble as trouble:
        return complain(str(trouble))
    except Exception as error:
        words = plainly(error)
        if not words:
            raise
        return complain(words)


def complain(words: str) -> int:
    """Say what went wrong and return the exit code for it."""
    print(f"milepost: {words}", file=sys.stderr)  # noqa: T201
    return 1


def plainly(error: Exception) -> str:
    """Say an outside failure in plain words; "" for what is our own mistake and needs its traceback."""
    text = str(error)
    if (isinstance(error, OSError) and error.errno == errno.ENOSPC) or "disk is full" in text:
        return "There is no room left on the disk."
    if isinstance(error, PermissionError):
        return f"This account may not write to {error.filename}. Choose another place with --home."
    if type(error).__name__ == "OperationalError":
        return f"The database does not answer: {text.strip()}"
    return text if text.startswith(("The database address", "MILEPOST_")) else ""


def parser() -> argparse.ArgumentParser:
    """Describe every command and option."""
    top = argparse.ArgumentParser(prog="milepost", description="Manage sales opportunities as strings of small steps.")
    top.add_argument("--version", action="version", version=f"milepost {__version__}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    serving = argparse.ArgumentParser(add_help=False)
    add_home(serving)
    add_serving(serving)
    up = commands.add_parser("up", parents=[serving], help="serve a company and do its jobs until stopped")
    up.set_defaults(run=run_up, company="company")
    demo = commands.add_parser("demo", parents=[serving], help="serve an example company, made on the first start")
    add_example(demo)
    demo.set_defaults(run=run_demo, company="demo")
    prepare = commands.add_parser("prepare", help="bring the database and static files to this version, then stop")
    prepare.set_defaults(run=run_prepare, company="company")
    work = commands.add_parser(
        "work", aliases=["worker"], help="do jobs here too: one more worker for a PostgreSQL company"
    )
    work.set_defaults(run=run_work, company="company")
    move = commands.add_parser("move", help="carry the company from SQLite into an empty PostgreSQL database")
    move.add_argument("--to", required=True, metavar="ADDRESS", help="postgres://user:secret@host/name")
    move.set_defaults(run=run_move, company="company")
    for command in (prepare, work, move):
        add_home(command)
    for name, help_text in PASSED_ON.items():
        commands.add_parser(name, help=help_text, add_help=False)
    return top


def add_home(command: argparse.ArgumentParser) -> None:
    """Add the options every command has."""
    command.add_argument("--home", metavar="DIR", help="where the company's data lives")
    command.add_argument("--database", metavar="ADDRESS", help="the PostgreSQL database its rows live in")


def add_serving(command: argparse.ArgumentParser) -> None:
    """Add what `up` and `demo` share."""
    command.add_argument("--port", type=int, default=8000, metavar="N", help="the port to answer on (8000)")
    command.add_argument(
        "--listen", default="127.0.0.1", metavar="ADDRESS", help="the address to answer on (127.0.0.1)"
    )
    command.add_argument("--host", action="append", default=[], metavar="NAME", help="a name people reach it by")
    command.add_argument("--https", action="store_true", help="a proxy in front speaks HTTPS: secure cookies and HSTS")
    command.add_argument("--workers", type=int, default=2, metavar="N", help="web processes (2)")
    command.add_argument("--threads", type=int, default=4, metavar="N", help="threads in each web process (4)")


def add_example(command: argparse.ArgumentParser) -> None:
    """Add what decides the example company."""
    day = datetime.date.fromisoformat
    command.add_argument("--opportunities", type=int, default=1650, metavar="N", help="how many to make (1650)")
    command.add_argument("--seed", type=int, default=1, metavar="N", help="another number, another company (1)")
    command.add_argument("--date", type=day, metavar="YYYY-MM-DD", help="the day the example is of (today)")
    command.add_argument("--password", default="milestones", metavar="WORD", help="everybody's password (milestones)")
    command.add_argument("--no-serve", action="store_true", help="make it and stop")


def set_environment(options: argparse.Namespace) -> None:
    """Write the options where the settings, here and in the processes we start, read them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "milepost.settings")
    os.environ["MILEPOST_HASHED_STATIC"] = "1"
    set_home(options.home, options.company)
    set_database(getattr(options, "to", None) or options.database)
    if getattr(options, "https", False):
        os.environ["MILEPOST_HTTPS"] = "1"
    if hasattr(options, "host"):
        os.environ["MILEPOST_HOSTS"] = ",".join(hosts(options))
        os.environ.setdefault("MILEPOST_ADDRESS", address(options))


def set_home(home: str | None, company: str) -> None:
    """Settle where the data lives: the option, the environment, or the usual place."""
    chosen = home or os.environ.get("MILEPOST_HOME") or usual_home(company)
    os.environ["MILEPOST_HOME"] = str(Path(chosen).expanduser().resolve())


def set_database(address: str | None) -> None:
    """Settle which database is meant: the option, or the environment."""
    if address:
        os.environ["MILEPOST_DATABASE"] = address


def usual_home(company: str) -> Path:
    """Return `var/` of a clone, or the person's own data directory for an installed package."""
    if (CLONE / "pyproject.toml").exists():
        return CLONE / "var" / company
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "milepost" / company


def hosts(options: argparse.Namespace) -> list[str]:
    """Return every name the site answers to."""
    given = [name for name in os.environ.get("MILEPOST_HOSTS", "").split(",") if name]
    listened = [] if options.listen in ("0.0.0.0", "::") else [options.listen]  # noqa: S104
    return list(dict.fromkeys(["localhost", "127.0.0.1", "[::1]", *listened, *given, *options.host]))


def address(options: argparse.Namespace) -> str:
    """Return where people reach the site, as links in mail have it, unless MILEPOST_ADDRESS says otherwise.

    >>> address(argparse.Namespace(host=[], port=8001, https=False))
    'http://localhost:8001'
    >>> address(argparse.Namespace(host=["crm.example.com"], port=8001, https=True))
    'https://crm.example.com'
    """
    name = options.host[0] if options.host else "localhost"
    if options.https:  # a proxy in front answers at its own port
        return f"https://{name}"
    return f"http://{name}" if options.port == 80 else f"http://{name}:{options.port}"


def pass_on(arguments: list[str]) -> int:
    """Run one of Django's commands under our name, with `--home` as everywhere."""
    taken = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    add_home(taken)
    options, rest = taken.parse_known_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "milepost.settings")
    set_home(options.home, "company")
    set_database(options.database)
    if rest[0] in ALONE:
        os.environ.setdefault("MILEPOST_SECRET_KEY", "nothing is signed")  # else one is made in the home
    from django.core.management import execute_from_command_line

    if rest[0] not in ALONE and "--help" not in rest and "-h" not in rest:
        from milepost.up import migrate

        migrate()
    execute_from_command_line(["milepost", *rest])
    return 0


def run_up(options: argparse.Namespace) -> int:
    """Serve the company in the home."""
    from milepost import up

    return up.up(options)


def run_demo(options: argparse.Namespace) -> int:
    """Make the example company where there is none, and serve it."""
    from milepost import up

    return up.demo(options)


def run_prepare(options: argparse.Namespace) -> int:
    """Migrate, and collect static files."""
    from milepost import up

    up.prepare()
    return 0


def run_move(options: argparse.Namespace) -> int:
    """Carry the company over, and say what came."""
    from milepost import up

    return up.move()


def run_work(options: argparse.Namespace) -> int:
    """Do jobs until stopped."""
    import django

    django.setup()
    from milepost.web import worker

    worker.main()
    return 0
