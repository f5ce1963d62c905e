"""One line of the Board as it is shown: what its cells say, worked out from the reading row."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from milepost.buyers.models import KeptWarning
from milepost.buyers.models.kept import in_words
from milepost.desk.board.known import Known
from milepost.forecasts.slippage import push_counts
from milepost.opportunities.models import Category, Standing
from milepost.opportunities.models.opportunity import TeamMember
from milepost.opportunities.permissions import may_move
from milepost.opportunities.rows import gates_in_the_way
from milepost.web.paths import path
from milepost.web.words import day, interval, month_year

NEXT = {
    "date": ("", ""),
    "planned": ("calendar-plus", gettext_lazy("No date yet")),
    "gate": ("gavel", gettext_lazy("Gate to decide")),
    "paused": ("gavel", gettext_lazy("Paused")),
    "result": ("question-mark", gettext_lazy("Result missing")),
    "said_no": ("x", gettext_lazy("Client said no")),
    "confirm": ("rotate", gettext_lazy("Still true?")),
    "done": ("check", gettext_lazy("All reached")),
}


@dataclass
class Line:
    """A standing, and what a page says of it to one person."""

    row: Standing
    known: Known
    may_move: bool = False
    may_report: bool = False
    editing: str = ""
    form: Any = None
    cells: str = ""
    focus: str = ""
    gone: bool = False
    pushed: int = 0
    warns: list[str] = field(default_factory=list)

    @property
    def pk(self) -> int:
        return self.row.pk

    @property
    def opening(self) -> SafeString:
        """Return the tag that opens the line's row."""
        return mark_safe(f'<tr class="opp" role="row" id="row-{self.pk}"{" data-open" if self.editing else ""}>')  # noqa: S308

    @cached_property
    def href(self) -> str:
        """Return the address of the opportunity's page."""
        return path("opportunities:page", self.pk)

    @property
    def days(self) -> int | None:
        """Return the days in the current step, to the day the opportunity was known to."""
        if self.row.entered_on is None:
            return None
        return max(0, ((self.row.as_of or self.known.today) - self.row.entered_on).days)

    @property
    def is_over(self) -> bool:
        return self.row.over_from <= self.known.today

    @cached_property
    def shut_by(self) -> str:
        """Return the gate that keeps the current step from a date, "" if none does."""
        return gates_in_the_way(self.row.beads).get(self.row.step_id or 0, "")

    @cached_property
    def next(self) -> str:
        """Return what comes next: date, planned, gate, paused, result, said_no, confirm or done."""
        state = self.row.step_state
        if state == "scheduled":
            return "date" if self.row.next_at and self.row.next_at >= self.known.now else "result"
        if state == "planned" and self.shut_by:
            return "paused" if self.row.gate_state == "paused" else "gate"
        return {"planned": "planned", "held": "result", "lost": "said_no", "done": "done"}.get(state, "confirm")

    @property
    def next_words(self) -> str:
        """Return the first line of what comes next."""
        if self.next == "date" and self.row.next_at is not None:
            return day(self.row.next_at)
        return str(NEXT[self.next][1])

    @property
    def next_sub(self) -> str:
        """Return the second line of what comes next: the step, and who or when."""
        if self.next == "done":
            return _("Record the win") if self.may_move else self._who_ends
        if self.next in ("gate", "paused"):
            return self.shut_by
        more = {"date": self.who_short, "planned": _("start unknown") if self.days is None else ""}.get(self.next, "")
        if self.next == "result" and self.row.next_at is not None:
            more = day(self.row.next_at)
        return f"{self.row.step_name}, {more}" if more else self.row.step_name

    @property
    def _who_ends(self) -> str:
        """Return whom one that is all reached waits for: its coordinator by name, unless it has none who works here."""
        who = self.known.people.get(self.row.coordinator_id or 0)
        if who is None or not who.is_active:
            return _("A coordinator or manager records how it ended")
        return _("%(name)s records how it ended") % {"name": who.name}

    @property
    def row_url(self) -> str:
        """Return where the line is shown as it stands, with the focus on what was about to be changed."""
        return f"{path('desk:board_row', self.pk)}?from={self.editing}"

    @property
    def form_url(self) -> str:
        """Return where the form in this line is sent."""
        return path(f"desk:board_{self.editing}", self.pk)

    @property
    def who_short(self) -> str:
        """Return the first name and the initial of the last: in a narrow column the step comes first."""
        first, _space, last = self.row.next_who.partition(" ")
        return f"{first} {last.split()[-1][0]}." if last.strip() else first

    @property
    def chance(self) -> str:
        return interval(self.row.win_low, self.row.win_high)

    @property
    def close_range(self) -> str:
        """Return the months between which it may close: Jan – Apr 2027."""
        low, high = self.row.close_low, self.row.close_high
        if low is None or high is None:
            return ""
        return months((low.year, low.month), (high.year, high.month), get_language())

    @property
    def close_month(self) -> str:
        on = self.row.close_on
        return months((on.year, on.month), (on.year, on.month), get_language()) if on else ""

    @property
    def warnings(self) -> str:
        """Return what is to be warned of about its people, in the rules' words."""
        return in_words(self.warns)

    @property
    def model_says(self) -> str:
        """Return the model's category where a person says another one."""
        if self.row.category == self.row.model_category:
            return ""
        return _("model: %s") % Category(self.row.model_category).label


@lru_cache(maxsize=4096)
def months(low: tuple[int, int], high: tuple[int, int], _language: str | None) -> str:
    """Return a range of months, each a year and a month, with the year once where both share it."""
    first, last = datetime.date(*low, 1), datetime.date(*high, 1)
    if low == high:
        return month_year(last)
    return f"{date_format(first, 'M') if low[0] == high[0] else month_year(first)} – {month_year(last)}"


def lines(rows: Iterable[Standing], known: Known) -> list[Line]:
    """Return the lines of a page, with what the person may do to each; three queries.

    Each tells how often it was pushed out, and which rules warn of it.
    """
    person, found = known.person, []
    people = person.sight.people
    for row in rows:
        moves = may_move(person, row)
        found.append(Line(row, known, may_move=moves, may_report=moves or row.salesperson_id in people))
    asked = [line.pk for line in found if not line.may_report]
    if asked:
        mates = TeamMember.objects.filter(opportunity_id__in=asked, person_id__in=people)
        in_team = set(mates.values_list("opportunity_id", flat=True))
        for line in found:
            line.may_report = line.may_report or line.pk in in_team
    pushed, warned = push_counts(line.pk for line in found), KeptWarning.of_few([line.pk for line in found])
    for line in found:
        line.pushed, line.warns = pushed.get(line.pk, 0), warned.get(line.pk, [])
    return found
