"""The job that keeps warnings current: all on a new day and with other rules, else those of what has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from milepost.buyers.kept import warn_anew
from milepost.buyers.models import KeptWarning
from milepost.opportunities.models import Opportunity, Standing
from milepost.team.models import Company
from milepost.web import following
from milepost.web.jobs import Work

FOR_ALL = ("warningrule", "listedanswer")
"""Whose history concerns every warning: when the company is warned, and what answers mean."""


def newest() -> str:
    """Name what there is to look at; "" while nothing is open and nothing is warned of."""
    company = Company.objects.first()
    if company is None or not (Standing.objects.exists() or KeptWarning.objects.exists()):
        return ""
    return following.newest(basis(company))


def basis(company: Company) -> str:
    """Name what all warnings hang on."""
    return f"{company.today().isoformat()} {following.last_of(FOR_ALL)}"


def follow(work: Work) -> dict[str, Any]:
    """Look anew at what has changed since the last time; at everything on a new day or with other rules."""
    return following.follow(work, basis=basis(Company.the()), do=_warn)


def _warn(since: int | None, *, told: Callable[[int], None]) -> None:
    if since is None:
        open_ones, kept = Standing.objects.values_list("pk"), KeptWarning.objects.values_list("opportunity")
        ids = {pk for rows in (open_ones, kept) for (pk,) in rows}
    else:
        changed = Opportunity.objects.filter(pk__in=following.changed_since(since))
        ids = set(changed.values_list("pk", flat=True))
    warn_anew(sorted(ids), told=told)
