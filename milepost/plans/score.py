"""Score how well a published plan is carried out, in parts that can be counted: values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from milepost.plans.live import Duty, Milestone, Shown


@dataclass(frozen=True)
class Part:
    """One part of a score: so many of so many; `of` is never 0."""

    name: str
    number: int
    of: int

    @property
    def share(self) -> float:
        return self.number / self.of


@dataclass(frozen=True)
class Score:
    """Parts that weigh the same; what there is nothing to count of yet is no part."""

    parts: tuple[Part, ...]

    @property
    def points(self) -> int:
        """Return the mean of the parts' shares, in points from 0 to 100.

        >>> Score((Part("a", 3, 4), Part("b", 0, 1))).points
        38
        """
        return round(100 * sum(part.share for part in self.parts) / len(self.parts) + 1e-9)


def score(shown: Shown, links: Iterable[Any] | None, *, holds: bool, accepted: Set[int]) -> Score:
    """Return how well a plan is carried out.

    `links` are those that work, None where looking is not noted; `holds` says whether a client's yes covers the
    newest version, and `accepted` are the parts of which a client said or sent something that we took up.
    """
    every: list[Milestone | Duty] = [*shown.steps, *shown.all_duties]
    due = [each for each in every if each.is_over or each.late]
    reached = [step for step in shown.steps if step.is_done]
    proven = [step for step in reached if step.files or step.part in accepted]
    invited = list(links or ())
    counted = (
        (_("done of what was to be done by today"), sum(each.is_over for each in due), len(due)),
        (_("invited people who have looked"), sum(link.seen_at is not None for link in invited), len(invited)),
        (_("the newest version is confirmed"), int(holds), 1),
        (_("reached steps with a file or the client’s word"), len(proven), len(reached)),
    )
    return Score(tuple(Part(name, number, of) for name, number, of in counted if of))
