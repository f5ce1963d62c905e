"""The shared plan: what of an opportunity its client sees, and the versions that were published."""

from milepost.plans.models.plan import PlanPart, SharedPlan
from milepost.plans.models.version import PlanVersion

__all__ = ["PlanPart", "PlanVersion", "SharedPlan"]
