"""Who may do what to the accounts they see."""

from __future__ import annotations

from milepost.accounts.models import Account
from milepost.team.models import Person, Role, Territory

EDITORS = (
    Role.COORDINATOR,
    Role.SALESPERSON,
    Role.ACCOUNT_MANAGER,
    Role.SALES_MANAGER,
    Role.ADMINISTRATOR,
)
MERGERS = (Role.COORDINATOR, Role.SALES_MANAGER, Role.ADMINISTRATOR)


def may_edit(person: Person, account: Account) -> bool:
    """Tell whether the person edits an account: who manages it, or sells or coordinates in its territory or a part."""
    if account.manager_id in person.sight.people:
        return True
    return person.sight.holds_below(*EDITORS, territory=account.territory_id)


def may_add(person: Person, territory: Territory | None = None) -> bool:
    """Tell whether the person adds accounts (in the territory, if one is given)."""
    return person.sight.holds(*EDITORS, territory=territory.pk if territory else None)


def may_merge(person: Person, *accounts: Account) -> bool:
    """Tell whether the person merges these accounts: who coordinates or manages where each of them lies."""
    return all(person.sight.holds(*MERGERS, territory=account.territory_id) for account in accounts)


def territories_to_add_to(person: Person) -> frozenset[int]:
    """Return the ids of the territories where the person may put an account."""
    found: frozenset[int] = frozenset()
    for role in EDITORS:
        found |= person.sight.roles.get(role, frozenset())
    return found
