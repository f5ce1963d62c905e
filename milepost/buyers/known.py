"""Read what is known of the people of many opportunities at once, today or as it was known on a day.

Each function takes a queryset of opportunities, or their ids, and asks a number of questions that does not grow with
them. Answers are the usual ones (`traits.py`), whatever words the company has for them.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import OuterRef, Q, Subquery

from milepost.buyers.models.lists import Lists
from milepost.buyers.models.question import Question, QuestionAnswer
from milepost.buyers.models.stakeholder import Stakeholder, StakeholderFact
from milepost.buyers.traits import LEVELS, SIDES, TRAITS


@dataclass
class Known:
    """One person's part, as far as it is known: usual answers by trait; `met` is False for a placeholder."""

    pk: int
    met: bool
    traits: dict[str, str] = field(default_factory=dict)

    @property
    def side(self) -> str:
        return SIDES.get(self.traits.get("stance", ""), "unknown")

    @property
    def level(self) -> int | None:
        """Return our access, 0 to 3; None where it is not known."""
        return LEVELS.get(self.traits.get("access", ""))


@dataclass(frozen=True)
class BuyersKnown:
    """What gates and lists ask of an opportunity's people."""

    people: int = 0
    met: int = 0
    reached: int = 0
    economic_buyer: bool = False
    champion: bool = False
    against: bool = False
    for_us: int = 0

    @classmethod
    def of(cls, people: Iterable[Known]) -> BuyersKnown:
        """Sum up one opportunity's people; a placeholder for a role is nobody known."""
        rows = list(people)
        met = [one for one in rows if one.met]
        return cls(
            people=len(rows),
            met=len(met),
            reached=sum((one.level or 0) > 0 for one in met),
            economic_buyer=any(one.traits.get("role") == "economic_buyer" for one in met),
            champion=any(one.traits.get("role") == "champion" for one in met),
            against=any(one.side == "against" for one in met),
            for_us=sum(one.side == "for" for one in met),
        )


def people_known(opportunities: Any, *, day: datetime.date | None = None) -> dict[int, list[Known]]:
    """Return the people of each opportunity with all traits, as known on a day; without one, now."""
    if day is None:
        return _now(opportunities)
    there = Q(removed_on=None) | Q(removed_on__gt=day)
    rows = Stakeholder.everyone.filter(there, opportunity__in=opportunities, since__lte=day).order_by("id")
    people = {pk: (owner, Known(pk, contact is not None)) for pk, owner, contact in _who(rows)}
    lists = Lists.read()
    for fact in facts_of(opportunities, until=day):
        if fact.stakeholder in people:
            people[fact.stakeholder][1].traits[fact.trait] = lists.means(fact.trait, fact.answer)
    return _by_opportunity(people.values())


def buyers_known(opportunities: Any, *, day: datetime.date | None = None) -> dict[int, BuyersKnown]:
    """Sum up the people of each opportunity; one without any is left out."""
    return {pk: BuyersKnown.of(people) for pk, people in people_known(opportunities, day=day).items()}


class Fact(NamedTuple):
    """One dated answer, as the company's lists have it."""

    opportunity: int
    stakeholder: int
    trait: str
    answer: str
    said_on: datetime.date


def facts_of(opportunities: Any, *, until: datetime.date | None = None) -> Iterator[Fact]:
    """Yield all dated answers, the oldest first: whoever reads on has what stood on each day; one question."""
    rows = StakeholderFact.objects.filter(stakeholder__opportunity__in=opportunities)
    if until is not None:
        rows = rows.filter(said_on__lte=until)
    columns = ("stakeholder__opportunity_id", "stakeholder_id", "trait", "answer", "said_on")
    return map(Fact._make, rows.order_by("said_on", "id").values_list(*columns).iterator(chunk_size=5_000))


def _now(opportunities: Any) -> dict[int, list[Known]]:
    lists, names = Lists.read(), tuple(TRAITS)
    rows = Stakeholder.objects.filter(opportunity__in=opportunities).order_by("id")
    found = []
    for pk, owner, contact, *answers in rows.values_list("pk", "opportunity_id", "contact_id", *names):
        said = {name: lists.means(name, one) for name, one in zip(names, answers, strict=True) if one}
        found.append((owner, Known(pk, contact is not None, said)))
    return _by_opportunity(found)


def _who(rows: Any) -> Any:
    return rows.values_list("pk", "opportunity_id", "contact_id")


def _by_opportunity(found: Iterable[tuple[int, Known]]) -> dict[int, list[Known]]:
    people: dict[int, list[Known]] = defaultdict(list)
    for owner, one in found:
        people[owner].append(one)
    return dict(people)


@dataclass
class QuestionsKnown:
    """How far an opportunity's sales project plan is; what nobody could tell counts as answered."""

    asked: int = 0
    open: int = 0
    overdue: int = 0
    answered: int = 0
    unknown: int = 0


def questions_known(opportunities: Any, today: datetime.date) -> dict[int, QuestionsKnown]:
    """Count each opportunity's questions; one question to the database."""
    newest = QuestionAnswer.objects.filter(question=OuterRef("pk")).order_by("-id").values("unknown")[:1]
    rows = Question.objects.filter(opportunity__in=opportunities).annotate(unknown=Subquery(newest))
    found: dict[int, QuestionsKnown] = defaultdict(QuestionsKnown)
    for owner, due_on, answered_on, unknown in rows.values_list("opportunity_id", "due_on", "answered_on", "unknown"):
        known = found[owner]
        known.asked += 1
        known.open += answered_on is None
        known.overdue += answered_on is None and due_on is not None and due_on < today
        known.answered += answered_on is not None
        known.unknown += answered_on is not None and bool(unknown)
    return dict(found)
