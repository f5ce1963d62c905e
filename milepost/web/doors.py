"""The guarded door to each kind of object: what a person may not see is not there for them."""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404

M = TypeVar("M", bound=models.Model)


class GoneMeanwhile(Exception):
    """What an address names has gone since somebody opened a form on it; `to` leads to what there is instead.

    Whoever only looks is led there; what was typed is shown with what happened (`web.middleware`).
    """

    def __init__(self, told: Any, *, to: str = "", name: str = "") -> None:
        super().__init__(str(told))
        self.told, self.to, self.name = str(told), to, name


def find(rows: models.QuerySet[M], **lookup: Any) -> M:
    """Return the one row of an already guarded query, or raise Http404."""
    row = rows.filter(**lookup).first()
    if row is None:
        raise Http404
    return row


def must(allowed: bool, why: Any) -> None:
    """Raise PermissionDenied with words for the screen unless `allowed`."""
    if not allowed:
        raise PermissionDenied(str(why))
