"""The shared plan: what its client sees, the versions that were published, who is invited, and what they say."""

from milepost.plans.models.afterword import Afterword
from milepost.plans.models.agreement import Agreement
from milepost.plans.models.invitation import Invitation, Look
from milepost.plans.models.offer import OfferedTime, TimeOffer
from milepost.plans.models.plan import PlanPart, SharedPlan
from milepost.plans.models.study import Study, StudyTemplate
from milepost.plans.models.version import PlanVersion
from milepost.plans.models.word import ClientWord

__all__ = [
    "Afterword",
    "Agreement",
    "ClientWord",
    "Invitation",
    "Look",
    "OfferedTime",
    "PlanPart",
    "PlanVersion",
    "SharedPlan",
    "Study",
    "StudyTemplate",
    "TimeOffer",
]
