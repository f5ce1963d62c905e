"""Say, before a required step is skipped, what that does to the win chance."""

from __future__ import annotations

import datetime

from django.utils.translation import gettext as _

from milepost.opportunities import figures, line
from milepost.opportunities.found import Found
from milepost.opportunities.gathered import gather
from milepost.opportunities.models import Step
from milepost.opportunities.standing import figures_of
from milepost.web.words import percent


def chance_moves(step: Step, today: datetime.date) -> str:
    """Return the chance before and after in words; "" where there is none to tell."""
    standing = getattr(step.opportunity, "standing", None)
    run = figures.current_run(today)
    found = Found.from_json(run.found)
    facts = gather([step.opportunity_id]).get(step.opportunity_id)
    if facts is None or standing is None or standing.figure_id is None:
        return ""
    for own in facts.steps:
        if own.pk == step.pk:
            own.state, own.to_confirm = line.SKIPPED, False
    [figure], _shifts = figures_of([facts], run, found, today)
    words = {"before": percent(standing.win), "after": percent(figure.win)}
    if figure.win > standing.win:
        return _("The win chance goes from %(before)s to %(after)s, though the client has done nothing more.") % words
    return _("The win chance goes from %(before)s to %(after)s.") % words
