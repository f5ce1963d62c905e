"""Say in plain words what a line of history tells: who did what, when, from what to what."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from milepost.web.words import money, percent, short_day

SENTENCES: dict[str, Promise] = {
    "begun": lazy("%(who)s began it"),
    "imported": lazy("%(who)s imported it"),
    "added": lazy("%(who)s added it"),
    "edited": lazy("%(who)s changed it"),
    "assigned": lazy("%(who)s gave it to somebody else"),
    "reassigned": lazy("%(who)s gave it to somebody else, with others"),
    "merged": lazy("%(who)s merged it"),
    "moved": lazy("%(who)s moved it"),
    "ended": lazy("%(who)s ended it"),
    "outcome corrected": lazy("%(who)s corrected the outcome"),
    "judged": lazy("%(who)s said what they think of it"),
    "step scheduled": lazy("%(who)s set a date for “%(part)s”"),
    "appointment moved": lazy("%(who)s moved the appointment for “%(part)s”"),
    "people invited": lazy("%(who)s said who comes to “%(part)s”"),
    "appointment called off": lazy("%(who)s called off the appointment for “%(part)s”"),
    "step held": lazy("%(who)s noted that “%(part)s” was held"),
    "step won": lazy("%(who)s reported “%(part)s” as reached"),
    "step lost": lazy("%(who)s reported that the client said no to “%(part)s”"),
    "step skipped": lazy("%(who)s skipped “%(part)s”"),
    "step reopened": lazy("%(who)s went back to “%(part)s”"),
    "step confirmed": lazy("%(who)s confirmed that “%(part)s” still stands"),
    "skip undone": lazy("%(who)s took back that “%(part)s” was skipped"),
    "to meet again": lazy("%(who)s reported that “%(part)s” is to meet again"),
    "step tailored": lazy("%(who)s tailored “%(part)s”"),
    "step added": lazy("%(who)s added the step “%(part)s”"),
    "step moved": lazy("%(who)s changed the place of “%(part)s”"),
    "step removed": lazy("%(who)s removed the step “%(part)s”"),
    "condition added": lazy("%(who)s added a condition to “%(part)s”"),
    "condition changed": lazy("%(who)s changed the condition “%(part)s”"),
    "condition not_started": lazy("%(who)s set a condition of “%(part)s” back to not started"),
    "condition under_way": lazy("%(who)s started a condition of “%(part)s”"),
    "condition met": lazy("%(who)s reported a condition of “%(part)s” as met"),
    "condition failed": lazy("%(who)s reported a condition of “%(part)s” as failed"),
    "condition waived": lazy("%(who)s waived a condition of “%(part)s”"),
    "task added": lazy("%(who)s added the task “%(part)s”"),
    "task changed": lazy("%(who)s changed the task “%(part)s”"),
    "task done": lazy("%(who)s finished the task “%(part)s”"),
    "task reopened": lazy("%(who)s reopened the task “%(part)s”"),
    "note written": lazy("%(who)s wrote a note"),
    "call written": lazy("%(who)s noted a call"),
    "debrief written": lazy("%(who)s noted what was said"),
    "file attached": lazy("%(who)s added the file “%(part)s”"),
    "file removed": lazy("%(who)s removed the file “%(part)s”"),
    "value line added": lazy("%(who)s added the value line “%(part)s”"),
    "value line changed": lazy("%(who)s changed the value line “%(part)s”"),
    "value line removed": lazy("%(who)s took out the value line “%(part)s”"),
    "party added": lazy("%(who)s added “%(part)s”"),
    "party removed": lazy("%(who)s took out “%(part)s”"),
    "team member added": lazy("%(who)s added to the team"),
    "team member removed": lazy("%(who)s took off the team"),
    "stakeholder added": lazy("%(who)s added “%(part)s” at the client"),
    "stakeholder changed": lazy("%(who)s changed what is known of “%(part)s”"),
    "stakeholder removed": lazy("%(who)s took out “%(part)s” at the client"),
    "contact added": lazy("%(who)s added the contact “%(part)s”"),
}
OTHERWISE = lazy("%(who)s: %(verb)s")
OTHERWISE_OF = lazy("%(who)s: %(verb)s, “%(part)s”")
FOR = lazy("%(sentence)s, for %(absent)s")
NOBODY = lazy("Milepost")

LABELS: dict[str, Promise] = {
    "name": lazy("Name"),
    "account": lazy("Account"),
    "territory": lazy("Territory"),
    "coordinator": lazy("Coordinator"),
    "salesperson": lazy("Salesperson"),
    "manager": lazy("Account manager"),
    "team": lazy("Team"),
    "value_minor": lazy("Value"),
    "margin_minor": lazy("Margin"),
    "price_minor": lazy("Price"),
    "line": lazy("Amount"),
    "currency": lazy("Currency"),
    "started_on": lazy("Started on"),
    "description": lazy("Description"),
    "confidential": lazy("Confidential"),
    "tender": lazy("Tender"),
    "programme": lazy("Programme"),
    "playbook": lazy("Playbook"),
    "on": lazy("Date"),
    "time": lazy("Time"),
    "zone": lazy("Time zone"),
    "who": lazy("Who comes"),
    "minutes": lazy("Minutes"),
    "place": lazy("Place"),
    "outcome": lazy("Outcome"),
    "category": lazy("Category"),
    "probability": lazy("Chance"),
    "close": lazy("Closing date"),
    "condition": lazy("Condition"),
    "after": lazy("After"),
    "milestone": lazy("Milestone"),
    "activity": lazy("Activity"),
    "evidence": lazy("Evidence"),
    "usual_days": lazy("Usual days"),
    "due_on": lazy("Due"),
    "title": lazy("Task"),
    "owner": lazy("Who, ours"),
    "owner_contact": lazy("Who, theirs"),
    "owner_person": lazy("Who, ours"),
    "role": lazy("Role"),
    "stance": lazy("Stance"),
    "access": lazy("Our access"),
    "contact": lazy("Contact"),
    "step": lazy("Step"),
    "state": lazy("State"),
    "sector": lazy("Sector"),
    "city": lazy("City"),
    "country": lazy("Country"),
    "website": lazy("Website"),
    "employees": lazy("Employees"),
    "parent": lazy("Belongs to"),
    "selected_on": lazy("Selected since"),
}
VALUES: dict[str, Promise] = {
    "planned": lazy("planned"),
    "scheduled": lazy("scheduled"),
    "held": lazy("held, result missing"),
    "won": lazy("won"),
    "lost": lazy("lost"),
    "skipped": lazy("skipped"),
    "no_decision": lazy("no decision"),
    "withdrawn": lazy("stopped by us"),
    "open_again": lazy("open again"),
    "not_started": lazy("not started"),
    "under_way": lazy("under way"),
    "met": lazy("met"),
    "failed": lazy("failed"),
    "waived": lazy("waived"),
    "omitted": lazy("Omitted"),
    "pipeline": lazy("Pipeline"),
    "best_case": lazy("Best case"),
    "commit": lazy("Commit"),
    "enemy": lazy("Against"),
    "non_supporter": lazy("Rather against"),
    "neutral": lazy("Neutral"),
    "supporter": lazy("For"),
    "mentor": lazy("For, and helps us"),
}
CODED = {"state", "outcome", "category", "stance"}
"""Fields whose stored values are codes; any other text is a person's own and is left as it is."""
MONEY = {"value_minor", "margin_minor", "price_minor", "line"}
SAID_ALREADY = {("step won", "state"), ("step lost", "state"), ("step skipped", "state"), ("step reopened", "state")}
DATED = {"step won", "step lost", "step skipped"}
"""Verbs whose sentence ends with the day on which it happened."""
UNSEEN = {"name_key", "changed_at", "password", "version"}


@dataclass(frozen=True)
class Told:
    """One line of history in words."""

    pk: int
    at: datetime.datetime
    sentence: str
    details: list[str]
    reason: str


def tell(changes: Iterable[Any], currency: str = "") -> list[Told]:
    """Put lines of history into words; amounts are said in `currency`.

    >>> from types import SimpleNamespace as Row
    >>> row = Row(pk=1, at=None, by=Row(name="Ines Kovar"), on_behalf_of=None, verb="step won",
    ...           part="Proposal", what={}, reason="")
    >>> str(tell([row])[0].sentence)
    'Ines Kovar reported “Proposal” as reached'
    """
    return [Told(c.pk, c.at, sentence(c), details(c, currency), c.reason) for c in changes]


def sentence(change: Any, who: str = "") -> str:
    """Return who did what, in one sentence; `who` replaces the name."""
    pattern = SENTENCES.get(change.verb) or (OTHERWISE_OF if change.part else OTHERWISE)
    who = who or (change.by.name if change.by is not None else str(NOBODY))
    said = str(pattern) % {"who": who, "part": change.part, "verb": change.verb.replace("_", " ")}
    if change.verb in DATED and isinstance(change.what.get("on"), list):
        said = f"{said}, {_day_or_text(change.what['on'][-1])}"
    if change.on_behalf_of is not None:
        said = str(FOR) % {"sentence": said, "absent": change.on_behalf_of.name}
    return said


def details(change: Any, currency: str = "") -> list[str]:
    """Return each field that changed: what it is now, and what it was."""
    lines = []
    for name, pair in change.what.items():
        if name in UNSEEN or (change.verb, name) in SAID_ALREADY or not isinstance(pair, list) or len(pair) != 2:
            continue
        if (change.verb in DATED and name == "on") or pair == [None, None]:
            continue
        label = LABELS.get(name, name)
        before, now = (said(name, value, currency) for value in pair)
        if pair[0] in (None, ""):
            lines.append(_("%(label)s: %(now)s") % {"label": label, "now": now})
        else:
            lines.append(_("%(label)s: %(now)s, was %(before)s") % {"label": label, "now": now, "before": before})
    return lines


def said(name: str, value: Any, currency: str = "") -> str:
    """Return one stored value as a person reads it."""
    if value is None or value == "":
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in MONEY and currency and isinstance(value, int):
        return money(value, currency)
    if name == "probability" and isinstance(value, int | float):
        return percent(value)
    if isinstance(value, str) and (name in CODED or (name not in LABELS and value in VALUES)):
        return str(VALUES.get(value, value))
    return _day_or_text(value)


def _day_or_text(value: Any) -> str:
    text = str(value)
    try:
        return short_day(datetime.date.fromisoformat(text)) if len(text) == 10 and text[4:5] == "-" else text
    except ValueError:
        return text
