"""Remember what a person settled when files of a source came in last: newer files are read the same way."""

from __future__ import annotations

from dataclasses import replace

from milepost.exchange.mapping import Mapping, MappingFault
from milepost.exchange.models import ImportBatch


def remember(mapping: Mapping) -> None:
    """Answer as the last import of the same source was answered: stages, names, parts, the playbook, what 0 means.

    A mapping without a source, or of one that nothing has come from, is left as it is.
    """
    last = _last(mapping.source)
    if last is None:
        return
    mapping.stages = [replace(plan, rows=0) for plan in last.stages]
    mapping.playbook = last.playbook or mapping.playbook
    mapping.same_as = {kind: dict(names) for kind, names in last.same_as.items()}
    mapping.roles = dict(last.roles)
    mapping.zero_is_unknown = last.zero_is_unknown


def settled_names(source: str) -> dict[str, dict[str, str]]:
    """Return by list the names that the last import of a source read as others, being slips."""
    last = _last(source)
    return last.same_as if last else {}


def _last(source: str) -> Mapping | None:
    if not source:
        return None
    done = ImportBatch.objects.filter(source=source, state=ImportBatch.State.DONE).order_by("-pk")
    said = done.values_list("mapping", flat=True).first()
    try:
        return Mapping.from_json(said) if said else None
    except MappingFault:  # of a form that is read no more
        return None
