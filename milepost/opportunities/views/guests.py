"""Who comes to an opportunity's appointments for the client."""

from __future__ import annotations

from collections.abc import Iterable

from milepost.accounts.models import Contact
from milepost.opportunities.forms.steps import contacts_of
from milepost.opportunities.models import Attendance, Opportunity
from milepost.team.models import Person


def guests_of(opportunity: Opportunity, person: Person, *, but: Iterable[int | None] = ()) -> list[Contact]:
    """Return who came, comes, or was to come to appointments for the client: whoever stayed away has a part too.

    `but` are the contacts whose part is said already.
    """
    asked = Attendance.objects.filter(attempt__step__opportunity=opportunity)
    come = contacts_of(opportunity, person).filter(pk__in=asked.values("contact"))
    return list(come.exclude(pk__in=[pk for pk in but if pk]).order_by("id")[:8])
