"""Dated facts: what was known of an opportunity on a day, each an answer from a short list.

A fact is a list of changes: from a day on, this is the answer. Whoever knows more adds a `Source` in the `ready` of its
folder (`add_source`); it reads its facts of any number of opportunities with a fixed number of queries. What is not
dated is not told, so that nothing written later is taken for known before. "" is the answer "not known".
"""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

NOT_KNOWN = ""
ALWAYS = datetime.date.min
Words = str | Promise


@dataclass(frozen=True)
class Fact:
    """One thing that can be known: its key, what it is called, and its answers in words."""

    key: str
    label: Words
    answers: Mapping[str, Words]

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


@dataclass(frozen=True)
class Source:
    """Facts that are read together; `read` gets opportunities' ids and tells changes, those of a day in order."""

    facts: tuple[Fact, ...]
    read: Callable[[Sequence[int]], Iterable[Told]]


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


def read_known(opportunities: Sequence[int]) -> Known:
    """Read all facts of these opportunities; as many queries for one as for thousands."""
    return Known(told for source in _SOURCES for told in source.read(opportunities))
