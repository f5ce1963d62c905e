"""What the Learn page shows, as tables to take along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from milepost.forecasts.learnt.ended import Number
from milepost.forecasts.learnt.ends import NOT_WON
from milepost.forecasts.learnt.reading import Reading
from milepost.forecasts.learnt.steps import StepLine
from milepost.team.money import to_major
from milepost.web.sheet import Column, Sheet

Rows = list[list[Any]]


def steps(reading: Reading) -> Sheet:
    """Return the steps of the line that is shown."""
    counted = [_("Came"), _("Reached"), _("Client said no"), _("No decision"), _("Stopped by us"), _("There now")]
    shares = [_("Share reached"), _("Low (10 %)"), _("High (90 %)")]
    days = [_("Days, middle"), _("Days, low (10 %)"), _("Days, high (90 %)"), _("Nine in ten by"), _("Usual days")]
    columns = [
        Column(_("Step"), width=30),
        *(Column(head, "number") for head in counted),
        *(Column(head, "share") for head in shares),
        *(Column(head, "number") for head in days),
        Column(_("Weakest")),
        Column(f"{_('5 more of 100 would add')} ({reading.company.currency})", "money", 24),
    ]
    rows = []
    for line in reading.lines:
        own = line.figure.conversion
        counts = [line.counts[kind] for kind in ("won", "no", "no_decision", "stopped", "open")]
        share = [round(value, 4) for value in (own.mean, own.low, own.high)]
        weak = _("yes") if line.is_weakest else ""
        worth = _money(reading, line.worth_minor)
        rows.append([line.step.name, line.came, *counts, *share, *line.days, line.step.usual_days, weak, worth])
    return Sheet(_("Steps"), columns, rows)


def groups(reading: Reading) -> Sheet:
    """Return the groups side by side, step by step; none where none are compared."""
    counted = [_("Came"), _("Reached"), _("Client said no"), _("No decision"), _("Stopped by us"), _("There now")]
    shares = [_("Share reached"), _("Low (10 %)"), _("High (90 %)")]
    days = [_("Days, middle"), _("Days, low (10 %)"), _("Days, high (90 %)"), _("Nine in ten by")]
    columns = [Column(_("Step"), width=30), Column(_("Group"), width=30)]
    columns += [Column(head, "number") for head in counted]
    columns += [Column(head, "share") for head in shares]
    columns += [Column(head, "number") for head in days]
    rows = [_of_group(group.name, line) for group, line in reading.beside.seen()] if reading.beside else []
    return Sheet(_("Groups"), columns, rows)


def _of_group(name: str, line: StepLine) -> list[Any]:
    own = line.figure.conversion
    counts = [line.counts[kind] for kind in ("won", "no", "no_decision", "stopped", "open")]
    share = [round(value, 4) for value in (own.mean, own.low, own.high)]
    return [line.step.name, name, line.came, *counts, *share, *line.days]


def reasons(reading: Reading) -> Sheet:
    """Return the reasons that were given, by outcome."""
    columns = [Column(_("Outcome")), Column(_("Reason"), width=36), Column(_("Share of the outcome"), "share")]
    rows = [
        [kind.label, why.text, round(why.part, 4), *_number(reading, why.number)]
        for kind in reading.kinds
        for why in kind.whys
    ]
    return Sheet(_("Reasons"), [*columns, *_counted(reading)], rows)


def rivals(reading: Reading) -> Sheet:
    """Return whom opportunities were lost to."""
    rows = [[rival.name, *_number(reading, rival.number)] for rival in reading.rivals]
    return Sheet(_("Lost to"), [Column(_("Lost to"), width=30), *_counted(reading)], rows)


def places(reading: Reading) -> Sheet:
    """Return the steps at which opportunities ended."""
    labels = [str(kind.label).capitalize() for kind in NOT_WON]
    columns = [Column(_("Step"), width=30), *(Column(label, "number") for label in labels)]
    rows = [[place.name or _("not known"), *(each.count for each in place.numbers)] for place in reading.places]
    return Sheet(_("Where they ended"), columns, rows)


def quarters(reading: Reading) -> Sheet:
    """Return what ended in each quarter."""
    heads = [_("Won"), _("Lost"), _("No decision"), _("Stopped by us")]
    shares = [_("Share won"), _("Low (10 %)"), _("High (90 %)")]
    columns = [Column(_("Quarter")), *(Column(head, "number") for head in heads)]
    columns += [Column(head, "share") for head in shares]
    columns.append(Column(f"{_('Value won')} ({reading.company.currency})", "money"))
    rows = []
    for each in reading.quarters:
        share = [round(value, 4) for value in (each.share.mean, each.share.low, each.share.high)]
        counts = [number.count for number in each.numbers.values()]
        rows.append([each.name, *counts, *share, _money(reading, each.value_minor)])
    return Sheet(_("Quarters"), columns, rows)


def months(reading: Reading) -> Sheet:
    """Return at what pace the company's steps move in each month."""
    heads = [_("Steps won"), _("In an even year"), _("Pace"), _("Low (10 %)"), _("High (90 %)")]
    rows = [[each.name, each.moves, each.expected, each.pace, each.low, each.high] for each in reading.months]
    return Sheet(_("Months"), [Column(_("Month")), *(Column(head, "number") for head in heads)], rows)


def lessons(reading: Reading) -> Sheet:
    """Return the lessons of the line that is shown."""
    columns = [Column(_("Step"), width=30), Column(_("Lesson"), width=60), Column(_("Who"), width=20)]
    columns += [Column(_("Written on"), "day"), Column(_("Opportunity"), width=30)]
    rows = [
        [taught.name, row.text, row.by.name, row.at.date(), row.source.name if row.source else ""]
        for taught in reading.lessons
        for row in taught.lessons
    ]
    return Sheet(_("Lessons"), columns, rows)


SHEETS: dict[str, Callable[[Reading], Sheet]] = {
    "steps": steps,
    "groups": groups,
    "reasons": reasons,
    "rivals": rivals,
    "places": places,
    "quarters": quarters,
    "months": months,
    "lessons": lessons,
}


def _counted(reading: Reading) -> list[Column]:
    return [Column(_("Times"), "number"), Column(f"{_('Value')} ({reading.company.currency})", "money")]


def _number(reading: Reading, number: Number) -> list[Any]:
    return [number.count, _money(reading, number.value_minor)]


def _money(reading: Reading, minor: int | None) -> Any:
    return None if minor is None else to_major(int(minor), reading.company.currency)
