"""The shared plan: what of an opportunity its client sees, the versions that were published, and who is invited."""

from milepost.plans.models.invitation import Invitation, Look
from milepost.plans.models.plan import PlanPart, SharedPlan
from milepost.plans.models.version import PlanVersion

__all__ = ["Invitation", "Look", "PlanPart", "PlanVersion", "SharedPlan"]
