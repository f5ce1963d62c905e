"""How a playbook goes: the conversion of each of its steps, as the company's own history tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from milepost.engine.names import LAST_YES
from milepost.opportunities import figures
from milepost.opportunities.models import Figure, FiguresRun
from milepost.opportunities.rows import YES, ChanceRow
from milepost.playbooks.models import PlaybookStep, PlaybookVersion
from milepost.team.request import Request
from milepost.web.doors import find
from milepost.web.words import interval


@dataclass(frozen=True)
class Row:
    """One step with what was learnt of it; an optional one is left out of the product and has no figure."""

    step: PlaybookStep
    learnt: dict[str, Any] | None
    weakest: bool

    @property
    def interval(self) -> str:
        return interval(self.learnt["low"], self.learnt["high"]) if self.learnt else ""


@require_GET
def page(request: Request, pk: int) -> HttpResponse:
    """Show the conversions of a version's steps, and what they come to for one that begins today."""
    version = find(PlaybookVersion.objects.select_related("playbook"), pk=pk)
    steps = list(version.steps.order_by("position"))
    run = figures.current_run(request.company.today())
    figure = figure_of(run, steps)
    learnt = {"run": run, "figure": figure, "rows": rows(steps, figure), "last_yes": last_yes(figure)}
    context = {"version": version, "playbook": version.playbook, "stated": stated(steps, figure), **learnt}
    return render(request, "desk/playbook_figures.html", context)


def figure_of(run: FiguresRun, steps: list[PlaybookStep]) -> Figure | None:
    """Return the figure of an opportunity that has all required steps before it."""
    cell = figures.cell([step.key for step in steps if step.required], 0, None)
    if not cell.keys:
        return None
    figures.figures_for(run, [cell])
    return run.figures.defer("win_draws", "won_by").get(key=cell.key)


@dataclass(frozen=True)
class Stated:
    """How far the days of a playbook rest on those it states, which add up to `days`: for `new` of `all` required
    steps, of which none has ended, and beside the past of `few`, of which not many have."""

    days: int
    all: int
    new: int
    few: int

    @property
    def is_all(self) -> bool:
        return self.new == self.all


def stated(steps: list[PlaybookStep], figure: Figure | None) -> Stated:
    """Return how far the days rest on stated ones."""
    required = [step for step in steps if step.required]
    leaning = [part["thin"] for part in figure.steps if part.get("stated")] if figure else []
    days = sum(step.usual_days for step in required)
    return Stated(days, len(required), leaning.count(True), leaning.count(False))


def last_yes(figure: Figure | None) -> ChanceRow | None:
    """Return what of those past their last step was won, where that counts beside the steps."""
    end = figure.steps[-1] if figure else {}
    return ChanceRow.of(end, name=str(YES)) if end.get("key") == LAST_YES else None


def rows(steps: list[PlaybookStep], figure: Figure | None) -> list[Row]:
    """Return every step with its figure."""
    learnt = {part["key"]: part for part in figure.steps} if figure else {}
    required = [step.key for step in steps if step.required]
    weakest = required[figure.weakest] if figure and figure.weakest is not None else None
    return [Row(step, learnt.get(step.key), step.key == weakest) for step in steps]
