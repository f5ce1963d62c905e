"""The Shared plan tab: what the client sees, what is chosen, and what is not yet published."""

from __future__ import annotations

import datetime
import zoneinfo
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from milepost.opportunities.models import Opportunity, Step
from milepost.opportunities.permissions import may_move
from milepost.opportunities.views.parts import ask, done, found, goes, head, refused, sent
from milepost.plans import printed, sheet
from milepost.plans.agreeing import standing_of
from milepost.plans.courses import lost_on
from milepost.plans.draft import Draft
from milepost.plans.forms import PartForm, WordsForm, choices_of, keys
from milepost.plans.health import health
from milepost.plans.live import Shown, shown
from milepost.plans.lost import total
from milepost.plans.models import ClientWord, Invitation, OfferedTime, PlanPart, PlanVersion, SharedPlan
from milepost.plans.models.offer import step_of
from milepost.plans.offered import offered_on, standing_on
from milepost.plans.score import score
from milepost.team.request import Request
from milepost.web.doors import find, must
from milepost.web.sheet import answer


def url(opportunity: Opportunity) -> str:
    """Return the tab's address."""
    return reverse("plans:plan", args=[opportunity.pk])


def must_move(request: Request, opportunity: Opportunity) -> None:
    why = _("The coordinator, or a coordinator or manager of its territory, decides what is shared with the client.")
    must(may_move(request.user, opportunity), why)


def plan_of(opportunity: Opportunity) -> SharedPlan | None:
    """Return the opportunity's plan, None as long as nothing was ever shared."""
    plan = SharedPlan.objects.filter(opportunity=opportunity).first()
    if plan is not None:
        plan.opportunity = opportunity
    return plan


def own_plan(request: Request, pk: int) -> SharedPlan:
    """Return the plan of an opportunity that the person moves."""
    opportunity = found(request, pk)
    must_move(request, opportunity)
    plan = plan_of(opportunity)
    if plan is None:
        raise Http404
    return plan


def draft_of(request: Request, plan: SharedPlan) -> Draft:
    return Draft.of(plan, seller=plan.seller_name(request.company))


def plan(request: Request, pk: int) -> HttpResponse:
    """Show what the client sees, what is not published yet, and where to change it."""
    opportunity = found(request, pk)
    context, own = head(request, opportunity, tab="plan"), plan_of(opportunity)
    if own is not None:
        draft = draft_of(request, own)
        steps, loose = choices_of(opportunity, draft.parts)
        context |= {"plan": own, "draft": draft, "steps": steps, "loose": loose, "links": links_of(own, draft)}
        context |= {**said_on(own), "offers": offers_on(own)}
        if draft.published is not None:
            context |= standing_of(draft.published, list(own.agreements.select_related("version")))
            context |= how_it_stands(own, draft, context, request.company.today())
    return render(request, "plans/plan.html", context)


def links_of(own: SharedPlan, draft: Draft) -> list[Invitation]:
    """Return the client's links that nobody has ended, with when they were used; none before anything is published."""
    if draft.published is None:
        return []
    return list(own.invitations.standing().select_related("contact", "by").prefetch_related("looks"))


@dataclass(frozen=True)
class Standing:
    """The times offered for one step."""

    step: Step
    times: list[OfferedTime]

    @property
    def now(self) -> datetime.datetime | None:
        """Return when the appointment is that stands until another time is picked."""
        offer = self.times[0].offer
        is_set = self.step.state == "scheduled" and offer.instead_of is not None
        return offer.instead_of.astimezone(zoneinfo.ZoneInfo(offer.zone)) if is_set and offer.instead_of else None

    @property
    def are_past(self) -> bool:
        return all(time.is_past for time in self.times)


def offers_on(own: SharedPlan) -> list[Standing]:
    """Return the times offered for each step."""
    offers = [Standing(step_of(times[0].offer.part), times) for times in standing_on(own)]
    for each in offers:
        each.step.opportunity = own.opportunity
    return offers


def how_it_stands(own: SharedPlan, draft: Draft, context: dict[str, Any], today: datetime.date) -> dict[str, Any]:
    """Return what is late in what is published, and how well it is carried out."""
    assert draft.published is not None
    plan = shown(draft.published.content, draft.parts, draft.attempts, today=today, words=context["open_words"])
    kinds = (ClientWord.Kind.DONE, ClientWord.Kind.FILE)
    accepted = set(
        own.words.filter(accepted=True, kind__in=kinds, part__isnull=False).values_list("part_id", flat=True)
    )
    links = [link for link in context["links"] if link.works] if own.records_looks else None
    lost = lost_on(draft, today)
    return {
        "health": health(plan, today),
        "score": score(plan, links, holds=context["holds"], accepted=accepted),
        "lost": [row for row in lost if row.any],
        "lost_in_all": total(lost),
    }


def said_on(own: SharedPlan) -> dict[str, Any]:
    """Return what clients said: all that waits for an answer, and the newest that has one."""
    words = own.words.select_related("link__contact", "answered_by").order_by("answered_at", "-pk")
    done = words.exclude(answered_at=None).order_by("-answered_at")
    return {"open_words": list(words.open()), "answered": list(done[:10])}


def begin(request: Request, pk: int) -> HttpResponse:
    """Begin the plan with its own words; nothing is on it yet."""
    opportunity = found(request, pk)
    must_move(request, opportunity)
    if plan_of(opportunity) is not None:
        return HttpResponseRedirect(url(opportunity))
    # Our own name for it may say what the client must not read: it is not offered as a title.
    form = WordsForm(sent(request), initial={"title": _("What we do together")})
    if goes(form, lambda: form.begin(opportunity, by=request.user)):
        said = _("Nothing is shared yet. Choose what the client sees, look at it, then publish.")
        return done(request, opportunity, said, to=url(opportunity))
    words = {"title": _("A plan to share with the client"), "button": _("Begin"), "back": url(opportunity)}
    return ask(request, opportunity, form, **words)


def words(request: Request, pk: int) -> HttpResponse:
    """Change the plan's title and the words it begins with."""
    own = own_plan(request, pk)
    form = WordsForm(sent(request), instance=own)
    if goes(form, lambda: form.apply(by=request.user)):
        return done(request, own.opportunity, _("Saved, not published yet."), to=url(own.opportunity))
    said = {"title": _("The plan’s own words"), "button": _("Save"), "back": url(own.opportunity)}
    return ask(request, own.opportunity, form, **said)


@require_POST
def choose(request: Request, pk: int) -> HttpResponse:
    """Share what was ticked since the page was opened, and no longer what was unticked.

    What somebody else ticked meanwhile stays as they left it.
    """
    own = own_plan(request, pk)
    was, now = keys(request.POST.getlist("was")), keys(request.POST.getlist("share"))
    with transaction.atomic():
        changed = own.share(sorted(now - was), by=request.user) + own.keep_back(sorted(was - now), by=request.user)
    said = _("Saved, not published yet.") if changed else _("Nothing was changed.")
    return done(request, own.opportunity, said, to=url(own.opportunity))


def part(request: Request, pk: int) -> HttpResponse:
    """Say one part in the plan's own words, and who does it."""
    row = find(PlanPart.objects.visible_to(request.user).with_originals(), pk=pk)
    opportunity = found(request, row.plan.opportunity_id)
    must_move(request, opportunity)
    form = PartForm(sent(request), instance=row, opportunity=opportunity, person=request.user)
    if goes(form, lambda: form.apply(by=request.user, by_whom=form.cleaned_data.get("by_whom", ""))):
        return done(request, opportunity, _("Saved, not published yet."), to=url(opportunity))
    said = {"title": _("For the client: “%s”") % row, "button": _("Save"), "back": url(opportunity)}
    return ask(request, opportunity, form, **said)


def preview(request: Request, pk: int) -> HttpResponse:
    """Show exactly what the client will see, before it is published."""
    own = own_plan(request, pk)
    draft = draft_of(request, own)
    return render(request, "plans/client.html", {**page_of(request, draft.content, draft), "preview": draft})


def page_of(request: Request, content: Any, draft: Draft) -> dict[str, Any]:
    """Return what the client's page is drawn from; here for nobody in particular."""
    today, offers = request.company.today(), offered_on(draft.plan)
    return {"shown": shown(content, draft.parts, draft.attempts, today=today, offers=offers), "plan": draft.plan}


@require_POST
def publish(request: Request, pk: int) -> HttpResponse:
    """Publish what was previewed, and nothing that has changed since."""
    own = own_plan(request, pk)
    draft, to = draft_of(request, own), url(own.opportunity)
    if draft.is_empty:
        return refused(request, own.opportunity, _("Nothing is on the plan yet. Choose what to share first."), to=to)
    if request.POST.get("seen") != draft.sha256:
        why = _("It has changed since you looked. Nothing was published; look at it once more.")
        return refused(request, own.opportunity, why, to=reverse("plans:preview", args=[pk]))
    version = PlanVersion.publish(own, draft.content, by=request.user)
    return done(request, own.opportunity, _("Version %s is published.") % version.number, to=to)


def version(request: Request, pk: int) -> HttpResponse:
    """Show a published version as its words were; what is done is as of now."""
    row = find(PlanVersion.objects.visible_to(request.user).select_related("plan"), pk=pk)
    row.plan.opportunity = found(request, row.plan.opportunity_id)
    context = page_of(request, row.content, draft_of(request, row.plan))
    return render(request, "plans/client.html", {**context, "version": row, "looking_back": True})


@require_safe
def pdf(request: Request, pk: int) -> HttpResponseBase:
    """Hand out a published version on paper, as it stands now."""
    row, plan = _as_it_stands(request, pk)
    return printed.answer(plan, row, f"plan-v{row.number}")


def _as_it_stands(request: Request, pk: int) -> tuple[PlanVersion, Shown]:
    row = find(PlanVersion.objects.visible_to(request.user).select_related("plan"), pk=pk)
    row.plan.opportunity = found(request, row.plan.opportunity_id)
    return row, page_of(request, row.content, draft_of(request, row.plan))["shown"]


@require_safe
def workbook(request: Request, pk: int) -> HttpResponseBase:
    """Hand out a published version as an Excel sheet, as it stands now."""
    row, plan = _as_it_stands(request, pk)
    return answer("xlsx", f"plan-v{row.number}", sheet.columns(), sheet.rows(plan))
