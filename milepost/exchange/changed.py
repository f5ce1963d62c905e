"""List which opportunities an import has changed, and what of each, from the history that it has written."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Max

from milepost.exchange.foretell import ChangedRow, in_history_words
from milepost.exchange.loading.update import VERB
from milepost.exchange.models import ImportBatch, SourceLink
from milepost.opportunities.models import Opportunity
from milepost.team.models import Person
from milepost.web.models import Change

LISTED = 100
LINES = 3 * LISTED  # an opportunity may have one for its fields, one for its progress, one for its expected close


def changed_by(batch: ImportBatch, person: Person) -> list[ChangedRow]:
    """List the first opportunities that an import has changed, as far as the person sees them."""
    if not batch.counts.get("opportunity", {}).get("changed"):
        return []
    lines = defaultdict(list)
    for change in _history(batch):
        lines[change.subject_id].append(change.what)
    links = SourceLink.objects.filter(source=batch.source, kind="opportunity", object_id__in=lines)
    own = dict(links.values_list("object_id", "external_id"))
    seen = Opportunity.objects.visible_to(person).in_bulk(list(own))
    return [
        ChangedRow(seen[pk], [line for what in told for line in in_history_words(seen[pk], what)], _shown(own[pk]))
        for pk, told in lines.items()
        if pk in seen
    ][:LISTED]


def _shown(own: str) -> str:
    return "" if own.startswith("name:") else own


def _history(batch: ImportBatch) -> list[Change]:
    """Find the first lines that the import wrote: after the last one of the same person had ended."""
    rows = Change.objects.filter(by=batch.by_id, subject_kind="opportunity", verb=VERB, at__gte=batch.at)
    if batch.finished_at is not None:
        rows = rows.filter(at__lte=batch.finished_at)
        others = ImportBatch.objects.filter(by=batch.by_id, finished_at__range=(batch.at, batch.finished_at))
        before = others.exclude(pk=batch.pk).aggregate(last=Max("finished_at"))["last"]
        rows = rows.filter(at__gt=before) if before else rows
    return list(rows.order_by("id")[:LINES])
