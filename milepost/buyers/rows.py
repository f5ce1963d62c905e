"""The people of one opportunity as lines of a list, in the company's words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from milepost.buyers.models.lists import Lists, capital
from milepost.buyers.models.stakeholder import Stakeholder
from milepost.buyers.traits import LEVELS, TRAITS, WEIGHTS


@dataclass
class Line:
    """One person: the row, its answers in words by trait, and what was last known of them elsewhere."""

    row: Stakeholder
    said: dict[str, str]
    means: dict[str, str]
    reports_to: Stakeholder | None = None
    last_known: list[Any] = field(default_factory=list)

    @property
    def side(self) -> str:
        return self.row.side

    @property
    def level(self) -> int:
        """Return our access, 0 to 3."""
        return LEVELS.get(self.means.get("access", ""), 0)

    @property
    def weight(self) -> int:
        """Return how much their word counts, 1 to 3; 0 where it is not known."""
        return WEIGHTS.get(self.means.get("influence", ""), 0)


def lines_of(rows: list[Stakeholder], lists: Lists, offers: dict[int, Any] | None = None) -> list[Line]:
    """Put people into the company's words."""
    by_id = {row.pk: row for row in understood(rows, lists)}
    return [
        Line(row, row.said, row.means, by_id.get(row.reports_to_id or 0), (offers or {}).get(row.pk, []))
        for row in rows
    ]


def understood(rows: list[Stakeholder], lists: Lists) -> list[Stakeholder]:
    """Let each row know its answers, by trait: `means` as the usual ones, `said` in the company's words."""
    for row in rows:
        answers = {trait: value for trait in TRAITS if (value := getattr(row, trait))}
        row.means = {trait: lists.means(trait, value) for trait, value in answers.items()}
        row.said = {trait: capital(lists.text(trait, value)) for trait, value in answers.items()}
    return rows
