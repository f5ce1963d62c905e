"""One person at the client: what is known with its days, who they are near to, and help to choose an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from milepost.buyers.forms.ties import RelationshipForm, TieForm
from milepost.buyers.helping import HELP, suggest
from milepost.buyers.models import Lists, Relationship, Stakeholder, StakeholderFact, Tie
from milepost.buyers.models.lists import capital
from milepost.buyers.rows import lines_of
from milepost.buyers.traits import TRAITS
from milepost.buyers.views.people import person_url, stakeholder_found, stakeholder_seen
from milepost.opportunities.views.parts import ask, done, goes, head, sent
from milepost.opportunities.views.work import must_work
from milepost.team.request import Request
from milepost.web.doors import find
from milepost.web.text import number

SHOWN = 60


@dataclass(frozen=True)
class Told:
    """What is known of one trait: in words, and since when it stands."""

    key: str
    label: Any
    text: str
    since: Any


def person(request: Request, pk: int) -> HttpResponse:
    """Show all that is known of somebody's part in this opportunity."""
    row = stakeholder_seen(request, pk)
    opportunity, lists = row.opportunity, Lists.read()
    facts = list(row.facts.select_related("by").order_by("-said_on", "-id")[:SHOWN])
    context = {
        **head(request, opportunity, tab="people"),
        "row": row,
        "line": lines_of([row], lists)[0],
        "told": _told(row, lists, facts),
        "facts": [(TRAITS[fact.trait].label, capital(lists.text(fact.trait, fact.answer)), fact) for fact in facts],
        "ties": Tie.objects.filter(
            Q(stakeholder=row) | Q(other=row), stakeholder__removed_on=None, other__removed_on=None
        )
        .exclude(kind=Tie.Kind.TWO)
        .select_related("stakeholder__contact", "other__contact"),
        "relationships": row.relationships.select_related("person").order_by("person__name_key"),
        "reports": Stakeholder.objects.filter(reports_to=row).select_related("contact"),
    }
    part = bool(request.htmx) and request.GET.get("part") == "card"
    return render(request, "buyers/_person_card.html" if part else "buyers/person.html", context)


def _told(row: Stakeholder, lists: Lists, facts: list[StakeholderFact]) -> list[Told]:
    since = {fact.trait: fact.said_on for fact in reversed(facts)}
    found = []
    for key, trait in TRAITS.items():
        answer = getattr(row, key)
        if answer or key in lists.asked:
            found.append(Told(key, trait.label, capital(lists.text(key, answer)), since.get(key) if answer else None))
    return found


def help_me(request: Request, pk: int) -> HttpResponse:
    """Ask a few questions of fact and suggest an answer; the person chooses."""
    row = stakeholder_found(request, pk)
    trait = request.POST.get("trait") or request.GET.get("trait") or "role"
    if trait not in TRAITS:
        raise Http404
    if request.method == "POST":
        row.say(trait, _offered(trait, request.POST.get("answer", "")), by=request.user)
        return done(request, row.opportunity, _("Saved, from today."), to=person_url(row))
    lists, replies = Lists.read(), _replies(request, trait)
    suggested = suggest(trait, replies)
    choices = lists.choices(trait, kept=getattr(row, trait))
    best = _in_the_list(lists, trait, suggested.answer) if suggested else ""
    context = {
        **head(request, row.opportunity, tab="people"),
        "row": row,
        "trait": TRAITS[trait],
        "asks": [(n, one, replies.get(n)) for n, one in enumerate(HELP[trait])],
        "suggested": suggested,
        "best": best,
        "best_text": capital(lists.text(trait, best)),
        "choices": choices,
        "now": getattr(row, trait),
    }
    return render(request, "buyers/help.html", context)


def _replies(request: Request, trait: str) -> dict[int, int]:
    """Return which reply was given to which question; what is no reply is none."""
    given = {n: number(request.GET.get(f"q{n}", "")) for n in range(len(HELP[trait]))}
    return {n: one for n, one in given.items() if one is not None and one < len(HELP[trait][n].replies)}


def _in_the_list(lists: Lists, trait: str, means: str) -> str:
    """Return the offered answer that counts as the usual one suggested; nothing where there is none."""
    return next((one.key for one in lists.all_of(trait) if one.offered and one.means == means), "")


def _offered(trait: str, answer: str) -> str:
    if answer and answer not in Lists.read().answers[trait]:
        raise Http404
    return answer


def tie(request: Request, pk: int) -> HttpResponse:
    """Say who sways whom, or who is at odds."""
    row = stakeholder_found(request, pk)
    form = TieForm(sent(request), stakeholder=row)
    if goes(form, lambda: form.add(by=request.user)):
        return done(request, row.opportunity, _("Kept."), to=person_url(row))
    title = _("%(name)s and the others") % {"name": row}
    return _ask(request, row, form, title=title, button=_("Keep"))


def _ask(request: Request, row: Stakeholder, form: forms.BaseForm, **words: Any) -> HttpResponse:
    return ask(request, row.opportunity, form, tab="people", **words)


@require_POST
def untie(request: Request, pk: int) -> HttpResponse:
    """Record that something between two people is so no longer."""
    row = find(Tie.objects.visible_to(request.user).select_related("stakeholder", "other"), pk=pk)
    stakeholder = stakeholder_found(request, row.stakeholder_id)
    row.remove(by=request.user)
    return done(request, stakeholder.opportunity, _("Taken out."), to=person_url(stakeholder))


def relate(request: Request, pk: int) -> HttpResponse:
    """Say how near one of us is to somebody, and how near we want to be."""
    row = stakeholder_found(request, pk)
    form = RelationshipForm(sent(request), stakeholder=row, initial={"person": request.user})
    if goes(form, lambda: form.add(by=request.user)):
        return done(request, row.opportunity, _("Kept."), to=person_url(row))
    return _ask(request, row, form, title=_("Who of us is near to %(name)s") % {"name": row}, button=_("Keep"))


def relationship(request: Request, pk: int) -> HttpResponse:
    """Change how near one of us is to somebody."""
    row = find(Relationship.objects.visible_to(request.user).select_related("person", "stakeholder"), pk=pk)
    stakeholder = stakeholder_found(request, row.stakeholder_id)
    form = RelationshipForm(sent(request), instance=row, stakeholder=stakeholder)
    if goes(form, lambda: form.apply(by=request.user)):
        return done(request, stakeholder.opportunity, _("Saved."), to=person_url(stakeholder))
    title = _("%(ours)s and %(theirs)s") % {"ours": row.person, "theirs": stakeholder}
    return _ask(request, stakeholder, form, title=title, button=_("Save"))


@require_POST
def unrelate(request: Request, pk: int) -> HttpResponse:
    """Take the line between one of us and somebody out."""
    row = find(Relationship.objects.visible_to(request.user).select_related("person", "stakeholder"), pk=pk)
    stakeholder = stakeholder_found(request, row.stakeholder_id)
    must_work(request, stakeholder.opportunity)
    row.remove(by=request.user)
    return done(request, stakeholder.opportunity, _("Taken out."), to=person_url(stakeholder))
