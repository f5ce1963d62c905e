"""Dated facts: what was known of an opportunity on a day, each an answer from a short list.

A fact is a list of changes: from a day on, this is the answer. Whoever knows more adds a `Source` in the `ready` of its
folder (`add_source`); it reads its facts of any number of opportunities with a fixed number of queries. What is not
dated is not told, so that nothing written later is taken for known before. "" is the answer "not known".
"""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as lazy

from milepost.opportunities.models.opportunity import Opportunity
from milepost.opportunities.models.outcome import Outcome
from milepost.web.models import Change

NOT_KNOWN = ""
ALWAYS = datetime.date.min
Words = str | Promise


@dataclass(frozen=True)
class Fact:
    """One thing that can be known: its key, what it is called, and its answers in words.

    Where it is not `tried` it is told, and never moves a chance by itself.
    """

    key: str
    label: Words
    answers: Mapping[str, Words]
    tried: bool = True

    def say(self, answer: str) -> Words:
        """Put an answer into words."""
        return self.answers.get(answer, answer) if answer else lazy("not known")


@dataclass(frozen=True)
class Told:
    """One change: from the day after `on`, `answer` is what is known of the opportunity."""

    opportunity: int
    on: datetime.date
    fact: str
    answer: str


class Kept(NamedTuple):
    """Since when an opportunity is kept here: before, nobody could have written anything down; and of its account.

    `selected` is the day on which the account was, `bought` that of its first win.
    """

    begun: datetime.date
    account: int | None
    selected: datetime.date | None
    bought: datetime.date | None


class Line(NamedTuple):
    """One line of an opportunity's history."""

    opportunity: int
    on: datetime.date
    verb: str
    part: str
    what: Mapping[str, Any]


class Those:
    """The opportunities whose facts are read, with what several sources ask of them, read once for all."""

    def __init__(self, pks: Sequence[int], verbs: Collection[str] = ()) -> None:
        self.pks, self.verbs = pks, verbs

    @cached_property
    def kept(self) -> dict[int, Kept]:
        """Return since when each is kept here, in the order of their ids."""
        of = {"opportunity__account": OuterRef("account"), "opportunity__merged_into": None}
        won = Outcome.objects.standing().filter(kind=Outcome.Kind.WON, on__isnull=False, **of).order_by("on")
        rows = Opportunity.objects.filter(pk__in=self.pks).annotate(bought=Subquery(won.values("on")[:1]))
        columns = ("pk", "created_at", "account_id", "account__selected_on", "bought")
        told = rows.order_by("pk").values_list(*columns)
        return {pk: Kept(timezone.localdate(at), *account) for pk, at, *account in told}

    @cached_property
    def _changes(self) -> list[Line]:
        rows = Change.objects.filter(subject_kind="opportunity", subject_id__in=self.pks, verb__in=self.verbs)
        columns = ("subject_id", "at", "verb", "part", "what")
        told = rows.order_by("id").values_list(*columns)
        return [Line(pk, timezone.localdate(at), *rest) for pk, at, *rest in told]

    def changes(self, *verbs: str) -> Iterator[Line]:
        """Yield their history's lines with these verbs, the oldest first; the source has named the verbs."""
        return (line for line in self._changes if line.verb in verbs)


@dataclass(frozen=True)
class Source:
    """Facts that are read together; `read` tells changes, those of a day in order. `verbs` are those of its history."""

    facts: tuple[Fact, ...]
    read: Callable[[Those], Iterable[Told]]
    verbs: tuple[str, ...] = ()


_SOURCES: list[Source] = []


def add_source(source: Source) -> None:
    """Let facts be known from now on. Raises ValueError when one is known already."""
    taken = {fact.key for fact in source.facts} & set(facts())
    if taken:
        raise ValueError(f"{', '.join(sorted(taken))}: told by another source already.")
    _SOURCES.append(source)


def facts() -> dict[str, Fact]:
    """Return every fact by its key, in the order in which sources were added."""
    return {fact.key: fact for source in _SOURCES for fact in source.facts}


class Known:
    """What was known of some opportunities, on any day."""

    def __init__(self, told: Iterable[Told]) -> None:
        self._days: dict[tuple[int, str], list[datetime.date]] = defaultdict(list)
        self._answers: dict[tuple[int, str], list[str]] = defaultdict(list)
        for each in sorted(told, key=lambda one: one.on):  # stable: those of a day stay in order
            self._days[each.opportunity, each.fact].append(each.on)
            self._answers[each.opportunity, each.fact].append(each.answer)

    def on(self, opportunity: int, fact: str, day: datetime.date) -> str:
        """Return the answer with which a day began: what was told before it."""
        at = bisect_left(self._days.get((opportunity, fact), ()), day)
        return self._answers[opportunity, fact][at - 1] if at else NOT_KNOWN

    def since(self, opportunity: int, fact: str, day: datetime.date) -> datetime.date | None:
        """Return the day since which that answer has been told; None where it is not known, or always was so."""
        at = bisect_left(self._days.get((opportunity, fact), ()), day)
        answers = self._answers.get((opportunity, fact), [])
        while at > 1 and answers[at - 2] == answers[at - 1]:
            at -= 1
        since = self._days[opportunity, fact][at - 1] if at else ALWAYS
        return None if since == ALWAYS else since


def read_known(opportunities: Sequence[int], wanted: Collection[str] | None = None) -> Known:
    """Read the facts of these opportunities, all or those that are wanted; as many queries for one as for thousands."""
    sources = [s for s in _SOURCES if wanted is None or any(fact.key in wanted for fact in s.facts)]
    those = Those(opportunities, {verb for source in sources for verb in source.verbs})
    return Known(told for source in sources for told in source.read(those))
