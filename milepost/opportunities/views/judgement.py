"""A person's own judgement: dated, beside the model's, never overwritten."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from milepost.opportunities.forms.judgement import JudgementForm
from milepost.opportunities.models import Judgement
from milepost.opportunities.permissions import may_report
from milepost.opportunities.views.parts import ask, done, found, goes, refused, sent, standing_of, today_of, word_told
from milepost.team.request import Request
from milepost.web.doors import must


def judge(request: Request, pk: int) -> HttpResponse:
    """Keep what I think today; earlier judgements stay."""
    opportunity = found(request, pk)
    may = may_report(request.user, opportunity)
    must(may, _("Only the people who work on this opportunity judge it."))
    if standing_of(opportunity) is None and request.method == "GET":
        return refused(request, opportunity, _("This opportunity has ended: there is nothing left to judge."))
    on = today_of(request)
    form = JudgementForm(sent(request), today=on)
    if goes(form, lambda: Judgement.give(opportunity, by=request.user, **form.judgement(on=on))):
        return done(request, opportunity, _("Your view is kept, beside the model’s."))
    earlier = opportunity.judgements.select_related("by")[:20]
    more: dict[str, Any] = {"template": "opportunities/judge.html", "judgements": earlier}
    more["word"] = word_told(request, opportunity)
    if opportunity.outcome is not None:  # it ended while the form was open: what was typed is shown, no figures
        more = {}
    return ask(request, opportunity, form, title=_("My own view"), button=_("Keep it"), **more)
