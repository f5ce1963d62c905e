"""Say in words what a string shows: the name of a bead, and the one sentence of a whole string."""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from milepost.web.words import short_day

if TYPE_CHECKING:
    from milepost.web.string_drawing import Bead


class Vocabulary:
    """The words of a string in one language, looked up once: a page draws hundreds of beads."""

    def __init__(self) -> None:
        self.states = {
            ("step", "planned"): _("planned"),
            ("step", "scheduled"): _("scheduled"),
            ("step", "held"): _("held, result missing"),
            ("step", "won"): _("reached"),
            ("step", "lost"): _("client said no"),
            ("step", "skipped"): _("skipped"),
            ("step", "not_recorded"): _("not recorded"),
            ("step", "to_confirm"): _("reached before, to confirm"),
            ("gate", "ahead"): _("not decided yet"),
            ("gate", "waiting"): _("decision waiting"),
            ("gate", "paused"): _("paused"),
            ("gate", "passed"): _("passed"),
            ("gate", "overridden"): _("passed against a rule"),
            ("gate", "refused"): _("refused"),
            ("condition", "not_started"): _("not started"),
            ("condition", "under_way"): _("under way"),
            ("condition", "met"): _("met"),
            ("condition", "failed"): _("failed"),
            ("condition", "waived"): _("waived"),
        }
        self.optional = _("%(name)s (optional)")
        self.usual = _("%(days)s, usually %(usual)d")
        self.over = _("%(pace)s: %(over)d over")
        self.step_of = _("step %(number)d of %(total)d, %(name)s")
        self.day_unit = pgettext("unit of days", "d")

    def condition(self, name: str, how: str) -> str:
        """Return a condition in words: "Security review under way"."""
        return f"{name} {self.states['condition', how]}"

    def pace(self, bead: Bead) -> str:
        """Return the days of a bead against the usual ones: "31 days, usually 20: 11 over"."""
        if bead.days is None:
            return ""
        said = ngettext("%(days)d day", "%(days)d days", bead.days) % {"days": bead.days}
        if bead.usual_days:
            said = self.usual % {"days": said, "usual": bead.usual_days}
            if bead.days > bead.usual_days and bead.is_late:
                said = self.over % {"pace": said, "over": bead.days - bead.usual_days}
        return said

    def tip(self, bead: Bead) -> str:
        """Return a bead's name and state: "7 Design review, scheduled, 24 Nov; 12 days, usually 21"."""
        said = f"{bead.number} {bead.name}" if bead.number else bead.name
        if bead.optional:
            said = self.optional % {"name": said}
        state = self.states[bead.kind, bead.state]
        said = f"{said}, {state}"
        if bead.fact and bead.fact not in state:  # "not recorded" is said once
            said += f", {bead.fact}"
        if bead.current and bead.days is not None:
            said += f"; {self.pace(bead)}"
        if bead.conditions:
            said += "; " + ", ".join(self.condition(name, how) for name, how in bead.conditions)
        return said

    def sentence(self, beads: list[Bead], title: str = "") -> str:
        """Return the one sentence that tells what the whole string shows."""
        said = self._standing(beads)
        return f"{title}: {said}" if title else said

    def _standing(self, beads: list[Bead]) -> str:
        steps = [bead for bead in beads if bead.kind == "step"]
        here = next((bead for bead in beads if bead.current), None)
        if here is not None and here.kind == "step":
            said, days = self._step(here, len(steps)), self.pace(here)
            return f"{said}, {days}" if days else said
        lost = next((bead for bead in steps if bead.state == "lost" and not bead.optional), None)
        if lost is not None:
            return _("client said no at %(step)s") % {"step": self._step(lost, len(steps))}
        refused = next((bead for bead in beads if bead.state == "refused"), None)
        if refused is not None:
            return _("stopped at %(gate)s") % {"gate": refused.name}
        reached = sum(bead.state in ("won", "not_recorded") for bead in steps)
        return _("%(reached)d of %(total)d steps reached") % {"reached": reached, "total": len(steps)}

    def _step(self, bead: Bead, total: int) -> str:
        return self.step_of % {"number": bead.number or 0, "total": total, "name": bead.name}


def vocabulary() -> Vocabulary:
    """Return the words of the language in use."""
    return _vocabulary(get_language() or "")


@lru_cache(maxsize=32)
def _vocabulary(language: str) -> Vocabulary:
    return Vocabulary()


@lru_cache(maxsize=4096)
def when(iso: str, language: str, today: datetime.date) -> str:
    """Return a stored day in short; the language and the day it is said belong to what is remembered."""
    return short_day(datetime.date.fromisoformat(iso))
