"""The history of numbers: targets, what was submitted and adjusted, locks, and packs by schedule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from milepost.forecasts.former import is_aside, spell_out
from milepost.forecasts.models import PackSubscription, PeriodLock, Submission, Target
from milepost.team.models import Company, Person
from milepost.team.request import Request
from milepost.web import words
from milepost.web.history_words import Told, tell
from milepost.web.models import Change
from milepost.web.text import number

PAGE = 50


@require_GET
def history(request: Request) -> HttpResponse:
    """Show who changed which number, newest first, of what the person sees."""
    changes = Change.objects.filter(_seen(request.user)).select_related("by", "on_behalf_of").order_by("-id")
    before = number(request.GET.get("before", ""))
    if before is not None:
        changes = changes.filter(pk__lt=before)
    found = list(changes[: PAGE + 1])
    more = found[PAGE - 1].pk if len(found) > PAGE else None
    context = {"changes": list(told(found[:PAGE], request.company)), "more": more}
    return render(request, "forecasts/history.html", context)


def _seen(person: Person) -> Q:
    """Return the condition on lines of history: of territories seen whole, and of one's own."""
    sight = person.sight
    whole = Q(territory_id__in=sight.territories)
    own = whole | Q(person_id__in=sight.people)
    kinds: dict[str, Any] = {
        "target": Target.objects.filter(own),
        "submission": Submission.objects.filter(own),
        "periodlock": PeriodLock.objects.filter(whole),
        "packsubscription": PackSubscription.objects.visible_to(person),
    }
    seen = Q(subject_kind="territory", verb="target taken away", subject_id__in=sight.territories)
    for kind, rows in kinds.items():
        seen |= Q(subject_kind=kind, subject_id__in=rows.order_by().values("pk"))
    return seen


def told(changes: Iterable[Change], company: Company) -> Iterator[Told]:
    """Put lines into words, each with whose number it is and in the currency it was given in."""
    changes = list(changes)
    subjects = _subjects(changes)
    for change in changes:
        subject = subjects.get((change.subject_kind, change.subject_id))
        if subject is not None and change.subject_kind != "packsubscription":
            change.part = named(subject, company, by=change.by_id)
        yield from tell([change], getattr(subject, "currency", "") or company.currency)


def _subjects(changes: Iterable[Change]) -> dict[tuple[str, int], Any]:
    ids: dict[str, set[int]] = defaultdict(set)
    for change in changes:
        ids[change.subject_kind].add(change.subject_id)
    found: dict[tuple[str, int], Any] = {}
    for kind, model in (("target", Target), ("submission", Submission), ("periodlock", PeriodLock)):
        related = ["territory"] if model is PeriodLock else ["territory", "person"]
        rows: Any = model._default_manager.filter(pk__in=ids[kind]).select_related(*related) if ids[kind] else ()
        found |= {(kind, row.pk): row for row in rows}
    return found


def named(row: Any, company: Company, *, by: int | None = None) -> str:
    """Name whose number it is, and of which period: "Ines Kovar, Q4 2026"; of one's own the period alone."""
    person = getattr(row, "person", None)
    whose = "" if person is not None and person.pk == by else person or row.territory
    offer = getattr(row, "offer", None)
    period = spell_out(row.period) if is_aside(row.period) else _named(row.period, company)
    return ", ".join(str(each) for each in (whose, offer, period) if each)


def _named(key: str, company: Company) -> str:
    try:
        return company.fiscal.find(key).name([words.month_name(n) for n in range(1, 13)])
    except ValueError:
        return key
