"""Draw the cells of a line. In Python like the string in it: a template's nodes took six times as long."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from milepost.desk.board.line import NEXT, Line
from milepost.web import string_drawing, words
from milepost.web.paths import path
from milepost.web.templatetags.milepost import category, icon, range_bar, seal

OFTEN = 2
"""So many times put off into a later month are worth a word on the Board."""


class Drawing:
    """Draw the lines of one answer; what they share is looked up once."""

    def __init__(self, currency: str, without_rate: Mapping[int, str]) -> None:
        self.currency = currency
        self.without_rate = without_rate
        self._categories: dict[str, str] = {}
        self._warn_icon = icon("alert-triangle")
        self._icons = {name: icon(name) if name else "" for name, _words in NEXT.values()}

    @cached_property
    def _said(self) -> dict[str, str]:
        return {
            "choose": _("Choose %s"),
            "no account": _("account unknown"),
            "unknown": _("unknown"),
            "no rate": _("no rate"),
            "as of": _("as of %s"),
            "pushed": _("pushed %s×"),
            "warns": _("Warnings: %(what)s"),
            "counts": _("still counts"),
            "after a no": _("The client said no: it counts in this category until it is ended."),
            "thin": _("leans on the default: not every part of it has a history yet"),
        }

    def cells(self, line: Line) -> SafeString:
        """Return a line's seven cells as HTML; every text in them is escaped here."""
        drawn = (
            self._name(line),
            f'<td role="cell" class="money">{self._value(line)}',
            f'<td role="cell">{self._string(line)}',
            f'<td role="cell">{self._next(line)}',
            f'<td role="cell">{self._chance(line)}',
            f'<td role="cell">{self._close(line)}',
            f'<td role="cell">{self._category(line)}',
        )
        return mark_safe("</td>\n".join(drawn) + "</td>")  # noqa: S308 - each part escapes what it is given

    def _name(self, line: Line) -> str:
        row, name = line.row, escape(line.row.name)
        pick = ""
        if line.may_move:
            label = self._said["choose"] % name
            pick = f'<input class="pick" type="checkbox" form="pick" name="ids" value="{row.pk}" aria-label="{label}">'
        under = escape(row.account_name) or self._said["no account"]
        if row.next_who:
            under += f", {escape(row.next_who)}"
        under = f'<span class="sub clip">{under}</span>'
        if row.seal in ("agreed", "changed"):
            under += f'<span class="sub">{seal(row.seal, row.seal_version, is_short=True)}</span>'
        if line.warns:
            under += self._warned(line)
        if row.seal or line.warns:
            under = f'<div class="under">{under}</div>'
        return f'<td role="cell">{pick}<a class="opp-name" href="{line.href}">{name}</a>{under}'

    def _warned(self, line: Line) -> str:
        """Return a quiet mark with how many rules about its people warn; it says which, and leads to them."""
        said = escape(self._said["warns"] % {"what": line.warnings})
        where = f"{path('buyers:people', line.pk)}#warnings"
        inside = f"{self._warn_icon}{len(line.warns)}"
        return f'<a class="warned" href="{where}" title="{said}" aria-label="{said}">{inside}</a>'

    def _value(self, line: Line) -> str:
        if line.row.value_minor is None:
            if line.pk in self.without_rate:
                return f'{self.without_rate[line.pk]}<span class="sub">{self._said["no rate"]}</span>'
            return f'<span class="sub">{self._said["unknown"]}</span>'
        return escape(words.money_short(line.row.value_minor, self.currency))

    def _string(self, line: Line) -> str:
        row = line.row
        return string_drawing.draw(
            row.beads,
            title=row.name,
            href=line.href,
            current=row.step_id,
            days=line.days,
            usual_days=row.usual_days,
            over=line.is_over,
        )

    def _next(self, line: Line) -> str:
        css = "late" if line.next in ("planned", "gate") else "strong"
        said = f'<span class="{css}">{self._icons[NEXT[line.next][0]]} {escape(line.next_words)}</span>'
        # What is unknown is never cut off, nor whom it waits for.
        is_whole = line.days is None if line.next == "planned" else line.next == "done" and not line.may_move
        css = "sub" if is_whole else "sub clip"
        inside = f'{said}<span class="{css}">{escape(line.next_sub)}</span>'
        if not line.may_report:
            return f'<div class="cell">{inside}</div>'
        if line.shut_by and line.next in ("date", "gate", "paused"):  # no date is offered behind a shut gate
            return f'<a class="cell" href="{path("gates:gates", line.pk)}">{inside}</a>'
        if line.next in ("date", "planned"):
            return _edited("next", line, inside)
        if line.next == "result" and line.row.step_id is not None:
            return f'<a class="cell" href="{path("opportunities:report", line.row.step_id)}">{inside}</a>'
        return f'<a class="cell" href="{line.href}">{inside}</a>'

    def _chance(self, line: Line) -> str:
        row = line.row
        bar = range_bar(row.win_low, row.win, row.win_high, row.thin)
        thin = f'<span class="visually-hidden">{self._said["thin"]}</span>' if row.thin else ""
        figures = f'<div class="prob-n"><b>{words.percent(row.win)}</b><span>{line.chance}</span></div>'
        return f'<div class="prob">{figures}{bar}{thin}</div>'

    def _close(self, line: Line) -> str:
        """Return the expected close, and where it was put off again and again, how often.

        Of an imported one whose clock stands still it says to which day it counts.
        """
        often = ""
        if line.pushed >= OFTEN:
            often = f' <small class="late often">{escape(self._said["pushed"] % line.pushed)}</small>'
        said = f'<span class="strong">{line.close_month}{often}</span><span class="sub">{line.close_range}</span>'
        if line.row.as_of is None:
            return said
        counted = escape(self._said["as of"] % words.month_year(line.row.as_of))
        return f'{said}<span class="sub" title="{escape(words.day(line.row.as_of))}">{counted}</span>'

    def _category(self, line: Line) -> str:
        level = line.row.category
        if level not in self._categories:
            self._categories[level] = category(level)
        model = f'<span class="sub">{escape(line.model_says)}</span>' if line.model_says else ""
        inside = self._categories[level] + model
        if line.row.counts_after_a_no:
            inside += f'<span class="sub" title="{self._said["after a no"]}">{self._said["counts"]}</span>'
        return _edited("category", line, inside) if line.may_report else f'<div class="cell">{inside}</div>'


def _edited(what: str, line: Line, inside: str) -> str:
    """Return a cell that leads to its form: htmx opens it in the row, without scripts it is a page."""
    focus = " autofocus" if line.focus == what else ""
    return f'<a class="cell" href="{path(f"desk:board_{what}", line.pk)}" hx-boost="true"{focus}>{inside}</a>'
