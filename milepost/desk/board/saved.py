"""Keep a view of the Board under a name: for oneself or for everybody; rename it; delete it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from milepost.desk.board.asked import Asked
from milepost.desk.board.known import Known
from milepost.desk.board.menus import chips, laid_out
from milepost.desk.models import SavedView
from milepost.team.request import Request
from milepost.web.doors import find, must


class ViewForm(forms.ModelForm):
    """A name, and for whom."""

    class Meta:
        model = SavedView
        fields = ["name", "shared"]
        labels = {"shared": gettext_lazy("For everybody (each sees only what they may see)")}

    def clean_name(self) -> str:
        name: str = " ".join(self.cleaned_data["name"].split())
        own = SavedView.objects.filter(owner=self.instance.owner, name=name).exclude(pk=self.instance.pk)
        if own.exists():
            raise forms.ValidationError(_("You have a view of this name already. Choose another, or delete that one."))
        return name


@require_http_methods(["GET", "POST"])
def save(request: Request) -> HttpResponse:
    """Keep the view whose address is `query`."""
    given = request.POST if request.method == "POST" else request.GET
    asked = Asked.read_query(given.get("query", ""), Known(request.user, request.company))
    view = SavedView(owner=request.user, query=asked.query(shut=None))
    return _ask(request, view, title=_("Save this view"), said=_("Saved as “%s”."))


@require_http_methods(["GET", "POST"])
def rename(request: Request, pk: int) -> HttpResponse:
    """Give a view another name, or other readers."""
    view = _own(request, pk)
    return _ask(request, view, title=_("Rename “%s”") % view.name, said=_("It is “%s” now."))


@require_POST
def delete(request: Request, pk: int) -> HttpResponse:
    """Delete a view; the opportunities in it are not touched."""
    view = _own(request, pk)
    view.delete()
    messages.success(request, _("The view “%s” is deleted.") % view.name)
    return redirect("desk:board")


def _own(request: Request, pk: int) -> SavedView:
    view = find(SavedView.objects.visible_to(request.user), pk=pk)
    must(view.owner_id == request.user.pk, _("Only who saved a view may change it."))
    return view


def _ask(request: Request, view: SavedView, *, title: str, said: str) -> HttpResponse:
    form = ViewForm(request.POST or None, instance=view)
    if request.method == "POST" and form.is_valid():
        view = form.save()
        messages.success(request, said % view.name)
        return redirect(f"{reverse('desk:board')}?{view.query}")
    known = Known(request.user, request.company)
    asked = Asked.read_query(view.query, known)
    context: dict[str, Any] = {"form": form, "view": view, "title": title}
    context |= {"chips": chips(asked, known), "laid_out": laid_out(asked)}
    return render(request, "desk/board_view.html", context, status=422 if form.errors else 200)
