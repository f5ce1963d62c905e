"""Turn lives into rows: the opportunity, its string, its appointments, its end and its history."""

from __future__ import annotations

import datetime
import json
import random
from dataclasses import dataclass, field
from typing import Any

from milepost.exchange.example.deals import Deal, Dealer
from milepost.exchange.example.life import Event, Life, working
from milepost.exchange.example.setting import Setting
from milepost.exchange.example.tables import Table
from milepost.exchange.example.words import talk
from milepost.exchange.example.words.market import COMPETITORS
from milepost.exchange.example.words.reasons import WORDS
from milepost.opportunities.models import Attempt, Opportunity, Outcome, Stay, Step, Tailoring, TeamMember
from milepost.opportunities.models.attempt import instant
from milepost.team.models import Person
from milepost.web.models import Change, SearchEntry
from milepost.web.text import name_key

Line = tuple[int, str, str, dict[str, Any], str, Person]
# Within a day things are written in the order in which the verbs write them.
RANK = {"begun": 0, "step held": 1, "debrief written": 2, "step won": 3, "step lost": 3, "to meet again": 3}
LAST = 4
TIMES = [datetime.time(h, m) for h, m in ((8, 30), (9, 0), (9, 30), (10, 0), (11, 0), (13, 0), (14, 0), (15, 30))]
MINUTES = (45, 60, 60, 60, 90, 90, 120, 180)


def day_of(ordinal: int) -> datetime.date:
    """Return the date of an ordinal."""
    return datetime.date.fromordinal(ordinal)


def moment(day: int, minute: int) -> datetime.datetime:
    """Return an instant of a working day: minutes after eight in the morning, UTC."""
    return datetime.datetime.combine(day_of(day), datetime.time(8), datetime.UTC) + datetime.timedelta(minutes=minute)


@dataclass(slots=True)
class Told:
    """An opportunity whose rows have been made; details hang on its ids.

    `said` holds what was said when something happened, by day, verb and step; `lost_to` who won it instead, `against`
    the stakeholders who speak against us, `held` the requests on hold with the day since when, and `gates` how
    each gate on its line stands.
    """

    id: int
    deal: Deal
    life: Life
    step_ids: list[int]
    rng: random.Random
    contacts: list[tuple[int, str, str]]
    attempt_ids: list[int] = field(default_factory=list)
    history: list[Line] = field(default_factory=list)
    said: dict[tuple[int, str, int], str] = field(default_factory=dict)
    lost_to: str = ""
    against: list[int] = field(default_factory=list)
    held: list[tuple[int, int]] = field(default_factory=list)
    gates: list[tuple[int, str]] = field(default_factory=list)
    cards: list[tuple[int, dict[str, Any]]] = field(default_factory=list)

    @property
    def who(self) -> int | None:
        """Return the contact who matters most."""
        return self.contacts[0][0] if self.contacts else None

    def tell(self, day: int, verb: str, by: Person, *, part: str = "", what: Any = None, reason: str = "") -> None:
        """Add a line to the opportunity's history."""
        self.history.append((max(self.life.start, working(day)), verb, part, what or {}, reason, by))

    def fill(self, text: str, step: str = "") -> str:
        """Put the names of this opportunity into a text."""
        who = self.contacts[0][1] if self.contacts else "Their side"
        return text.format(who=who, account=self.deal.client.name, step=step)


class Teller:
    """Keeps the rows of the core tables until they are written."""

    def __init__(self, setting: Setting, dealer: Dealer) -> None:
        self.setting, self.dealer = setting, dealer
        self.opportunities = Table(
            Opportunity, "name", "name_key", "account_id", "territory_id", "coordinator_id", "salesperson_id",
            "playbook_version_id", "started_on", "value_minor", "margin_minor", "currency", "company_value_minor",
            "rate_id", "confidential", "tender", "programme_id", "came_back_from_id", "created_at",
        )  # fmt: skip
        self.steps = Table(
            Step, "opportunity_id", "playbook_step_id", "key", "position", "name", "activity", "milestone", "evidence",
            "required", "usual_days", "hours", "due_on", "state", "ended_on", "to_confirm",
        )  # fmt: skip
        self.stays = Table(Stay, "opportunity_id", "step_id", "key", "entered_on", "left_on", "end", "cause")
        self.attempts = Table(
            Attempt, "step_id", "number", "on", "time", "zone", "starts_at", "minutes", "place", "state", "result",
            "agreed_in_room", "reported_by_id", "reported_at",
        )  # fmt: skip
        self.tailorings = Table(Tailoring, "opportunity_id", "step_id", "kind", "reason", "by_id", "at")
        self.outcomes = Table(Outcome, "opportunity_id", "kind", "on", "words", "lost_to", "step_id", "by_id", "at")
        self.because = Table(Outcome.reasons.through, "outcome_id", "reason_id")
        self.team = Table(TeamMember, "opportunity_id", "person_id", "role")
        self.search = Table(SearchEntry, "kind", "object_id", "territory_id", "is_open", "changed_at", "text")
        self.changes = Table(
            Change, "at", "by_id", "on_behalf_of_id", "verb", "subject_kind", "subject_id", "part", "what", "reason"
        )
        self.hours = {
            step.pk: json.dumps(step.hours) for book in dealer.books for line in book.lines for step in line.steps
        }

    def tables(self) -> list[Table]:
        """Return the tables in the order in which they are written."""
        return [
            self.opportunities, self.steps, self.stays, self.attempts, self.tailorings, self.outcomes, self.because,
            self.team, self.search,
        ]  # fmt: skip

    def tell(self, rng: random.Random, deal: Deal, life: Life, **marks: Any) -> Told:
        """Make the rows of one opportunity; `marks` are what makes it special."""
        client, line = deal.client, deal.line
        worth, rate = self.dealer.in_company_currency(deal, day_of(life.ended_on) if life.kind else self.setting.today)
        pk = self.opportunities.add(
            deal.name, name_key(deal.name), client.id if deal.known else None, client.crew.territory.pk,
            deal.coordinator.pk, deal.salesperson.pk, line.version.pk,
            day_of(life.start) if marks.get("start_known", True) else None, deal.value_minor, deal.margin_minor,
            deal.currency, worth, rate.pk if rate else None, marks.get("confidential", False),
            marks.get("tender", False), marks.get("programme"), marks.get("came_back_from"), moment(life.start, 30),
        )  # fmt: skip
        contacts = client.contacts if deal.known else []
        contacts = rng.sample(contacts, len(contacts))
        told = Told(pk, deal, life, self._string(pk, deal, life, marks.get("due", {})), rng, contacts)
        self._stays(told)
        self._attempts(told, marks)
        self._tailorings(told)
        if life.kind:
            self._outcome(told)
        self._find(told)
        return told

    def _string(self, pk: int, deal: Deal, life: Life, due: dict[int, datetime.date]) -> list[int]:
        return [
            self.steps.add(
                pk, step.pk, step.key, step.position, step.name, step.activity, step.milestone, step.evidence,
                step.required, step.usual_days, self.hours[step.pk], due.get(at), life.states[at],
                day_of(life.ended[at]) if life.ended[at] else None, life.to_confirm[at],
            )
            for at, step in enumerate(deal.line.steps)
        ]  # fmt: skip

    def _stays(self, told: Told) -> None:
        steps = told.deal.line.steps
        for spell in told.life.spells:
            left = day_of(spell.left) if spell.left is not None else None
            self.stays.add(
                told.id, told.step_ids[spell.step], steps[spell.step].key, day_of(spell.entered), left, spell.end,
                spell.cause,
            )  # fmt: skip

    def _attempts(self, told: Told, marks: dict[str, Any]) -> None:
        rng, client = told.rng, told.deal.client
        for attempt in told.life.tries:
            on, time = day_of(attempt.on), rng.choice(TIMES)
            closed = attempt.state == "closed"
            place = "Video call" if rng.random() < 0.3 else f"At {client.name}"
            if not closed:
                place, time = marks.get("place", place), marks.get("time", time)
            told.attempt_ids.append(
                self.attempts.add(
                    told.step_ids[attempt.step], attempt.number, on, time, client.zone, instant(on, time, client.zone),
                    rng.choice(MINUTES), place, attempt.state, attempt.result, attempt.agreed if closed else None,
                    told.deal.salesperson.pk if closed else None, moment(attempt.reported, 480) if closed else None,
                )
            )  # fmt: skip

    def _tailorings(self, told: Told) -> None:
        """Say why steps were left out, and why the string went back."""
        for event in told.life.events:
            if event.verb == "step skipped":
                required = told.deal.line.steps[event.step].required
                reason = told.fill(told.rng.choice(talk.OVERRIDDEN if required else talk.SKIPPED))
                kind = Tailoring.Kind.OVERRIDDEN if required else Tailoring.Kind.SKIPPED
                at, by = moment(event.day, 500), told.deal.coordinator
                self.tailorings.add(told.id, told.step_ids[event.step], kind, reason, by.pk, at)
            elif event.verb == "step reopened":
                reason = told.rng.choice(talk.WENT_BACK)
            else:
                continue
            told.said[event.day, event.verb, event.step] = reason

    def _outcome(self, told: Told) -> None:
        life, rng = told.life, told.rng
        reason = rng.choice(self.setting.reasons[life.kind])
        words = rng.choice(WORDS[reason.text]) if rng.random() < 0.7 else ""
        rival = rng.choice(COMPETITORS) if life.kind == "lost" and rng.random() < 0.75 else ""
        told.lost_to = rival
        step = told.step_ids[life.at_step] if life.at_step is not None else None
        by = told.deal.coordinator.pk
        pk = self.outcomes.add(
            told.id, life.kind, day_of(life.ended_on), words, rival, step, by, moment(life.confirmed_on, 540)
        )
        self.because.add(pk, reason.pk)
        what = {"outcome": [None, life.kind], "on": [None, day_of(life.ended_on).isoformat()]}
        told.tell(life.confirmed_on, "ended", told.deal.coordinator, what=what, reason=words)

    def _find(self, told: Told) -> None:
        life, deal = told.life, told.deal
        last = life.ended_on if life.kind else max([life.start, *(e.day for e in life.events)])
        text = name_key(f"{deal.name} {deal.client.name if deal.known else ''}")
        self.search.add("opportunity", told.id, deal.client.crew.territory.pk, not life.kind, moment(last, 500), text)

    def remember(self, told: Told) -> None:
        """Write the history of one opportunity: what its life says, and what details have added."""
        deal, life = told.deal, told.life
        lines = [(life.start, "begun", "", {"playbook": [None, str(deal.line.version)]}, "", deal.coordinator)]
        lines += [self._line(told, event) for event in life.events]
        lines += told.history
        lines.sort(key=lambda one: (one[0], RANK.get(one[1], LAST)))
        day, minute = 0, 0
        for on, verb, part, what, reason, by in lines:
            minute = minute + 1 + told.rng.randrange(25) if on == day else told.rng.randrange(40)
            day = on
            by_id, absent_id = self._who_did_it(by, on)
            at = moment(on, min(minute, 900))
            self.changes.add(at, by_id, absent_id, verb, "opportunity", told.id, part, what, reason)

    def _who_did_it(self, person: Person, day: int) -> tuple[int, int | None]:
        """Return who acted, and for whom: an absent person's stand-in acts for them."""
        for cover in self.setting.covers:
            if cover.absent_id == person.pk and cover.starts_on.toordinal() <= day <= cover.ends_on.toordinal():
                return cover.stand_in_id, person.pk
        return person.pk, None

    def _line(self, told: Told, event: Event) -> Line:
        deal = told.deal
        what: dict[str, Any] = {}
        if event.was:
            what["state"] = [event.was, event.verb.removeprefix("step ").replace("reopened", "planned")]
        if event.on:
            what["on"] = [None, day_of(event.on).isoformat()]
        reported = event.verb in ("step held", "step won", "step lost", "to meet again")
        by = deal.salesperson if reported else deal.coordinator
        reason = told.said.get((event.day, event.verb, event.step), "")
        return event.day, event.verb, deal.line.steps[event.step].name, what, reason, by
