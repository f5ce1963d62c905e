"""Make the playbook that a source's stages stand for, or find it again."""

from __future__ import annotations

import datetime as dt
import re
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.exchange.loading.ledger import Ledger
from milepost.exchange.mapping import Mapping, MappingFault
from milepost.playbooks.models import Playbook, PlaybookStep, PlaybookVersion
from milepost.web.text import name_key

ENOUGH = 5  # days of stays below which a usual time says nothing
USUAL_DAYS = 21
VERSION = "playbook_version"
"""Under this an import keeps the numbers of versions that it has made of playbooks that were here."""


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
    for key, (name, _place) in new_steps(playbook, [], names).items():
        usual = _usual(days.get(name, []))
        draft.add_step(by=ledger.by, name=name[:120], key=key, usual_days=usual)
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
    if version is not None and not new_steps(playbook, version.steps.order_by("position"), names):
        return version
    if playbook.draft is not None:
        raise MappingFault(
            _("The playbook “%(name)s” has an unpublished draft. Publish it, or import into another playbook.")
            % {"name": playbook.name}
        )
    draft = playbook.new_draft(by=ledger.by)
    for key, (name, place) in new_steps(playbook, draft.steps.order_by("position"), names).items():
        draft.add_step(by=ledger.by, name=name[:120], key=key, at=place)
    draft.publish(by=ledger.by)
    ledger.count("playbook", "changed")
    ledger.made(VERSION, draft.pk)
    return draft


def new_steps(playbook: Playbook, there: Iterable[PlaybookStep], names: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Return by key the steps that a line lacks: the name, and the place, from 1, at which each in turn comes in."""
    told = {step.key: step.name for step in there}
    keys, line = step_keys(playbook, told, names), list(told)
    new: dict[str, tuple[str, int]] = {}
    for number, name in enumerate(names):
        if keys[name] not in line:
            place = max((line.index(keys[other]) + 1 for other in names[:number]), default=0) + 1
            line.insert(place - 1, keys[name])
            new[keys[name]] = name, place
    return new


def step_keys(playbook: Playbook, there: dict[str, str], names: Sequence[str]) -> dict[str, str]:
    """Return the key of each step by its name, the same at every import: what was learnt of a step hangs on it.

    `there` holds the names of the steps that the playbook has, by their keys. Names that differ by signs alone, or far
    behind, would have one key: the first keeps it, the others get one that tells them apart.
    """
    alike: dict[str, list[str]] = defaultdict(list)
    for name in names:
        alike[_plain_key(playbook, name)].append(name)
    keys: dict[str, str] = {}
    for plain, group in alike.items():
        own = {name: f"{plain[:31]}-{sha256(name_key(name).encode()).hexdigest()[:8]}" for name in group}
        free = [name for name in group if own[name] not in there]
        first = next((name for name in free if name[:120] == there.get(plain)), free[0] if free else "")
        keys |= own | {name: plain for name in free if name_key(name) == name_key(first)}
    return keys


def _plain_key(playbook: Playbook, name: str) -> str:
    slug = re.sub(r"\W+", "-", name_key(name)).strip("-")
    return f"p{playbook.pk}-{slug}"[:40]


def bare_key(key: str) -> str:
    """Return a step's key without its playbook: what an opportunity of another one has under the same name.

    >>> bare_key("p12-demo"), bare_key("own-12")
    ('demo', 'own-12')
    """
    return re.sub(r"^p\d+-", "", key)


class Outline:
    """Hold the names of a line's steps, with their keys where there is a playbook; find a stage's place among them."""

    def __init__(self, mapping: Mapping, names: list[str], places: dict[str, int], keys: Sequence[str] = ()) -> None:
        self.names, self.keys = names, keys
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
        keys = step_keys(version.playbook, {step.key: step.name for step in self.all}, mapping.steps())
        super().__init__(
            mapping, [step.name for step in self.all], {name: at[key] for name, key in keys.items()}, list(at)
        )


class StepsToBe(Outline):
    """Hold the steps that new opportunities will be given, without making any; `version` is the one in use by now."""

    def __init__(self, mapping: Mapping) -> None:
        names = mapping.steps() or [_("Sale")]
        playbook = Playbook.objects.filter(name=mapping.playbook).first()
        self.version = playbook.active if playbook else None
        self.all: list[PlaybookStep] = list(self.version.steps.order_by("position")) if self.version else []
        keys, line = [step.key for step in self.all], [step.name for step in self.all]
        if playbook is None:
            super().__init__(mapping, names, {name: place for place, name in enumerate(names)}, names)
            return
        of = step_keys(playbook, dict(zip(keys, line, strict=True)), names)
        for key, (name, place) in new_steps(playbook, self.all, names).items():
            keys.insert(place - 1, key)
            line.insert(place - 1, name)
        super().__init__(mapping, line, {name: keys.index(of[name]) for name in names}, keys)


class Durations:
    """Gather how long opportunities stayed in each step, for the usual days of a new playbook."""

    def __init__(self) -> None:
        self.days: dict[str, list[int]] = defaultdict(list)

    def add(self, step: str, entered: dt.date | None, left: dt.date | None) -> None:
        if entered and left and left >= entered:
            self.days[step].append((left - entered).days)
