"""Let some clients of the example company have a shared plan: agreed, changed since, waiting for a yes, just begun."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from milepost.accounts.models import Contact
from milepost.exchange.example.setting import Setting
from milepost.opportunities.models import Opportunity
from milepost.plans.agreeing import statement
from milepost.plans.draft import Draft
from milepost.plans.models import Agreement, ClientWord, Invitation, PlanVersion, SharedPlan
from milepost.plans.models.invitation import Look
from milepost.team.models import Person

WHO = "Mara Lindt"
FEWEST_AHEAD = 3


def share_plans(setting: Setting) -> None:
    """Share the largest lines of the coordinator whom visitors sign in as, each in another state."""
    mara = setting.people[WHO]
    for share, opportunity in zip((_agreed, _changed_since, _waiting, _begun), _largest(mara), strict=False):
        share(opportunity, mara, setting)


def _largest(mara: Person) -> list[Opportunity]:
    """Return her open ones whose client is known, the dearest first, with enough of the line still ahead."""
    rows = Opportunity.objects.filter(coordinator=mara, account__isnull=False, confidential=False)
    rows = rows.filter(standing__expected_minor__gt=0).select_related("account").order_by("-standing__expected_minor")
    some = [one for one in rows[:40] if sum(step.is_open for step in one.steps_in_order) >= FEWEST_AHEAD]
    return [one for one in some if _contact(one) is not None][:4]


def _contact(opportunity: Opportunity) -> Contact | None:
    return Contact.objects.filter(account=opportunity.account, left_on=None).exclude(email="").order_by("pk").first()


def _begun(opportunity: Opportunity, mara: Person, setting: Setting) -> SharedPlan:
    """Choose what the client will see: every required step, with the tasks that are theirs."""
    plan = SharedPlan.begin(
        opportunity,
        by=mara,
        title=_("Our plan: %(name)s") % {"name": opportunity.name},
        intro=_("What we do together, who does what, and by when. Tell us what does not fit."),
    )
    steps = [("step", step.pk) for step in opportunity.steps_in_order if step.required]
    tasks = [("task", task.pk) for task in opportunity.tasks.filter(owner_contact__isnull=False)]
    plan.share([*steps, *tasks], by=mara)
    return plan


def _published(plan: SharedPlan, mara: Person, setting: Setting) -> PlanVersion:
    return PlanVersion.publish(plan, Draft.of(plan, seller=setting.company.name).content, by=mara)


def _waiting(opportunity: Opportunity, mara: Person, setting: Setting) -> Invitation:
    """Publish it, invite somebody, and let them have looked and asked."""
    plan = _begun(opportunity, mara, setting)
    version = _published(plan, mara, setting)
    contact = _contact(opportunity)
    assert contact is not None  # `_largest` has seen to it
    link, _token = Invitation.make(plan, by=mara, contact=contact)
    for hours in (20, 0):
        Look.objects.create(invitation=link, at=timezone.now() - datetime.timedelta(hours=hours))
    part = plan.parts.filter(step__isnull=False).order_by("-step__position").first()
    said: dict[str, Any] = {"text": _("Who has to be there from our side?")}
    ClientWord.say(link, kind=ClientWord.Kind.ASK, seen=version.number, part=part, **said)
    return link


def _agreed(opportunity: Opportunity, mara: Person, setting: Setting) -> SharedPlan:
    """Let its client have confirmed it as it is."""
    plan = _begun(opportunity, mara, setting)
    version = _published(plan, mara, setting)
    contact = _contact(opportunity)
    assert contact is not None  # `_largest` has seen to it
    link, _token = Invitation.make(plan, by=mara, contact=contact)
    Look.objects.create(invitation=link, at=timezone.now() - datetime.timedelta(hours=3))
    Agreement.make(link, version, name=contact.name, statement=statement(version))
    return plan


def _changed_since(opportunity: Opportunity, mara: Person, setting: Setting) -> None:
    """Let it have been confirmed, and changed in its words since."""
    plan = _agreed(opportunity, mara, setting)
    part = plan.parts.filter(step__isnull=False).order_by("-step__position").first()
    if part is not None:
        part.revise(by=mara, name=_("The decision, at your place"))
        _published(plan, mara, setting)
