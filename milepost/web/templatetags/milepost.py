"""How a value looks: the string, ranges, money, days, icons and form fields."""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField, Form
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from milepost.web import string_drawing, words
from milepost.web.chart import Chart
from milepost.web.form_drawing import draw_errors, draw_field
from milepost.web.typed import typed

register = template.Library()


def unknown() -> SafeString:
    """Return the word for what nobody has told us yet; never a zero, never a blank."""
    return format_html('<span class="faint">{}</span>', _("unknown"))


@register.simple_tag
def string(
    beads: Any,
    size: str = "row",
    label: str = "",
    href: str = "",
    step_href: str = "",
    current: int | None = None,
    days: int | None = None,
    usual_days: int | None = None,
    over: bool | None = None,
) -> SafeString:
    """Draw a string from its compact form or from `Bead`s: see `milepost.web.string_drawing`.

    {% string row.beads label=row.name href=url current=row.step_id days=row.days usual_days=row.usual_days %}
    """
    return string_drawing.draw(
        beads or (),
        size=size,
        title=str(label),
        href=str(href),
        step_href=str(step_href),
        current=current,
        days=days,
        usual_days=usual_days,
        over=over,
    )


@register.simple_tag
@lru_cache(maxsize=4096)
def range_bar(low: float, mid: float, high: float, thin: bool = False, of: float = 1, late: bool = False) -> SafeString:
    """Draw an interval and its middle on a line from 0 to `of`; hollow where there is no history yet."""
    if low is None or mid is None or high is None:
        return mark_safe("")
    places = [f"{100 * min(max(float(value) / of, 0), 1):.1f}%" for value in (low, mid, high)]
    kind = "range" + (" range-thin" if thin else "") + (" late" if late else "")
    return format_html(
        '<svg class="{}" width="100%" height="10" aria-hidden="true">'
        '<line class="range-track" x1="0" x2="100%" y1="5" y2="5"/>'
        '<line class="range-band" x1="{}" x2="{}" y1="5" y2="5"/>'
        '<circle class="range-dot" cx="{}" cy="5" r="3.25"/></svg>',
        kind,
        places[0],
        places[2],
        places[1],
    )


CATEGORIES = ["omitted", "pipeline", "best_case", "commit"]
BARS = ((0, 8, 4), (5, 4.5, 7.5), (10, 1, 11))


@register.simple_tag
def category(level: str | int) -> SafeString:
    """Draw a forecast category: three bars, and the word."""
    at = CATEGORIES.index(level) if isinstance(level, str) else int(level)
    names = [_("Omitted"), _("Pipeline"), _("Best case"), _("Commit")]
    bars = format_html_join(
        "",
        '<rect x="{}" y="{}" width="3.4" height="{}" rx="1"{}/>',
        ((x, y, tall, mark_safe(' class="on"') if at > i else "") for i, (x, y, tall) in enumerate(BARS)),
    )
    return format_html(
        '<span class="cat" data-level="{}">'
        '<svg class="cat-glyph" viewBox="0 0 14 12" aria-hidden="true">{}</svg>{}</span>',
        at,
        bars,
        names[at],
    )


@register.simple_tag
@lru_cache(maxsize=1024)
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """Show an outline of the sprite; give `label` only where no word stands beside it."""
    kind = f"mp-icon {css}".strip()
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}"><use href="#i-{}"/></svg>', kind, label, name)
    return format_html('<svg class="{}" aria-hidden="true"><use href="#i-{}"/></svg>', kind, name)


SEALS = ("none", "asked", "agreed", "changed")


def seal_words(state: str, version: int | None = None) -> str:
    """Say how the client's yes to the shared plan stands."""
    said = {
        "none": _("Plan not shared"),
        "asked": _("Waiting for the client’s yes"),
        "agreed": _("Plan confirmed v%(version)s"),
        "changed": _("Changed since v%(version)s was confirmed"),
    }
    return said[state] % {"version": version}


@register.simple_tag
def seal(state: str, version: int | None = None, *, is_short: bool = False) -> SafeString:
    """Draw the mark of the client's yes; it stands beside the title, not on the line.

    Its words stand beside it, or where `is_short` only for who hears them or rests on it.
    """
    said = seal_words(state, version)
    words = format_html('<span class="visually-hidden">{}</span>', said) if is_short else said
    title = format_html(' title="{}"', said) if is_short else ""
    mark = '<span class="seal-mark" data-state="{}"{}><svg aria-hidden="true"><use href="#seal-{}"/></svg>{}</span>'
    return format_html(mark, state, title, state, words)


@register.filter
def seen_by(row: Any, person: Any) -> bool:
    """Tell whether a person sees a row, so that no link leads to nothing: {% if account|seen_by:request.user %}."""
    return bool(row.is_seen_by(person))


@register.filter
def counted(number: int | str | None) -> str:
    """Write how many there are, with its thousands apart: 2,089."""
    return words.count(int(number or 0))


@register.filter
def money(minor: int | None, currency: str) -> str:
    """Write an amount of minor units in full: {{ row.value_minor|money:"EUR" }}."""
    return unknown() if minor is None else words.money(int(minor), currency)


@register.filter
def money_short(minor: int | None, currency: str) -> str:
    """Write an amount of minor units in short: €1.84 M, €920 k."""
    return unknown() if minor is None else words.money_short(int(minor), currency)


@register.filter
def signed_short(minor: int | None, currency: str) -> str:
    """Write a difference of minor units in short, with its sign: +€0.38 M."""
    if minor is None:
        return unknown()
    return ("+" if minor > 0 else "") + words.money_short(int(minor), currency)


@register.filter
def signed_percent(share: float | None) -> str:
    """Write a difference as a share in whole percent, with its sign: +12 %."""
    if share is None:
        return unknown()
    sign = words.MINUS if share < 0 else "+" if share > 0 else ""
    return f"{sign}{words.percent(abs(share))}"


@register.filter
def day(moment: datetime.date | None) -> str:
    """Write a day: Tue 24 Nov, with its year when that is not this year."""
    return words.day(moment) if moment else unknown()


@register.filter
def short_day(moment: datetime.date | None) -> str:
    """Write a day in short: 24 Nov."""
    return words.short_day(moment) if moment else unknown()


@register.filter
def month_year(moment: datetime.date | None) -> str:
    """Write a month: Feb 2027."""
    return words.month_year(moment) if moment else unknown()


@register.filter
def percent(share: float | None) -> str:
    """Write a chance between 0 and 1: 58 %."""
    return unknown() if share is None else words.percent(float(share))


@register.simple_tag
def field(bound: BoundField, **attrs: Any) -> SafeString:
    """Draw a form's field with its label, help and errors in their places.

    `label` and `help` replace the form's words, `optional=False` hides that word; all other `attrs` go to the control.
    """
    return draw_field(bound, attrs)


@register.simple_tag
def form_errors(form: Form) -> SafeString:
    """Say at the top of a form what is wrong, with a way to each field."""
    return draw_errors(form)


@register.inclusion_tag("web/_chart.html", takes_context=True)
def chart(context: template.Context, what: Chart) -> dict[str, Any]:
    """Draw a chart with its values, its figures and the ways to keep them: {% chart trend %}."""
    company = context["request"].company
    day = date_format(company.today(), "j M Y")
    return {"chart": what, "when": _("%(company)s, as of %(day)s") % {"company": company.name, "day": day}}


@register.inclusion_tag("web/_typed.html", takes_context=True)
def what_was_typed(context: Any) -> dict[str, Any]:
    """Hand back what was sent with a request that is refused, so that it can be copied."""
    return {"typed": typed(context.get("request"))}
