"""Begin an opportunity; edit its head."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from milepost.accounts.models import Account
from milepost.accounts.permissions import may_add
from milepost.opportunities.alike import alike
from milepost.opportunities.forms.begin import BeginForm, accounts_like, active_versions, territories_of
from milepost.opportunities.forms.head import OpportunityForm
from milepost.opportunities.models import Opportunity
from milepost.opportunities.permissions import may_begin, may_move, may_report
from milepost.opportunities.views.parts import ask, done, found, goes, sent, today_of
from milepost.team.models import Person, Role
from milepost.team.request import Request
from milepost.web.doors import must
from milepost.web.text import number


def new(request: Request) -> HttpResponse:
    """Begin an opportunity: it is given a string of its own, copied from its playbook."""
    person = request.user
    must(may_begin(person), _("Opportunities are begun by those who sell or coordinate."))
    company = request.company
    given: dict[str, Any] = {"person": person, "currency": company.currency, "today": today_of(request)}
    form = BeginForm(sent(request), initial=_first_values(request), **given)
    made: list[Opportunity] = []
    if goes(form, lambda: made.append(form.begin())):
        return done(request, made[0], _("“%s” has begun. Give its first step a date.") % made[0].name)
    context = {"form": form, "playbooks": active_versions().exists(), **_adding(person)}
    status = 409 if form.moved else 422 if form.is_bound else 200
    return render(request, "opportunities/new.html", {**context, **_came_back(request, form)}, status=status)


def _first_values(request: Request) -> dict[str, Any]:
    """Return what stands in the form at first: from the account, or from the opportunity that came back."""
    person = request.user
    runs = person.sight.holds(Role.COORDINATOR)
    first: dict[str, Any] = {"coordinator" if runs else "salesperson": person}
    versions = list(active_versions())
    if len(versions) == 1:
        first["playbook_version"] = versions[0]
    account = number(request.GET.get("account", ""))
    if account is not None:
        known = Account.objects.visible_to(person).filter(Q(pk=account) | Q(pk__in=_went_into(account))).first()
        first |= {"account": known.pk, "account_name": known.name} if known else {}
    if request.GET.get("name"):
        first["name"] = request.GET["name"][:200]
    return first | _from_earlier(request, versions)


def _went_into(account: int) -> Any:
    return Account.objects.filter(pk=account).exclude(merged_into=None).values("merged_into")


def _earlier(request: Request) -> Opportunity | None:
    asked = number(request.POST.get("came_back_from") or request.GET.get("came_back_from") or "")
    if asked is None:
        return None
    rows = Opportunity.objects.visible_to(request.user).select_related("account", "playbook_version")
    return rows.filter(pk=asked).first()


def _from_earlier(request: Request, versions: list[Any]) -> dict[str, Any]:
    earlier = _earlier(request)
    if earlier is None:
        return {}
    same_book = [v for v in versions if v.playbook_id == earlier.playbook_version.playbook_id]
    values = {name: getattr(earlier, name) for name in ("name", "value_minor", "currency", "territory", "description")}
    if earlier.account is not None:
        values |= {"account": earlier.account_id, "account_name": earlier.account.name}
    if same_book:
        values["playbook_version"] = same_book[0]
    who = {"coordinator": earlier.coordinator_id, "salesperson": earlier.salesperson_id}
    return {**values, **{role: pk for role, pk in who.items() if pk}, "came_back_from": earlier, "another": True}


def _came_back(request: Request, form: BeginForm) -> dict[str, Any]:
    return {"earlier": _earlier(request)}


def accounts(request: Request) -> HttpResponse:
    """Offer the accounts that may be meant, while the name is typed."""
    person = request.user
    name = request.GET.get("account_name", "").strip()[:200]
    offered = accounts_like(name, person) if len(name) > 1 else []
    context = {"offered": offered, "typed": name, "chosen": request.GET.get("account", ""), **_adding(person)}
    return render(request, "opportunities/_accounts.html", context)


def _adding(person: Person) -> dict[str, bool]:
    """Return whether the person may add an account, and has several territories for it: then one is to be chosen."""
    return {"may_add": may_add(person), "several": len(territories_of(person)) > 1}


def duplicates(request: Request) -> HttpResponse:
    """Point out opportunities that are called like what is being typed."""
    person = request.user
    chosen = number(request.GET.get("account", ""))
    rows = Account.objects.visible_to(person)
    account = None if chosen is None else rows.filter(pk=chosen).first()
    name = request.GET.get("name", "")[:200]
    found_ = alike(name, person=person, account=account) if len(name) > 3 else []
    return render(request, "opportunities/_alike.html", {"duplicates": found_})


def edit(request: Request, pk: int) -> HttpResponse:
    """Change what stands at the head of the opportunity."""
    opportunity = found(request, pk)
    may = may_report(request.user, opportunity)
    must(may, _("Only the people who work on this opportunity change it."))
    form = OpportunityForm(sent(request), instance=opportunity, person=request.user)
    if goes(form, lambda: form.apply(by=request.user)):
        return done(request, form.row, _("Saved."))
    more: dict[str, Any] = {"template": "opportunities/edit.html", "may_add": False}
    more["may_move"] = may_move(request.user, opportunity)
    return ask(request, form.row, form, title=_("Edit “%s”") % form.row.name, button=_("Save"), **more)
