"""The Value page: value lines, parties, programme."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from milepost.opportunities.forms.value import LineForm, PartyForm, ProgrammeForm
from milepost.opportunities.models import Opportunity, Party, ValueLine
from milepost.opportunities.permissions import may_report
from milepost.opportunities.views.gone import add_anew
from milepost.opportunities.views.parts import (
    STANDS_AGAINST,
    ask,
    done,
    found,
    goes,
    head,
    refused,
    sent,
)
from milepost.team.request import Request
from milepost.web.doors import find, must
from milepost.web.words import money


def _must_price(request: Request, opportunity: Opportunity) -> None:
    why = _("Only the people who work on this opportunity change its value.")
    must(may_report(request.user, opportunity), why)


def _value_url(opportunity: Opportunity) -> str:
    return reverse("opportunities:value", args=[opportunity.pk])


def value(request: Request, pk: int) -> HttpResponse:
    """Show what the opportunity is worth, line by line, and who else has a part in it."""
    return _show(request, found(request, pk))


def _show(request: Request, opportunity: Opportunity, **forms: Any) -> HttpResponse:
    person = request.user
    lines = list(opportunity.value_lines.select_related("offer"))
    context = {
        **head(request, opportunity, tab="value"),
        "lines": lines,
        "sums": sums(lines),
        "asked_for": None if lines else opportunity.asked_for,
        "parties": opportunity.parties.select_related("account"),
        "sites": sites_of(opportunity, person),
        "party_form": PartyForm(person=person),
        "programme_form": ProgrammeForm(opportunity=opportunity, person=person),
        **forms,
    }
    wrong = any(form.is_bound and form.errors for form in forms.values())
    return render(request, "opportunities/value.html", context, status=422 if wrong else 200)


def sums(lines: list[ValueLine]) -> dict[str, int]:
    """Return the value as a total, in the first year, and what repeats in a year."""
    yearly = [line for line in lines if line.rhythm == ValueLine.Rhythm.YEARLY]
    a_year = sum(line.in_a_year_minor for line in yearly)
    first = sum(line.total_minor for line in lines if line not in yearly)
    first += sum(min(line.in_a_year_minor, line.total_minor) for line in yearly)
    return {"total": sum(line.total_minor for line in lines), "first_year": first, "a_year": a_year}


def sites_of(opportunity: Opportunity, person: Any) -> Any:
    """Return the other opportunities of the same programme that the person sees."""
    if opportunity.programme_id is None:
        return []
    rows = Opportunity.objects.visible_to(person).filter(programme=opportunity.programme_id)
    return rows.exclude(pk=opportunity.pk).select_related("account", "standing")[:50]


def add_line(request: Request, pk: int) -> HttpResponse:
    """Add a value line; the opportunity's value becomes the sum of its lines."""
    opportunity = found(request, pk)
    _must_price(request, opportunity)
    before = opportunity.value_minor
    form = LineForm(sent(request), opportunity=opportunity)
    if goes(form, lambda: ValueLine.add(opportunity, by=request.user, **form.values())):
        said = _revalued(opportunity, before, _("The line is added."))
        return done(request, opportunity, said, to=_value_url(opportunity))
    lead = _("With lines, the opportunity’s value is their sum.")
    if before and not opportunity.value_lines.exists():
        told = {"value": money(before, opportunity.currency)}
        lead += " " + _("It has none yet: this one takes the place of the %(value)s that stand there now.") % told
    more: dict[str, Any] = {"template": "opportunities/line.html", "lead": lead}
    return ask(request, opportunity, form, title=_("Add a value line"), button=_("Add"), **more)


def _revalued(opportunity: Opportunity, before: int | None, said: str) -> str:
    """Say what was done to the lines, and what the value became by it."""
    after, currency = opportunity.value_minor, opportunity.currency
    if after is None or after == before:
        return said
    told = {"value": money(after, currency)}
    if before is None:
        return f"{said} " + _("The value is now %(value)s, the sum of the lines.") % told
    told["before"] = money(before, currency)
    return f"{said} " + _("The value is now %(value)s, the sum of the lines; %(before)s before.") % told


def _line(request: Request, pk: int) -> ValueLine:
    line = find(ValueLine.objects.visible_to(request.user), pk=pk)
    line.opportunity = found(request, line.opportunity_id)
    _must_price(request, line.opportunity)
    return line


def edit_line(request: Request, pk: int) -> HttpResponse:
    """Change a value line."""
    if not ValueLine.objects.filter(pk=pk).exists():
        return _taken_out(request, pk)
    line = _line(request, pk)
    opportunity = line.opportunity
    form = LineForm(sent(request), instance=line, opportunity=opportunity)
    form.row.opportunity, before = opportunity, opportunity.value_minor
    if goes(form, lambda: form.apply(by=request.user)):
        return done(request, opportunity, _revalued(opportunity, before, _("Saved.")), to=_value_url(opportunity))
    more: dict[str, Any] = {"template": "opportunities/line.html"}
    return ask(request, opportunity, form, title=_("Edit “%s”") % form.row.name, button=_("Save"), **more)


def _taken_out(request: Request, pk: int) -> HttpResponse:
    def form(opportunity: Opportunity) -> LineForm:
        return LineForm(request.POST, opportunity=opportunity)

    more = {"template": "opportunities/line.html", "add": "opportunities:add_line"}
    return add_anew(request, ValueLine, pk, must=_must_price, back=_value_url, form=form, **more)


@require_POST
def remove_line(request: Request, pk: int) -> HttpResponse:
    """Take a value line out."""
    line = _line(request, pk)
    opportunity, name, before = line.opportunity, line.name, line.opportunity.value_minor
    try:
        line.remove(by=request.user)
    except STANDS_AGAINST as error:
        return refused(request, opportunity, error, to=_value_url(opportunity))
    said = _revalued(opportunity, before, _("“%s” is taken out.") % name)
    return done(request, opportunity, said, to=_value_url(opportunity))


@require_POST
def add_party(request: Request, pk: int) -> HttpResponse:
    """Give another company a part."""
    opportunity = found(request, pk)
    _must_price(request, opportunity)
    form = PartyForm(request.POST, person=request.user)
    if goes(form, lambda: Party.add(opportunity, by=request.user, **form.values())):
        return done(request, opportunity, _("Added."), to=_value_url(opportunity))
    return _show(request, opportunity, party_form=form)


@require_POST
def remove_party(request: Request, pk: int) -> HttpResponse:
    """Take a company's part away."""
    party = find(Party.objects.visible_to(request.user), pk=pk)
    opportunity = party.opportunity = found(request, party.opportunity_id)
    _must_price(request, opportunity)
    party.remove(by=request.user)
    return done(request, opportunity, _("“%s” is taken out.") % party.name, to=_value_url(opportunity))


@require_POST
def join_programme(request: Request, pk: int) -> HttpResponse:
    """Make the opportunity a site of a programme, or its frame; or take it out."""
    opportunity = found(request, pk)
    _must_price(request, opportunity)
    form = ProgrammeForm(request.POST, opportunity=opportunity, person=request.user)
    if goes(form, lambda: _join(opportunity, form, by=request.user)):
        return done(request, opportunity, _("Saved."), to=_value_url(opportunity))
    return _show(request, opportunity, programme_form=form)


def _join(opportunity: Opportunity, form: ProgrammeForm, *, by: Any) -> None:
    programme = form.chosen(opportunity, by=by)
    opportunity.revise(by=by, programme=programme)
    if programme is not None and form.cleaned_data["is_frame"]:
        programme.frame_by(opportunity, by=by)
