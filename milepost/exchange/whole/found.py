"""Let everything be found by search that has come along: the index is made of the rows, and no part of the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice

from django.apps import apps

from milepost.accounts.models import Account, Contact
from milepost.buyers import found as buyers
from milepost.gates import found as competitors
from milepost.opportunities.models import Opportunity
from milepost.web.models import SearchEntry
from milepost.web.text import name_key

AT_ONCE = 2_000


def found_again() -> None:
    """Fill the empty index."""
    entries = _entries()
    while some := list(islice(entries, AT_ONCE)):
        SearchEntry.objects.bulk_create(some)
    buyers.put_into_the_index(SearchEntry, partial(apps.get_model, "buyers"))
    competitors.put_into_the_index(SearchEntry, partial(apps.get_model, "gates"))


def _entries() -> Iterator[SearchEntry]:
    accounts = Account.objects.filter(merged_into=None).order_by("pk")
    for pk, territory, *words in accounts.values_list("pk", "territory_id", "name", "city", "sector").iterator():
        yield _entry("account", pk, territory, words)
    asked = ("pk", "account__territory_id", "name", "job_title", "account__name")
    for pk, territory, *words in Contact.objects.order_by("pk").values_list(*asked).iterator():
        yield _entry("contact", pk, territory, words)
    still_open = set(Opportunity.objects.open().values_list("pk", flat=True))
    told = Opportunity.objects.order_by("pk").values_list("pk", "territory_id", "name", "account__name")
    for pk, territory, *words in told.iterator():
        yield _entry("opportunity", pk, territory, words, is_open=pk in still_open)


def _entry(kind: str, pk: int, territory: int, words: Sequence[str | None], *, is_open: bool = True) -> SearchEntry:
    text = name_key(" ".join(word or "" for word in words))
    return SearchEntry(kind=kind, object_id=pk, territory_id=territory, is_open=is_open, text=text)
