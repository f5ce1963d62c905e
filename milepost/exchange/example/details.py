"""Add the people to what has been told: who attended, who has which part, what was written down."""

from __future__ import annotations

import random

from milepost.buyers.models import Stakeholder, StakeholderFact
from milepost.exchange.example.between import Between
from milepost.exchange.example.life import Try, working
from milepost.exchange.example.requests import Requests
from milepost.exchange.example.setting import Setting
from milepost.exchange.example.tables import Table
from milepost.exchange.example.telling import Told, day_of, moment
from milepost.exchange.example.visions import Visions
from milepost.exchange.example.words import talk
from milepost.opportunities.models import Attendance, Note
from milepost.team.models import Person, Role

STANCES = ("enemy", "non_supporter", "neutral", "supporter", "mentor")
AGAINST = STANCES[:2]
SIDED = {"champion": (3, 4), "blocker": (0, 1)}  # a part that is a side: which stances fit it
ACCESS = ("none", "brief", "several", "in_depth")
TRAITS_TOLD = ("role", "stance", "access", "influence")
WEIGHT = {"economic_buyer": "high", "approver": "high", "champion": "medium", "technical_buyer": "medium"}
NEED_ENGINEER = {"nb-workshop", "nb-data-audit", "nb-design", "nb-pilot", "ao-survey", "ao-scope", "rn-review"}
NEED_MANAGER = {"nb-executive", "nb-proposal"}
NEED_LAWYER = {"nb-contract"}


class Writer:
    """Keeps the rows about people and words until they are written."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.last = setting.today.toordinal() - 1
        self.engineers, self.lawyers = setting.team[:4], setting.team[4:6]
        self.attendances = Table(Attendance, "attempt_id", "person_id", "contact_id", "came")
        self.stakeholders = Table(
            Stakeholder, "opportunity_id", "contact_id", "placeholder", *TRAITS_TOLD, "reports_to_id", "since"
        )
        self.visions, self.requests, self.between = Visions(), Requests(), Between()
        self.facts = Table(StakeholderFact, "stakeholder_id", "trait", "answer", "said_on", "at", "by_id")
        self.notes = Table(
            Note, "opportunity_id", "account_id", "step_id", "kind", "text", "attempt_id", "contact_id", "by_id", "at"
        )

    def tables(self) -> list[Table]:
        """Return the tables in the order in which they are written."""
        about = [*self.between.tables(), *self.visions.tables(), self.requests.table]
        return [self.stakeholders, self.facts, *about, self.attendances, self.notes]

    def write(self, told: Told) -> None:
        """Tell who was there and what was said."""
        for attempt, pk in zip(told.life.tries, told.attempt_ids, strict=True):
            self._attend(told, attempt, pk)
            if attempt.state == "closed":
                self._debrief(told, attempt, pk)
        self.between.write(told, self._stakeholders(told))
        self._notes(told)
        self.visions.write(told, last=self.last)
        self.requests.write(told, last=self.last)

    def _attend(self, told: Told, attempt: Try, pk: int) -> None:
        came = None if attempt.state != "closed" else True
        for person in self._ours(told, attempt):
            self.attendances.add(pk, person.pk, None, came)
        contacts = told.contacts
        for contact, _name, _role in told.rng.sample(contacts, min(len(contacts), told.rng.choice((1, 1, 2, 2, 3)))):
            self.attendances.add(pk, None, contact, came and told.rng.random() < 0.93)

    def _ours(self, told: Told, attempt: Try) -> list[Person]:
        rng, deal = told.rng, told.deal
        key = deal.line.steps[attempt.step].key
        people = [deal.salesperson]
        if key in NEED_ENGINEER:
            people.append(self.engineers[told.id % 4])
        if key in NEED_LAWYER:
            people.append(rng.choice(self.lawyers))
        if key in NEED_MANAGER and rng.random() < 0.6:
            people.append(deal.client.crew.any(Role.SALES_MANAGER, rng))
        if key.startswith("ao-") and rng.random() < 0.4 and deal.client.manager != deal.salesperson:
            people.append(deal.client.manager)
        return people

    def _debrief(self, told: Told, attempt: Try, pk: int) -> None:
        rng = told.rng
        if rng.random() < 0.3:
            return
        key = told.deal.line.steps[attempt.step].key
        said = {"won": talk.REACHED.get(key, talk.REACHED_OTHERWISE), "again": talk.AGAIN, "lost": talk.SAID_NO}
        text = told.fill(rng.choice(said[attempt.result]))
        by = told.deal.salesperson
        at = moment(attempt.reported, 470)
        self.notes.add(told.id, None, told.step_ids[attempt.step], "debrief", text, pk, None, by.pk, at)
        told.tell(attempt.reported, "debrief written", by, reason=text)
        told.said[attempt.reported, f"step {attempt.result}", attempt.step] = text

    def _stakeholders(self, told: Told) -> list[int]:
        rng, life = told.rng, told.life
        parts: list[int] = []
        far = sum(state == "won" for state in life.states) / len(life.states)
        lean = {"won": 0.7, "lost": -0.6}.get(life.kind, 0.0) + far * 0.8
        boss: int | None = None
        for contact, name, role in told.contacts[: rng.randint(1, 3) + round(far * 4)]:
            low, high = SIDED.get(role, (0, 4))
            stance = STANCES[min(high, max(low, round(2.1 + lean + rng.gauss(0, 0.9))))]
            access = ACCESS[min(3, max(0, round(0.6 + 2 * far + rng.gauss(0, 0.7))))]
            since = rng.randint(life.start, life.ended_on or self.last)
            answers = (role, stance, access, WEIGHT.get(role, rng.choice(("low", "low", "medium"))))
            pk = self._stakeholder(told, contact, "", answers, boss, since)
            boss = boss or pk
            parts.append(pk)
            if stance in AGAINST:
                told.against.append(pk)
            told.tell(since, "stakeholder added", told.deal.salesperson, part=name)
        if not life.kind and rng.random() < 0.4:
            who = rng.choice(talk.PLACEHOLDERS)
            role = "procurement" if "purchasing" in who else "legal" if "lawyer" in who else "approver"
            self._stakeholder(told, None, who, (role, "", "none", "high"), None, life.start)
            told.tell(life.start, "stakeholder added", told.deal.coordinator, part=who)
        return parts

    def _stakeholder(
        self, told: Told, contact: int | None, who: str, answers: tuple[str, ...], boss: int | None, since: int
    ) -> int:
        """Give somebody a part, with a fact for each answer; access began lower and grew."""
        by, day, at = told.deal.salesperson.pk, day_of(since), moment(since, 480)
        pk = self.stakeholders.add(told.id, contact, who, *answers, boss, day)
        lower = ACCESS[max(0, ACCESS.index(answers[2]) - 1)]
        first = min(since, max(told.life.start, since - 30))
        self.facts.add(pk, "access", lower, day_of(first), moment(first, 480), by)
        for trait, answer in zip(TRAITS_TOLD, answers, strict=True):
            if answer and (trait, answer) != ("access", lower):
                self.facts.add(pk, trait, answer, day, at, by)
        return pk

    def _notes(self, told: Told) -> None:
        rng, life = told.rng, told.life
        last = life.ended_on or self.last
        for _ in range(rng.choice((0, 0, 1, 1, 2, 3)) if not life.kind else rng.choice((0, 0, 0, 1))):
            kind = rng.choice(("note", "call"))
            text = told.fill(rng.choice(talk.NOTES if kind == "note" else talk.CALLS))
            day = max(life.start, working(rng.randint(life.start, last)))
            by = rng.choice((told.deal.salesperson, told.deal.coordinator))
            contact = told.who if kind == "call" and told.contacts else None
            self.notes.add(told.id, None, None, kind, text, None, contact, by.pk, moment(day, rng.randrange(480)))
            told.tell(day, f"{kind} written", by, reason=text)

    def write_of_accounts(self, rng: random.Random, clients: list) -> None:
        """Leave a note with some selected accounts."""
        for client in clients:
            if client.selected and rng.random() < 0.4:
                day = self.setting.today.toordinal() - rng.randrange(200)
                text = rng.choice(talk.ACCOUNT_NOTES)
                self.notes.add(None, client.id, None, "note", text, None, None, client.manager.pk, moment(day, 200))
