"""By which words search finds what is known of the buyer.

People with a contact are found as contacts; here are places kept for somebody not yet met, what the client wants and
asks for, and what must be found out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.utils import timezone

from milepost.web.text import name_key

AT_ONCE = 2_000
KINDS = ("clientrequest", "question", "vision", "stakeholder")


def texts(get_model: Callable[[str], Any]) -> Iterator[tuple[str, int, int, str]]:
    """Yield the kind, id, territory and words of all there is to be found; `get_model` knows models by their names."""
    of = "opportunity__territory_id"
    asked = get_model("ClientRequest").objects.values_list("pk", of, "title", "text")
    for pk, territory, title, text in asked.iterator():
        yield "clientrequest", pk, territory, f"{title} {text[:500]}"
    for pk, territory, text in get_model("Question").objects.values_list("pk", of, "text").iterator():
        yield "question", pk, territory, text
    of = f"vision__{of}"
    versions = get_model("VisionVersion").objects.order_by("vision_id", "number")
    words = {pk: (at, text, whose) for pk, at, text, whose in versions.values_list("vision_id", of, "words", "whose")}
    for pk, (territory, text, whose) in words.items():
        yield "vision", pk, territory, f"{text} {whose}"
    unmet = get_model("Stakeholder").objects.filter(contact=None, removed_on=None)
    for pk, territory, name in unmet.values_list("pk", "opportunity__territory_id", "placeholder").iterator():
        yield "stakeholder", pk, territory, name


def put_into_the_index(entries: Any, get_model: Callable[[str], Any]) -> None:
    """Let everything be found that is in no index yet; `entries` is the model of the index."""
    known = {kind: set(entries.objects.filter(kind=kind).values_list("object_id", flat=True)) for kind in KINDS}
    rows, now = [], timezone.now()
    for kind, pk, territory, text in texts(get_model):
        if pk not in known[kind]:
            row = entries(kind=kind, object_id=pk, territory_id=territory, text=name_key(text), changed_at=now)
            rows.append(row)
        if len(rows) == AT_ONCE:
            entries.objects.bulk_create(rows)
            rows.clear()
    entries.objects.bulk_create(rows)
