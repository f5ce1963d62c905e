"""The Desk and My day."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from milepost.buyers.models import KeptWarning
from milepost.desk.large import is_large
from milepost.desk.templatetags.tasks import draw_task
from milepost.desk.today import needs
from milepost.desk.today.beside import (
    BESIDE,
    MOST,
    alarms_of,
    appointments,
    beside,
    questions_of,
    requests_of,
    tasks_of,
)
from milepost.desk.today.drawing import Drawing
from milepost.desk.today.forms import BookForm
from milepost.desk.today.waiting import waiting_for_others
from milepost.gates.models import Delegation
from milepost.gates.pauses import over as pauses_over
from milepost.opportunities.models import Attempt, Opportunity, Standing, Step, Task
from milepost.opportunities.permissions import MOVERS, may_report
from milepost.team.models import Cover, Person, Role
from milepost.team.request import Request
from milepost.team.sight import Sight
from milepost.web.doors import find, must
from milepost.web.prepared import Prepared, given_day, given_id, given_time

DAYS_AHEAD = 7
BEGIN_WITH = 5
PLACE = needs.Place(loss=given_id("loss"), since=given_day("since"), pk=given_id("pk"))


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
    kind = request.GET.get("kind", "") if request.GET.get("kind") in needs.Kind.values else ""
    asked = (request.user.sight, of, kind)
    page = _page(asked, needs.Place.read(request.GET.get("after", "")), now=now, today=today)
    gates = [row.pk for row in page if row.kind == needs.Kind.GATE]
    over = pauses_over(gates, today) if gates else {}
    drawing = _drawing(request, today, over)
    context = {
        "today": today,
        "of": of,
        "kind": kind,
        "any_open": _rows(request.user.sight, of).exists,
        "covers": Cover.of_today(request.user, today),
        "alarms": alarms_of(request.user),
        "given": GIVEN.ask(request.user.sight, to=request.user.pk, today=today),
        "items": _drawn(drawing, page[: needs.PAGE]),
        "next": needs.place_of(page[needs.PAGE - 1]) if len(page) > needs.PAGE else None,
    }
    if request.htmx and request.GET.get("after"):
        return render(request, "desk/_todo.html", context)
    context |= beside(request.user, today)
    if of == "all" and page and "counted" not in request.GET and is_large():
        context["follows"] = f"{reverse('desk:desk_counts')}?{urlencode({'of': of, 'kind': kind})}"
    else:
        context |= _counted(drawing, asked, now=now, today=today)
    return render(request, "desk/desk.html", context)


@require_GET
def counts(request: Request) -> HttpResponse:
    """Show how many things there are to do over everybody's opportunities, where the Desk came without."""
    today, now = request.company.today(), timezone.now()
    kind = request.GET.get("kind", "") if request.GET.get("kind") in needs.Kind.values else ""
    if not request.htmx:
        return redirect(f"{reverse('desk:desk')}?{urlencode({'of': 'all', 'kind': kind, 'counted': 1})}")
    drawing = _drawing(request, today, {})
    context = _counted(drawing, (request.user.sight, "all", kind), now=now, today=today)
    return render(request, "desk/_desk_counts.html", context | {"of": "all", "kind": kind, "oob": True})


def _drawing(request: Request, today: datetime.date, over: dict[int, str]) -> Drawing:
    money, token = request.company.currency, get_token(request)
    return Drawing(sight=request.user.sight, today=today, currency=money, token=token, over=over)


def _rows(sight: Sight, of: str) -> QuerySet[Standing]:
    seen = Standing.objects.visible_to(sight)
    return seen if of == "all" else needs.mine(seen, sight)


def _needing(sight: Sight, of: str) -> QuerySet[Any]:
    found = needs.needing(_rows(sight, of), now=given_time("now"), today=given_day("today"))
    return found if of == "all" else needs.for_me(found, sight)


def _shown(sight: Sight, of: str, kind: str) -> QuerySet[Any]:
    """Return what is shown one by one: those of a kind, or all but the imported ones, which are one question."""
    found = _needing(sight, of)
    return found.filter(kind=kind) if kind else found.exclude(needs.UNTOUCHED)


GIVEN = Prepared[Any](lambda sight: Delegation.to_decide(sight, given_day("today"), to=given_id("to"))[:BESIDE])
FIRST = Prepared[Any](lambda *asked: _shown(*asked)[: needs.PAGE + 1])
NEXT = Prepared[Any](lambda *asked: needs.after(_shown(*asked), PLACE)[: needs.PAGE + 1])
COUNTS = Prepared[Any](lambda *asked: needs.counted(_needing(*asked)))


def _drawn(drawing: Drawing, rows: list[Any]) -> list[str]:
    warned = KeptWarning.of_few([row.pk for row in rows])
    return [drawing.thing(row, warnings=len(warned.get(row.pk, ()))) for row in rows]


def _counted(drawing: Drawing, asked: tuple[Sight, str, str], **values: Any) -> dict[str, Any]:
    """Return how many things there are to do of each kind, in hand, and imported but not yet taken in hand."""
    sight, of, chosen = asked
    counts = {kind: n for kind, n in COUNTS.ask(sight, of, **values) if kind}
    kinds = [(kind, label, counts[kind]) for kind, label in needs.Kind.choices if counts.get(kind)]
    imported = counts.get(needs.Kind.IMPORTED, 0)
    begin_with = _begin_with(drawing, sight, of, **values) if imported and not chosen else []
    return {
        "kinds": kinds,
        "in_hand": sum(counts.values()) - imported,
        "imported": imported,
        "begin_with": begin_with,
        "may_give": sight.holds(*MOVERS),
    }


def _begin_with(drawing: Drawing, sight: Sight, of: str, **values: Any) -> list[str]:
    """Draw the imported ones to begin with: those that lose most by waiting."""
    return _drawn(drawing, FIRST.ask(sight, of, needs.Kind.IMPORTED.value, **values)[:BEGIN_WITH])


def _page(asked: tuple[Sight, str, str], place: needs.Place | None, **values: Any) -> list[Any]:
    if place is None:
        return FIRST.ask(*asked, **values)
    return NEXT.ask(*asked, **values, loss=place.loss, since=place.since, pk=place.pk)


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
    waiting, more_waiting = waiting_for_others(request.user)
    context = {
        "today": today,
        "covers": Cover.of_today(request.user, today),
        "waiting": waiting,
        "more_waiting": more_waiting,
        "unreported": [a for a in attempts if a.starts_at < now],
        "coming": _by_day([a for a in attempts if a.starts_at >= now]),
        "tasks": tasks_of(request.user)[:MOST],
        "alarms": alarms_of(request.user),
        "given": GIVEN.ask(request.user.sight, to=request.user.pk, today=today),
        "questions": questions_of(request.user, today),
        **requests_of(request.user),
        "now": now,
    }
    return render(request, "desk/my_day.html", context)


def _my_attempts(person: Person, today: datetime.date) -> QuerySet[Attempt]:
    """Return the appointments the person holds or comes to, until a week from today.

    Asked for by person first, one question within the other so that the database does not turn it round: of a large
    company's booked appointments only a few are anybody's own.
    """
    people = person.sight.people
    until = today + datetime.timedelta(days=DAYS_AHEAD)
    booked = Attempt.objects.filter(state__in=["scheduled", "held"], on__lte=until).order_by().values("pk")
    sold = Standing.objects.filter(salesperson_id__in=people).values("pk")
    holds = booked.filter(step__in=Step.objects.filter(opportunity__in=sold).order_by().values("pk"))
    mine = holds.union(booked.filter(attendances__person_id__in=people))
    return (
        appointments(person)
        .filter(pk__in=mine)
        .annotate(call_plan=F("step__playbook_step__call_plan"))
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
