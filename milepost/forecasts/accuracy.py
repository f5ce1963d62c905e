"""How good the forecasts are: past quarters as they were called, as the model would have said, and as they came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from milepost.engine.scores import Bin, Score, added
from milepost.forecasts.models import Replay
from milepost.team.models import Company, Person, Territory
from milepost.web import words
from milepost.web.mirror_drawing import Point, Said, draw_calibration, draw_ranges
from milepost.web.words import exponent

RIVALS = ("model", "staged", "base")


@dataclass(frozen=True)
class Line:
    """One past quarter, ready to be shown."""

    row: Replay
    name: str

    @property
    def called_off(self) -> int | None:
        """Return how far what people had committed to was above what came."""
        return None if self.row.called is None else self.row.called - self.row.won


@dataclass(frozen=True)
class Rated:
    """One way to say chances, with its scores and the error of its totals."""

    name: str
    brier: float
    log_loss: float
    error: float | None


class Accuracy:
    """The replays of one territory, newest first, and all that is read from them together."""

    def __init__(self, rows: Sequence[Replay], company: Company) -> None:
        self.rows, self.currency = list(rows), company.currency
        self.unit = 10 ** exponent(company.currency)
        calendar = company.fiscal
        months = [words.month_name(n) for n in range(1, 13)]
        self.lines = [Line(row, calendar.find(row.period).name(months)) for row in self.rows]

    @cached_property
    def inside(self) -> int:
        """Count the quarters that came out within their range."""
        return sum(row.is_inside for row in self.rows)

    @property
    def predicted(self) -> int:
        """Count the chances that were compared with what happened."""
        return sum(row.open for row in self.rows)

    @property
    def undated(self) -> int:
        """Count those left out at the newest quarter's start: their days are not known."""
        return self.rows[0].undated

    @property
    def unvalued(self) -> int:
        return self.rows[0].unvalued

    @property
    def error(self) -> float | None:
        """Return by how much the totals were too high, over all quarters together; below 0 = too low."""
        came = sum(row.won for row in self.rows)
        return (sum(row.mean for row in self.rows) - came) / came if came else None

    @property
    def missed(self) -> int:
        """Return by how much a quarter's mean was off, in the mean of the quarters."""
        return round(sum(abs(row.off) for row in self.rows) / len(self.rows))

    @property
    def floor(self) -> int:
        """Return by how much anyone would have been off."""
        return round(sum(row.floor for row in self.rows) / len(self.rows))

    @property
    def called(self) -> list[Line]:
        """Return the quarters of which people had said something by their first day."""
        return [line for line in self.lines if line.row.called is not None]

    @cached_property
    def rated(self) -> list[Rated]:
        """Return every way's scores over the same quarters: those in which there was a rate to go by."""
        rows = [row for row in self.rows if "base" in row.scores]
        names = {"model": _("Milepost"), "staged": _("Rates by step"), "base": _("One rate for all")}
        amounts = {"model": "mean", "staged": "staged", "base": "base"}
        return [self._rated(names[key], key, amounts[key], rows) for key in RIVALS] if rows else []

    def _rated(self, name: str, key: str, amount: str, rows: Sequence[Replay]) -> Rated:
        score = sum((Score(*row.scores[key]) for row in rows), Score())
        came = sum(row.won for row in rows)
        said = sum(getattr(row, amount) or 0 for row in rows)
        return Rated(name, score.brier, score.log_loss, (said - came) / came if came else None)

    @cached_property
    def best(self) -> tuple[float, float] | None:
        """Return the Brier score and log loss of perfect chances, were the model's the true ones."""
        rows = [row for row in self.rows if "base" in row.scores]
        n = sum(row.open for row in rows)
        sums = [sum(row.scores["floor"][at] for row in rows) for at in (0, 1)]
        return (sums[0] / n, sums[1] / n) if n else None

    @cached_property
    def bins(self) -> list[Bin]:
        """Return how chances came true, by tenths that hold any."""
        return [b for b in added([Bin(*each) for each in row.tenths] for row in self.rows) if b.n]

    @property
    def picture(self) -> SafeString:
        """Draw the quarters, newest first."""
        rows = [self._said(line) for line in self.lines]
        short = partial(_short, unit=self.unit, currency=self.currency)
        told = _("Past quarters: what the model would have said, and what came; %(n)s of %(all)s within the range.")
        return draw_ranges(rows, amount=short, label=told % {"n": self.inside, "all": len(self.rows)})

    @property
    def calibration(self) -> SafeString:
        """Draw chances against what happened."""
        points = [Point(b.expected, b.happened, *b.limits, b.n) for b in self.bins]
        label = _("Chances as they were said, against the share that came in. The same figures are in the table.")
        return draw_calibration(points, label=label, across=_("said"), up=_("came in, %"))

    def _major(self, minor: int) -> float:
        return minor / self.unit

    def _said(self, line: Line) -> Said:
        row, major = line.row, self._major
        called = None if row.called is None else major(row.called)
        return Said(line.name, major(row.low), major(row.middle), major(row.high), major(row.won), called)


def _short(amount: float, *, unit: int, currency: str) -> str:
    return words.money_round(round(amount * unit), currency)


def accuracy_of(person: Person, company: Company, territory: int | None) -> dict[str, Any]:
    """Find the replays of one of the territories that a person sees whole: the one asked for, or the uppermost."""
    seen = Replay.objects.visible_to(person)
    having = Territory.objects.filter(pk__in=seen.values("territory")).order_by("path")
    choices = sorted(having, key=lambda each: (each.depth, each.path))
    chosen = next((each for each in choices if each.pk == territory), choices[0] if choices else None)
    rows = seen.filter(territory=chosen).order_by("-start") if chosen else []
    return {
        "chosen": chosen,
        "choices": sorted(choices, key=lambda each: each.path),
        "accuracy": Accuracy(list(rows), company) if rows else None,
        "sees_whole": bool(person.sight.territories),
    }
