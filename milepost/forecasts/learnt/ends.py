"""How opportunities end: why, against whom, at which step, and quarter by quarter; every number leads to its list."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from milepost.forecasts.learnt.asked import Scope
from milepost.forecasts.learnt.columns import KINDS, NO_KEY, NO_RIVAL, Past, alike_rows, sums_of
from milepost.forecasts.learnt.ended import Kind, Number, Place, Quarter, Rival, Row, Why
from milepost.forecasts.learnt.past import past_now
from milepost.opportunities.models import Outcome, Reason, Step, rivals_by_text
from milepost.playbooks.models import PlaybookStep
from milepost.team.models import Person

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from milepost.engine.fiscal import Period

NOT_WON = KINDS[1:]
QUARTERS = 8
NO_STEP = "none"
"""How the list of ended ones is asked for those of which no step is known."""


class Ends:
    """What has ended of the opportunities a person asks about, counted in memory.

    It counts since the day that is asked, or within `only`, one period; `periods` are the quarters side by side.
    `left_out` counts those that ended at another time.
    """

    def __init__(
        self,
        scope: Scope,
        person: Person,
        periods: Sequence[Period] = (),
        *,
        only: Period | None = None,
        past: Past | None = None,
        chosen: NDArray[np.bool_] | None = None,
    ) -> None:
        self.scope, self.person, self.periods = scope, person, periods
        self.since = only.start if only else scope.since
        self.until = only.end if only else None
        self.past = past or past_now()
        self.chosen = scope.chosen(self.past, person) if chosen is None else chosen
        self.rows = self._read()

    def _read(self) -> list[Row]:
        """Return those that ended alike as rows: how, in which playbook, at which step, to whom, when."""
        import numpy as np

        ended, place = self.past.tables["ended"], self.past.place["ended"]
        on, kept = ended["on"], self.chosen[place]
        quarter = np.full(len(on), -1)
        for at, period in enumerate(self.periods):
            quarter[(on >= period.start.toordinal()) & (on <= period.end.toordinal())] = at
        playbook = self.past.about["playbook"][place]
        within = self.within(on)
        self.left_out = int((kept & ~within).sum())
        told = (ended["kind"], playbook, ended["key"], ended["rival"], quarter, within)
        alike, group = alike_rows([column[kept] for column in told])
        number, values, valued = sums_of(group, ended["value"][kept], len(alike))
        step = np.zeros(len(alike), np.int64)
        np.maximum.at(step, group, ended["step"][kept])
        return [self._row(*each) for each in zip(alike.tolist(), step.tolist(), number, values, valued, strict=True)]

    def _row(self, told: list[int], step: int, number: int, value: int, valued: int) -> Row:
        kind, playbook, key, rival, quarter, within = told
        name = None if key == NO_KEY else self.past.keys[key]
        to = "" if rival == NO_RIVAL else self.past.rivals[rival]
        return Row(str(KINDS[kind]), playbook, name, to, quarter, bool(within), step, number, value if valued else None)

    def within(self, on: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Tell of each day whether it lies in the time that counts; one that is not known lies in all of it alone."""
        import numpy as np

        within = np.ones(len(on), bool) if self.since is None else on >= self.since.toordinal()
        return within if self.until is None else within & (on <= self.until.toordinal())

    def link(self, **more: Any) -> str:
        """Return the address of the list of those that are counted."""
        days = {name: day.isoformat() for name, day in (("since", self.since), ("until", self.until)) if day}
        told = {**self.scope.asked.told, **days, **more}
        return f"{reverse('desk:ended')}?{urlencode({name: value for name, value in told.items() if value})}"

    def number(self, which: Callable[[Row], bool], **link: Any) -> Number:
        """Count the rows of the period that are asked for."""
        return self._number((row for row in self.rows if row.within and which(row)), **link)

    def _number(self, rows: Iterable[Row], **link: Any) -> Number:
        found = list(rows)
        values = [row.value_minor for row in found if row.value_minor is not None]
        return Number(sum(row.number for row in found), int(sum(values)) if values else None, self.link(**link))

    @property
    def count(self) -> int:
        return sum(row.number for row in self.rows if row.within)

    @property
    def busiest(self) -> int | None:
        """Return the playbook in which most has ended, whenever it did."""
        found: dict[int, int] = defaultdict(int)
        for row in self.rows:
            found[row.playbook] += row.number
        return max(found, key=lambda pk: (found[pk], -pk)) if found else None

    def kinds(self) -> list[Kind]:
        """Return for each outcome how many ended so, and the reasons given, those given most first."""
        whys = self._reasons()
        wholes = {kind: self.number(lambda row, kind=kind: row.kind == kind, outcome=str(kind)) for kind in KINDS}  # type: ignore[misc]
        there = {str(kind): whole for kind, whole in wholes.items() if whole.count}
        worded = self._worded([kind for kind in there if not whys.get(kind)])
        return [
            Kind(
                kind,
                str(Outcome.Kind(kind).label),
                whole,
                [self._why(whole, *why) for why in whys.get(kind, ())],
                worded.get(kind, 0),
            )
            for kind, whole in there.items()
        ]

    def _worded(self, kinds: list[str]) -> dict[str, int]:
        """Count by outcome those whose end was told in people's own words; asked where no reason was given alone."""
        if not kinds:
            return {}
        rows = Outcome.objects.standing().visible_to(self.person).filter(kind__in=kinds).exclude(words="")
        rows = rows.filter(self.scope.condition("opportunity__"))
        rows = rows.filter(on__gte=self.since) if self.since else rows
        rows = rows.filter(on__lte=self.until) if self.until else rows
        return dict(rows.order_by().values_list("kind").annotate(n=Count("pk")))

    def _why(self, whole: Number, kind: str, pk: int, text: str, count: int, value: int | None) -> Why:
        return Why(text, count / whole.count, Number(count, value, self.link(outcome=kind, reason=pk)))

    def _reasons(self) -> dict[str, list[Any]]:
        """Return by outcome (outcome, reason's id, its text, how often, value), those given most first."""
        import numpy as np

        ended, given = self.past.tables["ended"], self.past.tables["reasons"]
        at = np.searchsorted(ended["pk"], given["pk"])
        kept = self.chosen[self.past.place["reasons"]] & self.within(ended["on"])[at]
        alike, group = alike_rows([ended["kind"][at][kept], given["reason"][kept]])
        sums = sums_of(group, ended["value"][at][kept], len(alike))
        texts = dict(Reason.objects.values_list("pk", "text"))
        found: dict[str, list[Any]] = defaultdict(list)
        for (kind, pk), number, value, valued in zip(alike.tolist(), *sums, strict=True):
            how = str(KINDS[kind])
            found[how].append((how, pk, texts.get(pk, ""), number, value if valued else None))
        return {how: sorted(rows, key=lambda row: (-row[3], row[2], row[1])) for how, rows in found.items()}

    def rivals(self) -> list[Rival]:
        """Return those that most was lost to."""
        texts = {row.lost_to for row in self.rows if row.within and row.kind == Outcome.Kind.LOST and row.lost_to}
        listed = rivals_by_text() if texts else {}
        names: dict[tuple[str, int | None], set[str]] = defaultdict(set)
        for text in texts:
            one = listed.get(text)
            names[one.name if one else text, one.pk if one else None].add(text)
        found = [Rival(name, self._to(kept, name), pk) for (name, pk), kept in names.items()]
        return sorted(found, key=lambda rival: (-rival.number.count, rival.name))

    def _to(self, texts: set[str], name: str) -> Number:
        """Count what was lost to one competitor, under all its spellings."""
        asked = name if name in texts else min(texts)
        return self.number(
            lambda row: row.kind == Outcome.Kind.LOST and row.lost_to in texts, outcome="lost", lost_to=asked
        )

    def places(self, playbook: int, steps: Sequence[PlaybookStep]) -> list[Place]:
        """Return the steps at which opportunities of a playbook ended otherwise than won, in the line's order.

        Steps that were added to single lines follow by name, then those of which no step is known.
        """
        ended = [row for row in self.rows if row.within and row.playbook == playbook and row.kind != Outcome.Kind.WON]
        known = {step.key: step for step in steps}
        added = {row.key: row.step for row in ended if row.key and row.key not in known}
        names = dict(Step.objects.filter(pk__in=added.values()).values_list("pk", "name")) if added else {}
        others = {key: names.get(pk, "") for key, pk in added.items()}
        found = [self._place(playbook, step.key, step.name, step.position, ended) for step in steps]
        found += [
            self._place(playbook, key, name, None, ended)
            for key, name in sorted(others.items(), key=lambda pair: pair[1])
        ]
        return [place for place in [*found, self._place(playbook, None, "", None, ended)] if place.total]

    def _place(self, playbook: int, key: str | None, name: str, position: int | None, ended: list[Row]) -> Place:
        link = {"playbook": playbook, "step": key or NO_STEP}
        numbers = [
            self._number((row for row in ended if row.key == key and row.kind == kind), outcome=str(kind), **link)
            for kind in NOT_WON
        ]
        return Place(name, position, numbers)

    def quarters(self, names: list[str]) -> list[Quarter]:
        """Return the fiscal quarters, each with the share that was won of what ended in it.

        They go back to the first in which anything ended; one in which nothing did is not shown apart from the others.
        """
        from milepost.engine.shares import believed

        counted = [self._quarter(at, period) for at, period in enumerate(self.periods)]
        won = sum(numbers["won"].count for _all, numbers in counted)
        ended = sum(whole.count for whole, _numbers in counted)
        first = max((at for at, (whole, _numbers) in enumerate(counted, 1) if whole.count), default=0)
        return [
            self._with_share(period.name(names), period.key, *each, believed=believed(won, ended))
            for at, (period, each) in enumerate(zip(self.periods[:first], counted[:first], strict=True))
            if each[0].count or self._follows(at)
        ]

    def _follows(self, at: int) -> bool:
        """Tell whether a period is the one just after the next in the list."""
        later = self.periods[at + 1 : at + 2]
        return all(period.end + datetime.timedelta(days=1) == self.periods[at].start for period in later)

    def _quarter(self, at: int, period: Period) -> tuple[Number, dict[str, Number]]:
        rows = [row for row in self.rows if row.quarter == at]
        days = {"since": period.start.isoformat(), "until": period.end.isoformat()}
        each = {
            str(kind): self._number((row for row in rows if row.kind == kind), outcome=str(kind), **days)
            for kind in KINDS
        }
        return self._number(rows, **days), each

    @staticmethod
    def _with_share(name: str, key: str, whole: Number, numbers: dict[str, Number], *, believed: float) -> Quarter:
        from milepost.engine.shares import share

        won = numbers["won"]
        part = share(won.count, whole.count, believed=believed)
        return Quarter(name, key, numbers, whole, part, won.value_minor if won.count else 0)


def last_quarters(calendar: Any, today: datetime.date) -> list[Period]:
    """Return the last fiscal quarters, the newest first."""
    now = calendar.period("quarter", today)
    return [calendar.move(now, -n) for n in range(QUARTERS)]
