"""Refuse what nobody can mean: a day in the year 1 or 9999, a step that takes a million years.

One such entry would be more than a date or a database can hold, and then break every page that reckons with it.
"""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

EARLIEST, LATEST = 1900, 2199
MOST = {"usual_days": 3_650, "term_months": 1_200, "employees": 20_000_000}
TOO_MUCH = gettext_lazy("At most %(limit_value)s.")


def plausible_day(day: datetime.date) -> None:
    """Raise ValidationError for a day that is a slip of the keys."""
    if not EARLIEST <= day.year <= LATEST:
        words = {"year": day.year, "earliest": EARLIEST, "latest": LATEST}
        raise ValidationError(_("The year %(year)s? Write one from %(earliest)s to %(latest)s.") % words)


class Plausible:
    """A form whose days and well-known numbers stay within what people live with."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, forms.DateField) and plausible_day not in field.validators:
                field.validators = [*field.validators, plausible_day]
            if name in MOST:
                field.validators = [*field.validators, MaxValueValidator(MOST[name], TOO_MUCH)]
