"""A pattern: steps in a row, with their gates, that are copied into a playbook's draft and are its own from then on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction

from milepost.playbooks.models import GateRule, Playbook, PlaybookGate, PlaybookStep, PlaybookVersion
from milepost.web.history import record

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from milepost.team.models import Person


@dataclass(frozen=True)
class PatternGate:
    """A decision before a step: `rules` are what `GateRule.add` takes."""

    key: str
    name: StrOrPromise
    enough: int
    rules: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class PatternStep:
    """One step of a pattern; `days` is its usual length, `hours` our usual effort by role."""

    key: str
    name: StrOrPromise
    days: int
    activity: StrOrPromise
    milestone: StrOrPromise
    evidence: StrOrPromise
    hours: dict[str, float]
    call_plan: StrOrPromise
    theirs: StrOrPromise = ""
    their_hours: float | None = None
    required: bool = True
    gate: PatternGate | None = None

    def values(self) -> dict[str, Any]:
        """Return what `PlaybookVersion.add_step` takes, in the reader's language: from then on the words are theirs."""
        told = ("name", "activity", "milestone", "evidence", "call_plan", "theirs")
        words = {name: str(getattr(self, name)) for name in told}
        effort = {"hours": dict(self.hours), "their_hours": self.their_hours}
        return {**words, **effort, "usual_days": self.days, "required": self.required}


@dataclass(frozen=True)
class Pattern:
    """Steps in a row; `when` says what they are good for."""

    key: str
    name: StrOrPromise
    when: StrOrPromise
    steps: tuple[PatternStep, ...] = field(default=())

    @property
    def days(self) -> int:
        return sum(step.days for step in self.steps if step.required)

    @transaction.atomic
    def begin(self, *, by: Person, name: str, description: str) -> Playbook:
        """Create a playbook whose first draft is this pattern; nobody is given it before somebody publishes it."""
        playbook = Playbook.add(by=by, name=name, description=description)
        self.put_into(playbook.versions.get(), by=by)
        return playbook

    @transaction.atomic
    def put_into(self, version: PlaybookVersion, *, by: Person, at: int | None = None) -> list[PlaybookStep]:
        """Insert the steps, the first at place `at`, counted from 1; at the end without it.

        Raises ValueError when the version is published. A step whose key the line has already gets a new one.
        """
        version.must_be_draft()
        taken = set(version.steps.values_list("key", flat=True))
        gates = set(version.gates.values_list("key", flat=True))
        made = []
        for behind, step in enumerate(self.steps):
            place = None if at is None else at + behind
            key = "" if step.key in taken else step.key
            row = version.add_step(by=by, at=place, key=key, **step.values())
            made.append(row)
            if step.gate is not None:
                _put_gate(step.gate, row, by=by, key="" if step.gate.key in gates else step.gate.key)
        record(version.playbook, "pattern put in", by=by, part=str(self.name), what={"steps": [None, len(made)]})
        return made


def _put_gate(pattern: PatternGate, step: PlaybookStep, *, by: Person, key: str) -> None:
    gate = PlaybookGate.add(step, by=by, name=str(pattern.name), key=key, enough=pattern.enough)
    for rule in pattern.rules:
        values: dict[str, Any] = {name: str(said) if name == "words" else said for name, said in rule.items()}
        GateRule.add(gate, by=by, **values)
