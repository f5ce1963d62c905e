"""The Desk and My day."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from milepost.desk.today import needs
from milepost.desk.today.forms import BookForm
from milepost.opportunities.models import Attempt, Opportunity, Standing, Task
from milepost.opportunities.permissions import may_move, may_report
from milepost.team.models import Company, Person, Role
from milepost.team.request import Request
from milepost.web.doors import find, must
from milepost.web.models import Change

DAYS_AHEAD = 7
MOST = 100


@require_GET
def home(request: Request) -> HttpResponse:
    """Send everybody where their work is: coordinators and managers to the Desk, others to My day."""
    runs = request.user.sight.holds(Role.COORDINATOR, Role.SALES_MANAGER, Role.ADMINISTRATOR)
    return redirect("desk:desk" if runs else "desk:my_day")


@require_GET
def desk(request: Request) -> HttpResponse:
    """Show what needs doing over all opportunities, dearest wait first."""
    today, now = Company.the().today(), timezone.now()
    of = "all" if request.GET.get("of") == "all" else "mine"
    rows = Standing.objects.visible_to(request.user)
    found = needs.needing(rows if of == "all" else needs.mine(rows, request.user), now=now, today=today)
    counted = needs.counts(found)
    kind = request.GET.get("kind", "") if request.GET.get("kind") in needs.Kind.values else ""
    page = _page(found.filter(kind=kind) if kind else found, request.GET.get("after", ""))
    context = {
        "today": today,
        "of": of,
        "kind": kind,
        "kinds": [(k, label, counted[k]) for k, label in needs.Kind.choices if counted.get(k)],
        "in_all": sum(counted.values()),
        "items": [_item(row, today) for row in page[: needs.PAGE]],
        "next": needs.place_of(page[needs.PAGE - 1]) if len(page) > needs.PAGE else None,
    }
    if request.htmx and request.GET.get("after"):
        return render(request, "desk/_todo.html", context)
    return render(request, "desk/desk.html", context | _beside(request.user, today))


def _page(found: QuerySet[Standing], place: str) -> list[Any]:
    return list(needs.after(found, needs.Place.read(place))[: needs.PAGE + 1])


def _item(row: Any, today: datetime.date) -> dict[str, Any]:
    """Return one thing to do, with what its line needs to be drawn."""
    clock = row.as_of or today
    days = (clock - row.entered_on).days if row.entered_on else None
    return {"row": row, "days": days, "form": BookForm(prefix=str(row.pk)), "client": row.account_name or row.name}


def _beside(person: Person, today: datetime.date) -> dict[str, Any]:
    """Return what stands beside the Desk: today's appointments, overdue tasks, what was done today."""
    mine = Attempt.objects.filter(on=today, state__in=["scheduled", "held"], step__opportunity__in=_seen(person))
    done = Change.objects.filter(by=person, at__date=today, subject_kind="opportunity").order_by("-id")
    return {
        "appointments": mine.select_related("step__opportunity__account").order_by("starts_at")[:MOST],
        "tasks": _tasks(person).filter(due_on__lte=today)[:MOST],
        "done": done[:12],
    }


def _seen(person: Person) -> QuerySet[Opportunity]:
    people = person.sight.people
    own = Q(coordinator_id__in=people) | Q(salesperson_id__in=people)
    return Opportunity.objects.visible_to(person).filter(own)


def _tasks(person: Person) -> QuerySet[Any]:
    """Return the person's open tasks, and those of people they stand in for, by date."""
    open_ones = Task.objects.visible_to(person).filter(owner_id__in=person.sight.people, done_at=None)
    return open_ones.select_related("opportunity", "account").order_by("due_on", "id")


@require_http_methods(["GET", "POST"])
def book(request: Request, pk: int) -> HttpResponse:
    """Give an opportunity's current step its date from the Desk."""
    opportunity = find(Opportunity.objects.visible_to(request.user), pk=pk)
    must(may_move(request.user, opportunity), _("Dates are booked by the coordinator."))
    step = opportunity.current_step
    form = BookForm(request.POST or None, prefix=str(pk))
    if request.method == "POST" and step is not None and form.is_valid() and form.book(step, by=request.user):
        when = {"step": step.name, "client": opportunity.account or opportunity.name}
        messages.success(request, _("“%(step)s” at %(client)s has its date.") % when)
        return redirect("desk:desk")
    context = {"opportunity": opportunity, "step": step, "form": form}
    return render(request, "desk/book.html", context, status=422 if form.errors else 200)


@require_GET
def my_day(request: Request) -> HttpResponse:
    """Show a person's appointments and tasks: unreported ones first, then today and the week to come."""
    today = Company.the().today()
    attempts = list(_my_attempts(request.user, today))
    now = timezone.now()
    context = {
        "today": today,
        "unreported": [a for a in attempts if a.starts_at < now],
        "coming": _by_day([a for a in attempts if a.starts_at >= now]),
        "tasks": _tasks(request.user)[:MOST],
        "now": now,
    }
    return render(request, "desk/my_day.html", context)


def _my_attempts(person: Person, today: datetime.date) -> QuerySet[Attempt]:
    people = person.sight.people
    until = today + datetime.timedelta(days=DAYS_AHEAD)
    mine = Q(step__opportunity__salesperson_id__in=people) | Q(attendances__person_id__in=people)
    seen = Opportunity.objects.visible_to(person)
    found = Attempt.objects.filter(mine, state__in=["scheduled", "held"], on__lte=until, step__opportunity__in=seen)
    related = ("step__opportunity__account", "step__opportunity__salesperson")
    return (
        found.distinct()
        .select_related(*related)
        .prefetch_related("attendances__person", "attendances__contact")
        .order_by("starts_at", "id")[:MOST]
    )


def _by_day(attempts: list[Attempt]) -> list[tuple[datetime.date, list[Attempt]]]:
    days: dict[datetime.date, list[Attempt]] = {}
    for attempt in attempts:
        days.setdefault(attempt.on, []).append(attempt)
    return sorted(days.items())


@require_POST
def tick(request: Request, pk: int) -> HttpResponse:
    """Tick a task off, or take the tick back."""
    task = find(Task.objects.visible_to(request.user), pk=pk)
    own = task.owner_id in request.user.sight.people
    allowed = own or (task.opportunity is not None and may_report(request.user, task.opportunity))
    must(allowed, _("This task is somebody else's."))
    if task.done_at is None:
        task.finish(by=request.user)
    else:
        task.reopen(by=request.user)
    if request.htmx:
        return render(request, "desk/_task.html", {"task": task, "today": Company.the().today()})
    return redirect("desk:desk" if request.POST.get("next") == "desk" else "desk:my_day")
