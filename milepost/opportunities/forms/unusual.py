"""Ask once about a value thousands of times what such opportunities are worth: a zero too many is typed easily."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from milepost.opportunities.models import FiguresRun
from milepost.opportunities.waiting import ANY
from milepost.team.models import Company
from milepost.team.money import in_company_currency
from milepost.web import words

MANY_TIMES = 1_000
TIMES_SUCH = _("That is %(times)s times what such opportunities are worth, %(usual)s: is it right? If so, press again.")
TIMES_ALL = _("That is %(times)s times what yours are usually worth, %(usual)s: is it right? If so, press again.")


def ask_if_unusual(form: Any, name: str, minor: int | None, currency: str, playbook: int | None) -> None:
    """Ask about the value `minor` of a playbook's opportunity, at the field `name`; sent once more it counts.

    The hidden field `sure_of_value` keeps which value was asked about. What is usual was worked out when last learnt.
    """
    company, asked = Company.the(), f"{minor} {currency}"
    if not minor or form.cleaned_data.get("sure_of_value") == asked:
        return
    usual, is_alike = _usual(playbook)
    worth, _rate = in_company_currency(company, minor, currency, company.today())
    if not usual or worth is None or worth < MANY_TIMES * usual:
        return
    form.data = form.data.copy()
    form.data["sure_of_value"] = asked
    said = {"times": words.count(worth // usual), "usual": words.money_short(usual, company.currency)}
    form.add_error(name, (TIMES_SUCH if is_alike else TIMES_ALL) % said)


def _usual(playbook: int | None) -> tuple[int, bool]:
    """Return the middle value of the playbook's opportunities and True, of all and False where it has none; else 0."""
    known = FiguresRun.objects.order_by("-id").values_list("usual_values", flat=True).first() or {}
    own = known.get(str(playbook))
    return int(own or known.get(ANY) or 0), bool(own)
