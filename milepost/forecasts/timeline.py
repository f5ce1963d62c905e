"""How an opportunity's win chance went: its kept days, and what happened on the way."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from milepost.forecasts.models import Snapshot
from milepost.opportunities.found import Found
from milepost.opportunities.models import FiguresRun, Judgement, Opportunity, Standing, Stay
from milepost.web import words
from milepost.web.chart import Cell, Chart
from milepost.web.dots import Scale
from milepost.web.over_time import At, Line, Mark, OverTime, Ranged

DAY = datetime.timedelta(days=1)
MOST = 500  # kept looks; a quiet opportunity has a handful a year


@dataclass(frozen=True)
class Held:
    """What the chance was from one day to another."""

    first: datetime.date
    last: datetime.date
    win: float
    low: float
    high: float

    @property
    def said(self) -> str:
        limits = words.interval(self.low, self.high)
        return f"{words.percent(self.win)} ({limits})" if limits else words.percent(self.win)


@dataclass
class Past:
    """The kept looks in the order of their days, and what happened on each day."""

    held: list[Held] = field(default_factory=list)
    happened: list[tuple[datetime.date, str, str, float | None]] = field(default_factory=list)

    def win_on(self, day: datetime.date) -> Held:
        """Return what held on a day, or nearest to it."""
        return next((each for each in reversed(self.held) if each.first <= day), self.held[0])


def timeline_of(opportunity: Opportunity, today: datetime.date) -> Chart | None:
    """Return the drawing of how the chance went; None where fewer than two days of it are kept."""
    past = Past()
    rows = list(Snapshot.objects.filter(opportunity=opportunity).order_by("-valid_from")[:MOST])[::-1]
    standing = Standing.objects.filter(pk=opportunity.pk).first()
    past.held = list(_held(rows, standing, today))
    if not past.held or past.held[0].first == past.held[-1].last:
        return None
    first, last = past.held[0].first, past.held[-1].last
    happened = (*_steps(opportunity), *_moved(rows), *_said(opportunity), *_learnt())
    past.happened = sorted(each for each in happened if first <= each[0] <= last)
    return _chart(opportunity, past)


def _held(rows: list[Snapshot], standing: Standing | None, today: datetime.date) -> Iterator[Held]:
    for row in rows:
        if row.state == Snapshot.State.OPEN and row.valid_from < today:
            last = min(row.valid_to, today - DAY if standing else today)
            yield Held(row.valid_from, last, row.win, row.win_low, row.win_high)
    if standing is not None:
        yield Held(today, today, standing.win, standing.win_low, standing.win_high)


def _steps(opportunity: Opportunity) -> Iterator[tuple[datetime.date, str, str, float | None]]:
    """Yield the steps that were won, lost or tried again."""
    told = {
        Stay.End.WON: ("won", _("Reached: %s")),
        Stay.End.LOST: ("lost", _("Client said no: %s")),
        Stay.End.BACK: ("lost", _("Gone back from: %s")),
    }
    for stay in Stay.objects.filter(opportunity=opportunity, left_on__isnull=False).select_related("step"):
        if stay.end in told and stay.left_on:
            kind, text = told[Stay.End(stay.end)]
            yield stay.left_on, kind, text % stay.step.name, None


def _moved(rows: list[Snapshot]) -> Iterator[tuple[datetime.date, str, str, float | None]]:
    """Yield where the closing date went into another month."""
    before: datetime.date | None = None
    for row in rows:
        day = row.closes_on if row.state == Snapshot.State.OPEN else None
        if day and before and (day.year, day.month) != (before.year, before.month):
            later, sooner = _("Closing put off to %s"), _("Closing brought forward to %s")
            yield row.valid_from, "date", (later if day > before else sooner) % words.month_year(day), None
        before = day or before


def _said(opportunity: Opportunity) -> Iterator[tuple[datetime.date, str, str, float | None]]:
    """Yield what people said."""
    for each in Judgement.objects.filter(opportunity=opportunity).select_related("by").order_by("pk"):
        chance = "" if each.probability is None else words.percent(each.probability)
        closes = _("closes %s") % words.short_day(each.close_on) if each.close_on else ""
        what = ", ".join(filter(None, (each.get_category_display() if each.category else "", chance, closes)))
        yield each.on, "said", f"{each.by.name if each.by else _('Somebody')}: {what}", each.probability


def _learnt() -> Iterator[tuple[datetime.date, str, str, float | None]]:
    """Yield when the whole past was gone through anew: the chance may jump without anything having happened here."""
    run = FiguresRun.objects.only("found").first()
    for day in Found.from_json(run.found).days if run else ():
        yield day, "learnt", _("Learnt anew from all that has ended: the chance can jump by that alone"), None


def _chart(opportunity: Opportunity, past: Past) -> Chart:
    days: dict[datetime.date, list[str]] = defaultdict(list)
    for day, _kind, text, _chance in past.happened:
        days[day].append(text)
    for each in past.held:
        days.setdefault(each.first, [])
    told = [(day, past.win_on(day), texts) for day, texts in sorted(days.items())]
    now = past.held[-1]
    said = _("The win chance from %(first)s to %(last)s: it was %(was)s, it is %(now)s.")
    named = {"first": words.short_day(past.held[0].first), "last": words.short_day(now.last)}
    kinds = {kind for _day, kind, _text, _chance in past.happened}
    names = {
        "won": _("step reached"),
        "lost": _("client said no, or gone back"),
        "date": _("closing moved to another month"),
        "said": _("a person’s own view"),
        "learnt": _("learnt anew from the past"),
    }
    return Chart(
        name=f"win-chance-{opportunity.pk}-{now.last.isoformat()}",
        title=_("Win chance of %s") % opportunity.name,
        said=said % {**named, "was": words.percent(past.held[0].win), "now": words.percent(now.win)},
        heads=[_("Day"), _("Win chance"), _("Low (10 %)"), _("High (90 %)"), _("What happened")],
        rows=[_row(day, held, texts) for day, held, texts in told],
        plot=_drawn(past, [(day, held.win, [held.said, *texts]) for day, held, texts in told]),
        keys=[
            ("model", _("win chance")),
            ("band", _("80 % between")),
            *((f"mark-{kind}", name) for kind, name in names.items() if kind in kinds),
        ],
    )


def _row(day: datetime.date, held: Held, texts: list[str]) -> list[Cell]:
    return [
        Cell(words.day(day), day.isoformat()),
        Cell(words.percent(held.win), round(held.win, 4)),
        Cell(words.percent(held.low), round(held.low, 4)),
        Cell(words.percent(held.high), round(held.high, 4)),
        Cell("; ".join(texts), "; ".join(texts)),
    ]


def _drawn(past: Past, told: list[tuple[datetime.date, float, list[str]]]) -> dict[str, object]:
    edges = [(day, each) for each in past.held for day in dict.fromkeys((each.first, each.last))]
    marks = [
        Mark(day, past.win_on(day).win if chance is None else chance, kind, text)
        for day, kind, text, chance in past.happened
    ]
    highest = max([each.high for each in past.held] + [mark.value for mark in marks])
    return OverTime(
        first=past.held[0].first,
        last=past.held[-1].last,
        say=lambda share: f"{share * 100:g} %",
        told=told,
        band=[Ranged(day, each.low, each.high) for day, each in edges],
        lines=[Line("model", [At(day, each.win) for day, each in edges])],
        marks=marks,
        scale=Scale(0.0, next(top for top in (0.2, 0.4, 0.6, 0.8, 1.0) if top >= min(highest, 1))),
    ).plot
