"""Add the work along the line to what has been told: conditions, tasks, judgements, lines of value, parties."""

from __future__ import annotations

import datetime
import math
import random

from milepost.exchange.example.callers import Callers
from milepost.exchange.example.life import current, shifted, working
from milepost.exchange.example.market import Client
from milepost.exchange.example.setting import Setting
from milepost.exchange.example.tables import Table
from milepost.exchange.example.telling import Told, day_of, moment
from milepost.exchange.example.words import talk
from milepost.exchange.example.words.market import PARTNERS
from milepost.opportunities import line
from milepost.opportunities.models import Condition, Judgement, Party, Task, ValueLine
from milepost.team.models import Person, Role

DAY = datetime.timedelta(days=1)


class Worker:
    """Keeps the rows about work and money until they are written."""

    def __init__(self, setting: Setting) -> None:
        self.setting, self.today = setting, setting.today.toordinal()
        self.last = self.today - 1
        self.callers = Callers(setting)
        self.conditions = Table(
            Condition, "step_id", "name", "owner_person_id", "owner_contact_id", "due_on", "usual_days", "state",
            "because", "changed_at",
        )  # fmt: skip
        self.tasks = Table(
            Task, "opportunity_id", "account_id", "step_id", "condition_id", "title", "owner_id", "owner_contact_id",
            "due_on", "done_at", "done_by_id", "created_at",
        )  # fmt: skip
        self.judgements = Table(
            Judgement, "opportunity_id", "on", "by_id", "at", "category", "probability", "close_on", "note"
        )
        self.lines = Table(
            ValueLine, "opportunity_id", "offer_id", "name", "quantity", "price_minor", "discount", "rhythm",
            "term_months", "margin_share",
        )  # fmt: skip
        self.parties = Table(Party, "opportunity_id", "account_id", "name", "part")

    def tables(self) -> list[Table]:
        """Return the tables in the order in which they are written."""
        return [self.conditions, self.tasks, self.judgements, self.lines, self.parties]

    def work(self, told: Told) -> None:
        """Tell what is done along the line of one opportunity."""
        self._conditions(told)
        self._tasks(told)
        self._lines(told)
        if told.rng.random() < 0.1:
            name, part = told.rng.choice(PARTNERS)
            self.parties.add(told.id, None, name, part)
        for call in self.callers.calls(told):
            self._keep(told, *call)
        if not told.life.kind and told.rng.random() < 0.3:
            self._judge(told)

    def _conditions(self, told: Told) -> None:
        now = current_of(told)
        reached = {spell.step for spell in told.life.spells}
        for at, step in enumerate(told.deal.line.steps):
            if told.life.kind and at not in reached:
                break
            for name, usual, whose in talk.CONDITIONS.get(step.key, ()):
                if told.rng.random() < (0.5 if at == now else 0.28):
                    self._condition(told, at, name, usual, whose, now)

    def _condition(self, told: Told, at: int, name: str, usual: int, whose: str, now: int | None) -> None:
        rng, life = told.rng, told.life
        state = self._state_of_condition(told, at, now)
        because = {"waived": talk.WAIVED, "failed": talk.FAILED}.get(state)
        reason = told.fill(rng.choice(because)) if because else ""
        team = self.setting.team
        person = {"legal": team[4 + told.id % 2], "engineer": team[told.id % 4]}.get(whose)
        contact = None if person or not told.contacts else told.contacts[-1][0]
        person = person or (None if contact else told.deal.coordinator)
        entered = next((spell.entered for spell in life.spells if spell.step == at), None)
        added = entered or life.start
        done = life.ended[at] or min(self.last, added + rng.randrange(3, 20))
        if state == "not_started":
            done = added
        due = day_of(added + usual) if entered else None
        owner = person.pk if person else None
        self.conditions.add(told.step_ids[at], name, owner, contact, due, usual, state, reason, moment(done, 300))
        part = told.deal.line.steps[at].name
        told.tell(added, "condition added", told.deal.coordinator, part=part, what={"condition": [None, name]})
        if state != "not_started":
            by, what = person or told.deal.coordinator, {name: ["not_started", state]}
            told.tell(max(added, min(done, self.last)), f"condition {state}", by, part=part, what=what, reason=reason)

    def _state_of_condition(self, told: Told, at: int, now: int | None) -> str:
        state = told.life.states[at]
        if state in line.PASSED:
            return told.rng.choices(("met", "waived"), (9, 1))[0]
        if told.life.kind:
            return told.rng.choice(("under_way", "met", "failed"))
        if now is None or at > now:
            return "under_way" if now is not None and at == now + 1 and told.rng.random() < 0.3 else "not_started"
        return told.rng.choices(("not_started", "under_way", "met", "failed"), (3, 9, 5, 1))[0]

    def _tasks(self, told: Told) -> None:
        rng, life = told.rng, told.life
        now = current_of(told)
        for _ in range(rng.choice((0, 0, 1, 2))):
            day = rng.randint(life.start, max(life.start, (life.ended_on or self.last) - 8))
            self._task(told, None, rng.choice(talk.TASKS), day, day + rng.randint(2, 12), done=True)
        if life.kind or now is None:
            return
        for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
            due = self.today + rng.choice((-12, -6, -4, -1, 0, 0, 1, 2, 3, 4, 5, 7, 8, 10, 14, 21))
            due = due if due == self.today else working(due)
            added = max(life.start, min(self.last, due - rng.randint(1, 9)))
            theirs = bool(told.contacts) and rng.random() < 0.25
            title = rng.choice(talk.THEIR_TASKS if theirs else talk.TASKS)
            self._task(told, now, title, added, due, theirs=theirs)

    def _task(
        self, told: Told, at: int | None, title: str, added: int, due: int, *, done: bool = False, theirs: bool = False
    ) -> None:
        rng, deal = told.rng, told.deal
        step = deal.line.steps[at].name if at is not None else "the next appointment"
        owner = rng.choice((deal.salesperson, deal.salesperson, deal.coordinator, self.setting.team[told.id % 8]))
        finished = min(due + rng.randint(-2, 3), told.life.ended_on or self.last) if done else None
        title = told.fill(title, step=step)
        self.tasks.add(
            told.id, None, told.step_ids[at] if at is not None else None, None, title, None if theirs else owner.pk,
            told.who if theirs else None, day_of(due) if rng.random() < 0.94 else None,
            moment(finished, 400) if finished else None, owner.pk if finished else None, moment(added, 300),
        )  # fmt: skip
        told.tell(added, "task added", deal.coordinator, part=title)
        if finished:
            told.tell(max(added, finished), "task done", owner, part=title)

    def _judge(self, told: Told) -> None:
        """Let somebody say what they think; people are more hopeful than the past is."""
        rng, life = told.rng, told.life
        on = rng.randint(max(life.start, self.last - 45), self.last)
        hopeful = shifted(still_to_come(told), rng.gauss(0.25, 0.45))
        category = "commit" if hopeful > 0.75 else "best_case" if hopeful > 0.4 else "pipeline"
        category = "omitted" if rng.random() < 0.06 else category
        chance = round(min(0.95, max(0.05, hopeful)) * 20) / 20 if rng.random() < 0.5 else None
        month = (self.setting.today.month - 1) // 3 * 3 + 3 + rng.choice((0, 3, 3, 6))
        close = datetime.date(self.setting.today.year + month // 12, month % 12 + 1, 1) - DAY
        close_on = close if rng.random() < 0.5 else None
        note = told.fill(rng.choice(talk.WHY_JUDGED))
        crew = told.deal.client.crew
        by = rng.choice((told.deal.coordinator, told.deal.salesperson, crew.any(Role.SALES_MANAGER, rng)))
        self._keep(told, on, by, category, chance, note, close_on)

    def _keep(
        self,
        told: Told,
        on: int,
        by: Person,
        category: str,
        chance: float | None,
        note: str,
        close_on: datetime.date | None = None,
    ) -> None:
        self.judgements.add(told.id, day_of(on), by.pk, moment(on, 350), category, chance, close_on, note)
        said = {"category": category, "probability": chance, "close": close_on and close_on.isoformat()}
        what = {name: [None, value] for name, value in said.items() if value not in (None, "")}
        told.tell(on, "judged", by, what=what, reason=note)

    def _lines(self, told: Told) -> None:
        for row in told.deal.lines:
            self.lines.add(
                told.id, row.offer_id, row.name, row.quantity, row.price_minor, row.discount, row.rhythm,
                row.term_months, row.margin_share,
            )  # fmt: skip
            what = {"line": [None, row.total_minor]}
            told.tell(told.life.start, "value line added", told.deal.salesperson, part=row.name, what=what)

    def work_for_accounts(self, rng: random.Random, clients: list[Client]) -> None:
        """Give account managers something to do."""
        for client in clients:
            if client.selected and rng.random() < 0.5:
                due = day_of(self.today + rng.randint(-6, 40))
                title = rng.choice(talk.ACCOUNT_TASKS)
                made = moment(self.today - rng.randint(8, 30), 100)
                self.tasks.add(None, client.id, None, None, title, client.manager.pk, None, due, None, None, made)


def still_to_come(told: Told) -> float:
    """Return the true chance of what is still to win, were every step fresh."""
    truths = zip(told.life.states, told.deal.line.truths, strict=True)
    return math.prod(truth.won for state, truth in truths if truth.required and state not in line.PASSED)


def current_of(told: Told) -> int | None:
    """Return the place of the step where work is now; None when it has ended or all is done."""
    return None if told.life.kind else current(told.life, told.deal.line.truths)
