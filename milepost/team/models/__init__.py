"""The company, its people and territories, and who holds which role where."""

from milepost.team.models.company import Company, PlanRate, Rate
from milepost.team.models.membership import Cover, Membership, Role
from milepost.team.models.person import NO_ADDRESS, AccessLink, Person
from milepost.team.models.territory import Territory

__all__ = [
    "NO_ADDRESS",
    "AccessLink",
    "Company",
    "Cover",
    "Membership",
    "Person",
    "PlanRate",
    "Rate",
    "Role",
    "Territory",
]
