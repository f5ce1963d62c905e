"""Take down every row that stands, so that a test can tell what an import has left of them."""

from milepost.exchange.whole.kinds import kinds
from milepost.opportunities.models import Standing
from milepost.web.models import SearchEntry

GROWING = {"web.Change", "exchange.ImportBatch", "exchange.RefusedRow"}
"""What an import adds to for good: the history, and that it has been."""
FROM_FIGURES = ("run_id", "figure_id")


def standing_rows():
    """Return all rows of all kinds, by kind and number, without the versions that must grow."""
    found = {model._meta.label: _rows(model) for model in kinds() if model._meta.label not in GROWING}
    names = ("kind", "object_id", "territory_id", "is_open", "text")
    found["search"] = {tuple(row.values())[:2]: row for row in SearchEntry.objects.values(*names)}
    return found


def standings():
    """Return what lists show of each open opportunity, without which run has said it."""
    names = [field.attname for field in Standing._meta.concrete_fields if field.attname not in FROM_FIGURES]
    return list(Standing.objects.order_by("pk").values(*names))


def _rows(model):
    names = [f.attname for f in model._meta.concrete_fields if f.attname not in ("version", "team_stamp")]
    return {row["id"] if "id" in row else str(row): row for row in model._base_manager.order_by("pk").values(*names)}


def differences(was, now):
    """Return the rows that differ, by kind and number, each as it was and as it is: few words where a test fails."""
    pairs = {kind: {one: (rows.get(one), now[kind].get(one)) for one in rows | now[kind]} for kind, rows in was.items()}
    apart = {kind: {one: pair for one, pair in of.items() if pair[0] != pair[1]} for kind, of in pairs.items()}
    return {kind: of for kind, of in apart.items() if of}
