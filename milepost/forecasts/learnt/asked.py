"""What the Learn page is asked for: which opportunities, and since when."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict

from milepost.forecasts.asked import below
from milepost.forecasts.menus import Link
from milepost.playbooks.models import Playbook
from milepost.team.models import Territory
from milepost.team.request import Request
from milepost.web.text import number

YEARS = (1, 2, 4)


@dataclass(frozen=True)
class Asked:
    """Read once from the address, and written back into every link of the page; None is all."""

    playbook: int | None = None
    territory: int | None = None
    years: int | None = 2

    @classmethod
    def read(cls, query: QueryDict) -> Asked:
        """Read an address; what it does not say properly counts as not said."""
        years = query.get("years", "2")
        return cls(
            playbook=number(query.get("playbook", "")),
            territory=number(query.get("territory", "")),
            years=None if years == "all" else int(years) if years in map(str, YEARS) else 2,
        )

    @property
    def query(self) -> str:
        years = {None: "all", 2: ""}.get(self.years, str(self.years))
        told = {"playbook": self.playbook, "territory": self.territory, "years": years}
        return urlencode({name: value for name, value in told.items() if value})

    def link(self, **changes: Any) -> str:
        """Return the address with something changed.

        >>> Asked(territory=3).link(years=None)
        '?territory=3&years=all'
        """
        return f"?{replace(self, **changes).query}"

    def since(self, today: datetime.date) -> datetime.date | None:
        """Return the first day that counts; None where all days do."""
        if self.years is None:
            return None
        return today.replace(year=today.year - self.years, day=min(today.day, 28))

    @cached_property
    def _territories(self) -> list[int]:
        return below(self.territory) if self.territory is not None else []

    def condition(self, of: str) -> Q:
        """Return the condition on rows that lead to an opportunity by `of`."""
        asked = Q()
        if self.playbook is not None:
            asked &= Q((f"{of}playbook_version__playbook_id", self.playbook))
        if self.territory is not None:
            asked &= Q((f"{of}territory_id__in", self._territories))
        return asked


def menus(request: Request, asked: Asked, words: dict[str, str]) -> dict[str, Any]:
    """Return the menus over the page, and the names of what is asked."""
    sight = request.user.sight
    held = set().union(sight.territories, *sight.roles.values())
    trees = list(Territory.objects.filter(pk__in=held).order_by("path"))
    books = list(Playbook.objects.order_by("name"))
    return {
        "territories": [
            Link(words["everything"], asked.link(territory=None), asked.territory is None),
            *(Link(each.name, asked.link(territory=each.pk), each.pk == asked.territory, each.depth) for each in trees),
        ],
        "playbooks": [
            Link(words["all playbooks"], asked.link(playbook=None), asked.playbook is None),
            *(Link(each.name, asked.link(playbook=each.pk), each.pk == asked.playbook) for each in books),
        ],
        "spans": [Link(words[f"{n} years"], asked.link(years=n), n == asked.years) for n in YEARS]
        + [Link(words["always"], asked.link(years=None), asked.years is None)],
        "chosen": {
            "territory": next((each.name for each in trees if each.pk == asked.territory), None),
            "playbook": next((each.name for each in books if each.pk == asked.playbook), None),
        },
    }
