"""Straighten a flow chart: bring it in, untie its knots one by one, and make a playbook of the line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from milepost.engine.straighten.line import Change
from milepost.engine.straighten.measure import Measures, measure
from milepost.playbooks.charts.layout import lay_out
from milepost.playbooks.charts.words import DEEDS, REASONS, Option, options, say_knot
from milepost.playbooks.forms import BringChartForm, PlaybookForm
from milepost.playbooks.models import FlowChart
from milepost.playbooks.models.flow_chart import beside, step_name
from milepost.playbooks.views import get_or_post, must_edit
from milepost.team.request import Request
from milepost.web.doors import find
from milepost.web.history import StaleEdit
from milepost.web.string_drawing import Bead
from milepost.web.text import number

MEANWHILE = gettext_lazy("Somebody has changed this chart meanwhile. Here it is as it stands now.")


@dataclass(frozen=True)
class Row:
    """One change as it is listed."""

    number: int
    change: Change
    accepted: bool
    knot: str
    deed: str
    reason: str
    options: list[Option]


@get_or_post
def bring(request: Request) -> HttpResponse:
    """Bring in a chart: a file, or what is typed."""
    must_edit(request)
    form = BringChartForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        chart = form.bring(by=request.user)
        return redirect("playbooks:chart", chart.pk)
    context = {"form": form, "charts": FlowChart.objects.select_related("brought_by")[:20]}
    return render(request, "playbooks/bring.html", context, status=422 if form.errors else 200)


@require_GET
def chart(request: Request, pk: int) -> HttpResponse:
    """Show a chart beside the line that is proposed, and what changes on the way."""
    must_edit(request)
    return show(request, find(FlowChart.objects.all(), pk=pk))


def show(request: Request, chart: FlowChart, status: int = 200, **more: Any) -> HttpResponse:
    changes = chart.changes
    flow = chart.flow
    after = changes[-1].after if changes else flow
    waiting = chart.open_changes
    context = {
        "chart": chart,
        "picture": lay_out(flow),
        "knotted": {key for change in waiting for key in change.knot.seats},
        "rows": rows(chart, changes),
        "open": waiting,
        "measures": compared(measure(flow), measure(after)),
        "line": [(node, step_name(node), beside(node)) for node in chart.line],
        "beads": [Bead(name=step_name(node), optional=not node.required) for node in chart.line],
        "aside": [steps for change in changes for steps in change.aside],
        "form": more.pop("form", None) or PlaybookForm(initial={"name": chart.name}),
        **more,
    }
    return render(request, "playbooks/chart.html", context, status=status)


def rows(chart: FlowChart, changes: tuple[Change, ...]) -> list[Row]:
    return [
        Row(
            number,
            change,
            change.knot.key in chart.accepted,
            say_knot(change.before, change.knot),
            str(DEEDS[change.choice.way]),
            str(REASONS[change.choice.way]),
            options(change),
        )
        for number, change in enumerate(changes, start=1)
    ]


def compared(before: Measures, after: Measures) -> list[tuple[str, int, int]]:
    """Return what is counted, before and after."""
    return [
        (_("Steps"), before.steps, after.steps),
        (_("Decisions"), before.decisions, after.decisions),
        (_("Ways back"), before.loops, after.loops),
        (_("Ways beside"), before.parallel, after.parallel),
        (_("Hand-overs"), before.hand_overs, after.hand_overs),
        (_("Dead ends"), before.dead_ends, after.dead_ends),
        (_("Steps without a milestone"), before.without_milestone, after.without_milestone),
        (_("Complexity"), before.cyclomatic, after.cyclomatic),
    ]


@require_POST
def accept(request: Request, pk: int) -> HttpResponse:
    """Untie a knot as proposed, or in the way chosen."""
    must_edit(request)
    chart = find(FlowChart.objects.all(), pk=pk)
    way, _colon, main = request.POST.get("way", "").partition(":")
    try:
        chart.accept(by=request.user, knot=request.POST.get("knot", ""), way=way, main=number(main))
    except ValueError as error:
        return show(request, chart, 422, refused=str(error))
    except StaleEdit:
        return show(request, find(FlowChart.objects.all(), pk=pk), 409, refused=str(MEANWHILE))
    return redirect("playbooks:chart", pk)


@require_POST
def accept_all(request: Request, pk: int) -> HttpResponse:
    """Accept all that is proposed."""
    must_edit(request)
    find(FlowChart.objects.all(), pk=pk).accept_all(by=request.user)
    return redirect("playbooks:chart", pk)


@require_POST
def take_back(request: Request, pk: int) -> HttpResponse:
    """Accept a change no longer."""
    must_edit(request)
    find(FlowChart.objects.all(), pk=pk).take_back(by=request.user, knot=request.POST.get("knot", ""))
    return redirect("playbooks:chart", pk)


@require_POST
def make_playbook(request: Request, pk: int) -> HttpResponse:
    """Make a playbook of the line."""
    must_edit(request)
    chart = find(FlowChart.objects.all(), pk=pk)
    form = PlaybookForm(request.POST)
    if not form.is_valid():
        return show(request, chart, 422, form=form)
    try:
        playbook = chart.make_playbook(by=request.user, name=form.cleaned_data["name"])
    except ValueError as error:
        return show(request, chart, 422, refused=str(error), form=form)
    messages.success(request, _("The line is a draft now. Say what each step's milestone is, then publish it."))
    return redirect("playbooks:version", playbook.versions.get().pk)
