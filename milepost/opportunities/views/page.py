"""The Opportunity page: its steps, why it stands as it does, and its history."""

from __future__ import annotations

import datetime
from math import prod
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.module_loading import import_string

from milepost.opportunities import line
from milepost.opportunities.again import again_of
from milepost.opportunities.answers import win_after
from milepost.opportunities.because import called_for, chain_of, moved_for
from milepost.opportunities.models import FiguresRun, Lesson, Opportunity, Step, Task
from milepost.opportunities.rows import ChanceRow, StepRow, chance_rows, step_rows
from milepost.opportunities.season import Month, months_of, most_notable
from milepost.opportunities.step_menu import StepMenus
from milepost.opportunities.unreport import undoable
from milepost.opportunities.untold import untold_of
from milepost.opportunities.views.parts import found, head, word_told, zone_of
from milepost.team.request import Request
from milepost.team.sight import Sight
from milepost.web.history import changes_of
from milepost.web.history_words import tell
from milepost.web.prepared import Prepared, given_id, given_text
from milepost.web.text import number
from milepost.web.words import percent

PAGE = 40
LESSONS = 3
TASKS = 20


def page(request: Request, pk: int) -> HttpResponse:
    """Show the string, the step where work is, all the others, and the win chance."""
    opportunity = found(request, pk)
    context = head(request, opportunity, tab="steps")
    rows = step_rows(opportunity, context["standing"])
    if context["may_work"]:
        is_open = bool(context["standing"]) and getattr(opportunity, "has_before", True)
        again = undoable(opportunity, by=request.user) if is_open else None
        menus = StepMenus(context["may_report"], context["may_move"], get_token(request), again)
        ended_at = context["outcome"].step_id if context["outcome"] else None
        for row in rows:
            row.ended_here = row.step.pk == ended_at
            row.menu = menus.draw(row)
    now = next((row for row in rows if row.current), None)
    context |= {
        "rows": rows,
        "now": now,
        "lessons": learnt_at(request, opportunity, now.step) if now and context["standing"] else [],
        **(told := chances_told(opportunity, context["standing"])),
        "moved": moved_for(context["standing"]),
        "called": called_for(context["standing"]),
        "after": after_that(rows),
        "untold": untold_of(opportunity, told["chances"], [row.step for row in rows], request.company.today()),
        **days_told(opportunity, context, tried=bool(now and now.tries), today=request.company.today()),
        "zone": zone_of(request),
        "left_out": [row.step.name for row in rows if row.step.required and row.step.state == line.SKIPPED],
        "left_open": [] if context["standing"] else left_open(opportunity),
        "came_back_as": [] if context["standing"] else came_back(request, opportunity),
    }
    for place, paths in (("cards", settings.CARDS_BESIDE_STEPS), ("under_now", settings.CARDS_UNDER_NOW)):
        context[place] = [import_string(path)(request, opportunity, context) for path in paths]
    return render(request, "opportunities/page.html", context)


def chances_told(opportunity: Opportunity, standing: Any) -> dict[str, Any]:
    """Return the chances that make the whole, and how many of them are of steps: the last yes may follow these."""
    chances = chance_rows(opportunity, standing)
    return {"chances": chances, "steps_left": sum(not row.is_end for row in chances)}


def days_told(
    opportunity: Opportunity, context: dict[str, Any], *, tried: bool, today: datetime.date
) -> dict[str, Any]:
    """Return how many days its step counts as old, and what there is to say where those of several tries do not all.

    Days in an optional step count for none: the one that must be reached is still ahead.
    """
    again = again_of(opportunity, context["standing"], today) if tried else None
    now = opportunity.current_step
    passed = context["pace"]["days"] if context["pace"] and now is not None and now.required else 0
    return {"again": again, "days_counted": again.counted if again else passed}


def learnt_at(request: Request, opportunity: Opportunity, step: Step) -> list[Lesson]:
    """Return the newest lessons of the playbook's step where work is now."""
    if step.playbook_step_id is None:
        return []
    return LEARNT.ask(request.user.sight, playbook=opportunity.playbook_version.playbook_id, key=step.key)


def _lessons(sight: Sight) -> Any:
    rows = Lesson.objects.visible_to(sight).kept().select_related("by", "opportunity")
    return rows.filter(playbook=given_id("playbook"), key=given_text("key"))[:LESSONS]


LEARNT = Prepared[Lesson](_lessons)


def after_that(rows: list[StepRow]) -> StepRow | None:
    """Return the next step after the one where work is, also one whose win is to be confirmed."""
    ahead = [row for row in rows if (row.step.is_open or row.step.to_confirm) and not row.current]
    return ahead[0] if ahead else None


def left_open(opportunity: Opportunity) -> list[Task]:
    """Return the tasks of an opportunity that has ended, as far as they are still to do."""
    tasks = opportunity.tasks.filter(done_at=None).select_related("owner", "owner_contact")
    return list(tasks[:TASKS])


def came_back(request: Request, opportunity: Opportunity) -> list[Opportunity]:
    """Return the later opportunities as which this one came back, as far as the person sees them."""
    return list(Opportunity.objects.visible_to(request.user).filter(came_back_from=opportunity))


def why(request: Request, pk: int) -> HttpResponse:
    """Explain the win chance and the closing date in counts."""
    opportunity = found(request, pk)
    context = head(request, opportunity)
    context |= chances_told(opportunity, context["standing"])
    chances = context["chances"]
    context["untold"] = untold_of(opportunity, chances, opportunity.steps_in_order, request.company.today())
    context["gain"] = gain(context["standing"], chances)
    context["company_currency"] = request.company.currency
    context["timeline"] = import_string(settings.CHANCE_OVER_TIME)(opportunity, request.company.today())
    context["season"] = month_that_moves(context["standing"], request.company.today())
    context["judgements"] = opportunity.judgements.select_related("by")[:20]
    context["word"] = word_told(request, opportunity)
    context["moved"] = moved_for(context["standing"])
    context["chain"] = chain = chain_of(context["standing"])
    context["one_by_one"] = one_by_one(chances, chain.get("win"))
    context |= days_told(opportunity, context, tried=True, today=request.company.today())
    context["default"] = default() if any(c.thin for c in chances) else None
    context["default_now"] = next((c.conversion for c in reversed(chances[1:]) if c.thin and not c.is_end), None)
    context["run"] = FiguresRun.objects.only("made_at").first()
    return render(request, "opportunities/why.html", context)


def default() -> Any:
    """Return what a step is taken to be before any history."""
    from milepost.engine.prior import STATED

    return STATED


def one_by_one(chances: list[ChanceRow], win: float | None) -> float | None:
    """Return the product of the steps' chances where it is not, to the percent, the chance of them all."""
    product = prod(row.conversion for row in chances)
    return product if win is not None and len(chances) > 1 and percent(product) != percent(win) else None


def month_that_moves(standing: Any, today: datetime.date) -> Month | None:
    """Return the month that moves a closing date most, up to the day by which it is likely, if any is worth a word."""
    if standing is None or standing.close_on is None or standing.figure is None:
        return None
    season = FiguresRun.objects.values_list("season", flat=True).get(pk=standing.figure.run_id)
    return most_notable(months_of(season), today, max(today, standing.close_on))


def history(request: Request, pk: int) -> HttpResponse:
    """Tell every change, newest first, a page at a time by key."""
    opportunity = found(request, pk)
    rows = changes_of(opportunity)
    before = number(request.GET.get("before", ""))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    changes = list(rows[: PAGE + 1])
    context = head(request, opportunity, tab="history")
    more = changes[PAGE - 1].pk if len(changes) > PAGE else None
    told = tell(changes[:PAGE], opportunity.currency)
    came = "" if more else import_string(settings.WHERE_FROM)(opportunity)
    return render(request, "opportunities/history.html", {**context, "changes": told, "more": more, "came": came})


def gain(standing: Any, chances: list[ChanceRow]) -> int | None:
    """Return what ten more of a hundred reached at the weakest step would add to the expected value."""
    weakest = next((row for row in chances if row.weakest), None)
    if weakest is None or standing.expected_minor is None or weakest.conversion <= 0:
        return None
    better = min(1.0, weakest.conversion + 0.1) / weakest.conversion
    figure = standing.figure
    first = figure.moved or figure.word
    if not first:
        return round(standing.expected_minor * (better - 1))
    return round(standing.value_minor * (win_after(figure, first["without"] * better) - standing.win))
