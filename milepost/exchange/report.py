"""The report of an import: what came of its files, what stays as it is here, and what is left to do."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from milepost.exchange.board_moved import board_moved, is_still_learning
from milepost.exchange.built_on import why_not
from milepost.exchange.changed import changed_by
from milepost.exchange.loading.otherwise import ELSEWHERE
from milepost.exchange.loading.people import coordinator_of
from milepost.exchange.mapping import Mapping
from milepost.exchange.models import ImportBatch
from milepost.exchange.remembered import settled_names
from milepost.exchange.undo import left_versions
from milepost.opportunities.models import Opportunity, Outcome, Standing
from milepost.opportunities.pricing import fillable
from milepost.team.models import Person

SHOWN = 50


def report_page(request: HttpRequest, one: ImportBatch, person: Person) -> HttpResponse:
    """Show what came of an import, or how far it is."""
    if one.state == ImportBatch.State.RUNNING:
        return render(request, "exchange/running.html", {"batch": one, "job": one.job})
    rows = one.refused_rows.order_by("id")
    lists = {
        "refused": Paginator(rows.filter(whole_row=True), SHOWN).get_page(1),
        "without": Paginator(rows.filter(whole_row=False), SHOWN).get_page(1),
    }
    coordinator = coordinator_of(Mapping.from_json(one.mapping).coordinator, by=one.by)
    has_past = Outcome.objects.filter(kind=Outcome.Kind.WON).exists()  # without a win there is no mirror to look into
    newest = one.made_opportunities and not _made_later(one)
    unvalued = newest and Standing.objects.visible_to(person).filter(value_minor=None).exists()
    context: dict[str, Any] = {
        "batch": one,
        "coordinator": coordinator,
        "has_past": has_past,
        "unvalued": unvalued,
        "fillable": fillable(Opportunity.objects.visible_to(person).open(), person) if newest else None,
        **lists,
    }
    context |= {"slips": _read_as_slips(one), "changed": changed_by(one, person) if one.is_here else []}
    stays = [(kept.get("about") == ELSEWHERE, _where(kept)) for kept in one.kept]
    context |= {"moved": board_moved(one), "learning": is_still_learning(one), "is_mine": one.by_id == person.pk}
    context |= {"why_not": why_not(one), "kept": [kept for elsewhere, kept in stays if not elsewhere]}
    context |= {"left_versions": left_versions(one) if one.state == ImportBatch.State.UNDONE else []}
    context |= {"elsewhere": [kept for elsewhere, kept in stays if elsewhere]}
    return render(request, "exchange/report.html", context)


def _made_later(one: ImportBatch) -> bool:
    """Tell whether a later import has made opportunities: what is to be done about those of unknown value, it says."""
    return ImportBatch.objects.filter(pk__gt=one.pk, counts__opportunity__created__gt=0).exists()


def _read_as_slips(one: ImportBatch) -> list[tuple[str, str, int, bool]]:
    """List the stages and names in the files that were read as others.

    Each with what it was read as, in how many rows, and whether that was as last time; it was proposed otherwise.
    """
    same_as, asked = one.mapping.get("same_as", {}), one.survey.get("proposals", {})
    new = one.survey.get("new_stages", {})
    stages = [plan for plan in Mapping.from_json(one.mapping).stages if plan.meant and plan.rows]
    before = settled_names(one.source, before=one.pk) if asked else {}
    return [(plan.stage, plan.meant, plan.rows, plan.stage not in new) for plan in stages] + [
        (name, same_as[kind][name], rows, before.get(kind, {}).get(name) == same_as[kind][name])
        for kind, names in asked.items()
        for name, (_alike, rows) in names.items()
        if same_as.get(kind, {}).get(name, name) != name
    ]


def _where(kept: dict[str, str]) -> dict[str, str]:
    """Add the address of the page on which a field stands that was left as it is here."""
    page = {"opportunity": "opportunities:page", "account": "accounts:page"}.get(kept["kind"])
    return kept | {"href": reverse(page, args=[kept["id"]]) if page else ""}
