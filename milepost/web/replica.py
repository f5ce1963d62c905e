"""Let a read replica answer for long lists and charts, where nobody can notice that it is a moment behind.

A page of `settings.REPLICA_PAGES` is drawn from it when the replica has, of the primary's log, all that

- this browser has written: after each change its cookie holds how far the log was;
- was there some ten seconds ago;
- the company's stamp stands for, by which each process remembers things (decision 0017).

Who may see what is asked of the primary alone, and so is everything from the first write of a request on. A page that
fails on the replica is drawn again from the primary.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

log = logging.getLogger(__name__)
PRIMARY, REPLICA = "default", "replica"
OURS = {"team", "sessions", "auth", "account", "contenttypes", "web"}
"""Apps whose rows are read from the primary: people and what they may see, sessions, jobs."""
COOKIE, COOKIE_SECONDS = "wrote", 3600
EVERY, TOO_OLD = 5.0, 15.0
"""Seconds after which the primary is asked anew how far it is, and after which an answer is no measure any more."""
HEADER = "Server-Timing"

_reading: ContextVar[bool] = ContextVar("reading", default=False)


@contextmanager
def reading() -> Iterator[None]:
    """Read from the replica within this block."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


class Router:
    """Send reads of the pages that may be behind to the replica, and everything else to the primary."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return REPLICA if _reading.get() and model._meta.app_label not in OURS else PRIMARY

    def db_for_write(self, model: Any, **hints: Any) -> str:
        _reading.set(False)  # what is read after this may be what is written now
        return PRIMARY

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == PRIMARY


class Marks:
    """How far the primary's log was at two moments of the last seconds; each process keeps its own."""

    def __init__(self) -> None:
        self.older: tuple[float, str] = (0.0, "")
        self.newer: tuple[float, str] = (0.0, "")

    def floor(self, now: float) -> str:
        """Return what a replica must have so as not to be more than some ten seconds behind."""
        if now - self.newer[0] >= EVERY:
            self.older, self.newer = self.newer, (now, far())
        return self.older[1] if now - self.older[0] < TOO_OLD else self.newer[1]


marks = Marks()


def far() -> str:
    """Return how far the primary's log is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_insert_lsn()::text")
        return str(cursor.fetchone()[0])


def has_all(wrote: str, stamp: str) -> bool:
    """Ask the replica whether it has what this browser wrote, what was there seconds ago, and the company's stamp."""
    floor = marks.floor(time.monotonic())
    with connections[REPLICA].cursor() as cursor:
        cursor.execute(
            """SELECT pg_last_wal_replay_lsn() >= greatest(%s::pg_lsn, %s::pg_lsn)
                      AND (SELECT team_stamp FROM team_company LIMIT 1) = %s""",
            [wrote or floor, floor, stamp],
        )
        return bool(cursor.fetchone()[0])


class ReadFromReplica:
    """Draw pages that may be a moment behind from the replica; the last of the middleware, so that all others ran."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            response.set_cookie(
                COOKIE, far(), max_age=COOKIE_SECONDS, httponly=True, secure=request.is_secure(), samesite="Lax"
            )
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """Answer from the replica where it may and can; None lets the primary answer."""
        match = request.resolver_match
        if request.method != "GET" or match is None or match.view_name not in settings.REPLICA_PAGES:
            return None
        wrote, company = request.COOKIES.get(COOKIE, ""), request.company  # type: ignore[attr-defined]
        if not company or (wrote and not re.fullmatch(r"[0-9A-F]{1,8}/[0-9A-F]{1,8}", wrote)):
            return None
        try:
            if not has_all(wrote, company.team_stamp):
                return None
            with reading():
                response: HttpResponseBase = view(request, *args, **kwargs)
        except DatabaseError as error:
            log.warning("The replica did not answer (%s); the primary does.", str(error).strip())
            return None
        except Exception:  # a row that is there on one of the two only, or a fault that the primary's answer shows
            return None
        if response.streaming:
            response.streaming_content = _streamed(response.streaming_content)  # type: ignore[attr-defined]
        response[HEADER] = REPLICA
        return response


def _streamed(parts: Any) -> Iterator[bytes]:
    """Let each part of a long answer be read from the replica too."""
    rest = iter(parts)
    while True:
        with reading():
            part = next(rest, None)
        if part is None:
            return
        yield part
