"""The copy that is made once a day, where `MILEPOST_BACKUPS` names a folder for it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone

from milepost.web.copies import CannotCopy, back_up_into
from milepost.web.jobs import Hopeless, Work

HOUR = 3
"""From this hour on, in the company's night, the day's copy is due."""


def today() -> str | None:
    """Return the day whose copy is due, None before its hour, and where no folder is named."""
    now = timezone.localtime()
    return now.date().isoformat() if settings.BACKUPS and now.hour >= HOUR else None


def each_day(work: Work) -> dict[str, Any]:
    """Make the day's copy, and take away the oldest."""
    if settings.BACKUPS is None:
        raise Hopeless("MILEPOST_BACKUPS names no folder any more.")
    try:
        folder = back_up_into(settings.BACKUPS, keep=settings.BACKUPS_KEPT, now=timezone.localtime())
    except CannotCopy as error:
        raise Hopeless(str(error)) from error
    return {"folder": str(folder)}
