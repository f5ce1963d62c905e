"""Draw what one can do with a step. In Python: as a template these menus took a quarter of the page's time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from milepost.opportunities import line
from milepost.opportunities.models import BeforeReport
from milepost.opportunities.rows import StepRow
from milepost.web.paths import path
from milepost.web.templatetags.milepost import icon


@dataclass(frozen=True)
class StepMenus:
    """Draw the menus of one page; the `may_` flags are the person's rights, the rules speak through the rows."""

    may_report: bool
    may_move: bool
    token: str
    undoable: BeforeReport | None = None
    """What stood before the last report or going back, if whoever looks may still take that back."""

    def draw(self, row: StepRow) -> SafeString | str:
        """Return the menu of a step as HTML; after the end only its days can be corrected."""
        if not row.alive and not (self.may_move and row.has_days):
            return ""
        label = escape(_("What you can do with “%(name)s”") % {"name": row.step.name})
        deeds = "".join(
            f'<li><a href="{href}">{icon(sign)} {escape(words)}</a></li>' for href, sign, words in self._deeds(row)
        )
        return mark_safe(  # noqa: S308 - each part is escaped or a number
            f'<details class="menu step-menu"><summary class="btn btn-bare btn-icon" aria-label="{label}">'
            f'{icon("dots")}</summary>\n<div class="menu-list{" upward" if row.opens_upward else ""}"><ul>'
            f"{deeds}{self._undo(row)}{self._confirm(row)}</ul></div></details>"
        )

    def _deeds(self, row: StepRow) -> Iterator[tuple[str, str, str]]:
        """Return address, sign and words of each deed that is open."""
        step, pk = row.step, row.step.pk
        if not row.alive:
            yield path("opportunities:days", pk), "calendar", _("Correct its days")
            return
        if self.may_report and row.can_schedule:
            words = _("Move the appointment") if row.attempt else _("Set a date")
            yield path("opportunities:schedule", pk), "calendar-plus", words
        if self.may_report and row.is_shut:
            words = _("No date yet: “%(gate)s” comes first") % {"gate": row.shut_by}
            yield path("gates:gates", step.opportunity_id), "gavel", words
        if self.may_report and step.state == line.SCHEDULED:
            yield path("opportunities:call_off", pk), "calendar-off", _("Call off or postpone")
        if self.may_report and row.can_report:
            yield path("opportunities:report", pk), "clipboard-check", _("Report")
        if step.is_open or row.current:
            add_task = path("opportunities:add_task", step.opportunity_id)
            yield f"{add_task}?step={pk}", "list-check", _("Add a task")
        if self.may_move:
            yield from self._moves(row)

    def _moves(self, row: StepRow) -> Iterator[tuple[str, str, str]]:
        """Return the deeds of whoever moves the string."""
        step, pk = row.step, row.step.pk
        if step.is_open:
            yield path("opportunities:add_condition", pk), "route", _("Add a condition")
            yield path("opportunities:tailor", pk), "adjustments", _("Tailor")
        if row.can_add_after:
            yield path("opportunities:add_after", pk), "row-insert-bottom", _("Add a step after it")
        if row.can_move:
            yield path("opportunities:move", pk), "arrows-sort", _("Change its place")
        if step.is_open:
            yield path("opportunities:skip", pk), "player-skip-forward", _("Skip")
        if row.can_reopen:
            yield path("opportunities:reopen", pk), "corner-up-left", _("Go back to it")
        if row.has_days:
            yield path("opportunities:days", pk), "calendar", _("Correct its days")

    def _undo(self, row: StepRow) -> SafeString | str:
        before = self.undoable
        if before is None or row.step.pk != before.step_id:
            return ""
        if before.is_of_going_back:
            href = path("opportunities:unreopen", row.step.pk)
            return self._button(href, "arrow-back-up", _("Undo going back")) if self.may_move else ""
        href = path("opportunities:unreport", row.step.pk)
        return self._button(href, "arrow-back-up", _("Undo the report"))

    def _confirm(self, row: StepRow) -> SafeString | str:
        if not (self.may_move and row.step.to_confirm):
            return ""
        return self._button(path("opportunities:confirm", row.step.pk), "check", _("It still stands"))

    def _button(self, href: str, sign: str, words: str) -> SafeString:
        return format_html(
            '<li><form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
            '<button class="item">{} {}</button></form></li>',
            href,
            self.token,
            icon(sign),
            words,
        )
