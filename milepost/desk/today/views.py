"""The Desk and My day."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from milepost.desk.templatetags.tasks import draw_task
from milepost.desk.today import needs
from milepost.desk.today.drawing import Drawing
from milepost.desk.today.forms import BookForm
from milepost.opportunities.models import Attempt, Opportunity, Standing, Task
from milepost.opportunities.models.opportunity import seen_by
from milepost.opportunities.permissions import may_report
from milepost.team.models import Person, Role
from milepost.team.request import Request
from milepost.web.doors import find, must
from milepost.web.history_words import sentence
from milepost.web.models import Change

DAYS_AHEAD = 7
MOST = 100
BESIDE = 12


@require_GET
def home(request: Request) -> HttpResponse:
    """Send everybody where their work is: coordinators and managers to the Desk, others to My day."""
    runs = request.user.sight.holds(Role.COORDINATOR, Role.SALES_MANAGER, Role.ADMINISTRATOR)
    return redirect("desk:desk" if runs else "desk:my_day")


@require_GET
def desk(request: Request) -> HttpResponse:
    """Show what needs doing over all opportunities, dearest wait first."""
    today, now = request.company.today(), timezone.now()
    of = "all" if request.GET.get("of") == "all" else "mine"
    seen = Standing.objects.visible_to(request.user)
    rows = seen if of == "all" else needs.mine(seen, request.user)
    found = needs.needing(rows, now=now, today=today)
    kind = request.GET.get("kind", "") if request.GET.get("kind") in needs.Kind.values else ""
    page = _page(found.filter(kind=kind) if kind else found, request.GET.get("after", ""))
    drawing = Drawing(today=today, currency=request.company.currency, token=get_token(request))
    context = {
        "today": today,
        "of": of,
        "kind": kind,
        "any_open": rows.exists,
        "items": [drawing.thing(row) for row in page[: needs.PAGE]],
        "next": needs.place_of(page[needs.PAGE - 1]) if len(page) > needs.PAGE else None,
    }
    if request.htmx and request.GET.get("after"):
        return render(request, "desk/_todo.html", context)
    return render(request, "desk/desk.html", context | _counted(found) | _beside(request.user, today))


def _counted(found: QuerySet[Standing]) -> dict[str, Any]:
    """Return how many things there are to do, in all and of each kind."""
    counts = needs.counts(found)
    kinds = [(kind, label, counts[kind]) for kind, label in needs.Kind.choices if counts.get(kind)]
    return {"kinds": kinds, "in_all": sum(counts.values())}


def _page(found: QuerySet[Standing], place: str) -> list[Any]:
    return list(needs.after(found, needs.Place.read(place))[: needs.PAGE + 1])


def _beside(person: Person, today: datetime.date) -> dict[str, Any]:
    """Return what stands beside the Desk: today's appointments, overdue tasks, what was done today."""
    people = person.sight.people
    leads = "step__opportunity__standing__"
    own = Q((f"{leads}coordinator_id__in", people)) | Q((f"{leads}salesperson_id__in", people))
    appointments = _appointments(person).filter(own, on=today).select_related("step__opportunity__account")
    tasks = list(_tasks(person).filter(due_on__lte=today)[: BESIDE + 1])
    return {
        "appointments": appointments.order_by("starts_at", "id")[:MOST],
        "tasks": tasks[:BESIDE],
        "more_tasks": len(tasks) > BESIDE,
        "done": _done(person, today),
    }


def _done(person: Person, today: datetime.date) -> list[tuple[str, Opportunity]]:
    """Return what the person did to opportunities today, in words, the newest first."""
    midnight = datetime.datetime.combine(today, datetime.time.min, timezone.get_current_timezone())
    own = Change.objects.filter(by=person, at__gte=midnight, subject_kind="opportunity").select_related("on_behalf_of")
    changes = own.order_by("-id")[:BESIDE]
    seen = Opportunity.objects.visible_to(person).in_bulk({change.subject_id for change in changes})
    told = [(sentence(change, who=_("You")), seen.get(change.subject_id)) for change in changes]
    return [(said, opportunity) for said, opportunity in told if opportunity]


def _appointments(person: Person) -> QuerySet[Attempt]:
    """Return the appointments to come or to report that the person may see."""
    seen = seen_by(person, "step__opportunity__")
    # Only what is open has a standing: nobody reports on what has ended.
    return Attempt.objects.filter(seen, state__in=["scheduled", "held"], step__opportunity__standing__isnull=False)


def _tasks(person: Person) -> QuerySet[Any]:
    """Return the person's open tasks, and those of people they stand in for, by date."""
    open_ones = Task.objects.visible_to(person).filter(owner_id__in=person.sight.people, done_at=None)
    return open_ones.select_related("opportunity", "account").order_by("due_on", "id")


@require_http_methods(["GET", "POST"])
def book(request: Request, pk: int) -> HttpResponse:
    """Give an opportunity's current step its date from the Desk."""
    opportunity = find(Opportunity.objects.visible_to(request.user), pk=pk)
    must(may_report(request.user, opportunity), _("Dates are booked by the people who work on this opportunity."))
    step = opportunity.current_step
    form = BookForm(request.POST or None, prefix=str(pk), initial={"step": step.pk if step else None})
    if request.method == "POST" and step is not None and form.is_valid() and form.book(opportunity, by=request.user):
        said = _("“%(step)s” at %(client)s has its date.") if opportunity.account else _("“%(step)s” has its date.")
        messages.success(request, said % {"step": step.name, "client": opportunity.account})
        return redirect("desk:desk")
    context = {"opportunity": opportunity, "step": opportunity.current_step, "form": form}
    status = 409 if form.is_stale else 422 if form.errors else 200
    return render(request, "desk/book.html", context, status=status)


@require_GET
def my_day(request: Request) -> HttpResponse:
    """Show a person's appointments and tasks: unreported ones first, then today and the week to come."""
    today = request.company.today()
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
    """Return the appointments the person holds or comes to, until a week from today.

    Asked for by person first: of a large company's booked appointments only a few are anybody's own.
    """
    people = person.sight.people
    until = today + datetime.timedelta(days=DAYS_AHEAD)
    booked = Attempt.objects.filter(state__in=["scheduled", "held"], on__lte=until).order_by().values("pk")
    holds = booked.filter(step__opportunity__standing__salesperson_id__in=people)
    mine = holds.union(booked.filter(attendances__person_id__in=people))
    return (
        _appointments(person)
        .filter(pk__in=mine)
        .select_related("step__opportunity__account", "step__opportunity__salesperson")
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
    must(allowed, _("This task is somebody else’s."))
    # The form says what was meant: of two who tick at once, the second does not take the tick back.
    if request.POST.get("to", "open" if task.done_at else "done") == "done":
        task.finish(by=request.user)
    else:
        task.reopen(by=request.user)
    if request.htmx:
        on_desk = request.POST.get("next") == "desk"
        return HttpResponse(draw_task(task, request.company.today(), token=get_token(request), on_desk=on_desk))
    return redirect("desk:desk" if request.POST.get("next") == "desk" else "desk:my_day")
