"""A period's numbers over time: what was submitted, what the model said then, and what came in."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from milepost.forecasts.line import Line
from milepost.forecasts.models import Submission
from milepost.web import over_time, words
from milepost.web.chart import Cell, Chart
from milepost.web.dots import Scale
from milepost.web.over_time import At, OverTime, Ranged

Known = tuple[datetime.date, int, int, int]


def trend_of(line: Line, submissions: Sequence[Submission]) -> Chart | None:
    """Return the drawing of one line's period; None where no number in the company's currency was submitted."""
    currency = line.rollup.company.currency
    told = sorted((each for each in submissions if each.currency == currency), key=lambda each: each.pk)
    if not told:
        return None
    said = _("Submitted numbers over time; the newest is %s.") % words.money_short(told[-1].amount_minor, currency)
    keys = [
        ("said", _("submitted")),
        ("adjusted", _("adjusted")),
        ("model", _("model, middle")),
        ("band", _("80 % between")),
        ("won", _("already won")),
        ("target", _("target")),
    ]
    absent = set() if any(each.is_adjustment for each in told) else {"adjusted"}
    absent |= {"target"} if line.target_minor is None else set()
    return Chart(
        name=f"numbers-{line.rollup.period.key}-{line.rollup.today.isoformat()}",
        title=_("Numbers over time: %(who)s, %(period)s") % {"who": line.place.name, "period": line.rollup.name},
        said=said,
        heads=[_("Day"), _("Who"), f"{_('Number')} ({currency})"],
        rows=[_row(each) for each in told],
        plot=_drawn(line, told, currency).plot,
        keys=[key for key in keys if key[0] not in absent],
        tabled=False,
    )


def _row(each: Submission) -> list[Cell]:
    who = each.by.name if each.by else ""
    amount = Cell(words.money(each.amount_minor, each.currency), words.major(each.amount_minor, each.currency))
    return [Cell(words.day(each.on), each.on.isoformat()), Cell(who, who), amount]


def _drawn(line: Line, told: Sequence[Submission], currency: str) -> OverTime:
    period, today = line.rollup.period, line.rollup.today
    first, last = min(told[0].on, period.start), max(told[-1].on, period.end)
    known, won = list(_known(line, told)), _won(line, first, last)
    amounts = [won[-1].value, *(each.amount_minor for each in told), *(high for _day, _low, _middle, high in known)]
    own, adjusted = (_numbers(told, kind, min(today, last)) for kind in (False, True))
    return OverTime(
        first=first,
        last=last,
        say=lambda minor: words.money_round(round(minor), currency),
        told=[_told(each, currency) for each in told],
        band=[Ranged(day, low, high) for day, low, _middle, high in known],
        lines=[
            over_time.Line("won", won, stepped=True),
            over_time.Line("model", [At(day, middle) for day, _low, middle, _high in known]),
            over_time.Line("adjusted", adjusted, stepped=True, dotted=True),
            over_time.Line("said", own, stepped=True, dotted=True),
        ],
        level=line.target_minor,
        today=today,
        scale=Scale.over([0.0, line.target_minor or 0, *amounts]),
    )


def _numbers(told: Sequence[Submission], is_adjustment: bool, until: datetime.date) -> list[At]:
    """Return the numbers of one kind; the newest stands until now."""
    points = [At(each.on, each.amount_minor) for each in told if each.is_adjustment == is_adjustment]
    return [*points, At(until, points[-1].value)] if points and points[-1].on < until else points


def _told(each: Submission, currency: str) -> tuple[datetime.date, float, list[str]]:
    who = each.by.name if each.by else _("Somebody")
    lines = [f"{who}: {words.money_short(each.amount_minor, currency)}"]
    if each.model_middle_minor is not None:
        lines.append(_("model: %s") % words.money_short(each.model_middle_minor, currency))
    return each.on, each.amount_minor, [*lines, each.note]


def _known(line: Line, told: Sequence[Submission]) -> Iterator[Known]:
    """Yield the model's range as it was known with each number, and as it is today."""
    for each in told:
        if each.model_low_minor is not None:
            yield each.on, each.model_low_minor, each.model_middle_minor or 0, each.model_high_minor or 0
    if line.limits is not None:
        yield line.rollup.today, *line.limits


def _won(line: Line, first: datetime.date, last: datetime.date) -> list[At]:
    """Return what had come in by each day on which anything did."""
    points, sum_minor = [At(first, 0)], 0
    for day, minor in line.won_by_day():
        sum_minor += minor
        points.append(At(day, sum_minor))
    return [*points, At(max(points[-1].on, min(line.rollup.today, last)), sum_minor)]
