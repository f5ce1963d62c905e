"""Read what a plan's document is made of, as it stands now."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property

from milepost.opportunities.models import Attempt
from milepost.plans.content import Difference, Document, differences, digest, document
from milepost.plans.models import PlanPart, PlanVersion, SharedPlan


@dataclass
class Draft:
    """A plan as it would be published now, beside its newest version."""

    plan: SharedPlan
    seller: str
    parts: list[PlanPart]
    attempts: dict[int, Attempt]
    published: PlanVersion | None

    @classmethod
    def of(cls, plan: SharedPlan, *, seller: str) -> Draft:
        """Read the plan's parts, their appointments and its newest version: three questions, however many."""
        parts = list(plan.parts.with_originals().order_by("pk"))
        return cls(plan, seller, parts, attempts_of(plan), plan.versions.select_related("by").first())

    @cached_property
    def content(self) -> Document:
        account = self.plan.opportunity.account
        client, booked = account.name if account else "", days_of(self.attempts)
        return document(self.plan, self.parts, seller=self.seller, client=client, booked=booked)

    @cached_property
    def sha256(self) -> str:
        return digest(self.content)

    @cached_property
    def changes(self) -> list[Difference]:
        """Return what is not yet published; nothing is, as long as there is no version."""
        return differences(self.published.content, self.content) if self.published else []

    @property
    def is_empty(self) -> bool:
        return not any(self.content[name] for name in ("steps", "duties", "files"))


def attempts_of(plan: SharedPlan) -> dict[int, Attempt]:
    """Return the appointment booked for each step of the plan."""
    rows = Attempt.objects.filter(step__opportunity=plan.opportunity_id, state__in=["scheduled", "held"])
    return {row.step_id: row for row in rows.order_by("number")}


def days_of(attempts: dict[int, Attempt]) -> dict[int, datetime.date]:
    return {step: attempt.on for step, attempt in attempts.items()}
