"""Keep the search index and ask it: FTS5 on SQLite, tsvector on PostgreSQL, one function for both."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from milepost.web.history import kind_of
from milepost.web.text import name_key

CANDIDATES = 1000
FIRST = (F("is_open").desc(), F("changed_at").desc(), F("id").desc())


def remember(row: models.Model, *, text: str, territory_id: int | None, is_open: bool = True) -> None:
    """Put a row into the index, or bring it up to date."""
    from milepost.web.models import SearchEntry

    SearchEntry.objects.update_or_create(
        kind=kind_of(row),
        object_id=row.pk,
        defaults={"text": name_key(text), "territory_id": territory_id, "is_open": is_open},
    )


def renamed(kind: str, texts: Mapping[int, str]) -> None:
    """Bring up to date what many rows of one kind, by their ids, are found by; what is in no index stays out."""
    from milepost.web.models import SearchEntry

    entries = list(SearchEntry.objects.filter(kind=kind, object_id__in=texts))
    for entry in entries:
        entry.text = name_key(texts[entry.object_id])
    SearchEntry.objects.bulk_update(entries, ["text"], batch_size=200)


def forget(row: models.Model) -> None:
    """Take a row out of the index."""
    from milepost.web.models import SearchEntry

    SearchEntry.objects.filter(kind=kind_of(row), object_id=row.pk).delete()


def words_of(query: str) -> list[str]:
    """Return the query's words without anything the index's own syntax would read."""
    return re.findall(r"\w+", name_key(query))[:8]


def candidates(query: str, *, kind: str | Sequence[str] = (), limit: int = CANDIDATES) -> Any:
    """Return the entries whose text has a word beginning with every word asked, open and recent first.

    What comes back is not yet what a person may see: callers go through `visible_to` of the kind found.
    """
    return _matching(query, [kind] if isinstance(kind, str) else list(kind)).order_by(*FIRST)[:limit]


def candidates_of_each(query: str, kinds: Sequence[str]) -> dict[str, list[int]]:
    """Return for each kind the ids of its candidates, in their order: one question for any number of kinds."""
    number = Window(RowNumber(), partition_by="kind", order_by=FIRST)
    rows = _matching(query, kinds).annotate(number=number).filter(number__lte=CANDIDATES).order_by("number")
    found: dict[str, list[int]] = {kind: [] for kind in kinds}
    for kind, pk in rows.values_list("kind", "object_id"):
        found[kind].append(pk)
    return found


def _matching(query: str, kinds: Sequence[str]) -> Any:
    """Return the entries of these kinds, or of all, in which every word begins one."""
    from milepost.web.models import SearchEntry

    words = words_of(query)
    if not words:
        return SearchEntry.objects.none()
    rows = SearchEntry.objects.all()
    if connection.vendor == "sqlite":
        rows = rows.filter(kind__in=kinds) if kinds else rows
        match = " ".join(f'"{word}"*' for word in words)
        rows = rows.extra(
            where=["web_searchentry.id IN (SELECT rowid FROM web_search_fts WHERE web_search_fts MATCH %s)"],
            params=[match],
        )
    else:
        match = " & ".join(f"{word}:*" for word in words)
        rows = rows.extra(
            where=["to_tsvector('simple'::regconfig, web_searchentry.text) @@ to_tsquery('simple'::regconfig, %s)"],
            params=[match],
        )
        if kinds:
            # Joined with nothing, the column is no index's: PostgreSQL would read every contact's words through one.
            rows = rows.extra(where=["web_searchentry.kind || '' = ANY(%s)"], params=[list(kinds)])
    return rows
