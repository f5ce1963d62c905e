"""How a period's forecast went day by day, and by when what it is to come to will have come in."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext as _

from milepost.forecasts.asked import Asked
from milepost.forecasts.models import PeriodTotal
from milepost.forecasts.page import PeriodView
from milepost.team.directory import tree
from milepost.team.models import Company, Person
from milepost.web import words
from milepost.web.chart import Cell, Chart
from milepost.web.dots import Scale
from milepost.web.over_time import At, Line, OverTime, Ranged


def fan_of(person: Person, company: Company, asked: Asked, view: PeriodView) -> Chart | None:
    """Return the drawing of one period for what is asked; None where no day of it is kept.

    Days of nothing alone are not drawn once something is to come in: most likely no value was known on them.
    """
    scope = scope_of(person, asked, company.team_stamp)
    if scope is None:
        return None
    kept = PeriodTotal.objects.visible_to(person).filter(period=view.period.key, currency=view.currency, **scope)
    rows = list(kept.order_by("on"))
    return None if not rows or _is_outdated(rows, view) else _chart(rows, view)


def _is_outdated(rows: Sequence[PeriodTotal], view: PeriodView) -> bool:
    return view.distribution is not None and any(view.limits) and not any(row.high or row.won for row in rows)


def scope_of(person: Person, asked: Asked, stamp: str) -> dict[str, int] | None:
    """Return whose totals answer what is asked: a territory's seen whole, or one's own; None where none do."""
    if asked.playbook is not None or (asked.person and asked.territory):
        return None
    if asked.person is not None:
        return {"person": asked.person}
    if asked.territory is not None:
        return {"territory": asked.territory}
    known = tree(stamp)
    seen = sorted((known[pk] for pk in person.sight.territories if pk in known), key=lambda each: each.path)
    if not seen:
        return {"person": person.pk}
    # Ranges are computed, never added: who sees several territories side by side is asked to choose.
    is_one = all(each.path.startswith(seen[0].path) for each in seen)
    return {"territory": seen[0].pk} if is_one else None


def _chart(rows: Sequence[PeriodTotal], view: PeriodView) -> Chart:
    last = rows[-1]
    short = [words.money_short(each, view.currency) for each in (last.low, last.high, rows[0].middle, last.middle)]
    said = _("%(name)s as forecast from %(first)s to %(last)s: the middle was %(was)s, it is %(now)s.")
    named = {"name": view.name, "first": words.short_day(rows[0].on), "last": words.short_day(last.on)}
    heads = [_("Low (10 %)"), _("Middle"), _("High (90 %)"), _("Already won")]
    keys = [
        ("model", _("forecast of the period, middle")),
        ("band", _("80 % between")),
        ("won", _("already won")),
        *([("ahead", _("will have come in by then, 80 % between"))] if last.ahead else []),
        *([("target", _("target"))] if view.target_minor is not None else []),
    ]
    return Chart(
        name=f"forecast-over-time-{view.period.key}-{last.on.isoformat()}",
        title=_("How the forecast of %s went") % view.name,
        said=said % {**named, "was": short[2], "now": short[3]},
        heads=[_("Day"), *(f"{head} ({view.currency})" for head in heads)],
        rows=[_row(row) for row in reversed(rows)],
        plot=_drawn(rows, view).plot,
        keys=keys,
    )


def _row(row: PeriodTotal) -> list[Cell]:
    amounts = (row.low, row.middle, row.high, row.won)
    cells = [Cell(words.money_short(each, row.currency), words.major(each, row.currency)) for each in amounts]
    return [Cell(words.day(row.on), row.on.isoformat()), *cells]


def _drawn(rows: Sequence[PeriodTotal], view: PeriodView) -> OverTime:
    last, currency = rows[-1], view.currency
    ahead = _ahead(last)
    highest = max(view.target_minor or 0, *(row.high for row in rows))
    return OverTime(
        first=rows[0].on,
        last=view.period.end,
        say=lambda minor: words.money_round(round(minor), currency),
        told=[*(_told(row) for row in rows), *_told_ahead(last)],
        band=[Ranged(row.on, row.low, row.high) for row in rows],
        ahead=[Ranged(day, low, high) for day, low, _middle, high in ahead],
        lines=[
            Line("won", [At(row.on, row.won) for row in rows], stepped=True),
            Line("ahead", [At(day, middle) for day, _low, middle, _high in ahead]),
            Line("model", [At(row.on, row.middle) for row in rows]),
        ],
        level=view.target_minor,
        today=view.today,
        scale=Scale.over([0.0, highest]),
    )


def _ahead(last: PeriodTotal) -> list[tuple[datetime.date, int, int, int]]:
    """Return by when what will have come in, beginning with what has."""
    if not last.ahead:
        return []
    parts = [(datetime.date.fromisoformat(day), low, middle, high) for day, low, middle, high in last.ahead]
    return [(last.on, last.won, last.won, last.won), *parts]


def _told(row: PeriodTotal) -> tuple[datetime.date, float, list[str]]:
    low, middle, high, won = (
        words.money_short(each, row.currency) for each in (row.low, row.middle, row.high, row.won)
    )
    lines = [_("middle %s") % middle, _("80 %% between %(low)s and %(high)s") % {"low": low, "high": high}]
    return row.on, row.middle, [*lines, _("already won %s") % won]


def _told_ahead(last: PeriodTotal) -> list[tuple[datetime.date, float, list[str]]]:
    told: list[tuple[datetime.date, float, list[str]]] = []
    for day, *limits in _ahead(last)[1:]:
        low, middle, high = (words.money_short(each, last.currency) for each in limits)
        between = _("80 %% between %(low)s and %(high)s") % {"low": low, "high": high}
        told.append((day, limits[1], [_("come in by then: %s") % middle, between]))
    return told
