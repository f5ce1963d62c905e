"""The record against each competitor: won, lost to it, lost to others, no decision, quarter by quarter.

An opportunity counts against a competitor where somebody noted it there, or where it was lost to it. The share won
rests only on those where it was noted before the end: losses name their winner afterwards, and wins do not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import BooleanField, Case, Count, Exists, F, IntegerField, OuterRef, Q, Value, When

from milepost.forecasts.learnt.asked import Scope
from milepost.forecasts.learnt.columns import KINDS
from milepost.gates.models import Contender
from milepost.opportunities.models import Outcome, Rival, rivals_by_text
from milepost.team.models import Person

if TYPE_CHECKING:
    from milepost.engine.fiscal import Period
    from milepost.engine.shares import Share

Kind = Outcome.Kind
TO_THEM, TO_OTHERS = "lost", "others"


class Met(NamedTuple):
    """So many opportunities in which one competitor was met and that ended alike."""

    rival: int
    how: str
    quarter: int
    within: bool
    noted: bool
    number: int


@dataclass
class Tally:
    """How opportunities against one competitor ended; `before` counts those where it was noted before the end."""

    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    before: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, row: Met) -> None:
        self.counts[row.how] += row.number
        if row.noted:
            self.before[row.how] += row.number

    @property
    def won(self) -> int:
        return self.counts["won"]

    @property
    def lost(self) -> int:
        return self.counts[TO_THEM]

    @property
    def others(self) -> int:
        return self.counts[TO_OTHERS]

    @property
    def no_decision(self) -> int:
        return self.counts["no_decision"]

    @property
    def stopped(self) -> int:
        return self.counts["withdrawn"]

    @property
    def all(self) -> int:
        return sum(self.counts.values())

    @property
    def decided(self) -> int:
        """Count those that either we or they won, where they were noted before the end."""
        return self.before["won"] + self.before[TO_THEM]

    @property
    def named_late(self) -> int:
        """Count the losses of which nobody had noted before the end that they competed."""
        return self.lost - self.before[TO_THEM]


@dataclass(frozen=True)
class Line:
    """One competitor, or one quarter against it, with the share won where there is one."""

    name: str
    rival: Rival | None
    tally: Tally
    share: Share | None
    open: int = 0
    period: Period | None = None


class Record:
    """What ended against whom, of the opportunities a person asks about; `only` is one competitor."""

    def __init__(
        self, scope: Scope, person: Person, periods: Sequence[Period] = (), *, only: Rival | None = None
    ) -> None:
        self.scope, self.person, self.periods, self.only = scope, person, periods, only
        self.since = scope.since

    @cached_property
    def by_text(self) -> dict[str, Rival]:
        return rivals_by_text()

    @cached_property
    def rivals(self) -> dict[int, Rival]:
        return {row.pk: row for row in Rival.objects.filter(same_as=None)}

    @cached_property
    def rows(self) -> list[Met]:
        """Return all that was met: where it was noted, and what was lost to it without that."""
        noted = [self._how(*row) for row in self._noted()]
        left: dict[tuple[int, int, bool], int] = defaultdict(int)
        for rival, quarter, within, number in self._lost():
            left[rival, quarter, within] += number
        for row in noted:
            if row.how == TO_THEM:
                left[row.rival, row.quarter, row.within] -= row.number
        return [*noted, *(Met(pk, TO_THEM, at, within, False, n) for (pk, at, within), n in left.items() if n > 0)]

    def _noted(self) -> Iterable[Any]:
        rows = Contender.objects.visible_to(self.person).filter(
            self.scope.condition("opportunity__"),
            opportunity__outcomes__superseded_by=None,
            opportunity__outcomes__kind__in=KINDS,
        )
        if self.only is not None:
            rows = rows.filter(rival=self.only)
        on = "opportunity__outcomes__on"
        told = {"how": F("opportunity__outcomes__kind"), "to": F("opportunity__outcomes__lost_to")}
        early = Case(When(noted_on__lt=F(on), then=Value(True)), default=Value(False), output_field=BooleanField())
        asked = {**told, **self._when(on), "early": early}
        return rows.order_by().annotate(**asked).values_list("rival_id", *asked).annotate(n=Count("pk"))

    def _when(self, on: str) -> dict[str, Any]:
        """Return in which quarter it ended, and whether within the time that is asked."""
        quarters = [When(Q((f"{on}__range", (p.start, p.end))), then=Value(at)) for at, p in enumerate(self.periods)]
        within = Q(pk__isnull=False) if self.since is None else Q((f"{on}__gte", self.since))
        return {
            "quarter": Case(*quarters, default=Value(-1), output_field=IntegerField()),
            "within": Case(When(within, then=Value(True)), default=Value(False), output_field=BooleanField()),
        }

    def _how(self, rival: int, kind: str, to: str, quarter: int, within: bool, early: bool, number: int) -> Met:
        """Tell how it ended as seen against this competitor: to do nothing wins where nothing is decided."""
        how = kind
        if kind == Kind.LOST:
            whom = self.by_text.get(to)
            how = TO_THEM if whom is not None and whom.pk == rival else TO_OTHERS
        elif kind == Kind.NO_DECISION and self.rivals[rival].kind == Rival.Kind.NOBODY:
            how = TO_THEM
        return Met(rival, how, quarter, within, early, number)

    def _lost(self) -> Iterable[tuple[int, int, bool, int]]:
        """Yield how many were lost to whom, noted before or not; what nobody decided was lost to nobody."""
        rows = Outcome.objects.standing().visible_to(self.person).filter(self.scope.condition("opportunity__"))
        asked = self._when("on")
        told = ("kind", "lost_to", *asked)
        lost = Q(kind=Kind.LOST) & ~Q(lost_to="") | Q(kind=Kind.NO_DECISION)
        nobody = next((pk for pk, rival in self.rivals.items() if rival.kind == Rival.Kind.NOBODY), None)
        counted = rows.filter(lost).order_by().annotate(**asked).values_list(*told).annotate(n=Count("pk"))
        for kind, text, quarter, within, number in counted:
            named = self.by_text.get(text)
            pk = nobody if kind == Kind.NO_DECISION else named.pk if named is not None else None
            if pk is not None and self.only in (None, self.rivals.get(pk)):
                yield pk, quarter, within, number

    def lines(self) -> list[Line]:
        """Return each competitor with its record in the time that is asked, whom we met most first."""
        tallies: dict[int, Tally] = defaultdict(Tally)
        for row in self.rows:
            if row.within:
                tallies[row.rival].add(row)
        believed, now = _believed(tallies.values()), self._open()
        found = [
            self._line(rival.name, rival, tallies[pk], believed, now.get(pk, 0)) for pk, rival in self.rivals.items()
        ]
        return sorted(found, key=lambda line: (-line.tally.all, -line.open, line.name))

    def quarters(self, names: list[str]) -> list[Line]:
        """Return the record against the one that is asked, quarter by quarter, the newest first."""
        tallies = [Tally() for _period in self.periods]
        for row in self.rows:
            if row.quarter >= 0:
                tallies[row.quarter].add(row)
        believed = _believed(tallies)
        pairs = zip(self.periods, tallies, strict=True)
        return [self._line(p.name(names), self.only, each, believed, period=p) for p, each in pairs]

    def _open(self) -> dict[int, int]:
        """Return in how many open opportunities each is in the running."""
        rows = Contender.objects.visible_to(self.person).filter(
            self.scope.condition("opportunity__"), opportunity__standing__isnull=False
        )
        rows = rows.exclude(status=Contender.Status.OUT)
        return dict(rows.order_by().values_list("rival").annotate(n=Count("pk")))

    @staticmethod
    def _line(
        name: str,
        rival: Rival | None,
        tally: Tally,
        believed: float,
        now: int = 0,
        period: Period | None = None,
    ) -> Line:
        from milepost.engine.shares import share

        part = share(tally.before["won"], tally.decided, believed=believed) if tally.decided else None
        return Line(name, rival, tally, part, now, period)


def _believed(tallies: Iterable[Tally]) -> float:
    """Return the share won against everybody: what a handful leans on."""
    from milepost.engine.shares import believed

    won = decided = 0
    for tally in tallies:
        won, decided = won + tally.before["won"], decided + tally.decided
    return believed(won, decided)


def whys(record: Record, rival: Rival) -> dict[str, list[tuple[str, int]]]:
    """Return the reasons given where it was won against a competitor, and where it was lost to it, most first."""
    texts = [text for text, one in record.by_text.items() if one.pk == rival.pk]
    here = Contender.objects.filter(opportunity=OuterRef("opportunity_id"), rival=rival)
    rows = Outcome.objects.standing().visible_to(record.person).filter(record.scope.condition("opportunity__"))
    if record.since is not None:
        rows = rows.filter(on__gte=record.since)
    lost = Q(kind=Kind.NO_DECISION) if rival.kind == Rival.Kind.NOBODY else Q(kind=Kind.LOST, lost_to__in=texts)
    rows = rows.filter(Q(Exists(here), kind=Kind.WON) | lost, reasons__isnull=False)
    counted = (
        rows.order_by().values_list("kind", "reasons__text").annotate(n=Count("pk")).order_by("-n", "reasons__text")
    )
    found: dict[str, list[tuple[str, int]]] = {"won": [], TO_THEM: []}
    for kind, text, number in counted.order_by("-n", "reasons__text"):
        found["won" if kind == Kind.WON else TO_THEM].append((text, number))
    return found
