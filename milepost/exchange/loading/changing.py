"""Tell what a source may change of a row that is here, and what it may not."""

from __future__ import annotations

from typing import Any

from django.db import models

from milepost.exchange.loading.ledger import plain


def what_to_change(row: models.Model, was: dict[str, Any], given: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Tell what the source may change, and which fields it may not because a person here has changed them."""
    changing, kept = which_to_change(row, was, given)
    return as_stored(row, {name: given[name] for name in changing}), kept


def which_to_change(row: models.Model, was: dict[str, Any], given: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Name the fields that follow the source, and those that stay as a person here has made them."""
    changing: list[str] = []
    kept: list[str] = []
    for name, value in given.items():
        now = plain(getattr(row, name))
        if now == value or (name in was and was[name] == value):
            continue
        ours = now not in (None, "") if name not in was else now != was[name]
        (kept if ours else changing).append(name)
    return changing, kept


def as_stored(row: models.Model, given: dict[str, Any]) -> dict[str, Any]:
    """Give what a source says as the model holds it."""
    stored: dict[str, Any] = {}
    for name, value in given.items():
        stored |= _as_stored(row, name, value)
    return stored


def _as_stored(row: models.Model, name: str, value: Any) -> dict[str, Any]:
    """Give a field's value as the model holds it; a link as the row it names, so that the history can say it."""
    field_ = row._meta.get_field(name)
    if isinstance(field_, models.ForeignKey):
        return {field_.name: None if value is None else field_.related_model._default_manager.get(pk=value)}
    assert isinstance(field_, models.Field)
    return {field_.name: field_.to_python(value)}
