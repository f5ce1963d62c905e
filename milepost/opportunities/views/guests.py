"""Who comes to an opportunity's appointments for the client."""

from __future__ import annotations

from milepost.accounts.models import Contact
from milepost.opportunities.forms.steps import contacts_of
from milepost.opportunities.models import Attendance, Opportunity
from milepost.team.models import Person


def guests_of(opportunity: Opportunity, person: Person) -> list[Contact]:
    """Return who came, or comes, to appointments for the client."""
    came = Attendance.objects.filter(attempt__step__opportunity=opportunity).exclude(came=False)
    return list(contacts_of(opportunity, person).filter(pk__in=came.values("contact")).order_by("id")[:8])
