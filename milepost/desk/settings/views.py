"""Pages for the company, its currencies and its reasons."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from milepost.desk.settings.forms import CompanyForm, PlanRateForm, RateForm, ReasonForm
from milepost.forecasts.follow import follow_calendar, follow_currency, follow_delay, follow_names, follow_rate
from milepost.forecasts.former import keep_days
from milepost.opportunities.models import Opportunity, Reason
from milepost.team.models import Company, Person, PlanRate, Rate
from milepost.team.request import Request
from milepost.team.views.people import administrator
from milepost.web.jobs import under_way


@require_http_methods(["GET", "POST"])
def company(request: Request) -> HttpResponse:
    """Edit what the company has settled for everybody."""
    administrator(request)
    before = Company.the()
    form = CompanyForm(request.POST or None, instance=Company.the())
    if request.method == "POST" and form.is_valid() and _settle(form, before, request.user):
        messages.success(request, _("Saved."))
        return redirect("desk:company")
    status = 409 if form.conflicts else 422 if form.errors else 200
    return render(
        request, "desk/company.html", {"form": form, "under_way": under_way("reprice", "learn")}, status=status
    )


@transaction.atomic
def _settle(form: CompanyForm, before: Company, by: Person) -> bool:
    """Save what was settled, and let follow what depends on it."""
    if not form.apply(by=by):
        return False
    now = Company.the()
    if now.fiscal != before.fiscal:
        keep_days(before.fiscal, now.fiscal)
    if now.currency != before.currency:
        follow_currency(by=by)
    elif now.fiscal != before.fiscal:
        follow_calendar(by=by)
    elif now.delay_percent != before.delay_percent:
        follow_delay(by=by)
    if now.accuracy_by_name != before.accuracy_by_name:
        follow_names(by=by)
    return True


@require_http_methods(["GET", "POST"])
def currencies(request: Request) -> HttpResponse:
    """Keep the rates; open opportunities follow at once, ended ones keep the rate of their day."""
    administrator(request)
    form = RateForm(request.POST or None, initial={"valid_from": Company.the().today()})
    if request.method == "POST" and form.is_valid():
        n = _keep(form, request.user)
        told = ngettext("Kept. %(n)s open opportunity follows.", "Kept. %(n)s open opportunities follow.", n)
        messages.success(request, told % {"n": n})
        return redirect("desk:currencies")
    context = {
        "form": form,
        "rates": Rate.objects.filter(base=Company.the().currency)[:500],
        "without": _without_rate(),
        "under_way": under_way("reprice", "learn"),
    }
    return render(request, "desk/currencies.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _keep(form: RateForm, by: Person) -> int:
    return follow_rate(form.keep(by=by).currency, by=by)


@require_http_methods(["GET", "POST"])
def plan_rates(request: Request) -> HttpResponse:
    """Keep what currencies count in each year's plan, for comparisons that changing rates shall not disturb."""
    administrator(request)
    company = Company.the()
    form = PlanRateForm(request.POST or None, initial={"year": company.fiscal.year_of(company.today())})
    if request.method == "POST" and form.is_valid():
        form.keep(by=request.user)
        messages.success(request, _("Kept."))
        return redirect("desk:plan_rates")
    context = {"form": form, "rates": PlanRate.objects.filter(base=company.currency)[:500]}
    return render(request, "desk/plan_rates.html", context, status=422 if form.errors else 200)


def _without_rate() -> list[str]:
    """Return the currencies of open opportunities that nobody has given a rate."""
    rows = Opportunity.objects.open().filter(value_minor__isnull=False, company_value_minor=None)
    return sorted(set(rows.order_by().values_list("currency", flat=True)))


@require_http_methods(["GET", "POST"])
def reasons(request: Request) -> HttpResponse:
    """Keep the list of reasons that closing asks for."""
    administrator(request)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.add(by=request.user)
        messages.success(request, _("Added."))
        return redirect("desk:reasons")
    context = {"form": form, "reasons": Reason.objects.all()}
    return render(request, "desk/reasons.html", context, status=422 if form.errors else 200)


@require_POST
def retire_reason(request: Request, pk: int) -> HttpResponse:
    """Offer a reason no longer, or again."""
    administrator(request)
    reason = get_object_or_404(Reason, pk=pk)
    to = request.POST.get("to", "offered" if reason.retired_at else "retired")
    if (to == "retired") != bool(reason.retired_at):  # of two who press it at once, the second changes nothing
        (reason.retire if to == "retired" else reason.revive)(by=request.user)
    return redirect("desk:reasons")
