"""By which words search finds the competitors at an opportunity: their names, and what is written down of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.utils import timezone

from milepost.web.text import name_key

KIND = "contender"
AT_ONCE = 2_000
LONGEST = 1_000


def words(name: str, strengths: str, weaknesses: str) -> str:
    """Return what one is found by."""
    return " ".join(filter(None, (name, strengths[:LONGEST], weaknesses[:LONGEST])))


def texts(contenders: Any) -> Iterator[tuple[int, int, str]]:
    """Yield the id, territory and words of each; `contenders` is a queryset."""
    told = contenders.values_list("pk", "opportunity__territory_id", "rival__name", "strengths", "weaknesses")
    for pk, territory, *what in told.iterator():
        yield pk, territory, words(*what)


def put_into_the_index(entries: Any, get_model: Callable[[str], Any]) -> None:
    """Let each be found that is in no index yet; `entries` is the model of the index, the other that of contenders."""
    known = set(entries.objects.filter(kind=KIND).values_list("object_id", flat=True))
    now, rows = timezone.now(), []
    for pk, territory, text in texts(get_model("Contender").objects.all()):
        if pk not in known:
            row = entries(kind=KIND, object_id=pk, territory_id=territory, text=name_key(text), changed_at=now)
            rows.append(row)
    entries.objects.bulk_create(rows, batch_size=AT_ONCE)
