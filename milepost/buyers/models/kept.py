"""Which warnings stand of each open opportunity: derived, and kept for lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models
from django.db.models import F
from django.db.models.lookups import In

from milepost.buyers.models.rule import RULES
from milepost.opportunities.models import Opportunity
from milepost.web.prepared import Prepared, among, given_ids

FEW = 30


class KeptWarning(models.Model):
    """One rule that warns of one opportunity; written by `buyers/kept.py` alone."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opportunity", "kind"], name="warning_once")]
        indexes = [models.Index(fields=["kind", "opportunity"], name="warning_by_rule")]

    def __str__(self) -> str:
        return str(RULES[self.kind].label)

    @classmethod
    def of_few(cls, ids: list[int]) -> dict[int, list[str]]:
        """Return the rules that warn of each of a page's opportunities, in the order of the settings."""
        parts = (ids[start : start + FEW] for start in range(0, len(ids), FEW))
        rows = [row for part in parts for row in OF_FEW.ask(**among(part, FEW))]
        return _by_opportunity((row.opportunity_id, row.kind) for row in rows)

    @classmethod
    def of_all(cls, opportunities: Any) -> dict[int, list[str]]:
        """Return the same for a whole queryset of opportunities."""
        rows = cls.objects.filter(opportunity__in=opportunities)
        return _by_opportunity(rows.values_list("opportunity_id", "kind").iterator(chunk_size=5_000))


OF_FEW = Prepared[KeptWarning](lambda: KeptWarning.objects.filter(In(F("opportunity_id"), given_ids(FEW))))


def in_words(kinds: Iterable[str]) -> str:
    """Say which rules warn."""
    return "; ".join(str(RULES[kind].label) for kind in kinds)


def _by_opportunity(pairs: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for pk, kind in pairs:
        found[pk].add(kind)
    return {pk: [kind for kind in RULES if kind in kinds] for pk, kinds in found.items()}


def people_changed(opportunity: Opportunity) -> None:
    """Bring up to date what hangs on an opportunity's people: its chance, and what is warned of."""
    from milepost.buyers.kept import warn_anew

    opportunity.weigh()
    if not LEFT_TO_THE_JOB.get():
        warn_anew([opportunity.pk])


LEFT_TO_THE_JOB = ContextVar("left_to_the_job", default=False)


@contextmanager
def warned_by_the_job() -> Iterator[None]:
    """Leave warnings to the job while many people are written, as by an import: one by one would take half the time."""
    token = LEFT_TO_THE_JOB.set(True)
    try:
        yield
    finally:
        LEFT_TO_THE_JOB.reset(token)
