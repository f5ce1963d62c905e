"""Give an opportunity that is under way a newer version of its playbook: what has happened stays as it was.

Only what is ahead follows the new version. A step that somebody tailored keeps what it was tailored to; a step that
the new version no longer has stays where work hangs on it; a new step whose place has gone by is not added.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from milepost.opportunities import line
from milepost.opportunities.begin import COPIED, step_from
from milepost.opportunities.models.gate import Gate
from milepost.opportunities.models.opportunity import Opportunity
from milepost.opportunities.models.stay import Tailoring
from milepost.opportunities.models.step import Step
from milepost.opportunities.tailor import arrange, go_on
from milepost.playbooks.models import PlaybookGate, PlaybookStep, PlaybookVersion
from milepost.team.models import Person
from milepost.web.history import record

TAKEN_OVER = [name for name in COPIED if name not in ("key", "position")]
HANGING = ("attempts", "stays", "conditions", "tasks", "notes", "attachments", "tailorings")


@dataclass(frozen=True)
class Place:
    """One place on the line that is ahead: the step there now, the playbook's step it is to follow, or both."""

    step: Step | None
    of: PlaybookStep | None
    differs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Move:
    """What a newer version makes of a line.

    `past` stays as it is; `ahead` is the new line behind it; `removed` goes; `missed` are steps of the new version
    whose place has gone by. `gates` are those ahead that are "added", "changed" or "removed".
    """

    version: PlaybookVersion
    past: list[Step]
    ahead: list[Place]
    removed: list[Step] = field(default_factory=list)
    missed: list[PlaybookStep] = field(default_factory=list)
    gates: list[tuple[str, PlaybookGate]] = field(default_factory=list)

    @property
    def added(self) -> list[PlaybookStep]:
        return [place.of for place in self.ahead if place.step is None and place.of is not None]

    @property
    def changed(self) -> list[Place]:
        return [place for place in self.ahead if place.differs]

    @property
    def staying(self) -> list[Step]:
        """Return the steps that only this opportunity has from now on."""
        return [place.step for place in self.ahead if place.step is not None and place.of is None]

    @property
    def is_reordered(self) -> bool:
        """Tell whether the steps that stay come in another order."""
        before = [place.step.position for place in self.ahead if place.step is not None]
        return before != sorted(before)


def newer_version(opportunity: Opportunity) -> PlaybookVersion | None:
    """Return the version that new opportunities of its playbook get, where that is a newer one than its own."""
    active = opportunity.playbook_version.playbook.active
    return active if active is not None and active.number > opportunity.playbook_version.number else None


def plan_move(opportunity: Opportunity, version: PlaybookVersion) -> Move:
    """Work out what the version makes of the line; nothing is written."""
    steps = list(opportunity.steps.order_by("position"))
    place = _first_free(steps)
    past, ahead = steps[:place], steps[place:]
    new = list(version.steps.order_by("position"))
    gone_by, here = {step.key for step in past}, {step.key: step for step in ahead}
    behind = max((at for at, of in enumerate(new) if of.key in gone_by), default=-1)
    tailored = _tailored(ahead)
    places, missed = [], []
    for at, of in enumerate(new):
        if of.key in here:
            places.append(_place(here[of.key], of, tailored))
        elif of.key not in gone_by and at > behind:
            places.append(Place(None, of))
        elif of.key not in gone_by:
            missed.append(of)
    removed = _put_in_the_rest(places, ahead, keys={of.key for of in new})
    return Move(version, past, places, removed, missed, _gates(opportunity, places, removed))


@transaction.atomic
def move_to(opportunity: Opportunity, version: PlaybookVersion, *, by: Person, reason: str = "") -> Move:
    """Let the line that is ahead follow the version; raises NotAllowed when the opportunity has ended."""
    first = opportunity.steps.order_by("position")[0]
    first.opportunity = opportunity
    first.must_be_alive()
    move = plan_move(opportunity, version)
    was = str(opportunity.playbook_version)
    Step.objects.filter(pk__in=[step.pk for step in move.removed]).delete()
    steps = [_settle(opportunity, place, at) for at, place in enumerate(move.ahead)]
    arrange([*move.past, *steps])
    _settle_gates(opportunity, zip(steps, move.ahead, strict=True))
    Opportunity.objects.filter(pk=opportunity.pk).update(playbook_version=version)
    opportunity.playbook_version = version
    record(opportunity, "moved to a version", by=by, what={"playbook": [was, str(version)]}, reason=reason)
    go_on(opportunity)
    return move


def _first_free(steps: Sequence[Step]) -> int:
    """Return the first place, from 0, that a newer version may change: what is booked or skipped is kept."""
    kept = [at for at, step in enumerate(steps) if step.state != line.PLANNED]
    return kept[-1] + 1 if kept else 0


def _tailored(steps: Iterable[Step]) -> set[int]:
    kinds = Tailoring.objects.filter(step__in=[step.pk for step in steps], kind=Tailoring.Kind.CHANGED)
    return set(kinds.values_list("step_id", flat=True))


def _place(step: Step, of: PlaybookStep, tailored: set[int]) -> Place:
    if step.pk in tailored:
        return Place(step, of)
    return Place(step, of, tuple(name for name in TAKEN_OVER if getattr(step, name) != getattr(of, name)))


def _put_in_the_rest(places: list[Place], ahead: Sequence[Step], *, keys: set[str]) -> list[Step]:
    """Put what the version does not have behind the step it stood behind; return what goes."""
    removed: list[Step] = []
    for at, step in enumerate(ahead):
        if step.key in keys:
            continue
        if step.playbook_step_id is not None and not _has_work(step):
            removed.append(step)
            continue
        before = {one.pk for one in ahead[:at]}
        behind = [n for n, place in enumerate(places) if place.step is not None and place.step.pk in before]
        places.insert(behind[-1] + 1 if behind else 0, Place(step, None))
    return removed


def _has_work(step: Step) -> bool:
    decided = Gate.objects.filter(step=step).exclude(state=Gate.State.UNDECIDED).exists()
    return decided or any(getattr(step, name).exists() for name in HANGING)


def _settle(opportunity: Opportunity, place: Place, at: int) -> Step:
    """Write one step of the new line, out of the way of those that are still to be put into place."""
    if place.step is None:
        assert place.of is not None  # a place is of a step, of the playbook, or of both
        step = step_from(place.of, opportunity)
        step.position = 20_000 + at
        step.save()
        return step
    step = place.step
    values: dict[str, Any] = {name: getattr(place.of, name) for name in place.differs}
    if place.of is not None and step.playbook_step_id != place.of.pk:
        values["playbook_step"] = place.of
    if values:
        for name, value in values.items():
            setattr(step, name, value)
        step.save(update_fields=list(values))
    return step


def _gates(
    opportunity: Opportunity, places: Iterable[Place], removed: Iterable[Step]
) -> list[tuple[str, PlaybookGate]]:
    """Return the undecided gates that the version brings, takes away, or asks otherwise at."""
    rows = opportunity.gates.select_related("playbook_gate").prefetch_related("playbook_gate__rules")
    here = {gate.step_id: gate for gate in rows}
    wanted = _wanted([place.of for place in places if place.of is not None])
    found = [("removed", here[step.pk].playbook_gate) for step in removed if step.pk in here]
    for place in places:
        gate = here.get(place.step.pk) if place.step is not None else None
        asked = wanted.get(place.of.pk) if place.of is not None else None
        if gate is None and asked is not None:
            found.append(("added", asked))
        elif gate is not None and gate.state == Gate.State.UNDECIDED and place.of is not None:
            if asked is None:
                found.append(("removed", gate.playbook_gate))
            elif not asked.asks_like(gate.playbook_gate):
                found.append(("changed", asked))
    return found


def _wanted(steps: Iterable[PlaybookStep]) -> dict[int, PlaybookGate]:
    """Return the version's gates by the step each stands before."""
    rows = PlaybookGate.objects.filter(step__in=[step.pk for step in steps]).prefetch_related("rules")
    return {gate.step_id: gate for gate in rows}


def _settle_gates(opportunity: Opportunity, places: Iterable[tuple[Step, Place]]) -> None:
    """Let undecided gates follow the version too; what was decided stands as it was decided."""
    pairs = [(step, place.of) for step, place in places if place.of is not None]
    here = {gate.step_id: gate for gate in opportunity.gates.all()}
    wanted = _wanted([of for _step, of in pairs])
    for step, of in pairs:
        gate, asked = here.get(step.pk), wanted.get(of.pk)
        if gate is None and asked is not None:
            Gate.objects.create(opportunity=opportunity, step=step, playbook_gate=asked)
        elif gate is not None and gate.state == Gate.State.UNDECIDED and asked is None:
            gate.delete()
        elif gate is not None and gate.state == Gate.State.UNDECIDED and asked is not None:
            Gate.objects.filter(pk=gate.pk).update(playbook_gate=asked)
