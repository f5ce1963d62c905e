"""What only the quarterly review tells: how the quarter ended, how good its forecast was, why, and what we learn."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from milepost.forecasts.accuracy import accuracy_of
from milepost.forecasts.asked import below
from milepost.forecasts.learnt.asked import Asked as Learnt
from milepost.forecasts.learnt.asked import Scope
from milepost.forecasts.learnt.columns import KINDS
from milepost.forecasts.learnt.ended import MOST
from milepost.forecasts.learnt.ends import NOT_WON, Ends
from milepost.forecasts.learnt.reading import Reading
from milepost.forecasts.learnt.steps import StepLine
from milepost.forecasts.line import Line
from milepost.forecasts.models import Replay
from milepost.forecasts.packs.parts import is_whole, whose
from milepost.forecasts.packs.wanted import Wanted
from milepost.opportunities.models import Lesson
from milepost.playbooks.models import PlaybookStep
from milepost.team.models import Territory
from milepost.web import words
from milepost.web.paper import Col, Facts, Part, Picture, Pictures, Row, Section, Table, Words

MOST_LESSONS = 20


def result(wanted: Wanted) -> Section:
    """Show how the quarter ended beside what was to be won and what people said."""
    columns = [
        Col(_("Whose"), is_wide=True),
        Col(_("Target"), "money"),
        Col(_("Won"), "money"),
        Col(_("Of the target"), "share"),
        Col(_("Deals"), "number"),
        Col(_("Submitted"), "money"),
        Col(_("Adjusted"), "money"),
        Col(_("Won against submitted"), "money", is_signed=True),
    ]
    rows = [_line(line) for line in wanted.rollup.lines if not line.place.is_heading]
    parts: list[Part] = [Facts(_counted(wanted))]
    if rows:
        parts.append(Table(_("Result"), columns, rows, wanted.company.currency))
    return Section(_("How %s ended") % wanted.named(wanted.period), parts)


def _line(line: Line) -> Row:
    won, target = line.won.value_minor, line.target_minor
    own, adjusted = line.said.own, line.said.adjusted
    cells = [
        whose(line),
        target,
        won,
        won / target if target else None,
        line.won.number,
        own and own.amount_minor,
        adjusted and adjusted.amount_minor,
        won - own.amount_minor if own else None,
    ]
    return Row(cells, depth=line.place.depth, is_strong=is_whole(line))


def _ended(wanted: Wanted) -> Ends:
    """Return what ended in the quarter, as far as the person sees it."""
    scope = Scope(Learnt(territory=wanted.territory.pk if wanted.territory else None), wanted.company)
    return Ends(scope, wanted.person, only=wanted.period)


def _counted(wanted: Wanted) -> list[tuple[str, str]]:
    ended = _ended(wanted)
    numbers = {kind: ended.number(lambda row, kind=kind: row.kind == kind) for kind in KINDS}  # type: ignore[misc]
    won = numbers[KINDS[0]]
    facts = [(_("Value won"), words.money_short(won.value_minor or 0, wanted.company.currency))]
    for kind, number in numbers.items():
        label = str(kind.label)
        facts.append((label[:1].upper() + label[1:], words.count(number.count)))
    return [*facts, (_("Won of what ended"), words.percent(won.count / ended.count) if ended.count else "–")]


def foretold(wanted: Wanted) -> Section:
    """Show how good the forecasts were: of this quarter, and of all before it."""
    where = wanted.territory or _top(wanted)
    row = Replay.objects.visible_to(wanted.person).filter(period=wanted.period.key, territory=where).first()
    parts: list[Part] = [Words(_of_quarter(row, wanted) if row else _("What would have been said was not worked out."))]
    accuracy = accuracy_of(wanted.person, wanted.company, where.pk if where else None)["accuracy"]
    if accuracy is not None:
        told = {"n": accuracy.inside, "all": len(accuracy.rows)}
        said = _("%(n)s of %(all)s came out within the 80 %% range; a hollow mark is what came outside of it.") % told
        parts.append(
            Pictures(
                [
                    Picture(accuracy.picture, said, _("Past quarters"), said),
                    Picture(accuracy.calibration, _("Chances against what came in."), _("Calibration"), _on_the_line()),
                ],
                columns=3,
            )
        )
        parts += _rated(accuracy, wanted)
    return Section(_("How good the forecast was"), parts)


def _on_the_line() -> str:
    return _("Points on the line are chances that came true as often as they said.")


def _top(wanted: Wanted) -> Territory | None:
    return Territory.objects.filter(pk__in=wanted.person.sight.territories).order_by("path").first()


def _of_quarter(row: Replay, wanted: Wanted) -> str:
    said = {
        name: words.money_short(amount, wanted.company.currency)
        for name, amount in (("low", row.low), ("middle", row.middle), ("high", row.high), ("won", row.won))
    }
    told = _(
        "On its first day the model would have said: 80 %% between %(low)s and %(high)s, half above %(middle)s. "
        "Of what was open then, %(won)s came in."
    )
    return str(told % said)


def _rated(accuracy: Any, wanted: Wanted) -> list[Part]:
    columns = [Col(_("Who says the chances"), is_wide=True), Col(_("Brier score")), Col(_("Log loss"))]
    columns.append(Col(_("Totals off by")))
    rows = [Row([each.name, f"{each.brier:.3f}", f"{each.log_loss:.3f}", _off(each.error)]) for each in accuracy.rated]
    return [Table(_("Calibration"), columns, rows, wanted.company.currency)] if rows else []


def _off(error: float | None) -> str:
    return "–" if error is None else f"{'+' if error > 0 else ''}{error * 100:.0f} %".replace("-", words.MINUS)


def why(wanted: Wanted) -> Section:
    """Show why opportunities were won and lost in the quarter, and against whom."""
    ended, currency = _ended(wanted), wanted.company.currency
    columns = [
        Col(_("Outcome")),
        Col(_("Reason"), is_wide=True),
        Col(_("Times"), "number"),
        Col(_("Part"), "share"),
        Col(_("Value"), "money"),
    ]
    told = [
        Row([kind.label[:1].upper() + kind.label[1:], why.text, why.number.count, why.part, why.number.value_minor])
        for kind in ended.kinds()
        for why in kind.most
    ]
    parts: list[Part] = [Table(_("Reasons"), columns, told, currency)] if told else []
    rivals = [Row([each.name, each.number.count, each.number.value_minor]) for each in ended.rivals()[:MOST]]
    if rivals:
        columns = [Col(_("Lost to"), is_wide=True), Col(_("Times"), "number"), Col(_("Value"), "money")]
        parts.append(Table(_("Lost to"), columns, rivals, currency, head=_("Lost to whom")))
    return Section(_("Why we won and lost"), parts or [Words(_("Nobody has given a reason in this quarter."))])


def lessons(wanted: Wanted) -> Section:
    """Show how the steps go, which is the weakest, where opportunities ended, and what people wrote."""
    title = _("What we learn")
    reading = Reading(
        wanted.person, wanted.company, Learnt(territory=wanted.territory.pk if wanted.territory else None)
    )
    lines = reading.lines
    if not lines or reading.shown is None:
        return Section(title, [Words(_("No step has ended yet.")), *_written(wanted)])
    weakest = next((line for line in lines if line.is_weakest), None)
    said = _("The steps of “%s”, of what came to them in the last two years.") % reading.shown.playbook.name
    if weakest is not None:
        told = {"step": weakest.step.name, "share": words.percent(weakest.figure.conversion.mean)}
        said += " " + _("The weakest is “%(step)s”: %(share)s of those that come to it go on.") % told
    columns = [
        Col(_("Step"), is_wide=True),
        Col(_("Came to it"), "number"),
        Col(_("Went on"), "share"),
        Col(_("80 % between")),
        Col(_("Client said no"), "number"),
        Col(_("No decision"), "number"),
        Col(_("Stopped by us"), "number"),
        Col(_("Days, middle"), "number"),
        Col(_("Usual days"), "number"),
    ]
    rows = [_step(line) for line in lines]
    table = Table(_("Steps"), columns, rows, wanted.company.currency)
    places = _where(wanted, reading.shown.playbook.pk, [line.step for line in lines])
    return Section(title, [Words(said), table, *places, *_written(wanted)])


def _where(wanted: Wanted, playbook: int, steps: list[PlaybookStep]) -> list[Part]:
    """Show at which step the quarter's opportunities ended that were not won."""
    places = _ended(wanted).places(playbook, steps)
    if not places:
        return []
    columns = [Col(_("Step"), is_wide=True)]
    columns += [Col(kind.label[:1].upper() + kind.label[1:], "number") for kind in NOT_WON]
    rows = [Row([place.name or _("no step known"), *(number.count for number in place.numbers)]) for place in places]
    head = _("Where they ended in %s") % wanted.named(wanted.period)
    return [Table(_("Ended at"), columns, rows, wanted.company.currency, head=head)]


def _written(wanted: Wanted) -> list[Part]:
    """Show the lessons that were written in the quarter, the newest first."""
    told = Lesson.objects.visible_to(wanted.person).kept().with_names()
    told = told.filter(at__date__gte=wanted.period.start, at__date__lte=wanted.period.end)
    if wanted.territory is not None:
        told = told.filter(Q(opportunity=None) | Q(opportunity__territory__in=below(wanted.territory.pk)))
    columns = [Col(_("Step")), Col(_("Lesson"), is_wide=True), Col(_("Who")), Col(_("Opportunity"))]
    rows = [
        Row([lesson.step_name, lesson.text, lesson.by.name, lesson.source.name if lesson.source else "–"])
        for lesson in told[:MOST_LESSONS]
    ]
    if not rows:
        return [Words(_("Nobody wrote a lesson in this quarter."))]
    head = _("Lessons written in %s") % wanted.named(wanted.period)
    return [Table(_("Lessons"), columns, rows, wanted.company.currency, head=head)]


def _step(line: StepLine) -> Row:
    counts, share = line.counts, line.figure.conversion
    cells = [line.step.name, line.came, share.mean, f"{words.interval(share.low, share.high)} %"]
    cells += [counts["no"], counts["no_decision"], counts["stopped"], line.days[0], line.step.usual_days]
    return Row(cells, is_strong=line.is_weakest)
