"""The parts that packs are made of; each says in words when there is nothing to show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from milepost.forecasts.calls import Call, Calls
from milepost.forecasts.line import Line
from milepost.forecasts.moved import Moved, lines, names, picture
from milepost.forecasts.packs.wanted import Wanted
from milepost.forecasts.page import PeriodView
from milepost.forecasts.rollup import Rollup
from milepost.opportunities.models import Category, Opportunity, Standing
from milepost.web import words
from milepost.web.paper import Col, Facts, Part, Picture, Pictures, Row, Section, Table, Words

if TYPE_CHECKING:
    from milepost.engine.fiscal import Period

MOST = 12


def periods(wanted: Wanted) -> Section:
    """Show the quarters side by side."""
    pictures = [_period(view) for view in wanted.reading.views]
    return Section(_("What will come in"), [Pictures(pictures)])


def _period(view: PeriodView) -> Picture:
    if view.distribution is None:
        won = words.money_short(view.won.value_minor, view.currency)
        told = _("%s won. This period is over.") % won if view.is_past else _("Too far off.")
        return Picture("", head=view.name, said=told)
    if view.is_settled:
        won = words.money_short(view.won.value_minor, view.currency)
        told = _("%s won. Nothing open with a known value can still be won in it.") % won
        return Picture("", head=view.name, said=told)
    low, middle, high = (words.money_short(each, view.currency) for each in view.limits)
    told = _("80 %% between %(low)s and %(high)s, half above %(middle)s.")
    said = [told % {"low": low, "high": high, "middle": middle}]
    if view.target_minor is not None and view.reach is not None:
        values = {"target": words.money_short(view.target_minor, view.currency), "chance": words.percent(view.reach)}
        said.append(_("Target %(target)s: %(chance)s likely.") % values)
    return Picture(view.picture, _("Fifty equally likely results of %s.") % view.name, view.name, " ".join(said))


def rolled_up(rollup: Rollup, title: str) -> Section:
    """Show everybody's numbers beside the model's."""
    columns = [
        Col(_("Whose"), is_wide=True),
        Col(_("Territory"), is_extra=True),
        Col(_("Target"), "money"),
        Col(_("Already won"), "money"),
        Col(_("Commit"), "money"),
        Col(_("Best case"), "money"),
        Col(_("Submitted"), "money"),
        Col(_("Adjusted"), "money"),
        Col(_("Low (10 %)"), "money"),
        Col(_("Middle"), "money"),
        Col(_("High (90 %)"), "money"),
        Col(_("Chance"), "share"),
        Col(_("Missing"), "money"),
        Col(_("Since last week"), "money", is_signed=True),
        Col(_("Note"), is_extra=True),
        Col(_("Why adjusted"), is_extra=True),
    ]
    rows = [_line(line) for line in rollup.lines if not line.place.is_heading]
    if not rows:
        return Section(title, [Words(_("No territory is seen here."))])
    table = Table(_("Roll-up"), columns, rows, rollup.company.currency)
    return Section(title, [table, *_by_offer(rollup), *(Words(note) for note in rollup.notes)])


def _by_offer(rollup: Rollup) -> Iterable[Part]:
    rows = [Row([each.offer, each.whose, each.target_minor, each.won_minor, each.gap_minor]) for each in rollup.offers]
    if rows:
        columns = [Col(_("Offer"), is_wide=True), Col(_("Whose")), Col(_("Target"), "money")]
        columns += [Col(_("Already won"), "money"), Col(_("Missing"), "money")]
        yield Table(_("By offer"), columns, rows, rollup.company.currency, head=_("By offer"))


def whose(line: Line) -> str:
    """Name a line of the roll-up."""
    return _("Without a salesperson") if line.place.is_nobody else line.place.name


def is_whole(line: Line) -> bool:
    """Tell whether a line is a territory as a whole."""
    return line.place.person is None and not line.place.is_nobody


def _line(line: Line) -> Row:
    own, adjusted = line.said.own, line.said.adjusted
    cells = [
        whose(line),
        line.place.territory.name,
        line.target_minor,
        line.won.value_minor,
        line.commit_minor,
        line.best_case_minor,
        own and own.amount_minor,
        adjusted and adjusted.amount_minor,
        *(line.limits or (None, None, None)),
        line.reach,
        line.gap_minor,
        line.change_minor,
        own.note if own else "",
        adjusted.note if adjusted else "",
    ]
    return Row(cells, depth=line.place.depth, is_strong=is_whole(line))


def moved(wanted: Wanted) -> Section:
    """Show what moved in the quarter since the day that is compared with, as the page of what moved computes it."""
    title, since = _("What moved"), wanted.since
    if since is None:
        return Section(title, [Words(_("No earlier day is kept yet to compare with."))])
    asked = wanted.asked(since=since)
    found = Moved(wanted.person, wanted.company, asked, [wanted.period])
    flow, currency = found.flows[wanted.period.key], wanted.company.currency
    start, end = words.short_day(since), _("Now")
    told = {"name": wanted.named(wanted.period), "day": start}
    label = _("%(name)s, from %(day)s to now. The same figures are in the table.") % told
    drawn = Picture(picture(flow, start=start, end=end, currency=currency, label=label), label)
    columns = [Col(_("What"), is_wide=True), Col(_("Opportunities"), "number"), Col(_("Amount"), "money")]
    rows = [
        Row([line.name, len(move.ids), move.amount], is_strong=line.is_level)
        for line in lines({"": flow}, start=start, end=end)
        for _key, move in line.cells
    ]
    parts: list[Part] = [
        Words(_("Open in %(name)s, from %(day)s to now.") % told),
        Pictures([drawn], columns=3),
        Table(_("What moved"), columns, rows, currency),
    ]
    return Section(title, [*parts, *_movers(wanted, found)])


def _movers(wanted: Wanted, found: Moved) -> Iterable[Part]:
    """Yield the opportunities that moved most, each with how."""
    flow = found.flows[wanted.period.key]
    each = [(pk, name, amount) for name, move in flow.moves.items() for pk, amount in move.parts.items()]
    first = sorted(each, key=lambda one: (-abs(one[2]), str(one[0]), one[1]))[:MOST]
    seen = Opportunity.objects.visible_to(wanted.person).filter(pk__in={pk for pk, _name, _amount in first})
    known = {one.pk: one for one in seen.select_related("account")}
    pushed = dict(found.pushed(known))
    rows = []
    for pk, name, amount in first:
        if (one := known.get(int(str(pk)))) is not None:
            again = pushed.get(one.pk, 0)
            how = names()[name] + (f" ({_times(again)})" if name == "pushed_out" and again > 1 else "")
            rows.append(Row([one.name, str(one.account or ""), how, amount], href=address(one.pk)))
    if rows:
        columns = [Col(_("Opportunity"), is_wide=True), Col(_("Account")), Col(_("What"))]
        columns.append(Col(_("Amount"), "money", is_signed=True))
        yield Table(_("Who moved"), columns, rows, wanted.company.currency, head=_("What moved most"))


def _times(n: int) -> str:
    return ngettext("once", "%(n)s times", n) % {"n": n}


def address(pk: int) -> str:
    """Return the address of an opportunity."""
    return reverse("opportunities:page", args=[pk])


def called(wanted: Wanted) -> Section:
    """Show what people call beside what the model says of the same opportunities."""
    title = _("Calls beside the model")
    first, portfolio = wanted.reading.first, wanted.reading.portfolio
    read = Calls(portfolio, first.period) if first else None
    found, whole = (read.lines, read.whole) if read else ([], None)
    if not found:
        return Section(title, [Words(_("Nobody has called anything that closes in this period."))])
    columns = [
        Col(_("Category"), is_wide=True),
        Col(_("Deals"), "number"),
        Col(_("People say"), "money"),
        Col(_("Low (10 %)"), "money"),
        Col(_("Model, middle"), "money"),
        Col(_("High (90 %)"), "money"),
        Col(_("Difference"), "money", is_signed=True),
        Col(_("Most of it")),
    ]
    labels = dict(Category.choices)
    rows = [_call(call, str(labels[call.category])) for call in found]
    if whole is not None and len(found) > 1:
        rows.append(_call(whole, _("Together, without omitted"), is_strong=True))
    return Section(title, [Table(_("Calls"), columns, rows, wanted.company.currency)])


def _call(call: Call, name: str, *, is_strong: bool = False) -> Row:
    off = call.explained_by.name if call.explained_by else ""
    cells = [name, len(call.rows), call.said_minor, *call.limits, call.difference_minor, off]
    return Row(cells, is_strong=is_strong)


def deciding(wanted: Wanted, view: PeriodView | None, name: str) -> Section:
    """Show the opportunities that decide how the quarter ends."""
    title = _("What decides %s") % wanted.named(view.period if view else wanted.period)
    found = Calls(wanted.reading.portfolio, view.period).deciding if view else []
    if not found:
        return Section(title, [Words(_("Nothing with a known value can still be won in this period."))])
    columns = [Col(_("Opportunity"), is_wide=True), Col(_("Account")), Col(_("Value"), "money")]
    columns += [Col(_("Won in it"), "share"), Col(_("Hangs on it"), "share")]
    rows = [
        Row([e.row.name, e.row.account_name, e.row.value_minor or 0, e.chance, e.share], href=address(e.row.pk))
        for e in found
    ]
    return Section(title, [Table(name, columns, rows, wanted.company.currency)])


def gaps(wanted: Wanted) -> Section:
    """Show what is missing to targets, whose number is missing, and what cannot be counted on."""
    rollup, currency = wanted.rollup, wanted.company.currency
    rows = [_gap(line, wanted.period) for line in rollup.lines if line.gap_minor]
    parts: list[Part] = [Facts(_missing(wanted))]
    if rows:
        columns = [
            Col(_("Whose"), is_wide=True),
            Col(_("Target"), "money"),
            Col(_("Missing"), "money"),
            Col(_("Open in it"), "money"),
            Col(_("Covered, times"), "number"),
            Col(_("Chance"), "share"),
            Col(_("Number"), "money"),
        ]
        parts.append(Table(_("Gaps"), columns, rows, currency))
    else:
        parts.append(Words(_("Nothing is missing to any target that is set for this quarter.")))
    return Section(_("Gaps"), [*parts, *_late(wanted)])


def _gap(line: Line, period: Period) -> Row:
    open_minor = line.open.closing_minor
    gap = line.gap_minor or 1
    said = line.said.adjusted or line.said.own
    number = said.amount_minor if said else None
    cells = [whose(line), line.target_minor, gap, open_minor, round(open_minor / gap, 1), line.reach, number]
    return Row(cells, depth=line.place.depth, is_strong=is_whole(line))


def _missing(wanted: Wanted) -> list[tuple[str, str]]:
    rows = wanted.reading.portfolio.rows
    silent = [line for line in wanted.rollup.lines if _may_speak(line) and line.said.own is None]
    return [
        (_("Numbers not submitted"), words.count(len(silent))),
        (_("Open without a value"), words.count(sum(row.value_minor is None for row in rows))),
        (_("Closing day has passed"), words.count(_passed(wanted).count())),
    ]


def _may_speak(line: Line) -> bool:
    return not line.place.is_heading and not line.place.is_nobody


def _passed(wanted: Wanted) -> QuerySet[Standing]:
    """Return the open ones that somebody said would close on a day that has passed."""
    return wanted.reading.portfolio.seen.filter(judged_close__lt=wanted.today)


def _late(wanted: Wanted) -> Iterable[Part]:
    by_value = Coalesce("value_minor", 0).desc()
    late = list(_passed(wanted).defer("beads", "answers").order_by(by_value, "pk")[:MOST])
    if late:
        columns = [Col(_("Opportunity"), is_wide=True), Col(_("Account")), Col(_("Said to close"), "day")]
        columns.append(Col(_("Value"), "money"))
        rows = [Row([r.name, r.account_name, r.judged_close, r.value_minor], href=address(r.pk)) for r in late]
        yield Table(
            _("Passed"), columns, rows, wanted.company.currency, head=_("Said to close on a day that has passed")
        )
