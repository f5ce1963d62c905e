"""How good the forecasts are: past quarters as they were called, as the model would have said, and as they came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from math import comb
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from milepost.engine.scores import Bin, Score, added
from milepost.forecasts.calls_charts import calibrated
from milepost.forecasts.former import name_of
from milepost.forecasts.models import Replay
from milepost.team.models import Company, Person, Territory
from milepost.web import words
from milepost.web.chart import NOTHING, Cell, Chart, tip
from milepost.web.mirror_drawing import Said, draw_ranges
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
        self.lines = [Line(row, name_of((row.start, row.end), calendar)) for row in self.rows]

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
    def assumed(self) -> int:
        return self.rows[0].assumed

    @property
    def no_surprise(self) -> int:
        """Return how few quarters within their range are still no surprise where eight in ten should be."""
        return fewest(len(self.rows))

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
        """Draw chances against what happened, as it stands in papers too."""
        chart = self.calibrated
        return chart.drawing if chart else NOTHING

    @property
    def mirror(self) -> Chart:
        """Return the quarters in the frame."""
        heads = [_("People had committed to"), _("Low (10 %)"), _("Middle"), _("High (90 %)"), _("Came")]
        heads += [_("Mean was off by"), _("Best anyone could do, ±")]
        return Chart(
            name=f"past-quarters-{self.rows[0].period}",
            title=_("Past quarters: what was said, and what came"),
            said=_("Past quarters: what the model would have said, and what came."),
            heads=[_("Quarter"), *(f"{head} ({self.currency})" for head in heads), _("Open then")],
            rows=[self._cells(line) for line in self.lines],
            drawing=self.picture,
            keys=[
                ("band", _("Milepost would have said: 80 % between")),
                ("mark-mid", _("and the middle")),
                ("mark-came", _("what came")),
                ("mark-beyond", _("what came, beyond the range")),
                *([("mark-called", _("people had committed to"))] if self.called else []),
            ],
            tabled=False,
            kind="flow",
        )

    @property
    def calibrated(self) -> Chart | None:
        """Return how chances came true in the frame."""
        title = _("Chances as they were said, and the share that came in")
        return calibrated(self.bins, f"calibration-{self.rows[0].period}", title, _("said"))

    def _cells(self, line: Line) -> list[Cell]:
        row = line.row
        amounts = (row.called, row.low, row.middle, row.high, row.won, row.off, row.floor)
        return [Cell(line.name, line.name), *map(self._cell, amounts), Cell(words.count(row.open), row.open)]

    def _cell(self, minor: int | None) -> Cell:
        if minor is None:
            return Cell("–", None)
        return Cell(words.money(minor, self.currency), words.major(minor, self.currency))

    def _major(self, minor: int) -> float:
        return minor / self.unit

    def _said(self, line: Line) -> Said:
        row, major = line.row, self._major
        called = None if row.called is None else major(row.called)
        return Said(
            line.name, major(row.low), major(row.middle), major(row.high), major(row.won), called, self._told(line)
        )

    def _told(self, line: Line) -> str:
        row = line.row
        said = _("Milepost: %(middle)s, 80 %% between %(low)s and %(high)s")
        limits = {"low": row.low, "middle": row.middle, "high": row.high}
        short = {name: words.money_short(minor, self.currency) for name, minor in limits.items()}
        came = _("came: %s") % words.money_short(row.won, self.currency)
        called = "" if row.called is None else _("people: %s") % words.money_short(row.called, self.currency)
        return tip(line.name, said % short, came, called)


def fewest(n: int, share: float = 0.8, surprise: float = 0.05) -> int:
    """Return the least number of n that comes more often than once in twenty times, or fewer come.

    >>> fewest(12), fewest(4), fewest(1)
    (7, 2, 0)
    """
    below, k = 0.0, 0
    while (below := below + comb(n, k) * share**k * (1 - share) ** (n - k)) <= surprise:
        k += 1
    return k


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
