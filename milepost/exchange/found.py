"""Find what was imported by the id it has in its source: the number that stands in the CRM, in a mail, in a report."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q, QuerySet

from milepost.exchange.models import SourceLink
from milepost.web.turns import chunks

KINDS = ("opportunity", "account", "contact")
MOST = 200
AT_ONCE = 500
SHORT = 3
"""An id is looked for by its beginning from so many signs on; whole, always."""


def by_id(query: str) -> dict[str, dict[int, str]]:
    """Return what has this id in its source, or else an id that begins so: of each kind, the id by ours.

    As it is typed, or all in capital or all in small letters. What has a space in it is no id; what has neither a digit
    nor capitals alone is no beginning of one. Who may see what is found, the caller asks.
    """
    found: dict[str, dict[int, str]] = {kind: {} for kind in KINDS}
    if any(sign.isspace() for sign in query):
        return found
    forms = {query, query.upper(), query.lower()}
    links = SourceLink.objects.filter(kind__in=KINDS)
    whole = _pairs(links.filter(external_id__in=forms))
    may_begin = len(query) >= SHORT and (query.isupper() or any(sign.isdigit() for sign in query))
    few = whole or (_pairs(links.filter(_begins(forms))) if may_begin else [])
    for kind, pk, external_id in sorted(few, key=lambda one: one[2]):
        found[kind].setdefault(pk, external_id)
    return found


def ids_of(kind: str, pks: Iterable[int]) -> dict[int, str]:
    """Return by our id the one that each has in its source; where it is of several, all of them."""
    found: dict[int, list[str]] = {}
    for some in chunks(pks, AT_ONCE):
        links = SourceLink.objects.filter(kind=kind, object_id__in=some).order_by("pk")
        for pk, external_id in links.values_list("object_id", "external_id"):
            found.setdefault(pk, []).append(external_id)
    return {pk: ", ".join(ids) for pk, ids in found.items()}


def _pairs(links: QuerySet[SourceLink]) -> list[tuple[str, int, str]]:
    # In no order: the database then stops at the first few of the thousands that may begin alike.
    return list(links.values_list("kind", "object_id", "external_id")[:MOST])


def _begins(forms: Iterable[str]) -> Q:
    """Return the condition that an id begins with one of these, in the words in which the index answers."""
    begins = Q()
    for form in forms:
        if connection.vendor == "sqlite":  # its LIKE knows no capitals, and so no index
            begins |= Q(external_id__gte=form, external_id__lt=form + chr(0x10FFFF))
        else:
            begins |= Q(external_id__startswith=form)
    return begins
