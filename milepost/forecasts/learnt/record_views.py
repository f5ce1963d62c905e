"""The record against each competitor: all of them, one of them, and the company's list put in order."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from milepost.forecasts.learnt.ends import last_quarters
from milepost.forecasts.learnt.menus import menus
from milepost.forecasts.learnt.reading import Reading
from milepost.forecasts.learnt.record import Line, Record, whys
from milepost.gates.models import Contender
from milepost.gates.models.joined import call, join
from milepost.opportunities.models import Rival
from milepost.playbooks.permissions import may_edit
from milepost.team.request import Request
from milepost.web.doors import find, must
from milepost.web.sheet import Column, answer
from milepost.web.words import month_name

OPEN = 50


class RenameForm(forms.Form):
    """Another name for a competitor."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)


class JoinForm(forms.Form):
    """Whom a competitor is the same as."""

    other = forms.ModelChoiceField(label=gettext_lazy("It is the same as"), queryset=Rival.objects.none())

    def __init__(self, *args: Any, rival: Rival, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        other: Any = self.fields["other"]
        other.queryset = Rival.objects.filter(same_as=None).exclude(pk=rival.pk)
        other.empty_label = _("choose another")


def _record(request: Request, reading: Reading, only: Rival | None = None) -> Record:
    periods = last_quarters(request.company.fiscal, reading.scope.day) if only else ()
    return Record(reading.scope, request.user, periods, only=only)


def _filters(request: Request, reading: Reading) -> dict[str, Any]:
    return {
        "asked": reading.asked,
        "menus": menus(request, reading.asked, reading.versions, reading.usual_minor),
        "everybody": reading.asked.link(person=None),
        "may_edit": may_edit(request.user),
    }


def _months() -> list[str]:
    return [month_name(n) for n in range(1, 13)]


@require_GET
def rivals(request: Request) -> HttpResponse:
    """Show whom we meet, and how that ends."""
    reading = Reading.of(request)
    lines = [] if reading.is_withheld else _record(request, reading).lines()
    return render(request, "forecasts/rivals.html", {"lines": lines, "reading": reading, **_filters(request, reading)})


def _found(pk: int) -> Rival:
    return find(Rival.objects.all(), pk=pk)


@require_GET
def rival(request: Request, pk: int) -> HttpResponse:
    """Show the record against one competitor, quarter by quarter, and where it is in the running."""
    one = _found(pk)
    if one.same_as_id is not None:
        return redirect("learn:rival", one.same_as_id)
    return _show(request, one)


def _show(request: Request, one: Rival, status: int = 200, **more: Any) -> HttpResponse:
    reading = Reading.of(request)
    record = _record(request, reading, only=one)
    here = Contender.objects.visible_to(request.user).filter(rival=one, opportunity__standing__isnull=False)
    told = {} if reading.is_withheld else _told(record, one)
    context = {
        "rival": one,
        "reading": reading,
        **told,
        "open": here.select_related("opportunity__account").order_by("status", "-since")[:OPEN],
        "spellings": one.names.exclude(text=one.name).values_list("text", flat=True)[:OPEN],
        "rename_form": RenameForm(initial={"name": one.name}),
        "join_form": JoinForm(rival=one),
        **_filters(request, reading),
        **more,
    }
    return render(request, "forecasts/rival.html", context, status=status)


def _told(record: Record, one: Rival) -> dict[str, Any]:
    """Return what the page says of how it went, which is withheld where it would judge a person."""
    return {
        "whole": next((line for line in record.lines() if line.rival == one), None),
        "quarters": record.quarters(_months()),
        "whys": whys(record, one),
    }


@require_POST
def rename(request: Request, pk: int) -> HttpResponse:
    """Call a competitor by another name."""
    one = _must_order(request, pk)
    form = RenameForm(request.POST)
    if form.is_valid() and _goes(form, lambda: call(one, by=request.user, name=form.cleaned_data["name"])):
        messages.success(request, _("Saved."))
        return redirect("learn:rival", pk)
    return _show(request, _found(pk), 422, rename_form=form)


@require_POST
def join_rivals(request: Request, pk: int) -> HttpResponse:
    """Say that two on the list are one."""
    one = _must_order(request, pk)
    form = JoinForm(request.POST, rival=one)
    if form.is_valid() and _goes(form, lambda: join(one, form.cleaned_data["other"], by=request.user)):
        messages.success(request, _("“%(name)s” is one of its spellings now.") % {"name": one.name})
        return redirect("learn:rival", form.cleaned_data["other"].pk)
    return _show(request, _found(pk), 422, join_form=form)


def _must_order(request: Request, pk: int) -> Rival:
    must(may_edit(request.user), _("Coordinators and managers keep the list of competitors."))
    return find(Rival.objects.filter(same_as=None), pk=pk)


def _goes(form: forms.Form, act: Any) -> bool:
    try:
        act()
    except ValueError as error:
        form.add_error(None, str(error))
    return not form.errors


@require_GET
def rivals_export(request: Request) -> HttpResponseBase:
    """Return the record against everybody as a table to take along."""
    reading = Reading.of(request)
    lines = [] if reading.is_withheld else _record(request, reading).lines()
    return _file(request, "competitors", _("Competitor"), lines)


@require_GET
def rival_export(request: Request, pk: int) -> HttpResponseBase:
    """Return the record against one, quarter by quarter."""
    reading, one = Reading.of(request), _found(pk)
    lines = (
        []
        if reading.is_withheld
        else _record(request, reading, only=one).quarters([month_name(n) for n in range(1, 13)])
    )
    return _file(request, "competitor", _("Quarter"), lines)


def _file(request: Request, name: str, first: str, lines: list[Line]) -> HttpResponseBase:
    heads = [_("In the running now"), _("Won"), _("Lost to them"), _("Lost to others"), _("No decision")]
    heads += [_("Stopped by us"), _("Lost to them, not noted before the end")]
    shares = (_("Share won"), _("Low (10 %)"), _("High (90 %)"))
    columns = [Column(first, width=30), *(Column(head, "number") for head in heads)]
    columns += [Column(head, "share") for head in shares]
    rows = [[line.name, *_counts(line), *_share(line)] for line in lines]
    kind = "xlsx" if request.GET.get("as") == "xlsx" else "csv"
    return answer(kind, f"{name}-{request.company.today().isoformat()}", columns, rows)


def _counts(line: Line) -> list[int]:
    told = line.tally
    return [line.open, told.won, told.lost, told.others, told.no_decision, told.stopped, told.named_late]


def _share(line: Line) -> list[Any]:
    if line.share is None:
        return [None, None, None]
    return [round(value, 4) for value in (line.share.mean, line.share.low, line.share.high)]
