"""The list of accounts: what is filtered stands in the address, and pages follow each other by key."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict

from milepost.accounts.models import Account, Accounts
from milepost.team.models import Person, Territory
from milepost.web.text import name_key, number

PAGE = 50
RELATED = ("territory", "manager", "parent")


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; nothing set is everything."""

    q: str = ""
    territory: int | None = None
    manager: int | None = None
    sector: str = ""
    selected: bool = False

    @classmethod
    def read(cls, given: QueryDict) -> Filters:
        """Read the filters from an address; what makes no sense is left out."""
        return cls(
            q=given.get("q", "").strip()[:200],
            territory=number(given.get("territory", "")),
            manager=number(given.get("manager", "")),
            sector=given.get("sector", "")[:120],
            selected=given.get("selected") == "1",
        )

    @property
    def any(self) -> bool:
        return self != Filters()

    def query(self, **more: Any) -> str:
        """Return the address's query for these filters, with anything else in `more`."""
        said = {"q": self.q, "territory": self.territory, "manager": self.manager, "sector": self.sector}
        said |= {"selected": "1" if self.selected else "", **more}
        return urlencode({name: value for name, value in said.items() if value})

    def but(self, **changes: Any) -> Filters:
        return replace(self, **changes)

    def keep(self, rows: Accounts) -> Accounts:
        """Keep the rows that fit."""
        for word in name_key(self.q).split():
            rows = rows.filter(
                Q(name_key__startswith=word) | Q(name_key__contains=f" {word}") | Q(city__istartswith=word)
            )
        if self.territory:
            below = Territory.objects.filter(path__contains=f"/{self.territory}/")
            rows = rows.filter(territory_id__in=below.values("pk"))
        if self.manager:
            rows = rows.filter(manager_id=self.manager)
        if self.sector:
            rows = rows.filter(sector=self.sector)
        return rows.selected() if self.selected else rows


def page(rows: Accounts, after: str, size: int = PAGE) -> tuple[list[Account], str]:
    """Return the rows behind a key, by name and id, and the key of the next page, "" at the end."""
    rows = rows.order_by("name_key", "pk")
    pk, _dot, key = after.partition(".")
    if (last := number(pk)) is not None:
        rows = rows.filter(Q(name_key__gt=key) | Q(name_key=key, pk__gt=last))
    found = list(rows.select_related(*RELATED)[: size + 1])
    more = found[size - 1] if len(found) > size else None
    return found[:size], f"{more.pk}.{more.name_key}" if more else ""


def parent_of(account: Account, person: Person) -> Account | None:
    """Return what the account belongs to, if the person sees that too."""
    parent = account.parent
    return parent if parent is not None and parent.is_seen_by(person) else None
