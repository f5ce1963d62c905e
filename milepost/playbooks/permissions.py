"""Who may change playbooks; everybody reads them."""

from __future__ import annotations

from milepost.team.models import Person, Role


def may_edit(person: Person) -> bool:
    """Tell whether the person writes the company's playbooks."""
    return person.sight.holds(Role.COORDINATOR, Role.SALES_MANAGER, Role.ADMINISTRATOR)
