"""What every deed on a tab about the buyer begins and ends with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from milepost.opportunities.models import Opportunity
from milepost.opportunities.views.parts import STANDS_AGAINST, ask, done, found, goes, refused
from milepost.opportunities.views.work import must_work
from milepost.team.request import Request
from milepost.web.doors import find


@dataclass(frozen=True)
class Tab:
    """A tab of an opportunity: its name, which is its address's too, and the model of what stands on it."""

    name: str
    rows: Any

    def url(self, opportunity: Opportunity) -> str:
        """Return the tab's address."""
        return reverse(f"buyers:{self.name}", args=[opportunity.pk])

    def opportunity(self, request: Request, pk: int) -> Opportunity:
        """Return an opportunity that the person may work on."""
        opportunity = found(request, pk)
        must_work(request, opportunity)
        return opportunity

    def row(self, request: Request, pk: int) -> Any:
        """Return one of what stands on it, in an opportunity that the person may work on."""
        row = find(self.rows.objects.visible_to(request.user), pk=pk)
        row.opportunity = self.opportunity(request, row.opportunity_id)
        return row

    def deed(
        self,
        request: Request,
        opportunity: Opportunity,
        form: Any,
        act: Callable[[], Any],
        *,
        said: Any,
        **asked: Any,
    ) -> HttpResponse:
        """Do what the form asks for and go back to the tab, or show the form."""
        if goes(form, act):
            return self.done(request, opportunity, said)
        return ask(request, opportunity, form, tab=self.name, **asked)

    def at_once(self, request: Request, opportunity: Opportunity, act: Callable[[], Any], said: Any) -> HttpResponse:
        """Do what a button asks for and go back to the tab, with what stood against it."""
        try:
            act()
        except STANDS_AGAINST as error:
            return refused(request, opportunity, error, to=self.url(opportunity))
        return self.done(request, opportunity, said)

    def done(self, request: Request, opportunity: Opportunity, said: Any) -> HttpResponseRedirect:
        """Say what was done, back on the tab."""
        return done(request, opportunity, said, to=self.url(opportunity))
