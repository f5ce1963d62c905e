"""What a new company begins with: a first list of reasons, which it then makes its own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from milepost.opportunities.models import Reason
from milepost.team.models import Person

REASONS = {
    Reason.For.WON: (_("Best fit to their need"), _("Trust in our people"), _("Proof: pilot or reference"), _("Price")),
    Reason.For.LOST: (_("Price"), _("Another offer fits better"), _("Their own solution"), _("We came too late")),
    Reason.For.NO_DECISION: (_("Budget withdrawn"), _("Other priorities"), _("The sponsor left")),
    Reason.For.WITHDRAWN: (_("No access to who decides"), _("Not worth our effort"), _("We cannot deliver this")),
}


def give_reasons(*, by: Person) -> None:
    """Fill the list of reasons where it is empty."""
    if Reason.objects.exists():
        return
    for outcome, texts in REASONS.items():
        for text in texts:
            Reason.add(by=by, outcome=outcome, text=str(text))
