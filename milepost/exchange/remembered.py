"""Remember what a person settled when files of a source came in last: newer files are read the same way."""

from __future__ import annotations

from dataclasses import replace

from milepost.exchange.loading.playbook import step_keys
from milepost.exchange.mapping import Mapping, MappingFault
from milepost.exchange.models import ImportBatch
from milepost.exchange.stages import STEP
from milepost.playbooks.models import Playbook


def remember(mapping: Mapping) -> None:
    """Answer as the last import of the same source was answered: stages, names, parts, the playbook, what 0 means.

    A mapping without a source, or of one that nothing has come from, is left as it is. A stage whose step people have
    taken out of the playbook since is a new one again: the playbook gains its step only where rows are in it.
    """
    last = _last(mapping.source)
    if last is None:
        return
    mapping.playbook = last.playbook or mapping.playbook
    gone = _taken_out(mapping.playbook, last.steps())
    kept = [plan for plan in last.stages if plan.means != STEP or (plan.step or plan.stage) not in gone]
    mapping.stages = [replace(plan, rows=0) for plan in kept]
    mapping.same_as = {kind: dict(names) for kind, names in last.same_as.items()}
    mapping.roles = dict(last.roles)
    mapping.zero_is_unknown = last.zero_is_unknown


def _taken_out(name: str, steps: list[str]) -> set[str]:
    """Return which of these steps the playbook in use no longer has."""
    playbook = Playbook.objects.filter(name=name).first()
    if playbook is None or playbook.active is None:
        return set()
    there = {step.key: step.name for step in playbook.active.steps.all()}
    return {step for step, key in step_keys(playbook, there, steps).items() if key not in there}


def settled_names(source: str, *, before: int | None = None) -> dict[str, dict[str, str]]:
    """Return by list the names that the last import of a source, or the last before one, read as others: slips."""
    last = _last(source, before=before)
    return last.same_as if last else {}


def _last(source: str, *, before: int | None = None) -> Mapping | None:
    if not source:
        return None
    done = ImportBatch.objects.filter(source=source, state=ImportBatch.State.DONE).order_by("-pk")
    if before is not None:
        done = done.filter(pk__lt=before)
    said = done.values_list("mapping", flat=True).first()
    try:
        return Mapping.from_json(said) if said else None
    except MappingFault:  # of a form that is read no more
        return None
