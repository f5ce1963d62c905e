"""What is known of the opportunity itself: its line, its figures, its worth, and what has gone into it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as lazy

from milepost.gates.facts.fact import MONEY, NUMBER, SHARE, TRUTH, Fact, counted, names
from milepost.gates.look import Look
from milepost.gates.rules import Known
from milepost.opportunities.models import Condition
from milepost.web.words import day, exponent, money_short, percent

PAGE, VALUE, GATES, JUDGE = "opportunities:page", "opportunities:edit", "gates:gates", "opportunities:judge"
PLAN, WHO = "plans:plan", "opportunities:assign"
MET = (Condition.State.MET, Condition.State.WAIVED)


def _account(look: Look, pk: int) -> Known:
    return Known(look.opportunities[pk].account_id is not None)


def _salesperson(look: Look, pk: int) -> Known:
    return Known(look.opportunities[pk].salesperson_id is not None)


def _agreed(look: Look, pk: int) -> Known:
    """Tell whether the client has agreed to the line as it is now."""
    return Known(look.opportunities[pk].seal == "agreed")


def _booked(look: Look, pk: int) -> Known:
    standing = look.standings.get(pk)
    return Known(bool(standing and standing.next_at))


def _appointments(look: Look, pk: int) -> Known:
    return Known(len(look.held[pk]))


def _since_met(look: Look, pk: int) -> Known:
    """Return the days since an appointment was held last; unknown where none was."""
    if not look.held[pk]:
        return Known(None)
    last = max(look.held[pk])
    return Known((look.today - last).days, day(last))


def _tries(look: Look, pk: int) -> Known:
    """Return how often the step that is being worked on has been met for."""
    standing = look.standings.get(pk)
    return Known(None) if standing is None else Known(look.tries[standing.step_id or 0], standing.step_name)


def _days_here(look: Look, pk: int) -> Known:
    standing = look.standings.get(pk)
    if standing is None or standing.entered_on is None:
        return Known(None)
    return Known((look.today - standing.entered_on).days, standing.step_name)


def _days_open(look: Look, pk: int) -> Known:
    began = look.opportunities[pk].started_on
    return Known(None) if began is None else Known((look.today - began).days, day(began))


def _days_to_close(look: Look, pk: int) -> Known:
    standing = look.standings.get(pk)
    if standing is None or standing.close_on is None:
        return Known(None)
    return Known((standing.close_on - look.today).days, day(standing.close_on))


def _conditions_failed(look: Look, pk: int) -> Known:
    failed = [one for one in look.conditions[pk] if one.state == Condition.State.FAILED]
    return Known(len(failed), names(failed))


def _conditions_open(look: Look, pk: int) -> Known:
    return counted(one for one in look.conditions[pk] if one.state not in MET)


def _in_major(look: Look, minor: int | None) -> Known:
    if minor is None:
        return Known(None)
    return Known(minor / 10 ** exponent(look.currency), money_short(minor, look.currency))


def _value(look: Look, pk: int) -> Known:
    return _in_major(look, look.opportunities[pk].company_value_minor)


def _margin(look: Look, pk: int) -> Known:
    return _in_major(look, look.margin(pk))


def _margin_share(look: Look, pk: int) -> Known:
    one = look.opportunities[pk]
    if one.margin_minor is None or not one.value_minor:
        return Known(None)
    share = one.margin_minor / one.value_minor
    return Known(100 * share, percent(share))


def _win(look: Look, pk: int) -> Known:
    standing = look.standings.get(pk)
    return Known(None) if standing is None else Known(100 * standing.win, percent(standing.win))


def _win_low(look: Look, pk: int) -> Known:
    standing = look.standings.get(pk)
    return Known(None) if standing is None else Known(100 * standing.win_low, percent(standing.win_low))


def _judged(look: Look, pk: int) -> Known:
    standing = look.standings.get(pk)
    if standing is None or standing.judged_win is None:
        return Known(None)
    return Known(100 * standing.judged_win, percent(standing.judged_win))


def _net(look: Look, pk: int) -> Known:
    answer = look.going_on(pk)
    return Known(None) if answer is None else _in_major(look, round(answer.net))


def _hours(look: Look, pk: int) -> Known:
    return Known(look.hours[pk])


def _money(look: Look, pk: int) -> Known:
    return _in_major(look, look.paid[pk])


COURSE = (
    Fact("account", lazy("The account is known"), TRUTH, VALUE, _account, lazy("the account is unknown")),
    Fact(
        "salesperson",
        lazy("A salesperson is named"),
        TRUTH,
        WHO,
        _salesperson,
        lazy("no salesperson is named"),
    ),
    Fact(
        "agreed",
        lazy("The client has agreed to the line as it is now"),
        TRUTH,
        PLAN,
        _agreed,
        lazy("the client has not agreed to the line as it is now"),
    ),
    Fact("booked", lazy("The next appointment is booked"), TRUTH, PAGE, _booked, lazy("no appointment is booked")),
    Fact("appointments", lazy("Appointments held"), NUMBER, PAGE, _appointments),
    Fact("tries", lazy("Appointments for the present step"), NUMBER, PAGE, _tries),
    Fact("days_since_met", lazy("Days since the last appointment"), NUMBER, PAGE, _since_met),
    Fact("days_here", lazy("Days in the present step"), NUMBER, PAGE, _days_here),
    Fact("days_open", lazy("Days since it began"), NUMBER, VALUE, _days_open),
    Fact("days_to_close", lazy("Days until the expected close"), NUMBER, PAGE, _days_to_close),
    Fact("conditions_failed", lazy("Failed conditions"), NUMBER, PAGE, _conditions_failed),
    Fact("conditions_open", lazy("Conditions not met yet"), NUMBER, PAGE, _conditions_open),
)
WORTH = (
    Fact("value", lazy("Value"), MONEY, VALUE, _value),
    Fact("margin", lazy("Margin"), MONEY, VALUE, _margin),
    Fact("margin_share", lazy("Margin as a share of the value"), SHARE, VALUE, _margin_share),
    Fact("win", lazy("Win chance"), SHARE, PAGE, _win),
    Fact("win_low", lazy("Win chance, the low end of its range"), SHARE, PAGE, _win_low),
    Fact("judged_win", lazy("Win chance by a person’s own judgement"), SHARE, JUDGE, _judged),
    Fact(
        "net_value",
        lazy("Expected net value of going on"),
        MONEY,
        VALUE,
        _net,
        lazy("what going on is worth is unknown, as its margin or what an hour costs is"),
    ),
    Fact("hours_spent", lazy("Hours spent so far"), NUMBER, GATES, _hours),
    Fact("money_spent", lazy("Money spent so far"), MONEY, GATES, _money),
)
