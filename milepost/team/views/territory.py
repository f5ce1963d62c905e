"""Territories: add one, rename it, hang it elsewhere."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from milepost.team.forms import TerritoryForm
from milepost.team.models import Territory
from milepost.team.request import Request
from milepost.team.views.people import administrator
from milepost.web.history import StaleEdit


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Add a territory."""
    administrator(request)
    form = TerritoryForm(request.POST or None, initial={"parent": Territory.objects.first()})
    if request.method == "POST" and form.is_valid():
        Territory.add(by=request.user, name=form.cleaned_data["name"], parent=form.cleaned_data["parent"])
        messages.success(request, _("Added."))
        return redirect("team:territories")
    return render(request, "team/territory.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    """Rename a territory or move it in the tree."""
    administrator(request)
    territory = get_object_or_404(Territory, pk=pk)
    form = TerritoryForm(request.POST or None, instance=territory, initial={"version": territory.version})
    if request.method == "POST" and form.is_valid() and _save(request, form, pk):
        messages.success(request, _("Saved."))
        return redirect("team:territories")
    context = {"form": form, "territory": get_object_or_404(Territory, pk=pk)}
    return render(request, "team/territory.html", context, status=422 if form.errors else 200)


def _save(request: Request, form: TerritoryForm, pk: int) -> bool:
    said = form.cleaned_data
    stored = get_object_or_404(Territory, pk=pk)
    try:
        stored.revise(by=request.user, name=said["name"], parent=said["parent"], version=said["version"])
    except StaleEdit:
        now = _("Somebody has renamed it to “%(name)s” meanwhile. Your entry is kept; save again to use it.")
        form.data = {**form.data.dict(), "version": str(stored.version)}  # type: ignore[attr-defined]
        form.add_error(None, now % {"name": stored.name})
    except ValueError as error:
        form.add_error("parent", str(error))
    return not form.errors
