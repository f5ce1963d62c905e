"""Write and read the history of changes: every verb that changes something calls `record`."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.db import models


class StaleEdit(Exception):
    """Somebody else edited the row since it was shown; `changes` tells what they did."""

    def __init__(self, row: models.Model, version: int) -> None:
        super().__init__(f"{row} has been changed since version {version}.")
        self.row = row
        self.version = version


def kind_of(row: models.Model) -> str:
    """Name the kind of a row as history and search do: "opportunity", "account", …"""
    return row._meta.model_name or ""


def plain(value: Any) -> Any:
    """Turn a field's value into something JSON can keep and a person can read."""
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value


def record(
    subject: models.Model,
    verb: str,
    *,
    by: Any,
    what: dict[str, Any] | None = None,
    reason: str = "",
    part: str = "",
) -> Any:
    """Append one line to the history of `subject`; `part` names the step, task or contact inside it."""
    from milepost.web.models import Change

    return Change.objects.create(
        by=by,
        on_behalf_of_id=by.acting_for(subject) if by is not None else None,
        verb=verb,
        subject_kind=kind_of(subject),
        subject_id=subject.pk,
        part=part[:200],
        what=what or {},
        reason=reason,
    )


def record_removal(row: models.Model, *, of: models.Model, by: Any) -> None:
    """Remember a row that is about to be deleted: who has a form on it open is told who took it from what."""
    record(row, "removed", by=by, part=str(row), what={"of": [of.pk, None]})


def removal_of(kind: type[models.Model], pk: int) -> Any:
    """Return the line of history by which the row was removed, None when it never was; `what["of"][0]` is its owner."""
    from milepost.web.models import Change

    rows = Change.objects.filter(subject_kind=kind._meta.model_name, subject_id=pk, verb="removed")
    return rows.select_related("by").order_by("-id").first()


def changes_of(subject: models.Model) -> Any:
    """Return the history of `subject`, newest first, with the people in it."""
    from milepost.web.models import Change

    rows = Change.objects.filter(subject_kind=kind_of(subject), subject_id=subject.pk)
    return rows.select_related("by", "on_behalf_of").order_by("-id")
