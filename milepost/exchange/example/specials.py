"""Stage what a visitor should find: appointments today, a programme, a tender, a secret, a chance that came back."""

from __future__ import annotations

import datetime
import random
from typing import Any

from milepost.exchange.example.deals import Deal, Dealer
from milepost.exchange.example.life import Event, Life, working
from milepost.exchange.example.market import Client
from milepost.exchange.example.playbooks import NEW
from milepost.exchange.example.telling import TIMES, Told
from milepost.opportunities import line
from milepost.opportunities.models import Programme, TeamMember
from milepost.team.models import Person, Role

Lived = tuple[random.Random, Deal, Life]
SECOND, THIRD = ", second round", ", third round"
FAIR = "At the trade fair, our stand"
SITES = ("Carlisle works", "Penrith pumping station", "Keswick reservoir", "Workington outfall")


class Stage:
    """Marks some of the open opportunities of the first chunk; small companies have fewer of everything."""

    def __init__(self, dealer: Dealer, chunk: list[Lived], rng: random.Random) -> None:
        self.dealer, self.setting, self.rng = dealer, dealer.setting, rng
        self.today = self.setting.today.toordinal()
        self.marks: dict[int, dict[str, Any]] = {}
        self.open = [(place, deal, life) for place, (_rng, deal, life) in enumerate(chunk) if not life.kind]
        self._free = {place for place, _deal, _life in self.open}
        self.frame: int | None = None

    def set(self) -> dict[int, dict[str, Any]]:
        """Choose and change; return the marks by place in the chunk."""
        self._let_first_names_have_work()
        self._today()
        self._unreported()
        self._programme()
        self._tenders()
        self._secrets()
        self._unknowns()
        return self.marks

    def _take(self, number: int, fits: Any) -> list[tuple[int, Deal, Life]]:
        """Take so many open ones that fit and are not special yet."""
        found = [one for one in self.open if one[0] in self._free and fits(one[1], one[2])]
        chosen = self.rng.sample(found, min(number, len(found)))
        self._free -= {place for place, _deal, _life in chosen}
        return chosen

    def _let_first_names_have_work(self) -> None:
        """Give the people whom visitors sign in as a good part of the North."""
        ines, mara = self.setting.people["Ines Kovar"], self.setting.people["Mara Lindt"]
        for _place, deal, _life in self.open:
            if deal.client.crew is self.setting.crews[0]:
                if deal.book.kind == NEW and self.rng.random() < 0.4:
                    deal.salesperson = ines
                if self.rng.random() < 0.6:
                    deal.coordinator = mara

    def _today(self) -> None:
        """Bring some booked appointments forward to today and tomorrow: a visitor's first look is at today."""
        ines = self.setting.people["Ines Kovar"]
        first, north = self.dealer.market.clients[0].crew, self.setting.crews[0]
        assert first is north
        mine = self._take(3, lambda d, life: d.client.crew is north and _is_booked(life, self.today))
        others = self._take(max(2, len(self.open) // 30), lambda d, life: _is_booked(life, self.today))
        for _place, deal, _life in mine:
            deal.salesperson = ines
        for number, (place, _deal, life) in enumerate(mine + others):
            day = self.today if number % 3 != 2 else self.today + 1
            _bring_forward(life, day)
            self.marks[place] = {"time": TIMES[(1 + 2 * number) % len(TIMES)]}  # hers must not be at once
            if datetime.date.fromordinal(day).weekday() >= 5:
                self.marks[place]["place"] = FAIR

    def _unreported(self) -> None:
        """Let some appointments have been held whose result is missing, and some clients have said no."""
        ines, north = self.setting.people["Ines Kovar"], self.setting.crews[0]

        def booked_early(_deal: Deal, life: Life) -> bool:
            return _is_booked(life, self.today) and life.tries[-1].booked < self.today - 4

        mine = self._take(1, lambda d, life: d.client.crew is north and booked_early(d, life))
        for _place, deal, _life in mine:
            deal.salesperson = ines
        for _place, _deal, life in mine + self._take(len(self.open) // 40, booked_early):
            _hold(life, working(self.today - self.rng.randint(1, 4)))
        for _place, deal, life in self._take(max(1, len(self.open) // 80), booked_early):
            if deal.line.steps[life.tries[-1].step].required:
                _hold(life, working(self.today - 3))
                _say_no(life, self.today - 1)

    def _programme(self) -> None:
        """Let one client run a programme: a frame agreement and its sites, each an opportunity of its own."""
        client = next((c for c in self.dealer.market.clients if c.name == "Solway Water"), None)
        if client is None or len(self.open) < 60:
            return
        far = self._take(1, lambda d, life: d.book.kind == NEW and life.states[4] in line.PASSED)
        sites = self._take(len(SITES), lambda d, life: d.book.kind == NEW)
        programme = Programme.objects.create(
            name="Solway group telemetry", account_id=client.id, territory=client.crew.territory
        )
        for (place, deal, _life), name in zip(
            far + sites, ("Solway group telemetry, frame agreement", *SITES), strict=False
        ):
            self._move(deal, client)
            deal.name = name if place == far[0][0] else f"Telemetry, {name}"
            self.marks[place] = {"programme": programme.pk}
        self.frame = far[0][0] if far else None

    def _move(self, deal: Deal, client: Client) -> None:
        deal.client = client
        deal.coordinator = client.crew.any(Role.COORDINATOR, self.rng)
        deal.salesperson = client.crew.any(Role.SALESPERSON, self.rng)

    def _tenders(self) -> None:
        """Let the client's timetable set the dates of some."""
        for place, deal, life in self._take(max(1, len(self.open) // 50), lambda d, life: d.book.kind == NEW):
            due, day = {}, self.today + 12
            for at, state in enumerate(life.states):
                if state in line.OPEN and deal.line.steps[at].required:
                    due[at] = _working(day)
                    day += self.rng.choice((14, 21, 28))
            self.marks[place] = {"tender": True, "due": due}

    def _secrets(self) -> None:
        for place, _deal, _life in self._take(max(1, len(self.open) // 60), lambda d, life: d.book.kind == NEW):
            self.marks[place] = {"confidential": True}

    def _unknowns(self) -> None:
        some = max(1, len(self.open) // 70)
        for _place, deal, _life in self._take(some, lambda d, life: True):
            deal.known = False
        for place, _deal, _life in self._take(some, lambda d, life: True):
            self.marks[place] = {"start_known": False}
        for _place, deal, _life in self._take(2 * some, lambda d, life: True):
            deal.worth = None

    def after(self, place: int, told: Told) -> list[tuple[Person, str]]:
        """Finish what needs the opportunity's own id; return who joins its team."""
        marks = self.marks.get(place, {})
        if place == self.frame:
            Programme.objects.filter(pk=marks["programme"]).update(frame_id=told.id)
        if marks.get("confidential") or (not told.life.kind and told.rng.random() < 0.15):
            people = told.rng.sample(self.setting.team, 2 if marks.get("confidential") else 1)
            return [(person, TeamMember._meta.get_field("role").get_default()) for person in people]
        return []


def _working(day: int) -> datetime.date:
    date = datetime.date.fromordinal(day)
    return date + datetime.timedelta(days=max(0, 7 - date.weekday()) if date.weekday() >= 5 else 0)


def _is_booked(life: Life, today: int) -> bool:
    return bool(life.tries) and life.tries[-1].state == "scheduled" and life.tries[-1].on > today


def _bring_forward(life: Life, day: int) -> None:
    attempt = life.tries[-1]
    for number in range(len(life.events) - 1, -1, -1):
        event = life.events[number]
        if event.verb == "step scheduled":
            life.events[number] = event._replace(on=day)
            break
    attempt.on = day


def _hold(life: Life, day: int) -> None:
    _bring_forward(life, day)
    attempt = life.tries[-1]
    attempt.state = life.states[attempt.step] = line.HELD
    life.events.append(Event(day, "step held", attempt.step))


def _say_no(life: Life, reported: int) -> None:
    """Report the appointment held last: no. Somebody still has to end the opportunity."""
    attempt, spell = life.tries[-1], life.spells[-1]
    attempt.state, attempt.result, attempt.reported = "closed", line.LOST, reported
    life.states[attempt.step], life.ended[attempt.step] = line.LOST, attempt.on
    spell.left, spell.end = attempt.on, line.LOST
    life.events.append(Event(reported, "step lost", attempt.step, line.HELD, attempt.on))


def came_back(rng: random.Random, deal: Deal) -> int | None:
    """Return the lost opportunity that this one takes up again, if it does; name it so."""
    before = deal.client.lost
    if deal.book.kind != NEW or before is None or before[2] + 40 > deal.start or rng.random() > 0.16:
        return None
    pk, name, _ended = before
    deal.name = name.replace(SECOND, THIRD) if name.endswith(SECOND) else f"{name.removesuffix(THIRD)}{SECOND}"
    deal.client.lost = None
    return pk


def keep_for_later(told: Told) -> None:
    """Remember a lost opportunity: its chance may come back."""
    if told.life.kind in ("lost", "no_decision") and told.deal.book.kind == NEW and told.deal.known:
        told.deal.client.lost = told.id, told.deal.name, told.life.ended_on
