"""The three playbooks of the example company, and the truth about them that only its past can teach."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from milepost.exchange.example.tables import Table, count_on
from milepost.exchange.example.words.steps import ADD_ON, NEW_BUSINESS, NEW_BUSINESS_FIRST, RENEWAL, StepWords
from milepost.playbooks.models import Playbook, PlaybookStep, PlaybookVersion
from milepost.web.history import kind_of
from milepost.web.models import Change


@dataclass(frozen=True, slots=True)
class Truth:
    """How a step really goes: nothing in the program may read this but the generator."""

    key: str
    required: bool
    won: float
    days: float
    again: float
    taken: float
    closing: bool


@dataclass(frozen=True)
class Line:
    """A playbook's version with its steps as stored, and the truth about each."""

    version: PlaybookVersion
    steps: list[PlaybookStep]
    truths: list[Truth]
    since: int


@dataclass
class Book:
    """A playbook as the generator knows it: its lines by age, its share of what begins, what its deals are worth.

    `median` is in the company's currency's major unit, `spread` the sigma of its logarithm.
    """

    kind: str
    share: float
    median: float
    spread: float
    margin: float
    lines: list[Line] = field(default_factory=list)

    def line_of(self, day: int) -> Line:
        """Return the version that was in use on a day."""
        return [line for line in self.lines if line.since <= day][-1]


NEW, ADDED, RENEWED = "new", "add-on", "renewal"

NAMES = {
    NEW: ("Enterprise new business", "A plant or a group we have not worked for, or a whole new field at one we have."),
    ADDED: ("Add-on to an existing account", "More of what runs there already: another line, another site, a module."),
    RENEWED: ("Service renewal", "A service agreement that comes up for renewal; begins half a year ahead."),
}


def make_playbooks(today: datetime.date) -> list[Book]:
    """Create the playbooks, the first with two versions, and return what the generator knows of them."""
    before = (today - datetime.timedelta(days=5 * 365)).toordinal()
    change = (today - datetime.timedelta(days=560)).toordinal()
    return [
        _book(NEW, 0.46, 310_000, 0.85, 0.34, [(before, NEW_BUSINESS_FIRST), (change, NEW_BUSINESS)]),
        _book(ADDED, 0.34, 68_000, 0.8, 0.41, [(before, ADD_ON)]),
        _book(RENEWED, 0.20, 96_000, 0.7, 0.52, [(before, RENEWAL)]),
    ]


def _book(
    kind: str, share: float, median: float, spread: float, margin: float, versions: list[tuple[int, list[StepWords]]]
) -> Book:
    """Create a playbook with versions of the past; the verbs would date them today."""
    name, description = NAMES[kind]
    playbook = Playbook.objects.create(name=name, description=description)
    Playbook.objects.filter(pk=playbook.pk).update(created_at=_nine(versions[0][0]))
    history = Table(Change, "at", "verb", "subject_kind", "subject_id", "what")
    history.add(_nine(versions[0][0]), "added", kind_of(playbook), playbook.pk, {"name": [None, name]})
    book = Book(kind, share, median, spread, margin)
    for number, (since, words) in enumerate(versions, start=1):
        at = _nine(since)
        version = PlaybookVersion.objects.create(playbook=playbook, number=number, published_at=at)
        steps = PlaybookStep.objects.bulk_create(_step(version, place, w) for place, w in enumerate(words, start=1))
        history.add(at, "published", kind_of(version), version.pk, {"published_at": [None, at.isoformat()]})
        book.lines.append(Line(version, steps, [_truth(w) for w in words], since))
    history.flush()
    count_on([history])
    return book


def _nine(day: int) -> datetime.datetime:
    return datetime.datetime.combine(datetime.date.fromordinal(day), datetime.time(9), datetime.UTC)


def _step(version: PlaybookVersion, place: int, words: StepWords) -> PlaybookStep:
    return PlaybookStep(
        version_of=version,
        key=words.key,
        position=place,
        name=words.name,
        activity=words.activity,
        milestone=words.milestone,
        evidence=words.evidence,
        call_plan=words.call_plan,
        required=words.required,
        usual_days=words.usual_days,
        hours=words.hours,
    )


def _truth(words: StepWords) -> Truth:
    return Truth(words.key, words.required, words.won, words.days, words.again, words.taken, words.closing)
