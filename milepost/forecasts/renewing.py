"""Tell pages of totals that amounts or figures are being brought up to date just now."""

from __future__ import annotations

from milepost.web.jobs import under_way
from milepost.web.models import Job

RENEW = ("import", "undo_import", "bring", "price", "reprice", "learn")
"""The jobs that change amounts, or all figures, over some time."""


def renewing() -> Job | None:
    """Return the job that is at it, None when nothing is."""
    return under_way(*RENEW)
