"""What a forecast's address asks for: the periods, whose opportunities, and the day to compare with."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict

from milepost.engine.fiscal import Calendar, Period
from milepost.team.models import Territory

KINDS = {"month": 3, "quarter": 3, "year": 2}
"""The lengths a period can have, and how many are shown side by side."""
OF = ("", "expected")
"""Of what a movement is told: of amounts, or of what is expected of them."""
RATES = ("", "then", "plan")
"""At which exchange rates two days are counted: each at its own, both at the first one's, both at the plan's."""


@dataclass(frozen=True)
class Asked:
    """Read once from the address, and written back into every link of the page."""

    kind: str = "quarter"
    first: str = ""
    territory: int | None = None
    person: int | None = None
    playbook: int | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None
    of: str = ""
    rates: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Asked:
        """Read an address; what it does not say properly counts as not said."""
        kind = query.get("by", "")
        return cls(
            kind=kind if kind in KINDS else "quarter",
            first=query.get("from", "")[:8],
            territory=_number(query.get("territory", "")),
            person=_number(query.get("person", "")),
            playbook=_number(query.get("playbook", "")),
            since=_day(query.get("since", "")),
            until=_day(query.get("until", "")),
            of=_one_of(OF, query.get("of", "")),
            rates=_one_of(RATES, query.get("rates", "")),
        )

    @property
    def is_filtered(self) -> bool:
        return any((self.territory, self.person, self.playbook))

    @cached_property
    def query(self) -> str:
        """Return the address's query, without what is as usual."""
        told = {
            "by": self.kind if self.kind != "quarter" else "",
            "from": self.first,
            "territory": self.territory,
            "person": self.person,
            "playbook": self.playbook,
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            "of": self.of,
            "rates": self.rates,
        }
        return urlencode({name: value for name, value in told.items() if value})

    def link(self, **changes: Any) -> str:
        """Return the address with something changed.

        >>> Asked(territory=3).link(kind="month")
        '?by=month&territory=3'
        """
        return f"?{replace(self, **changes).query}"

    def periods(self, calendar: Calendar, today: datetime.date) -> list[Period]:
        """Return the periods side by side: those from today on, or from the one that is named."""
        try:
            first = calendar.find(self.first)
        except ValueError:
            first = calendar.period(self.kind, today)  # type: ignore[arg-type]
        if first.kind != self.kind:
            first = calendar.period(self.kind, first.start)  # type: ignore[arg-type]
        return [calendar.move(first, n) for n in range(KINDS[self.kind])]

    @cached_property
    def below(self) -> list[int]:
        """Return the territory that is asked and all below it; none where there is none, or no such one."""
        return [] if self.territory is None else below(self.territory)

    def condition(self, of: str = "") -> Q:
        """Return the condition on rows that have an opportunity's columns; `of` leads to them."""
        asked = Q()
        if self.territory is not None:
            asked &= Q((f"{of}territory_id__in", self.below))
        if self.person is not None:
            asked &= Q((f"{of}salesperson_id", self.person))
        return asked


def below(territory: int) -> list[int]:
    """Return the ids of a territory and all below it; none where there is no such territory."""
    paths = dict(Territory.objects.order_by().values_list("pk", "path"))
    return [pk for pk, path in paths.items() if path.startswith(paths[territory])] if territory in paths else []


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 16 else None


def _one_of(known: tuple[str, ...], text: str) -> str:
    return text if text in known else ""


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None
