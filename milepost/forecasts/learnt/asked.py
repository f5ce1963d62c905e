"""What the Learn page is asked for: which opportunities, and since when."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Count, Max, Q
from django.http import QueryDict

from milepost.forecasts.learnt.sizes import Size
from milepost.opportunities.models import Opportunity, TeamMember
from milepost.team.directory import tree
from milepost.team.models import Company, Person
from milepost.web.text import number
from milepost.web.words import exponent

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from milepost.forecasts.learnt.columns import Past

YEARS = (1, 2, 4)
USUAL = 2
COMPARED = ("version", "territory", "size", "person")
"""By what groups can be set side by side; each has the name of its filter."""
NEARLY_ALL = 10
"""Where less than one in so many of those that ended was worked on here, the past is what was imported."""


@dataclass(frozen=True)
class Asked:
    """Read once from the address, and written back into every link of the page; None is all.

    `person` is a coordinator or a salesperson; a version counts only with its own playbook. `compare` sets groups side
    by side; then the filter that they are made by is off, but for a territory, whose parts are compared.
    """

    playbook: int | None = None
    version: int | None = None
    territory: int | None = None
    size: Size | None = None
    person: int | None = None
    years: int | None = USUAL
    compare: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Asked:
        """Read an address; what it does not say properly counts as not said."""
        years = query.get("years", "")
        playbook = number(query.get("playbook", ""))
        return cls(
            playbook=playbook,
            version=number(query.get("version", "")) if playbook is not None else None,
            territory=number(query.get("territory", "")),
            size=Size.read(query.get("size", "")),
            person=number(query.get("person", "")),
            years=None if years == "all" else int(years) if years in map(str, YEARS) else USUAL,
        ).compared_by(query.get("compare", ""))

    def compared_by(self, what: str) -> Asked:
        """Return the same with its groups side by side; what they cannot be made by sets none."""
        if what not in COMPARED:
            return replace(self, compare="")
        return replace(self, compare=what, **({} if what == "territory" else {what: None}))

    @property
    def query(self) -> str:
        """Return the address's query, without what is as usual."""
        years = {None: "all", USUAL: ""}.get(self.years, str(self.years))
        told = {**self.told, "years": years, "compare": self.compare}
        return urlencode({name: value for name, value in told.items() if value})

    @property
    def told(self) -> dict[str, Any]:
        """Return what is asked of opportunities, by the names that the list of ended ones knows too."""
        names = ("playbook", "version", "territory", "size", "person")
        return {name: str(getattr(self, name)) for name in names if getattr(self, name) is not None}

    @property
    def is_of_some(self) -> bool:
        """Tell whether it is asked for some opportunities of a playbook only."""
        return any(part is not None for part in (self.version, self.territory, self.size, self.person))

    def link(self, **changes: Any) -> str:
        """Return the address with something changed; another playbook has other versions.

        Whoever asks for one of the groups that were side by side looks at that one alone.

        >>> Asked(territory=3).link(years=None)
        '?territory=3&years=all'
        >>> Asked(compare="person").link(person=7)
        '?person=7'
        """
        if "playbook" in changes:
            changes = {"version": None, **changes}
        if self.compare != "territory" and changes.get(self.compare) is not None:
            changes = {"compare": "", **changes}
        return f"?{replace(self, **changes).query}"

    def since(self, today: datetime.date) -> datetime.date | None:
        """Return the first day that counts; None where all days do."""
        if self.years is None:
            return None
        return today.replace(year=today.year - self.years, day=min(today.day, 28))


@dataclass(frozen=True)
class Scope:
    """What is asked, with what its conditions need to know of the company."""

    asked: Asked
    company: Company

    @cached_property
    def unit(self) -> int:
        return int(10 ** exponent(self.company.currency))

    @cached_property
    def _known(self) -> dict[str, Any]:
        ended = Opportunity.objects.filter(merged_into=None, standing=None)
        return ended.aggregate(last=Max("as_of"), here=Count("pk", filter=Q(as_of=None)), all=Count("pk"))

    @cached_property
    def as_of(self) -> datetime.date | None:
        """Return the day up to which imported data are known, while nearly all that has ended is of them; else None.

        What ends here from then on counts as well: it is later than the years that are counted back from that day.
        """
        known = self._known
        return known["last"] if NEARLY_ALL * known["here"] < known["all"] else None

    @property
    def ended_here(self) -> int:
        """Count what has ended here, and not in imported data."""
        return int(self._known["here"])

    @cached_property
    def day(self) -> datetime.date:
        """Return the day that the last years are counted back from: old data are not looked for in years after them."""
        today = self.company.today()
        return min(self.as_of or today, today)

    @cached_property
    def since(self) -> datetime.date | None:
        """Return the first day that counts; None where all days do."""
        return self.asked.since(self.day)

    @cached_property
    def below(self) -> list[int]:
        """Return the territory that is asked and all below it; none where there is no such territory."""
        rows = tree(self.company.team_stamp)
        top = rows.get(self.asked.territory or 0)
        return [pk for pk, row in rows.items() if row.path.startswith(top.path)] if top else []

    def condition(self, of: str = "") -> Q:
        """Return the condition on rows that lead to an opportunity by `of`."""
        asked, kept = self.asked, Q()
        if asked.version is not None:
            kept &= Q((f"{of}playbook_version_id", asked.version))
        if asked.playbook is not None:
            kept &= Q((f"{of}playbook_version__playbook_id", asked.playbook))
        if asked.territory is not None:
            kept &= Q((f"{of}territory_id__in", self.below))
        if asked.size is not None:
            kept &= asked.size.condition(f"{of}company_value_minor", self.unit)
        if asked.person is not None:
            kept &= of_person(asked.person, of)
        return kept

    def chosen(self, past: Past, person: Person) -> NDArray[np.bool_]:
        """Tell of each opportunity whether it is asked for and the person sees it: `condition`, in memory."""
        import numpy as np

        about, asked = past.about, self.asked
        kept = _seen(past, person)
        for name in ("version", "playbook"):
            if (wanted := getattr(asked, name)) is not None:
                kept = kept & (about[name] == wanted)
        if asked.territory is not None:
            kept = kept & np.isin(about["territory"], self.below)
        if asked.size is not None:
            kept = kept & asked.size.chosen(about["value"], self.unit)
        if asked.person is not None:
            kept = kept & ((about["coordinator"] == asked.person) | (about["salesperson"] == asked.person))
        return kept


def _seen(past: Past, person: Person) -> NDArray[np.bool_]:
    """Tell of each opportunity whether a person sees it: `seen_by`, in memory."""
    import numpy as np

    about, sight = past.about, person.sight
    people = list(sight.people)
    team = list(TeamMember.objects.filter(person_id__in=people).values_list("opportunity_id", flat=True))
    own = np.isin(about["coordinator"], people) | np.isin(about["salesperson"], people) | np.isin(about["pk"], team)
    return own | ~about["confidential"] & np.isin(about["territory"], list(sight.territories))


def of_person(person: int, of: str = "") -> Q:
    """Return the condition of being a person's own: its coordinator's or its salesperson's."""
    return Q((f"{of}coordinator_id", person)) | Q((f"{of}salesperson_id", person))
