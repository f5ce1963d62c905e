"""What a playbook's order costs, and what a better one would: the steps that end most for least come first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from milepost.desk.playbook_figures import figure_of
from milepost.engine.order import Line, Swap, TooFree, best_order, best_swap
from milepost.gates.models import HourCost
from milepost.gates.models.cost import cost_of
from milepost.opportunities import figures
from milepost.playbooks.models import PlaybookStep, PlaybookVersion
from milepost.playbooks.permissions import may_edit
from milepost.playbooks.views import must_edit
from milepost.team.models import Company
from milepost.team.request import Request
from milepost.web.doors import find
from milepost.web.words import money_round


@dataclass(frozen=True)
class Before:
    """An earlier step, whether the row's step has to wait for it, and what is sent for that."""

    step: PlaybookStep
    needed: bool
    tick: str


@dataclass(frozen=True)
class Row:
    """One step with what the reckoning takes of it."""

    step: PlaybookStep
    chance: float
    cost: str
    before: list[Before]


@dataclass
class Order:
    """A version's order beside the best that its precedence allows.

    steps   in today's order
    won     chance to win each once it is reached; 1 for an optional step, whose loss ends nothing
    costs   what each costs when it is reached: minor units where hours have a price, else hours
    say     how such a cost is written
    """

    steps: list[PlaybookStep]
    won: list[float]
    costs: list[float]
    say: Callable[[float], str]
    refused: str = field(default="", init=False)

    @cached_property
    def needs(self) -> list[set[int]]:
        """By step, the places of those it waits for: all before it, unless somebody has said otherwise."""
        place = {step.key: at for at, step in enumerate(self.steps)}
        said = self.steps[0].version_of.playbook.precedence if self.steps else {}
        return [
            {place[key] for key in said[step.key] if place.get(key, at) < at} if step.key in said else set(range(at))
            for at, step in enumerate(self.steps)
        ]

    @cached_property
    def line(self) -> Line:
        return Line.of(self.won, self.costs, self.needs)

    @cached_property
    def best(self) -> list[int]:
        try:
            return best_order(self.line)
        except TooFree as error:
            self.refused = str(error)
            return self.today

    @property
    def today(self) -> list[int]:
        return list(range(len(self.steps)))

    @cached_property
    def swap(self) -> Swap | None:
        return best_swap(self.line)

    @property
    def free(self) -> bool:
        """Whether any step need not wait for all before it."""
        return any(len(needs) < at for at, needs in enumerate(self.needs))

    @property
    def better(self) -> bool:
        return self.best != self.today

    @property
    def rows(self) -> list[Row]:
        return [
            Row(step, self.won[at], self.say(self.costs[at]), [
                Before(other, place in self.needs[at], tick(step, other))
                for place, other in enumerate(self.steps[:at])
            ])
            for at, step in enumerate(self.steps)
        ]  # fmt: skip

    @property
    def best_steps(self) -> list[tuple[PlaybookStep, int]]:
        """The steps in the best order, each with the places it moves: below nought is earlier."""
        return [(self.steps[at], place - at) for place, at in enumerate(self.best)]

    @property
    def sums(self) -> list[tuple[str, str, str]]:
        """What an opportunity costs on average, and one that is lost: today, and in the best order."""
        lost_now, lost_then = self.line.cost_of_lost(self.today), self.line.cost_of_lost(self.best)
        found = [(_("An opportunity"), self.say(self.line.cost(self.today)), self.say(self.line.cost(self.best)))]
        if lost_now is not None and lost_then is not None:
            found.append((_("One that is lost"), self.say(lost_now), self.say(lost_then)))
        return found

    @property
    def swapped(self) -> dict[str, Any] | None:
        """The change of places that spares most, in words."""
        if self.swap is None:
            return None
        one, other = self.steps[self.swap.first], self.steps[self.swap.second]
        return {"one": one.name, "other": other.name, "spares": self.say(self.swap.spares)}


def order_of(version: PlaybookVersion, company: Company) -> Order:
    """Return a version's order, with the company's own chances and what its hours cost."""
    steps = list(version.steps.order_by("position").select_related("version_of__playbook"))
    figure = figure_of(figures.current_run(company.today()), steps)
    chances = {part["key"]: part["conversion"] for part in figure.steps} if figure else {}
    won = [chances.get(step.key, 1.0) if step.required else 1.0 for step in steps]
    prices = HourCost.now()
    priced = [float(cost_of(step.hours or {}, prices)) for step in steps]
    if any(priced):
        return Order(steps, won, priced, lambda minor: money_round(round(minor), company.currency))
    hours = [float(sum((step.hours or {}).values())) for step in steps]
    return Order(steps, won, hours, lambda many: _("%(hours)s h") % {"hours": f"{many:.1f}".removesuffix(".0")})


def tick(step: PlaybookStep, other: PlaybookStep) -> str:
    """Return what is sent where a step has to wait for another."""
    return f"{step.pk}-{other.pk}"


def find_version(pk: int) -> PlaybookVersion:
    return find(PlaybookVersion.objects.select_related("playbook"), pk=pk)


@require_GET
def page(request: Request, pk: int) -> HttpResponse:
    """Show what the order costs, what the best would, and which change of places brings most."""
    version = find_version(pk)
    order = order_of(version, request.company)
    context = {
        "version": version,
        "playbook": version.playbook,
        "order": order,
        "known": any(order.costs),
        "may_edit": may_edit(request.user),
    }
    return render(request, "desk/playbook_order.html", context)


@require_POST
def precedence(request: Request, pk: int) -> HttpResponse:
    """Keep which steps have to wait for which."""
    must_edit(request)
    version = find_version(pk)
    steps = list(version.steps.order_by("position"))
    ticked = set(request.POST.getlist("needs"))
    needed = [[other.key for other in steps[:at] if tick(step, other) in ticked] for at, step in enumerate(steps)]
    said = {step.key: keys for at, (step, keys) in enumerate(zip(steps, needed, strict=True)) if len(keys) < at}
    version.playbook.say_precedence(by=request.user, precedence=said)
    return redirect("desk:playbook_order", pk)


@require_POST
def reorder(request: Request, pk: int) -> HttpResponse:
    """Open the next version as a draft in the best order."""
    must_edit(request)
    version = find_version(pk)
    order = order_of(version, request.company)
    draft = version.playbook.draft
    if draft is not None and draft.pk != version.pk:
        said = {"number": draft.number}
        messages.error(request, _("There is a draft already, v%(number)s. Publish it or throw it away first.") % said)
        return redirect("desk:playbook_order", pk)
    draft = version.playbook.new_draft(by=request.user)
    draft.reorder([step.key for step, _moves in order.best_steps], by=request.user)
    messages.success(request, _("The draft stands in the order that costs least."))
    return redirect("playbooks:version", draft.pk)
