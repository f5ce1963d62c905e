"""One source of imports: how its newest files were read, and what it calls what they became."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from milepost.exchange.mapping import Mapping
from milepost.exchange.models import ImportBatch, SourceLink
from milepost.exchange.stages import LOST, STEP, WON


@dataclass
class Source:
    """One source as the newest import of it that held a kind of row left it: how it is read, what it calls our rows."""

    name: str
    kind: str
    mapping: Mapping
    batch: ImportBatch | None
    ids: dict[tuple[str, int], str] = field(default_factory=dict)
    names: dict[tuple[str, int], str] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, kind: str) -> Source:
        """Read how rows of a kind were imported last."""
        done = ImportBatch.objects.filter(source=name, state=ImportBatch.State.DONE).order_by("-id")
        for pk, plain in done.values_list("pk", "mapping").iterator(20):
            mapping = Mapping.from_json(plain)
            if mapping.of_kind(kind):
                return cls(name, kind, mapping, ImportBatch.objects.get(pk=pk))
        return cls(name, kind, Mapping(name), None)

    @property
    def columns(self) -> dict[str, str]:
        """Return what the columns of this kind were called in the source's own file, by the fields of the mapping."""
        tables = self.mapping.of_kind(self.kind)
        return tables[0].columns if tables else {}

    def learn(self, kind: str, model: Any, pks: set[int]) -> None:
        """Look up what some of our rows are called here and in the source; a few questions for all of them."""
        new = {pk for pk in pks if (kind, pk) not in self.names}
        if not new:
            return
        rows = model._default_manager.filter(pk__in=new).values_list("pk", "name")
        self.names |= {(kind, pk): name for pk, name in rows}
        links = SourceLink.objects.filter(source=self.name, kind=kind, object_id__in=new).order_by("-pk")
        for pk, external_id in links.values_list("object_id", "external_id"):
            if is_id(external_id):
                self.ids[kind, pk] = external_id

    def id_of(self, kind: str, pk: int) -> str:
        """Return what the source calls one of our rows that was looked up; "" where it does not know it."""
        return self.ids.get((kind, pk), "")

    def named(self, kind: str, pk: int) -> str:
        """Return the name of one of our rows that was looked up."""
        return self.names.get((kind, pk), "")

    def stage_of(self, step: str) -> str | None:
        """Return the first stage that became a step."""
        plans = (plan for plan in self.mapping.stages if plan.means == STEP)
        return next((plan.stage for plan in plans if (plan.step or plan.stage) == step), None)

    def end_of(self, kind: str) -> str | None:
        """Return the stage that means an end; what ended otherwise than won is lost where the source has no word."""
        means = [plan for plan in self.mapping.stages if plan.means == kind]
        if not means and kind != WON:
            means = [plan for plan in self.mapping.stages if plan.means == LOST]
        return means[0].stage if means else None


def is_id(external_id: str) -> bool:
    """Tell whether a row has an id in its source, and is not known by its name or address alone."""
    return not external_id.startswith(("name:", "email:"))


def sources(kind: str) -> list[str]:
    """List the sources that rows of a kind were imported from."""
    rows = SourceLink.objects.filter(kind=kind).order_by("source")
    return list(rows.values_list("source", flat=True).distinct())
