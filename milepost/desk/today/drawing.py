"""Draw the things to do. In Python like the string in each of them: a template's nodes took four times as long."""

from __future__ import annotations

import datetime
from functools import cached_property
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from milepost.desk.today.forms import BookForm
from milepost.desk.today.needs import MOVED, Kind
from milepost.opportunities.permissions import may_move
from milepost.team.sight import Sight
from milepost.web import string_drawing, words
from milepost.web.form_drawing import draw_field
from milepost.web.paths import MARK, OTHER_MARK, path
from milepost.web.templatetags.milepost import icon

DAY_IN_STEP = "%(days)s day in the step, usually %(usual)s"
DAYS_IN_STEP = "%(days)s days in the step, usually %(usual)s"
SIGNS = {
    Kind.RESULT: "question-mark",
    Kind.OVER: "calendar-plus",
    Kind.NO_DATE: "calendar-plus",
    Kind.IMPORTED: "calendar-plus",
    Kind.SAID_NO: "x",
    Kind.GATE: "gavel",
}
LATE = (Kind.OVER, Kind.SAID_NO)
DATELESS = (Kind.OVER, Kind.NO_DATE, Kind.IMPORTED)


class Drawing:
    """Draw the things to do of one answer; what they share is looked up or drawn once.

    `sight` is of whoever looks; `token` is the answer's CSRF token, for the forms in it; `over` says of which a pause
    is over, and why.
    """

    def __init__(self, *, sight: Sight, today: datetime.date, currency: str, token: str, over: dict[int, str]) -> None:
        self.sight, self.today, self.currency, self.token, self.over = sight, today, currency, token, over
        self._alert = icon("alert-triangle")
        self._signs = {kind: icon(SIGNS.get(kind, "check")) for kind in Kind}

    def thing(self, row: Any, *, warnings: int = 0) -> SafeString:
        """Return one thing to do as HTML; `row` is a standing with its `kind`. Every text is escaped here.

        `warnings` counts what is to be warned of about its people.
        """
        clock = row.as_of or self.today
        days = max(0, (clock - row.entered_on).days) if row.entered_on else None
        page = path("opportunities:page", row.pk)
        since = self._since(row, days) + self._warnings(row, warnings)
        string = string_drawing.draw(
            row.beads,
            title=row.name,
            href=page,
            current=row.step_id,
            days=days,
            usual_days=row.usual_days,
            over=row.over_from <= self.today,
        )
        return mark_safe(  # noqa: S308 - each part escapes what it is given
            f'<li id="todo-{row.pk}">\n<span class="cost">{self._cost(row)}</span>'
            f'<span class="kind {"c-late" if row.kind in LATE else "c-now"}">{self._signs[row.kind]}</span>\n'
            f'<div><span class="what">{self._what(row)}</span></div>\n'
            f'<div class="meta"><a href="{page}">{escape(row.name)}</a>, {since}</div>\n'
            f'<div class="mini">{string}</div>\n<div class="acts">{self._acts(row)}</div>\n</li>\n'
        )

    def _cost(self, row: Any) -> str:
        if row.value_minor is None and row.assumed_minor is None:
            return f'<b class="muted">{self._said["value unknown"]}</b>'
        loss = escape(self._loss(row.weekly_loss_minor))
        guessed = "" if row.assumed_minor is None else ' class="muted"'
        return f"<b{guessed}>{loss}</b> {self._said['a week']}"

    def _loss(self, minor: int) -> str:
        """Return what a week costs; less than the smallest whole amount is said to be so, never to be nothing."""
        if 0 <= minor < self._whole:
            return self._said["under"] % {"amount": words.money_short(self._whole, self.currency)}
        return words.money_short(minor, self.currency)

    @cached_property
    def _whole(self) -> int:
        return 10 ** words.exponent(self.currency)

    def _what(self, row: Any) -> str:
        asked = self._asked if row.account_name else self._asked_of_nobody
        said: str = asked.get(row.kind) or asked["book"]
        if self._is_for_others(row):
            said = self._told[row.kind]
        named = {"step": row.step_name, "client": row.account_name, "gate": row.gate_name}
        return said % {name: escape(text) for name, text in named.items()}

    def _is_for_others(self, row: Any) -> bool:
        return row.step_state in MOVED and not may_move(self.sight, row)

    def _since(self, row: Any, days: int | None) -> str:
        """Return how long it has waited, to which day that was known, and what stands for an unknown value."""
        if row.kind == Kind.RESULT and row.next_at:
            said = self._said["appointment"] % {"day": words.day(row.next_at), "who": escape(row.next_who)}
        elif days is not None and row.usual_days:
            words_of = {"days": words.count(days), "usual": row.usual_days}
            said = ngettext(DAY_IN_STEP, DAYS_IN_STEP, days) % words_of
        elif row.kind in self._answered:
            on = _answered_on(row)
            said = self._answered[row.kind] % {"day": words.day(on)} if on else self._said["day unknown"]
        else:
            said = self._said["start unknown"]
        if row.kind == Kind.GATE and row.pk in self.over:
            said = f"{escape(self.over[row.pk])} {said}"
        said = f"{said}. " + (self._said["as of"] % {"day": words.day(row.as_of)} if row.as_of else "")
        if row.assumed_minor is None:
            return said
        usual = escape(words.money_short(row.assumed_minor, self.currency))
        whose = "usual" if row.assumed_alike else "usual of all"
        return said.rstrip() + " " + self._said[whose] % {"usual": usual}

    def _warnings(self, row: Any, number: int) -> str:
        """Lead to what warns about its people."""
        if not number:
            return ""
        said = ngettext("%(n)s warning", "%(n)s warnings", number) % {"n": number}
        return f' <a class="warnings" href="{path("buyers:people", row.pk)}#warnings">{self._alert} {said}</a>'

    def _acts(self, row: Any) -> str:
        if row.kind == Kind.RESULT:
            return self._results.replace(str(MARK), str(row.step_id))
        if row.kind in DATELESS:
            return self._booking.replace(str(MARK), str(row.pk)).replace(str(OTHER_MARK), str(row.step_id))
        if row.kind == Kind.GATE:
            return _link(path("gates:gates", row.pk), _("Look and decide"))
        if self._is_for_others(row):
            return _link(path("opportunities:page", row.pk), _("Look at it"))
        if row.kind == Kind.CONFIRM:
            return _link(path("opportunities:page", row.pk), _("Look and confirm"))
        return _link(path("opportunities:end", row.pk), _("End opportunity"))

    @cached_property
    def _results(self) -> str:
        """Return the three ways to answer what came of a step, with MARK in place of the step's number."""
        report = path("opportunities:report", MARK)
        reached = _link(f"{report}?result=won", f"{icon('check')} {_('Reached')}", "btn-quiet btn-won")
        refused = _link(f"{report}?result=lost", f"{icon('x')} {_('Client said no')}", "btn-quiet btn-lost")
        again = _link(f"{report}?result=again", _("Meet again"), "btn-bare")
        return f"{reached} {refused} {again}"

    @cached_property
    def _booking(self) -> str:
        """Return the form that gives a date; MARK is in place of the opportunity's number, OTHER_MARK of its step's."""
        form = BookForm(prefix=str(MARK), initial={"step": OTHER_MARK})
        fields = "".join(draw_field(bound, {}) for bound in form)
        return (
            f'<details class="menu-form"><summary class="btn btn-quiet">{icon("calendar-plus")} {_("Set a date")}'
            f'</summary>\n<form method="post" action="{path("desk:book", MARK)}">'
            f'<input type="hidden" name="csrfmiddlewaretoken" value="{escape(self.token)}">{fields}'
            f'<button class="btn btn-primary" type="submit">{_("Set the date")}</button></form></details>'
        )

    @cached_property
    def _asked(self) -> dict[str, str]:
        return {
            Kind.SAID_NO: _("%(client)s said no to “%(step)s”: end it?"),
            Kind.REACHED: _("Everything is reached at %(client)s: record the win"),
            Kind.CONFIRM: _("Does “%(step)s” at %(client)s still hold?"),
            Kind.RESULT: _("What came of “%(step)s” at %(client)s?"),
            Kind.GATE: _("“%(gate)s” at %(client)s: go on, pause or stop?"),
            "book": _("Give “%(step)s” at %(client)s a date"),
        }

    @cached_property
    def _asked_of_nobody(self) -> dict[str, str]:
        """Say the same where the account is unknown: the opportunity's name is no client's."""
        return {
            Kind.SAID_NO: _("The client said no to “%(step)s”: end it?"),
            Kind.REACHED: _("Everything is reached: record the win"),
            Kind.CONFIRM: _("Does “%(step)s” still hold?"),
            Kind.RESULT: _("What came of “%(step)s”?"),
            Kind.GATE: _("“%(gate)s”: go on, pause or stop?"),
            "book": _("Give “%(step)s” a date"),
        }

    @cached_property
    def _told(self) -> dict[str, str]:
        """Say what waits for whoever moves the string, to others."""
        return {
            Kind.SAID_NO: _("The client said no to “%(step)s”: its coordinator or a manager says whether it ends"),
            Kind.REACHED: _("Everything is reached: its coordinator or a manager records the win"),
            Kind.CONFIRM: _("Whether “%(step)s” still holds is confirmed by its coordinator or a manager"),
        }

    @cached_property
    def _said(self) -> dict[str, str]:
        return {
            "value unknown": _("value unknown"),
            "a week": _("a week"),
            "under": _("under %(amount)s"),
            "usual": _("Value unknown: %(usual)s is taken, what one like it brings."),
            "usual of all": _("Value unknown: %(usual)s is taken, what yours usually bring."),
            "appointment": _("appointment %(day)s, %(who)s"),
            "start unknown": _("start unknown"),
            "day unknown": _("on which day is unknown"),
            "as of": _("As of %(day)s."),
        }

    @cached_property
    def _answered(self) -> dict[str, str]:
        """Say when the client gave the answer that waits for ours."""
        return {
            Kind.SAID_NO: _("said no on %(day)s"),
            Kind.REACHED: _("the last step done on %(day)s"),
            Kind.CONFIRM: _("settled on %(day)s"),
        }


def _answered_on(row: Any) -> datetime.date | None:
    """Return the day of the client's answer at the step where work is, or at the last one; None where unknown."""
    steps = [bead for bead in row.beads if not bead[0].startswith("gate ")]
    days = [bead[3] for bead in steps if bead[3] and (row.kind == Kind.REACHED or bead[7] == row.step_id)]
    return datetime.date.fromisoformat(max(days)) if days else None


def _link(href: str, inside: str, look: str = "btn-quiet") -> str:
    return f'<a class="btn {look}" href="{href}">{inside}</a>'
