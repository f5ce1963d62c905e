"""End an opportunity, and correct an end that was wrong."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from milepost.opportunities.close import close, correct
from milepost.opportunities.forms.outcome import ENDS, CorrectForm, EndForm
from milepost.opportunities.models import Opportunity
from milepost.opportunities.permissions import may_move
from milepost.opportunities.views.parts import ask, done, found, goes, refused, sent, today_of
from milepost.team.request import Request
from milepost.web.doors import must


def _must_end(request: Request, opportunity: Opportunity) -> None:
    why = _("Only its coordinator, or a coordinator or manager of its territory, ends an opportunity.")
    must(may_move(request.user, opportunity), why)


def end(request: Request, pk: int) -> HttpResponse:
    """End the opportunity as won, lost, no decision or stopped by us, with reasons."""
    opportunity = found(request, pk)
    _must_end(request, opportunity)
    if opportunity.outcome is not None:
        return refused(request, opportunity, _("This opportunity has ended already."))
    first = {"kind": request.GET.get("kind")}
    form = EndForm(sent(request), opportunity=opportunity, today=today_of(request), initial=first)
    if goes(form, lambda: close(opportunity, by=request.user, **form.outcome())):
        said = dict(ENDS)[form.cleaned_data["kind"]]
        return done(request, opportunity, _("“%(name)s” has ended: %(how)s.") % {"name": opportunity, "how": said})
    more: dict[str, Any] = {"template": "opportunities/end.html"}
    return ask(request, opportunity, form, title=_("End opportunity"), button=_("End opportunity"), **more)


def correct_outcome(request: Request, pk: int) -> HttpResponse:
    """Supersede a wrong outcome by a visible correction."""
    opportunity = found(request, pk)
    _must_end(request, opportunity)
    outcome = opportunity.outcome
    if outcome is None:
        return refused(request, opportunity, _("This opportunity is open: there is no outcome to correct."))
    first = {"kind": outcome.kind, "on": outcome.on, "words": outcome.words, "lost_to": outcome.lost_to}
    form = CorrectForm(sent(request), opportunity=opportunity, today=today_of(request), initial=first)
    if goes(form, lambda: correct(outcome, by=request.user, **form.outcome())):
        return done(request, opportunity, _("The outcome is corrected. The earlier one stays in the history."))
    more: dict[str, Any] = {"template": "opportunities/end.html"}
    return ask(request, opportunity, form, title=_("Correct the outcome"), button=_("Correct"), **more)
