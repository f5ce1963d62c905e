"""Ask once about a value thousands of times what such opportunities are worth: a zero too many is typed easily."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from milepost.opportunities.models import FiguresRun
from milepost.opportunities.waiting import ANY
from milepost.team.models import Company
from milepost.team.money import in_company_currency
from milepost.web import words

MANY_TIMES = 1_000


def ask_if_unusual(form: Any, name: str, minor: int | None, currency: str, playbook: int | None) -> None:
    """Ask about the value `minor` of a playbook's opportunity, at the field `name`; sent once more it counts.

    The hidden field `sure_of_value` keeps which value was asked about. What is usual was worked out when last learnt.
    """
    company, asked = Company.the(), f"{minor} {currency}"
    if not minor or form.cleaned_data.get("sure_of_value") == asked:
        return
    usual = _usual(playbook)
    worth, _rate = in_company_currency(company, minor, currency, company.today())
    if not usual or worth is None or worth < MANY_TIMES * usual:
        return
    form.data = form.data.copy()
    form.data["sure_of_value"] = asked
    said = {"times": words.count(worth // usual), "usual": words.money_short(usual, company.currency)}
    why = _("That is %(times)s times what such opportunities are worth, %(usual)s: is it right? If so, press again.")
    form.add_error(name, why % said)


def _usual(playbook: int | None) -> int:
    """Return the middle value of the playbook's opportunities, of all where it has none; 0 where none is known."""
    known = FiguresRun.objects.order_by("-id").values_list("usual_values", flat=True).first() or {}
    return int(known.get(str(playbook)) or known.get(ANY) or 0)
