"""Read moments as they were where the company is, whoever looks at the files and wherever."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.utils import timezone

from milepost.team.models import Company

P = ParamSpec("P")
R = TypeVar("R")


def in_company_time(work: Callable[P, R]) -> Callable[P, R]:
    """Do some work in the company's time zone."""

    @wraps(work)
    def there(*args: P.args, **more: P.kwargs) -> R:
        with timezone.override(Company.the().zone):
            return work(*args, **more)

    return there
