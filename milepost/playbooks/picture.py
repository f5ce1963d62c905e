"""Draw a version of a playbook: its steps as one string, and what each asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from milepost.playbooks.models import Playbook, PlaybookGate, PlaybookStep, PlaybookVersion
from milepost.playbooks.observable import advice
from milepost.playbooks.shipped import Pattern
from milepost.team.models import Person, Role
from milepost.web.string_drawing import Bead


@dataclass(frozen=True)
class Line:
    """One step of a version, as it is listed."""

    step: PlaybookStep
    number: int
    advice: str
    hours: list[tuple[str, float]]
    lessons: list[Any]

    @property
    def before(self) -> int:
        return self.number - 1

    @property
    def after(self) -> int:
        return self.number + 1


def beads(steps: Iterable[PlaybookStep], large: bool = False) -> list[Bead]:
    """Return the steps as a string nobody has begun."""
    found = []
    for at, step in enumerate(steps, start=1):
        if gate := gate_of(step):
            href = reverse("gates:design", args=[step.version_of_id]) + f"#gate-{gate.pk}" if large else ""
            found.append(Bead("gate", "ahead", gate.name, href=href))
        found.append(
            Bead(
                name=step.name,
                optional=not step.required,
                id=step.pk,
                href=f"#step-{step.pk}" if large else "",
                fact=days(step.usual_days) if large else "",
                tip=tip(at, step),
            )
        )
    return found


def pattern_beads(pattern: Pattern) -> list[Bead]:
    """Return a pattern's steps and gates as a string nobody has begun."""
    found = []
    for step in pattern.steps:
        if step.gate is not None:
            found.append(Bead("gate", "ahead", str(step.gate.name)))
        found.append(Bead(name=str(step.name), optional=not step.required, tip=f"{step.name}, {days(step.days)}"))
    return found


def gate_of(step: PlaybookStep) -> PlaybookGate | None:
    """Return the gate before the step; steps are read together with it."""
    gate: PlaybookGate | None = getattr(step, "gate", None)
    return gate


def tip(number: int, step: PlaybookStep) -> str:
    """Return what is said of a bead when it is pointed at."""
    name = step.name if step.required else _("%(name)s (optional)") % {"name": step.name}
    return f"{number} {name}, {days(step.usual_days)}"


def days(number: int) -> str:
    return ngettext("%(n)d day", "%(n)d days", number) % {"n": number}


def lines(version: PlaybookVersion, person: Person) -> dict[str, Any]:
    """Return the version's steps for its page, and what they come to."""
    steps = list(version.steps.order_by("position").select_related("gate"))
    taught = lessons(version.playbook, person)
    rows = [
        Line(step, at, advice(step.milestone), hours_of(step), taught.get(step.key, []))
        for at, step in enumerate(steps, start=1)
    ]
    required = [step for step in steps if step.required]
    effort: dict[str, float] = {}
    for row in rows:
        for role, hours in row.hours:
            effort[role] = effort.get(role, 0) + hours
    return {
        "lines": rows,
        "beads": beads(steps, large=True),
        "required": len(required),
        "days": sum(step.usual_days for step in required),
        "effort": list(effort.items()),
        "their_hours": sum(step.their_hours or 0 for step in steps),
        "last": len(rows),
    }


def lessons(playbook: Playbook, person: Person) -> dict[str, list[Any]]:
    """Return what was learnt at each step, by its key, the newest first."""
    # Lessons are kept by a folder above this one: the model is asked for by its relation.
    model: Any = Playbook._meta.get_field("lessons").related_model
    found: dict[str, list[Any]] = {}
    for lesson in model.objects.visible_to(person).kept().filter(playbook=playbook).select_related("by"):
        found.setdefault(lesson.key, []).append(lesson)
    return found


def hours_of(step: PlaybookStep) -> list[tuple[str, float]]:
    """Return a step's hours with the names of the roles."""
    names = {role.value: str(role.label) for role in Role}
    return [(names.get(role, role), hours) for role, hours in (step.hours or {}).items()]
