"""What an hour of each role costs: a page of the settings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from milepost.gates.models import HourCost
from milepost.opportunities.amounts import AmountField, WithAmounts
from milepost.playbooks.forms import WORKERS
from milepost.team.models import Company
from milepost.team.request import Request
from milepost.team.views.people import administrator


class CostsForm(WithAmounts, forms.Form):
    """One amount a role, in the company's currency."""

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = HourCost.now()
        for role in WORKERS:
            self.fields[role.value] = AmountField(label=role.label, initial=known.get(role.value))
        self.set_currencies(company.currency)

    @transaction.atomic
    def settle(self, company: Company, *, by: Any) -> None:
        """Let an hour of each role cost what was typed, from today on."""
        for role in WORKERS:
            if self.cleaned_data[role.value] is not None:
                HourCost.settle(company, by=by, role=role.value, minor=self.cleaned_data[role.value])


@require_http_methods(["GET", "POST"])
def costs(request: Request) -> HttpResponse:
    """Settle what an hour of each role costs: with it Milepost says what going on is worth."""
    administrator(request)
    company = Company.the()
    form = CostsForm(request.POST or None, company=company)
    if request.method == "POST" and form.is_valid():
        form.settle(company, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("gates:costs")
    context = {"form": form, "company": company}
    return render(request, "gates/costs.html", context, status=422 if form.errors else 200)
