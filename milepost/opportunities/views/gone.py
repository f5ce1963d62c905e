"""A part that somebody took out while a form on it was open: say so, and lose nothing that was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from milepost.opportunities.models import Opportunity
from milepost.opportunities.views.parts import ask, found, refused
from milepost.team.request import Request
from milepost.web.history import removal_of
from milepost.web.history_words import tell_removal


def taken_out(request: Request, kind: Any, pk: int) -> tuple[Opportunity, str]:
    """Return whose part it was that somebody took out while a form on it was open, and what is said of that.

    Raises Http404 for what was never there, and for whoever does not see the opportunity.
    """
    removal = removal_of(kind, pk)
    if removal is None:
        raise Http404
    return found(request, removal.what["of"][0]), tell_removal(removal)


def add_instead(form: Any, told: str) -> dict[str, Any]:
    """Let what was typed about a part that is gone stand in the form by which one is added, with what happened."""
    form.is_valid()
    form.add_error(None, told + " " + _("What you typed is still here. If it is still wanted, add it anew."))
    form.is_late = True
    return {"title": _("It was taken out meanwhile"), "button": _("Add it anew")}


def add_anew(
    request: Request,
    kind: Any,
    pk: int,
    *,
    must: Callable[[Request, Opportunity], None],
    back: Callable[[Opportunity], str],
    form: Callable[[Opportunity], Any],
    add: str,
    **more: Any,
) -> HttpResponse:
    """Answer for a part that was taken out: by what happened, or, where something was sent, by the form that adds one.

    `must` refuses who may not, `back` leads to where such parts are, `form` has what was sent, `add` names the address
    that adds one.
    """
    opportunity, told = taken_out(request, kind, pk)
    must(request, opportunity)
    if request.method == "GET":
        return refused(request, opportunity, told, to=back(opportunity))
    more |= add_instead(there := form(opportunity), told)
    return ask(request, opportunity, there, action=reverse(add, args=[opportunity.pk]), **more)
