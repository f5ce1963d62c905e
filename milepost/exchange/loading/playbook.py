"""Make the playbook that a source's stages stand for, or find it again."""

from __future__ import annotations

import datetime as dt
import re
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.exchange.loading.ledger import Ledger
from milepost.exchange.mapping import Mapping, MappingFault
from milepost.playbooks.models import Playbook, PlaybookStep, PlaybookVersion
from milepost.web.text import name_key

ENOUGH = 5  # days of stays below which a usual time says nothing
USUAL_DAYS = 21


def settle_playbook(ledger: Ledger, days: Callable[[], dict[str, list[int]]]) -> PlaybookVersion:
    """Find the playbook of the mapping's name, with every step it needs, or make it: then `days` says what is usual."""
    mapping = ledger.mapping
    names = mapping.steps() or [_("Sale")]
    playbook = Playbook.objects.filter(name=mapping.playbook).first()
    with transaction.atomic():
        version = _make(ledger, names, days()) if playbook is None else _with_every_step(ledger, playbook, names)
        ledger.flush()  # what is made is counted, or neither is there
    return version


def _make(ledger: Ledger, names: list[str], days: dict[str, list[int]]) -> PlaybookVersion:
    told = _("Made from the stages of an import. Edit its milestones to say what the client will have done.")
    playbook = Playbook.add(by=ledger.by, name=ledger.mapping.playbook, description=told)
    draft = playbook.draft
    assert draft is not None  # a new playbook has its first draft
    for name in names:
        usual = _usual(days.get(name, []))
        draft.add_step(by=ledger.by, name=name[:120], key=step_key(playbook, name), usual_days=usual)
    draft.publish(by=ledger.by)
    ledger.count("playbook", "created")
    ledger.made("playbook", playbook.pk)
    return draft


def _usual(days: Iterable[int]) -> int:
    known = list(days)
    return max(1, round(statistics.median(known))) if len(known) >= ENOUGH else USUAL_DAYS


def _with_every_step(ledger: Ledger, playbook: Playbook, names: list[str]) -> PlaybookVersion:
    """Add the steps that new stages need as a new version, unless somebody is editing a draft."""
    version = playbook.active
    keys = _keys_of(version)
    if version is not None and not new_steps(playbook, keys, names):
        return version
    if playbook.draft is not None:
        raise MappingFault(
            _("The playbook “%(name)s” has an unpublished draft. Publish it, or import into another playbook.")
            % {"name": playbook.name}
        )
    draft = playbook.new_draft(by=ledger.by)
    for name, place in new_steps(playbook, _keys_of(draft), names):
        draft.add_step(by=ledger.by, name=name[:120], key=step_key(playbook, name), at=place)
    draft.publish(by=ledger.by)
    ledger.count("playbook", "changed")
    return draft


def _keys_of(version: PlaybookVersion | None) -> list[str]:
    return list(version.steps.order_by("position").values_list("key", flat=True)) if version else []


def new_steps(playbook: Playbook, keys: Sequence[str], names: Sequence[str]) -> list[tuple[str, int]]:
    """Name the steps that a line of `keys` lacks, and the place, from 1, at which each in turn comes in."""
    line, new = list(keys), []
    for number, name in enumerate(names):
        if (key := step_key(playbook, name)) not in line:
            before = [step_key(playbook, other) for other in names[:number]]
            place = max((line.index(other) + 1 for other in before), default=0) + 1
            line.insert(place - 1, key)
            new.append((name, place))
    return new


def step_key(playbook: Playbook, name: str) -> str:
    """Name a step the same way at every import; what was learnt of it hangs on this name."""
    slug = re.sub(r"\W+", "-", name_key(name)).strip("-")
    return f"p{playbook.pk}-{slug}"[:40]


class Outline:
    """Hold the names of a line's steps, and find a stage's place among them."""

    def __init__(self, mapping: Mapping, names: list[str], places: dict[str, int]) -> None:
        self.names = names
        self.places = {
            plan.stage.casefold(): places[plan.step or plan.stage] for plan in mapping.stages if plan.means == "step"
        }

    def place(self, stage: str | None) -> int | None:
        """Give the place of the step a stage stands for; None for an end."""
        return self.places.get((stage or "").casefold())


def outline_of(mapping: Mapping) -> Outline:
    """Outline the line of a mapping before there is a playbook."""
    names = mapping.steps() or [_("Sale")]
    return Outline(mapping, names, {name: place for place, name in enumerate(names)})


class Steps(Outline):
    """Hold the steps of the version that new opportunities are given."""

    def __init__(self, mapping: Mapping, version: PlaybookVersion) -> None:
        self.version = version
        self.all: list[PlaybookStep] = list(version.steps.order_by("position"))
        at = {step.key: place for place, step in enumerate(self.all)}
        places = {name: at[step_key(version.playbook, name)] for name in mapping.steps()}
        super().__init__(mapping, [step.name for step in self.all], places)


class StepsToBe(Outline):
    """Hold the steps that new opportunities will be given, without making any; `version` is the one in use by now."""

    def __init__(self, mapping: Mapping) -> None:
        names = mapping.steps() or [_("Sale")]
        playbook = Playbook.objects.filter(name=mapping.playbook).first()
        self.version = playbook.active if playbook else None
        self.all: list[PlaybookStep] = list(self.version.steps.order_by("position")) if self.version else []
        keys, line = [step.key for step in self.all], [step.name for step in self.all]
        if playbook is None:
            super().__init__(mapping, names, {name: place for place, name in enumerate(names)})
            return
        for name, place in new_steps(playbook, keys, names):
            keys.insert(place - 1, step_key(playbook, name))
            line.insert(place - 1, name)
        super().__init__(mapping, line, {name: keys.index(step_key(playbook, name)) for name in names})


class Durations:
    """Gather how long opportunities stayed in each step, for the usual days of a new playbook."""

    def __init__(self) -> None:
        self.days: dict[str, list[int]] = defaultdict(list)

    def add(self, step: str, entered: dt.date | None, left: dt.date | None) -> None:
        if entered and left and left >= entered:
            self.days[step].append((left - entered).days)
