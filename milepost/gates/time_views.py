"""Log time and money on an opportunity: from its Gates page, or from My day."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from milepost.gates.effort import effort_of, warning
from milepost.gates.models import Expense, Spent
from milepost.gates.time_forms import ExpenseForm, TimeForm
from milepost.opportunities.models import Opportunity
from milepost.opportunities.views.parts import done, found, goes, today_of
from milepost.opportunities.views.work import must_work
from milepost.team.request import Request
from milepost.web.doors import find
from milepost.web.text import number
from milepost.web.words import money_short


def _chosen(request: Request) -> Opportunity | None:
    asked = number(request.GET.get("for", "") or request.POST.get("opportunity", ""))
    return Opportunity.objects.visible_to(request.user).filter(pk=asked).first() if asked is not None else None


def _is_for_one(request: Request) -> bool:
    """Tell whether the form was opened from an opportunity's page: it leads back there, else to My day."""
    return number(request.GET.get("for", "")) is not None


@require_http_methods(["GET", "POST"])
def log(request: Request) -> HttpResponse:
    """Log time; what is near the end of what was released is said at once."""
    return _logged(request, TimeForm, Spent, _say_hours, template="gates/log.html")


@require_http_methods(["GET", "POST"])
def pay(request: Request) -> HttpResponse:
    """Log money that was spent; the same warning before more goes out than was released."""
    return _logged(request, ExpenseForm, Expense, _say_money, template="gates/pay.html")


def _logged(request: Request, form_of: Any, kind: Any, say: Any, *, template: str) -> Any:
    """Keep what the form logs and say how much is left; what stands against it is told, and what was typed stays."""
    chosen, is_for_one = _chosen(request), _is_for_one(request)
    told: dict[str, Any] = {"chosen": chosen, "asked": number(request.GET.get("request", "")), "of_all": not is_for_one}
    form = form_of(request.POST or None, person=request.user, today=today_of(request), **told)

    def act() -> None:
        values = dict(form.cleaned_data)
        opportunity = values.pop("opportunity")
        must_work(request, found(request, opportunity.pk))
        kind.log(opportunity, by=request.user, **values)

    if goes(form, act):
        opportunity = form.cleaned_data["opportunity"]
        say(request, opportunity)
        on_my_day = request.POST.get("next") == "my_day"
        return redirect("desk:my_day") if on_my_day else redirect("gates:gates", opportunity.pk)
    context = {"form": form, "chosen": chosen if is_for_one else None}
    return render(request, template, context, status=422 if form.errors else 200)


def _say_hours(request: Request, opportunity: Opportunity) -> None:
    how, left = warning(effort_of(opportunity).whole)
    _say(request, opportunity, how, _("%(n)s hours") % {"n": f"{abs(left):g}"})


def _say_money(request: Request, opportunity: Opportunity) -> None:
    how, left = warning(effort_of(opportunity).money)
    _say(request, opportunity, how, money_short(round(abs(left)), request.company.currency))


def _say(request: Request, opportunity: Opportunity, how: str, left: str) -> None:
    told = {"name": opportunity.name, "left": left}
    if how == "over":
        said = _("Logged. “%(name)s” has taken %(left)s more than its gates have released.")
        messages.warning(request, said % told)
    elif how == "near":
        said = _("Logged. Of what the gates have released for “%(name)s”, %(left)s are left.")
        messages.warning(request, said % told)
    else:
        messages.success(request, _("Logged."))


@require_POST
def take_out(request: Request, pk: int) -> HttpResponse:
    """Take out time that was logged wrongly."""
    return _take_out(request, Spent, pk)


@require_POST
def take_out_expense(request: Request, pk: int) -> HttpResponse:
    """Take out money that was logged wrongly."""
    return _take_out(request, Expense, pk)


def _take_out(request: Request, kind: Any, pk: int) -> HttpResponse:
    row = find(kind.objects.visible_to(request.user).select_related("person"), pk=pk)
    row.opportunity = found(request, row.opportunity_id)
    must_work(request, row.opportunity)
    row.take_out(by=request.user)
    to = reverse("gates:gates", args=[row.opportunity_id])
    return done(request, row.opportunity, _("Taken out; the history keeps it."), to=to)
