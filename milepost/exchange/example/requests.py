"""Let clients of the example company ask for things outside the agreed line, and most of it be decided."""

from __future__ import annotations

import random
from typing import Any

from milepost.buyers.models import ClientRequest
from milepost.exchange.example.life import working
from milepost.exchange.example.tables import Table
from milepost.exchange.example.telling import Told, day_of
from milepost.exchange.example.words.asks import ASKS, BEHIND, BURST, WHY

LATELY = 75
COORDINATOR = "Mara Lindt"


class Requests:
    """Keeps the rows until they are written; draws from a source of its own, so that nothing else changes by it."""

    def __init__(self) -> None:
        self.table = Table(
            ClientRequest, "opportunity_id", "title", "text", "asked_by_id", "behind", "approved", "funded", "hours",
            "asked_on", "due_on", "verdict", "because", "said_on", "owner_id", "done_on",
        )  # fmt: skip
        self.burst = False

    def write(self, told: Told, *, last: int) -> None:
        """Let one in three open opportunities be asked for something, and one of all for much at once."""
        if told.life.kind or not told.contacts:
            return
        rng = random.Random(f"request/{told.id}")  # noqa: S311 a story, not a secret
        began = max(told.life.start, last - LATELY)
        if self._takes_the_burst(told, last):
            self.burst = True
            for n, ask in enumerate(BURST):
                self._ask(told, rng, ask, working(last - 8 + 3 * n), contact=told.contacts[n % 2], last=0)
        elif rng.random() < 0.33:
            for ask in rng.sample(ASKS, rng.choice((1, 1, 2))):
                day = working(rng.randint(began, last))
                self._ask(told, rng, ask, max(told.life.start, day), contact=rng.choice(told.contacts), last=last)

    def _takes_the_burst(self, told: Told, last: int) -> bool:
        far = sum(state == "won" for state in told.life.states) > 1
        known = len(told.contacts) > 1 and told.deal.coordinator.name == COORDINATOR
        return not self.burst and known and far and told.life.start < last - 30

    def _ask(self, told: Told, rng: random.Random, ask: tuple, day: int, *, contact: tuple, last: int) -> None:
        """Take one request in; one that is older than a few days has been decided, most of the answered are done."""
        title, text, hours = ask
        behind = rng.choice(BEHIND) if rng.random() < 0.4 else ""
        approved, funded = rng.choice(("", "yes", "no")) if behind else "", rng.choice(("", "", "yes"))
        due = day_of(day + rng.randint(7, 30)) if rng.random() < 0.6 else None
        told.tell(day, "request taken in", told.deal.coordinator, part=title, what={"asker": [None, contact[1]]})
        said = self._decided(told, rng, title, day, last)
        pk = self.table.add(
            told.id, title, text, contact[0], behind, approved, funded, hours, day_of(day), due, *said,
        )  # fmt: skip
        if said[0] == ClientRequest.Verdict.HOLD:
            told.held.append((pk, said[2].toordinal()))

    def _decided(self, told: Told, rng: random.Random, title: str, day: int, last: int) -> tuple[Any, ...]:
        said = working(day + rng.randint(1, 4))
        if said < day or said > last or rng.random() < 0.15:
            return "", "", None, None, None
        verdict = rng.choice(("answer", "answer", "hold", "decline"))
        because, by = rng.choice(WHY[verdict]), told.deal.coordinator
        owner = told.deal.salesperson if verdict == "answer" else None
        what = {"verdict": ["", verdict], "owner": [None, owner.name if owner else None]}
        told.tell(said, "request decided", by, part=title, what=what, reason=because)
        done = working(said + rng.randint(2, 12)) if owner else 0
        if not said <= done <= last:
            return verdict, because, day_of(said), owner and owner.pk, None
        told.tell(done, "request answered", by, part=title, what={"on": [None, day_of(done).isoformat()]})
        return verdict, because, day_of(said), owner and owner.pk, day_of(done)
