"""Tell supervisors and load balancers whether this process can serve."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

import milepost

_migrated = False


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database is there and has this version's tables, else 503 with what is missing."""
    missing = what_is_missing()
    if missing:
        return JsonResponse({"status": "not ready", "why": missing}, status=503)
    return JsonResponse({"status": "ok", "version": milepost.__version__})


def what_is_missing() -> str:
    """Return in a few words why this process cannot serve yet, or ""."""
    global _migrated
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        # Reading all migrations takes long, and what has been migrated stays so while this process lives.
        _migrated = _migrated or not _unapplied()
    except DatabaseError:
        return "the database does not answer"
    return "" if _migrated else "the database is not migrated"


def _unapplied() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
