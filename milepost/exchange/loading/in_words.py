"""Say in words what a field holds here and what a source says of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from milepost.web.words import day, money


def otherwise(row: models.Model, name: str, value: Any) -> dict[str, str]:
    """Set beside each other, in words, what a field says here and what the source says of it."""
    label = str(row._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    ours, theirs = (in_words(row, name, said)[:200] for said in (getattr(row, name), value))
    return {"field": label, "ours": ours, "theirs": theirs}


def in_words(row: models.Model, name: str, value: Any) -> str:
    """Write a field's value as people read it: an amount in its currency, a row by its name, nothing as unknown."""
    field_ = row._meta.get_field(name)
    if value in (None, ""):
        return _("unknown")
    if isinstance(field_, models.ForeignKey):
        return str(field_.related_model._default_manager.filter(pk=value).first() or value)
    if name == "value_minor":
        return str(money(int(value), getattr(row, "currency", "")))
    if isinstance(field_, models.DateField):
        return day(value if isinstance(value, dt.date) else dt.date.fromisoformat(value))
    return str(value)
