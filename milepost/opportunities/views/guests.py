"""Who comes to an opportunity's appointments for the client."""

from __future__ import annotations

from milepost.accounts.models import Contact
from milepost.opportunities.forms.steps import contacts_of
from milepost.opportunities.models import Attendance, Opportunity
from milepost.team.models import Person


def guests_of(opportunity: Opportunity, person: Person) -> list[Contact]:
    """Return who came, comes, or was to come to appointments for the client: whoever stayed away has a part too."""
    asked = Attendance.objects.filter(attempt__step__opportunity=opportunity)
    return list(contacts_of(opportunity, person).filter(pk__in=asked.values("contact")).order_by("id")[:8])
