"""Begin an opportunity: it is given a string of its own, copied from a playbook's version."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction

from milepost.accounts.models import Account
from milepost.opportunities.models.gate import Gate, gates_from
from milepost.opportunities.models.opportunity import Opportunity
from milepost.opportunities.models.stay import Stay
from milepost.opportunities.models.step import Step
from milepost.playbooks.models import PlaybookStep, PlaybookVersion
from milepost.team.models import Company, Person, Territory
from milepost.web.history import record
from milepost.web.text import name_key

COPIED = ["key", "position", "name", "activity", "milestone", "evidence", "required", "usual_days", "hours"]


@transaction.atomic
def begin(
    *,
    by: Person | None,
    name: str,
    playbook_version: PlaybookVersion,
    territory: Territory,
    account: Account | None = None,
    started_on: datetime.date | None = None,
    **values: Any,
) -> Opportunity:
    """Create an opportunity whose first step begins on `started_on`, today without it.

    Raises ValueError when its account was merged away.
    """
    company = Company.the()
    if account is not None:
        account.hold_still()
    start = started_on or company.today()
    values.setdefault("currency", company.currency)
    opportunity = Opportunity.objects.create(
        name=name,
        name_key=name_key(name)[:200],
        account=account,
        territory=territory,
        playbook_version=playbook_version,
        started_on=start,
        **values,
    )
    steps = [step_from(step, opportunity) for step in playbook_version.steps.order_by("position")]
    Step.objects.bulk_create(steps)
    Gate.objects.bulk_create(gates_from(steps))
    record(opportunity, "begun", by=by, what={"playbook": [None, str(playbook_version)]})
    first = opportunity.current_step
    if first is not None:
        Stay.begin(first, on=start)
    opportunity.reprice()
    opportunity.be_found()
    opportunity.restand()
    return opportunity


def step_from(step: PlaybookStep, opportunity: Opportunity) -> Step:
    """Return an opportunity's own copy of a playbook's step, not yet saved."""
    values = {name: getattr(step, name) for name in COPIED}
    return Step(opportunity=opportunity, playbook_step=step, **values)
