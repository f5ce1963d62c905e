"""Lay what has happened since over a published document: what is done, the day of an appointment, times to pick from.

Values in, values out. Nothing else of how an opportunity stands is read here: no lost step, no gate, no reason is told.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from milepost.plans.content import Document

DONE, SET, AHEAD = "won", "scheduled", "planned"


@dataclass
class Duty:
    """Something one side does: a condition or a task; `said` is what the reader said of it."""

    part: int
    name: str
    says: str
    is_theirs: bool
    is_mine: bool
    who: str
    due: datetime.date | None
    done: bool
    late: bool
    may_be_done: bool = False
    said: list[Any] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        return self.done

    @property
    def claimed(self) -> Any:
        """Return the word by which a client said that it is done, as long as we have not answered."""
        return claim_in(self.said)


@dataclass
class File:
    """A file to take along."""

    part: int
    name: str
    says: str
    size: int


@dataclass
class Milestone:
    """One step of the line, as the client reads it; `state` is done, date set, or ahead."""

    part: int
    name: str
    says: str
    ours: str
    theirs: str
    is_mine: bool
    state: str
    on: datetime.date | None
    time: datetime.time | None
    about: bool
    late: bool
    starts_at: datetime.datetime | None = None
    minutes: int = 0
    zone: str = ""
    place: str = ""
    times: list[Any] = field(default_factory=list)
    may_be_done: bool = False
    said: list[Any] = field(default_factory=list)
    duties: list[Duty] = field(default_factory=list)
    files: list[File] = field(default_factory=list)

    @property
    def due(self) -> datetime.date | None:
        return self.on

    @property
    def is_done(self) -> bool:
        return self.state == DONE

    @property
    def is_over(self) -> bool:
        return self.is_done

    @property
    def claimed(self) -> Any:
        """Return the word by which a client said that it is reached, as long as we have not answered."""
        return claim_in(self.said)


@dataclass
class Shown:
    """A document as it is shown on a day to one reader."""

    title: str
    intro: str
    seller: str
    client: str
    steps: list[Milestone]
    duties: list[Duty]
    files: list[File]
    said: list[Any] = field(default_factory=list)

    def part(self, number: int) -> Duty | Milestone | None:
        """Return a step or a duty by its part's number."""
        every: list[Duty | Milestone] = [*self.steps, *self.all_duties]
        return next((each for each in every if each.part == number), None)

    @property
    def to_pick(self) -> list[Milestone]:
        """Return the steps for which times are offered."""
        return [step for step in self.steps if step.times]

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def all_duties(self) -> list[Duty]:
        return [*(duty for step in self.steps for duty in step.duties), *self.duties]

    @property
    def mine(self) -> list[Duty]:
        """Return what the reader has still to do, what is due first first."""
        last = datetime.date.max
        open_ones = (duty for duty in self.all_duties if duty.is_mine and not duty.done and not duty.claimed)
        return sorted(open_ones, key=lambda duty: duty.due or last)

    @property
    def next(self) -> Duty | Milestone | None:
        """Return what the reader does next: their first duty, else the first step that is theirs."""
        own = (step for step in self.steps if step.is_mine and step.may_be_done and not (step.is_done or step.claimed))
        return self.mine[0] if self.mine else next(own, None)

    @property
    def late(self) -> int:
        """Return how much of either side is overdue."""
        return sum(duty.late for duty in self.all_duties) + sum(step.late for step in self.steps)


def shown(
    content: Document,
    parts: Iterable[Any],
    attempts: Mapping[int, Any],
    *,
    today: datetime.date,
    reader: int | None = None,
    words: Iterable[Any] = (),
    offers: Mapping[int, Any] | None = None,
) -> Shown:
    """Return the document with its progress; `reader` is the contact who looks, None for anybody else.

    `words` is what may be told to the reader of what clients have said, `offers` which times are offered, by part.
    """
    said: dict[int | None, list[Any]] = {}
    for word in words:
        said.setdefault(word.part_id, []).append(word)
    progress = Progress({part.pk: part for part in parts}, attempts, today, reader, said, offers or {})
    return Shown(
        title=content["title"],
        intro=content["intro"],
        seller=content["seller"],
        client=content["client"],
        steps=[progress.step(row) for row in content["steps"]],
        duties=[progress.duty(row) for row in content["duties"]],
        files=[_file(row) for row in content["files"]],
        said=said.get(None, []),
    )


@dataclass(frozen=True)
class Progress:
    """How what stands in a document goes on."""

    parts: Mapping[int, Any]
    attempts: Mapping[int, Any]
    today: datetime.date
    reader: int | None
    said: Mapping[int | None, list[Any]]
    offers: Mapping[int, Any]

    def step(self, row: Document) -> Milestone:
        part = self.parts.get(row["part"])
        step = part.step if part is not None else None
        attempt = self.attempts.get(part.step_id) if part is not None else None
        state = DONE if step is not None and step.state == "won" else SET if attempt is not None else AHEAD
        offered = self.offers.get(row["part"])
        on = step.ended_on if state == DONE and step is not None else attempt.on if attempt else _day(row["on"])
        return Milestone(
            part=row["part"],
            name=row["name"],
            says=row["says"],
            ours=row["ours"],
            theirs=row["theirs"],
            is_mine=self._is_mine(row),
            state=state,
            on=on,
            time=attempt.time if attempt is not None and state == SET else None,
            starts_at=attempt.starts_at if attempt is not None and attempt.time and state == SET else None,
            minutes=attempt.minutes if attempt is not None else 0,
            zone=attempt.zone if attempt is not None and attempt.time and state == SET else "",
            place=offered.place_of(attempt) if offered and attempt and state == SET else "",
            times=offered.times if offered and state != DONE else [],
            about=bool(row["about"] and state == AHEAD),
            late=state != DONE and on is not None and on < self.today,
            may_be_done=self._may_be_done(row),
            said=self.said.get(row["part"], []),
            duties=[self.duty(each) for each in row["duties"]],
            files=[_file(each) for each in row["files"]],
        )

    def duty(self, row: Document) -> Duty:
        part = self.parts.get(row["part"])
        done, due = part is not None and is_done(part), _day(row["due"])
        return Duty(
            part=row["part"],
            name=row["name"],
            says=row["says"],
            is_theirs=row["side"] == "theirs",
            is_mine=self._is_mine(row),
            who=row["who"],
            due=due,
            done=done,
            late=not done and due is not None and due < self.today,
            may_be_done=row["side"] == "theirs" and self._may_be_done(row),
            said=self.said.get(row["part"], []),
        )

    def _may_be_done(self, row: Document) -> bool:
        """Tell whether the reader may say that it is done: where it is theirs, or nobody's by name."""
        return self.reader is not None and row["contact"] in (None, self.reader)

    def _is_mine(self, row: Document) -> bool:
        return self.reader is not None and row["contact"] == self.reader


def claim_in(said: Iterable[Any]) -> Any:
    return next((word for word in said if word.kind == "done" and word.answered_at is None), None)


def is_done(part: Any) -> bool:
    """Tell whether a condition is settled, or a task ticked off."""
    if part.condition is not None:
        return part.condition.state in ("met", "waived")
    return part.task is not None and part.task.done_at is not None


def _file(row: Document) -> File:
    return File(row["part"], row["name"], row["says"], row["size"])


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
