"""Say a line of history in words: who did what, from what to what, and why."""

from __future__ import annotations

import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from milepost.web.words import day

VERBS = {
    "added": gettext_lazy("added it"),
    "edited": gettext_lazy("edited it"),
    "contact added": gettext_lazy("added a contact"),
    "left": gettext_lazy("recorded that they left"),
    "came back": gettext_lazy("recorded that they are there again"),
    "note written": gettext_lazy("wrote a note"),
    "call written": gettext_lazy("wrote down a call"),
    "task added": gettext_lazy("added a task"),
    "task done": gettext_lazy("ticked off a task"),
    "task reopened": gettext_lazy("took a tick back"),
    "merged": gettext_lazy("merged another account into it"),
    "merged away": gettext_lazy("merged it into another account"),
    "merge undone": gettext_lazy("took a merge back"),
    "draft opened": gettext_lazy("opened the next version as a draft"),
    "draft thrown away": gettext_lazy("threw the draft away"),
    "published": gettext_lazy("published a version"),
    "retired": gettext_lazy("retired it"),
    "revived": gettext_lazy("brought it back"),
    "step added": gettext_lazy("added a step"),
    "step changed": gettext_lazy("changed a step"),
    "step moved": gettext_lazy("moved a step"),
    "step removed": gettext_lazy("removed a step"),
}
"""How each stored verb is said; one that is missing here is shown as it is stored."""


def said(change: Any) -> SafeString:
    """Return a line of history as HTML."""
    who = change.by.name if change.by else _("Milepost")
    if change.on_behalf_of_id:
        who = _("%(who)s for %(absent)s") % {"who": who, "absent": change.on_behalf_of.name}
    verb = VERBS.get(change.verb, change.verb)
    part = format_html(", <b>{}</b>", change.part) if change.part else ""
    reason = format_html(' <span class="muted">“{}”</span>', change.reason) if change.reason else ""
    return format_html("{} {}{}{}{}", who, verb, part, _details(change), reason)


def _details(change: Any) -> SafeString:
    model = _model(change.subject_kind)
    # What a verb's own words and the part say already is not said twice.
    told = {change.part, ""}
    pairs = [(name, *_pair(model, name, pair)) for name, pair in change.what.items()]
    lines = [
        (_label(model, name), was, now)
        for name, was, now in pairs
        if not (was == NOTHING and now in told) and not (now == NOTHING and was in told)
    ]
    if not lines:
        return mark_safe("")
    return format_html(
        ": {}", format_html_join("; ", "{} {}", ((label, _arrow(was, now)) for label, was, now in lines))
    )


NOTHING = "–"


def _arrow(was: str, now: str) -> SafeString:
    if was == NOTHING:
        return format_html("<b>{}</b>", now)
    return format_html("{} → <b>{}</b>", was, now)


def _pair(model: type[models.Model] | None, name: str, pair: Any) -> tuple[str, str]:
    was, now = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
    return _value(model, name, was), _value(model, name, now)


def _value(model: type[models.Model] | None, name: str, value: Any) -> str:
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, bool):
        return pgettext("a field is set", "yes") if value else pgettext("a field is not set", "no")
    if isinstance(value, dict):
        return ", ".join(f"{key} {number}" for key, number in value.items())
    choices = dict(getattr(_field(model, name), "flatchoices", ()) or ())
    if value in choices:
        return str(choices[value])
    return _dated(value) if isinstance(value, str) else str(value)


def _dated(text: str) -> str:
    try:
        return day(datetime.date.fromisoformat(text)) if len(text) == 10 else text
    except ValueError:
        return text


def _label(model: type[models.Model] | None, name: str) -> str:
    field = _field(model, name)
    return str(field.verbose_name) if field is not None else name.replace("_", " ")


def _field(model: type[models.Model] | None, name: str) -> Any:
    try:
        return model._meta.get_field(name) if model is not None else None
    except FieldDoesNotExist:
        return None


def _model(kind: str) -> type[models.Model] | None:
    return next((model for model in apps.get_models() if model._meta.model_name == kind), None)
