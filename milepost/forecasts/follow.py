"""Let figures and amounts follow what the company settles anew: its currency, rates, calendar, what a delay costs."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from milepost.forecasts.learn import learn_and_refresh
from milepost.forecasts.models import Submission, Target
from milepost.forecasts.models.restated import restate
from milepost.opportunities.models import Opportunity
from milepost.opportunities.reprice import Told, concerned, reprice
from milepost.opportunities.standing import AT_ONCE, restand
from milepost.team.models import Company, Person
from milepost.web.jobs import ask


def follow_rate(currency: str, *, by: Person) -> int:
    """Let amounts follow a new rate, in a job when they are many; return how many opportunities are concerned."""
    going, over = (rows.count() for rows in concerned(currency))
    if going + over > AT_ONCE:
        ask("reprice", by=by, currency=currency)
    else:
        reprice(currency=currency)
    restate_numbers()
    return going


def follow_currency(*, by: Person) -> None:
    """Bring all amounts to the company's new currency, in a job when they are many; past quarters follow in one."""
    restate_numbers()
    ask("replay", by=by, unique_key="replay:anew")
    if sum(rows.count() for rows in concerned()) > AT_ONCE:
        ask("reprice", by=by)
    else:
        bring_all()


def follow_delay(*, by: Person) -> None:
    """Order the Desk by what a delay costs now, in a job when there are many opportunities."""
    going = Opportunity.objects.open().filter(merged_into=None).values_list("pk", flat=True)
    if len(going) > AT_ONCE:
        ask("learn", by=by)
    else:
        restand(going)


def follow_calendar(*, by: Person) -> None:
    """Let figures know the months of the new fiscal calendar, and past quarters be its own."""
    ask("replay", by=by, unique_key="replay:anew")
    _learn_anew(by=by)


def _learn_anew(*, by: Person) -> None:
    """Reckon all figures anew, in a job when there are many opportunities."""
    if Opportunity.objects.open().filter(merged_into=None).count() > AT_ONCE:
        ask("learn", by=by)
    else:
        learn_and_refresh()


def follow_names(*, by: Person) -> None:
    """Let calls count by each person's own record, or by everybody's again, in a job when there are many figures."""
    _learn_anew(by=by)


def bring_all(told: Told = lambda done, of: None) -> int:
    """Bring every amount to the company's currency, and what stands for the unknown ones too. Safe to run twice."""
    currency = Company.the().currency
    n = reprice(told=told)
    learn_and_refresh(told=lambda done: told(done, n))
    _done_with(currency)
    return n


def restate_numbers() -> int:
    """Let targets and submitted numbers count in the company's currency; return how many find no rate."""
    company = Company.the()
    kinds: tuple[QuerySet[Any], ...] = (Target.objects.all(), Submission.objects.all())
    return sum(restate(rows, company, on=company.today()) for rows in kinds)


@transaction.atomic
def _done_with(currency: str) -> None:
    # If the company has changed to yet another meanwhile, the job asked for that one will say so.
    company = Company.objects.select_for_update().get(pk=1)
    if company.currency == currency:
        company.all_is_priced()
