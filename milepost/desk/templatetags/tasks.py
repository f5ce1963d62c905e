"""A task as one line with its box to tick. In Python: a list has a hundred of them."""

from __future__ import annotations

import datetime
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from milepost.opportunities.models import Task
from milepost.web import words
from milepost.web.paths import path
from milepost.web.templatetags.milepost import icon

register = template.Library()
IS_DONE = ' class="is-done"'
BACK = '<input type="hidden" name="next" value="desk">'
HOLLOW = '<span class="tick-hollow" aria-hidden="true"></span>'


@register.simple_tag(takes_context=True)
def task_line(context: Any, task: Task, today: datetime.date, on_desk: bool = False) -> SafeString:
    """Draw a task: {% task_line task today on_desk=True %}. Ticked on the Desk, it leads back there."""
    return draw_task(task, today, token=str(context.get("csrf_token", "")), on_desk=on_desk)


def draw_task(task: Task, today: datetime.date, *, token: str, on_desk: bool = False) -> SafeString:
    """Return a task as an item of a list; `token` is the answer's CSRF token."""
    tick = path("desk:tick", task.pk)
    done = task.done_at is not None
    label = _("Not done after all: %(title)s") if done else _("Done: %(title)s")
    return mark_safe(  # noqa: S308 - every text is escaped
        f'<li id="task-{task.pk}"{IS_DONE if done else ""}>\n'
        f'<form method="post" action="{tick}" hx-post="{tick}" hx-target="#task-{task.pk}" hx-swap="outerHTML">'
        f'<input type="hidden" name="csrfmiddlewaretoken" value="{escape(token)}">'
        f'<input type="hidden" name="to" value="{"open" if done else "done"}">'
        f"{BACK if on_desk else ''}"
        # The id lets the focus stay on it when the item is swapped.
        f'<button class="btn btn-bare tickbox" id="tick-{task.pk}" type="submit" '
        f'aria-label="{escape(label % {"title": task.title})}">'
        f"{icon('check') if done else HOLLOW}</button></form>\n"
        f'<span>{escape(task.title)}<span class="sub">{_when_and_where(task, today)}</span></span>\n</li>'
    )


def _when_and_where(task: Task, today: datetime.date) -> str:
    parts = []
    if task.due_on:
        late = ' class="late"' if task.due_on < today and task.done_at is None else ""
        parts.append(f"<span{late}>{words.day(task.due_on)}</span>")
    if task.opportunity is not None:
        page = path("opportunities:page", task.opportunity_id or 0)
        parts.append(f'<a href="{page}">{escape(task.opportunity.name)}</a>')
    elif task.account is not None:
        parts.append(escape(task.account.name))
    return ", ".join(parts)
