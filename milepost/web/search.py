"""Keep the search index and ask it: FTS5 on SQLite, tsvector on PostgreSQL, one function for both."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from django.db import connection, models

from milepost.web.history import kind_of
from milepost.web.text import name_key

CANDIDATES = 1000


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


def candidates(query: str, *, kind: str, limit: int = CANDIDATES) -> list[int]:
    """Return the ids of one kind whose text has a word beginning with every word asked, open and recent first.

    What comes back is not yet what a person may see: callers go through `visible_to` of the kind found.
    """
    return candidates_of_each(query, [kind], limit=limit)[kind]


def candidates_of_each(query: str, kinds: Sequence[str], *, limit: int = CANDIDATES) -> dict[str, list[int]]:
    """Return for each kind the ids of its candidates, in their order: one question for any number of kinds.

    The index knows what is open. Of ever so many that match, what has ended is read only where fewer than `limit` of
    its kind are open.
    """
    found: dict[str, list[int]] = {kind: [] for kind in kinds}
    if words := words_of(query):
        begun = BEGUN[connection.vendor](words)
        ending = [kind for kind in kinds if kind in ENDING]
        params = [begun, "open", *kinds, *(value for kind in ending for value in (begun, "ended", kind))]
        with connection.cursor() as cursor:
            cursor.execute(_question(connection.vendor, tuple(kinds), limit), params)
            for kind, pk, *_order in cursor.fetchall():
                found[kind].append(pk)
    return found


@cache
def _question(database: str, kinds: tuple[str, ...], limit: int) -> str:
    """Return the question for candidates: what is open once, the first of each kind in it, and the ended ones."""
    matching = MATCHING[database]
    parts = {"hits": _select("web_searchentry", matching)}
    for at in range(len(kinds)):
        parts[f"open_{at}"] = _select("hits", "kind = %s", f"{FIRST} LIMIT {limit:d}")
    for at, kind in enumerate(kinds):
        if kind in ENDING:
            left = f"{limit:d} - (SELECT COUNT(*) FROM open_{at})"  # noqa: S608 numbers of this module
            parts[f"ended_{at}"] = _select("web_searchentry", f"{matching} AND kind = %s", f"{FIRST} LIMIT {left}")
    every = " UNION ALL ".join(_select(name) for name in parts if name != "hits")
    return f"WITH {', '.join(f'{name} AS ({rows})' for name, rows in parts.items())} {every} {FIRST}"


def _select(source: str, condition: str = "1 = 1", rest: str = "") -> str:
    fields = "kind, object_id, is_open, changed_at, id"
    return f"SELECT {fields} FROM {source} WHERE {condition} {rest}"  # noqa: S608 constants of this module


ENDING = ("opportunity",)
"""The kinds of which some have ended: all others are open for ever."""
FIRST = "ORDER BY is_open DESC, changed_at DESC, id DESC"
MATCHING = {
    "sqlite": "id IN (SELECT rowid FROM web_search_fts WHERE web_search_fts"
    " MATCH 'text : (' || %s || ') AND mark : ' || %s)",
    "postgresql": "to_tsvector('simple'::regconfig, text)"
    " || array_to_tsvector(ARRAY[CASE WHEN is_open THEN '=open' ELSE '=ended' END])"
    " @@ (to_tsquery('simple'::regconfig, %s) && ('=' || %s)::tsquery)",
}
"""How each database is asked for the entries that have these words, as `BEGUN` has them, and this mark."""
BEGUN: dict[str, Callable[[Sequence[str]], str]] = {
    "sqlite": lambda words: " AND ".join(f'"{word}"*' for word in words),
    "postgresql": lambda words: " & ".join(f"{word}:*" for word in words),
}
