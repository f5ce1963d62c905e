"""Read what a plan's document is made of, as it stands now."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from milepost.plans.content import Difference, Document, differences, digest, document
from milepost.plans.models import PlanPart, PlanVersion, SharedPlan
from milepost.plans.models.plan import BOOKED


@dataclass(frozen=True)
class Booked:
    """An appointment, as far as the client's page shows it."""

    on: datetime.date
    time: datetime.time | None
    zone: str
    starts_at: datetime.datetime
    minutes: int
    place: str


@dataclass
class Draft:
    """A plan as it would be published now, beside its newest version."""

    plan: SharedPlan
    seller: str
    parts: list[PlanPart]
    attempts: dict[int, Booked]
    published: PlanVersion | None

    @classmethod
    def of(cls, plan: SharedPlan, *, seller: str) -> Draft:
        """Read the plan's parts, their appointments and its newest version: two questions, however many."""
        parts = list(plan.parts.with_originals().with_appointments().order_by("pk"))
        return cls(plan, seller, parts, appointments_in(parts), plan.versions.select_related("by").first())

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


def appointments_in(parts: Iterable[Any]) -> dict[int, Booked]:
    """Return the appointment of each step among parts that were read with them."""
    rows = ((part, [getattr(part, f"booked_{name}") for name in BOOKED]) for part in parts if part.step_id)
    return {part.step_id: Booked(*values) for part, values in rows if values[0] is not None}


def days_of(booked: dict[int, Booked]) -> dict[int, datetime.date]:
    return {step: one.on for step, one in booked.items()}
