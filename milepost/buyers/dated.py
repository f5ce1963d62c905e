"""What was known of people, vision, questions and requests, each answer with the day on which it came to be known."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as lazy

from milepost.buyers.known import BuyersKnown, Known
from milepost.buyers.models import Evidence, Question, Stakeholder, Verdict, VisionVersion
from milepost.buyers.models.lists import Lists
from milepost.opportunities.facts import Fact, Source, Those, Told

Begun = dict[int, datetime.date]
YES, NO = "yes", "no"
HERE, NAMED, GONE = "here", "named", "gone"
NONE, ONE, FEW, MANY = "none", "one", "few", "many"
COUNTS = {NONE: lazy("nobody yet"), ONE: lazy("one"), FEW: lazy("two or three"), MANY: lazy("four or more")}

BUYER = Fact("buyer", lazy("The economic buyer"), {YES: lazy("is known"), NO: lazy("is not known yet")})
REACHED = Fact("reached", lazy("People we have reached"), COUNTS)
CHAMPION = Fact(
    "champion",
    lazy("The champion"),
    {
        NO: lazy("is not known yet"),
        "unknown": lazy("stands nobody knows where"),
        "for": lazy("is for us"),
        "neutral": lazy("is neutral"),
        "against": lazy("is against us"),
    },
)
AGAINST = Fact("against", lazy("Somebody against us"), {YES: lazy("is known"), NO: lazy("nobody is named")})
SUPPORT = Fact("support", lazy("People for us"), COUNTS)
VISION = Fact(
    "vision",
    lazy("Who wants this, why, and where it came from"),
    {
        NO: lazy("nothing written"),
        "some": lazy("written, not evidenced"),
        YES: lazy("evidenced"),
        "proven": lazy("proven"),
    },
)
QUESTIONS = Fact(
    "questions",
    lazy("Questions to find out"),
    {NONE: lazy("none asked"), "open": lazy("open"), "overdue": lazy("overdue"), "done": lazy("all answered")},
)
DECIDED = "request decided"
HELD = Fact("held", lazy("Requests on hold"), {NO: lazy("none"), YES: lazy("some")})


def people(pks: Sequence[int], days: Begun) -> Iterator[Told]:
    """Tell what was known of the people, after every day on which something became known."""
    lists = Lists.read()
    owner: dict[int, tuple[int, Known]] = {}
    events: dict[int, list[tuple[datetime.date, int, str, str]]] = defaultdict(list)
    rows = Stakeholder.everyone.filter(opportunity__in=pks).order_by("facts__said_on", "facts__id", "id")
    part = ("pk", "opportunity_id", "contact_id", "since", "named_on", "removed_on")
    fact = ("facts__trait", "facts__answer", "facts__said_on", "facts__at")
    for pk, of, contact, since, named, removed, trait, answer, on, at in rows.values_list(*part, *fact):
        if pk not in owner:
            owner[pk] = (of, Known(pk, contact is not None and named is None))
            events[of] += [
                (max(day, since), pk, what, "")
                for day, what in ((since, HERE), (named, NAMED), (removed, GONE))
                if day is not None
            ]
        if trait is not None:
            known = max(on, timezone.localdate(at))  # what is written down later was not known here before
            events[of].append((known, pk, trait, lists.means(trait, answer) if answer else ""))
    for of, begun in days.items():
        yield from _people(of, begun, sorted(events[of], key=lambda event: event[0]), owner)


def _people(
    of: int, begun: datetime.date, events: Sequence[tuple[Any, ...]], owner: Mapping[int, tuple[int, Known]]
) -> Iterator[Told]:
    there: dict[int, Known] = {}
    yield from _sum_up(of, begun, [])
    for at, (on, pk, what, answer) in enumerate(events):
        if what == HERE:
            there[pk] = owner[pk][1]
        elif what == NAMED:
            owner[pk][1].met = True
        elif what == GONE:
            there.pop(pk, None)
        else:
            owner[pk][1].traits[what] = answer
        if at + 1 == len(events) or events[at + 1][0] > on:
            yield from _sum_up(of, max(on, begun), list(there.values()))


def _sum_up(of: int, on: datetime.date, people: Sequence[Known]) -> Iterator[Told]:
    known = BuyersKnown.of(people)
    champion = next((one for one in people if one.met and one.traits.get("role") == "champion"), None)
    yield Told(of, on, BUYER.key, YES if known.economic_buyer else NO)
    yield Told(of, on, REACHED.key, _count(known.reached))
    yield Told(of, on, CHAMPION.key, champion.side if champion else NO)
    yield Told(of, on, AGAINST.key, YES if known.against else NO)
    yield Told(of, on, SUPPORT.key, _count(known.for_us))


def _count(number: int) -> str:
    return (NONE, ONE, FEW, FEW)[number] if number < 4 else MANY


def known(those: Those) -> Iterator[Told]:
    """Tell all of it."""
    days = {pk: kept.begun for pk, kept in those.kept.items()}
    for each in (people, visions, questions):
        yield from each(those.pks, days)
    yield from requests(those)


@dataclass
class _Vision:
    """What stood of one hypothesis on a day."""

    version: VisionVersion | None = None
    state: str = Verdict.Kind.OPEN
    evidence: dict[int, Evidence] = field(default_factory=dict)

    @property
    def answer(self) -> str:
        """Return how far it is: written, evidenced, or proven."""
        if self.state == Verdict.Kind.PROVEN:
            return "proven"
        return YES if self.version is not None and all(map(self._holds, ("whose", "how", "where"))) else "some"

    def _holds(self, question: str) -> bool:
        now = self.version
        return now is not None and any(
            one.question == question
            and now.is_answered(question)
            and one.version.answer(question) == now.answer(question)
            for one in self.evidence.values()
        )


Event = tuple[datetime.date, int, Callable[[_Vision], Any]]


def visions(pks: Sequence[int], days: Begun) -> Iterator[Told]:
    """Tell how far the vision was written down and evidenced, after every day on which that changed."""
    events: dict[int, list[Event]] = defaultdict(list)
    of = {"vision__opportunity__in": pks}
    versions = VisionVersion.objects.filter(**of).select_related("vision").order_by("number")
    for version in versions:
        events[version.vision.opportunity_id].append((version.on, version.vision_id, _to(version)))
    verdicts = Verdict.objects.filter(**of).order_by("id")
    for pk, vision, kind, on in verdicts.values_list("vision__opportunity_id", "vision_id", "kind", "on"):
        events[pk].append((on, vision, _judged(kind)))
    for one in Evidence.objects.filter(**of).select_related("version", "vision").order_by("id"):
        events[one.vision.opportunity_id].append((one.on, one.vision_id, _with(one)))
        if one.withdrawn_at is not None:
            events[one.vision.opportunity_id].append((timezone.localdate(one.withdrawn_at), one.vision_id, _less(one)))
    for pk, begun in days.items():
        yield Told(pk, begun, VISION.key, NO)
        yield from _visions(pk, begun, sorted(events[pk], key=lambda event: event[0]))


def _to(version: VisionVersion) -> Callable[[_Vision], Any]:
    return lambda one: setattr(one, "version", version)


def _judged(kind: str) -> Callable[[_Vision], Any]:
    return lambda one: setattr(one, "state", kind)


def _with(evidence: Evidence) -> Callable[[_Vision], Any]:
    return lambda one: one.evidence.update({evidence.pk: evidence})


def _less(evidence: Evidence) -> Callable[[_Vision], Any]:
    return lambda one: one.evidence.pop(evidence.pk, None)


def _visions(pk: int, begun: datetime.date, events: Sequence[Event]) -> Iterator[Told]:
    there: dict[int, _Vision] = defaultdict(_Vision)
    for on, vision, happen in events:
        happen(there[vision])
        standing = [one.answer for one in there.values() if one.state != Verdict.Kind.DROPPED]
        best = max(standing, key=list(VISION.answers).index, default=NO)
        yield Told(pk, max(on, begun), VISION.key, best)


def questions(pks: Sequence[int], days: Begun) -> Iterator[Told]:
    """Tell whether questions were open or overdue, on every day on which that changed; due days are today's."""
    asked: dict[int, list[tuple[datetime.date, datetime.date | None, datetime.date | None]]] = defaultdict(list)
    rows = Question.objects.filter(opportunity__in=pks).values_list("opportunity_id", "since", "due_on", "answered_on")
    for pk, since, due, answered in rows:
        asked[pk].append((since, due, answered))
    for pk, begun in days.items():
        yield Told(pk, begun, QUESTIONS.key, NONE)
        for day in sorted({day for one in asked[pk] for day in one if day is not None}):
            yield Told(pk, max(day, begun), QUESTIONS.key, _questions(asked[pk], day))


def _questions(asked: Iterable[tuple[Any, ...]], day: datetime.date) -> str:
    """Return how questions stand at the end of a day: one is overdue from the day after it was due."""
    there = [(due, answered) for since, due, answered in asked if since <= day]
    waiting = [due for due, answered in there if answered is None or answered > day]
    if any(due is not None and due <= day for due in waiting):
        return "overdue"
    return "open" if waiting else "done" if there else NONE


def requests(those: Those) -> Iterator[Told]:
    """Tell whether requests were on hold, as the history has it."""
    held: dict[int, set[str]] = defaultdict(set)
    for pk, kept in those.kept.items():
        yield Told(pk, kept.begun, HELD.key, NO)
    for pk, on, _verb, title, what in those.changes(DECIDED):
        now = what.get("verdict", ["", ""])[1]
        (held[pk].add if now == "hold" else held[pk].discard)(title)
        yield Told(pk, on, HELD.key, YES if held[pk] else NO)


SOURCES = (Source((BUYER, REACHED, CHAMPION, AGAINST, SUPPORT, VISION, QUESTIONS, HELD), known, (DECIDED,)),)
