"""Let a client's person confirm the newest version: a code goes to their own mailbox, since links are passed on."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from milepost.plans.content import differences, still_holds
from milepost.plans.letters import code_by_mail, receipts
from milepost.plans.models import Agreement, Invitation, PlanVersion
from milepost.plans.telling import told
from milepost.team.models import Company
from milepost.web import codes
from milepost.web.models import Letter


def matter(version: PlanVersion) -> str:
    """Return what a code is for: this version and no other."""
    return f"plan {version.plan_id}, version {version.number}"


def mail_code(link: Invitation, version: PlanVersion, company: Company) -> Letter:
    """Mail a code to the link's contact; raises TooManyCodes."""
    code = codes.make(matter(version), link.contact.email)
    return code_by_mail(link, version, code, company, key=f"plan-code:{uuid4().hex}")


def statement(version: PlanVersion) -> str:
    """Return the words that are confirmed, in the reader's language."""
    said = {"n": version.number, "title": version.content["title"]}
    binds = _("I confirm version %(n)s of “%(title)s” as our working plan. It is binding on neither side.") % said
    return f"{binds} {_tolerance(version.content.get('tolerance', 0))}"


def _tolerance(days: int) -> str:
    if not days:
        return _("Whenever a date moves, I am asked again.")
    return ngettext(
        "Dates may move by up to %(days)s day without asking again.",
        "Dates may move by up to %(days)s days without asking again.",
        days,
    ) % {"days": days}


class ConfirmForm(forms.Form):
    """The person's name, and the code from their mail."""

    name = forms.CharField(label=lazy("Your name"), max_length=200)
    code = forms.CharField(
        label=lazy("The code from the message"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def confirm(self, link: Invitation, version: PlanVersion, company: Company) -> Agreement | None:
        """Confirm, and mail the receipts; None when the code is wrong, ran out, or was used.

        The code is used up before anything else: what is wrong afterwards asks for a new one.
        """
        if not codes.use(matter(version), link.contact.email, self.cleaned_data["code"]):
            return None
        agreement = Agreement.make(link, version, name=self.cleaned_data["name"], statement=statement(version))
        receipts(agreement, company)
        return agreement


def standing_of(version: PlanVersion, agreements: list[Agreement]) -> dict[str, Any]:
    """Return how the yes to a plan stands: the last one, whether it still covers the version, and what changed."""
    last = max(agreements, key=lambda each: each.version.number, default=None)
    if last is None:
        return {"agreement": None, "agreements": agreements, "holds": False, "since": []}
    agreed = last.version.content
    since = told(differences(agreed, version.content))
    return {"agreement": last, "agreements": agreements, "holds": still_holds(agreed, version.content), "since": since}
