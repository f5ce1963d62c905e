"""What every page of an opportunity shares: the door to it, its head, and how a deed is asked for and done."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from milepost.opportunities.meanwhile import Meanwhile, mark, must_be_undisturbed
from milepost.opportunities.models import (
    Attachment,
    BeforeReport,
    Condition,
    Judgement,
    Note,
    Opportunity,
    Outcome,
    Step,
    Tailoring,
    Task,
    TeamMember,
)
from milepost.opportunities.permissions import may_move, may_report, may_work_on
from milepost.opportunities.picture import large_beads, pace
from milepost.opportunities.views.said import chance_moved
from milepost.opportunities.voices import Counted, counted_for
from milepost.playbooks.models import PlaybookVersion
from milepost.team.models import Role
from milepost.team.request import Request, remember_chance
from milepost.team.sight import Sight
from milepost.web.doors import find
from milepost.web.history import StaleEdit
from milepost.web.history_words import tell
from milepost.web.prepared import Prepared, given_id
from milepost.web.words import interval

log = logging.getLogger(__name__)

# These are kept by a folder above this one: the models are asked for by their relations.
STAKEHOLDERS: Any = Opportunity._meta.get_field("stakeholders").related_model
REQUESTS: Any = Opportunity._meta.get_field("requests").related_model
QUESTIONS: Any = Opportunity._meta.get_field("questions").related_model
ALARMS: Any = Opportunity._meta.get_field("vision_alarms").related_model
RELATED = ("account", "territory", "salesperson", "coordinator", "playbook_version__playbook", "programme")


# A rule, somebody else's newer edit, or a constraint that two at once would break.
STANDS_AGAINST = (ValueError, StaleEdit, IntegrityError)


def today_of(request: Request) -> datetime.date:
    """Return the date it is in the company."""
    return request.company.today()


def zone_of(request: Request) -> str:
    """Return the time zone in which the person makes appointments."""
    return request.user.time_zone or request.company.time_zone


def found(request: Request, pk: int) -> Opportunity:
    """Return the opportunity with all that its head shows, in one query; 404 for whoever may not see it.

    The request remembers what its chance was before any deed.
    """
    one = FOUND.find(request.user.sight, pk=pk)
    standing = getattr(one, "standing", None)
    remember_chance(request, pk, standing.win if standing else None)
    return one


def step_found(request: Request, pk: int) -> Step:
    """Return a step of an opportunity the person sees."""
    step = find(Step.objects.visible_to(request.user), pk=pk)
    step.opportunity = found(request, step.opportunity_id)
    return step


def _head_of(sight: Sight) -> Any:
    own = {"opportunity": OuterRef("pk"), "person_id__in": sight.people}
    team, unseen = TeamMember.objects.filter(**own), ALARMS.objects.filter(**own, seen_at=None)
    rows = _with_head(Opportunity.objects.visible_to(sight)).filter(pk=given_id("pk"))
    rows = rows.annotate(on_team=Exists(team), vision_changed=Exists(unseen))
    # Most strings have no conditions and were never tailored: then nobody need ask for them (`rows.step_rows`).
    before = Exists(BeforeReport.objects.filter(opportunity=OuterRef("pk")))
    return rows.annotate(
        has_conditions=_has(Condition), has_why=_has(Tailoring), has_tasks=_has(Task), has_before=before
    )


def _has(kind: Any) -> Exists:
    return Exists(kind.objects.filter(step__opportunity=OuterRef("pk")))


def _with_head(rows: Any) -> Any:
    newest = PlaybookVersion.objects.filter(playbook=OuterRef("playbook_version__playbook"), published_at__isnull=False)
    judged = Judgement.objects.filter(opportunity=OuterRef("pk")).order_by("-id")
    return (
        rows.select_related(*RELATED, "standing", "standing__figure")
        .defer("standing__figure__win_draws", "standing__figure__won_by")
        .annotate(
            newest_version=Subquery(newest.order_by("-number").values("number")[:1]),
            judged_on=Subquery(judged.values("on")[:1]),
            judged_by=Subquery(judged.values("by__name")[:1]),
            kept_notes=_count(Note.objects.all()),
            kept_files=_count(Attachment.objects.filter(removed_at=None)),
            kept_people=_count(STAKEHOLDERS.objects.all()),
            kept_requests=_count(REQUESTS.objects.open()),
            kept_questions=_count(QUESTIONS.objects.filter(answered_on=None)),
        )
    )


def _count(rows: Any) -> Any:
    own = rows.filter(opportunity=OuterRef("pk")).order_by().values("opportunity")
    return Coalesce(Subquery(own.annotate(n=Count("pk")).values("n")), 0)


FOUND = Prepared[Opportunity](_head_of)


def word_told(request: Request, opportunity: Opportunity) -> Counted | None:
    """Return whose word counts in the win chance, as far as this person is told."""
    manages = request.user.sight.holds(Role.SALES_MANAGER, Role.ADMINISTRATOR, territory=opportunity.territory_id)
    may_know = request.company.accuracy_by_name and manages
    return counted_for(request.user, standing_of(opportunity), may_know=may_know)


def standing_of(opportunity: Opportunity) -> Any:
    """Return the opportunity's reading row; None once it has ended."""
    return getattr(opportunity, "standing", None)


def outcome_of(opportunity: Opportunity) -> Outcome | None:
    """Return how it ended, with all that the page says of it."""
    outcome: Outcome | None = opportunity.outcomes.standing().select_related("step", "by").first()
    return outcome


def head(request: Request, opportunity: Opportunity, tab: str = "") -> dict[str, Any]:
    """Return what the top of every page of an opportunity needs."""
    person = request.user
    standing = standing_of(opportunity)
    today = today_of(request)
    return {
        "opportunity": opportunity,
        "standing": standing,
        "outcome": None if standing else outcome_of(opportunity),
        "beads": large_beads(opportunity, standing, today),
        "win_interval": interval(standing.win_low, standing.win_high) if standing else "",
        "pace": pace(standing, opportunity.clock(today)),
        "may_move": may_move(person, opportunity),
        "may_report": may_report(person, opportunity),
        "may_work": may_work_on(person, opportunity),
        "tab": tab,
        "today": today,
    }


def page_url(opportunity: Opportunity) -> str:
    return reverse("opportunities:page", args=[opportunity.pk])


def back_to(request: Request, otherwise: str) -> str:
    """Return where the person came from, if it is one of our own pages."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/"):
        return asked
    return otherwise


def goes(form: Any, act: Callable[[], Any], *, line_of: Opportunity | None = None) -> bool:
    """Do the deed if the form was sent and is right; a rule that stands against it becomes the form's error.

    A form about the line of `line_of` does nothing when others have moved that line since it was opened: it is
    shown again with what they did, and counts when it is sent once more; where it would be refused then, it says so.
    """
    if not form.is_bound:
        return False
    is_right = form.is_valid()
    try:
        with transaction.atomic():
            if line_of is not None:
                must_be_undisturbed(line_of, form.data.get("seen", ""))
            if is_right:
                act()
    except STANDS_AGAINST as refused:
        error: Exception = refused
        if isinstance(error, IntegrityError):  # most often two at once; if not, whoever runs it has to know
            log.warning("A constraint stood against a deed: %s", error)
        form.meanwhile = tell(getattr(error, "changes", ()))
        if is_right and isinstance(error, Meanwhile) and (against := _stands_against(act)):
            form.is_over, error = True, against
        field = getattr(error, "field", None)
        form.add_error(field if field in form.fields else None, _with_the_way_out(error))
    return not form.errors


def _stands_against(act: Callable[[], Any]) -> Exception | None:
    """Return what would stand against the deed now: it is tried and taken back."""
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except STANDS_AGAINST as error:
        return error
    return None


def _with_the_way_out(error: Exception) -> str:
    """Return what stands against a deed, and where a wrong day that it is about is corrected, beside what was typed."""
    step = getattr(error, "days_of", None)
    if step is None:
        return in_words(error)
    way_out = _("If that day is wrong, correct it first (opens in another tab):")
    there, name = reverse("opportunities:days", args=[step.pk]), _("the days of “%s”") % step.name
    return format_html('{} {} <a href="{}" target="_blank">{}</a>', in_words(error), way_out, there, name)


def in_words(error: Exception) -> str:
    """Return what stands against a deed in words for the screen."""
    if isinstance(error, ValueError):
        return str(error)
    return _("Somebody else was a moment earlier. Look at the page again, then decide.")


def ask(
    request: Request,
    opportunity: Opportunity,
    form: Any,
    *,
    title: Any,
    button: Any,
    template: str = "opportunities/deed.html",
    **more: Any,
) -> HttpResponse:
    """Show the form of a deed under the opportunity's head; with errors it keeps what was typed."""
    status = 200
    if form.is_bound and form.errors:
        opportunity = found(request, opportunity.pk)  # a refused deed has left its marks on the objects in memory
        told = any(getattr(form, name, None) for name in ("conflicts", "meanwhile", "is_late"))
        status = 409 if told else 422
    back = back_to(request, page_url(opportunity))
    context = {
        **head(request, opportunity),
        "seen": mark(opportunity),
        "form": form,
        "deed": title,
        "button": button,
        "back": back,
        **more,
    }
    return render(request, template, context, status=status)


def done(
    request: Request, opportunity: Opportunity, said: Any, *, to: str = "", undo: str = ""
) -> HttpResponseRedirect:
    """Say what was done, and what it did to the chance, and go back; `undo` is the address of the inverse deed."""
    messages.success(request, f"{said} {chance_moved(request, opportunity)}".strip(), extra_tags=undo)
    return HttpResponseRedirect(back_to(request, to or page_url(opportunity)))


def refused(request: Request, opportunity: Opportunity, why: Any, *, to: str = "") -> HttpResponseRedirect:
    """Say what stood against it and go back to the page."""
    messages.error(request, in_words(why) if isinstance(why, Exception) else str(why))
    return HttpResponseRedirect(back_to(request, to or page_url(opportunity)))


def sent(request: Request) -> Any:
    """Return what was posted, None when the page is only looked at."""
    return request.POST if request.method == "POST" else None
