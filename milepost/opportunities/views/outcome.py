"""End an opportunity, and correct an end that was wrong."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from milepost.opportunities.close import close, correct
from milepost.opportunities.forms.outcome import CorrectForm, EndForm
from milepost.opportunities.models import Opportunity
from milepost.opportunities.permissions import may_move
from milepost.opportunities.views.parts import ask, done, found, goes, refused, sent, today_of
from milepost.web.doors import must


def _must_end(request: HttpRequest, opportunity: Opportunity) -> None:
    why = _("Only its coordinator, or a coordinator or manager of its territory, ends an opportunity.")
    must(may_move(request.user, opportunity), why)  # type: ignore[arg-type]


def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End the opportunity as won, lost, no decision or stopped by us, with reasons."""
    opportunity = found(request, pk)
    _must_end(request, opportunity)
    if opportunity.outcome is not None:
        return refused(request, opportunity, _("This opportunity has ended already."))
    first = {"kind": request.GET.get("kind")}
    form = EndForm(sent(request), opportunity=opportunity, today=today_of(request), initial=first)
    if goes(form, lambda: close(opportunity, by=request.user, **form.outcome())):  # type: ignore[arg-type]
        said = dict(form.fields["kind"].choices)[form.cleaned_data["kind"]]  # type: ignore[attr-defined]
        return done(request, opportunity, _("“%(name)s” has ended: %(how)s.") % {"name": opportunity, "how": said})
    more = {"template": "opportunities/end.html"}
    return ask(request, opportunity, form, title=_("End opportunity"), button=_("End opportunity"), **more)


def correct_outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """Supersede a wrong outcome by a visible correction."""
    opportunity = found(request, pk)
    _must_end(request, opportunity)
    outcome = opportunity.outcome
    if outcome is None:
        return refused(request, opportunity, _("This opportunity is open: there is no outcome to correct."))
    first = {"kind": outcome.kind, "on": outcome.on, "words": outcome.words, "lost_to": outcome.lost_to}
    form = CorrectForm(sent(request), opportunity=opportunity, today=today_of(request), initial=first)
    if goes(form, lambda: correct(outcome, by=request.user, **form.outcome())):  # type: ignore[arg-type]
        return done(request, opportunity, _("The outcome is corrected. The earlier one stays in the history."))
    more = {"template": "opportunities/end.html"}
    return ask(request, opportunity, form, title=_("Correct the outcome"), button=_("Correct"), **more)
