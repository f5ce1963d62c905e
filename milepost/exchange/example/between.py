"""Say what is between the people of the example company's clients, and how near they are to ours."""

from __future__ import annotations

import random
from itertools import pairwise

from milepost.buyers.models import Relationship, Tie
from milepost.exchange.example.tables import Table
from milepost.exchange.example.telling import Told
from milepost.exchange.example.words.asks import ABOUT

NEAR = ("vendor", "source", "solver", "adviser")


class Between:
    """Keeps the rows until they are written; draws from a source of its own, so that nothing else changes by it."""

    def __init__(self) -> None:
        self.ties = Table(Tie, "stakeholder_id", "other_id", "kind", "words")
        self.near = Table(Relationship, "stakeholder_id", "person_id", "now", "wanted")

    def tables(self) -> list[Table]:
        """Return the tables in the order in which they are written."""
        return [self.ties, self.near]

    def write(self, told: Told, parts: list[int]) -> None:
        """Let some of an open opportunity's people sway each other or be at odds, and be near to who sells."""
        if told.life.kind or len(parts) < 2:
            return
        rng = random.Random(f"between/{told.id}")  # noqa: S311 a story, not a secret
        for one, other in pairwise(parts[1:]):
            if rng.random() < 0.3:
                kind = rng.choice(("sways", "sways", "conflict"))
                self.ties.add(one, other, kind, rng.choice(("", *ABOUT)))
        for one in parts:
            if rng.random() < 0.5:
                now = rng.choice((0, 0, 1, 1, 2))
                self.near.add(one, told.deal.salesperson.pk, NEAR[now], NEAR[min(3, now + rng.choice((1, 1, 2)))])
