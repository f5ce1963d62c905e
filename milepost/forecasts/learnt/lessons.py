"""Lessons: read them step by step, write one, reword it, archive it, bring it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from milepost.opportunities.forms.lessons import LessonForm, RewordForm
from milepost.opportunities.models import Lesson, Opportunity
from milepost.opportunities.permissions import may_reword, may_teach, may_work_on
from milepost.opportunities.views.parts import back_to
from milepost.playbooks.models import PlaybookStep
from milepost.team.models import Person
from milepost.team.request import Request
from milepost.web.doors import find, must
from milepost.web.history import changes_of
from milepost.web.history_words import tell
from milepost.web.text import number

get_or_post = require_http_methods(["GET", "POST"])
SHOWN = 100


@dataclass(frozen=True)
class Taught:
    """A step with its lessons, the newest first."""

    name: str
    position: int | None
    address: str
    lessons: list[Lesson]


def by_step(playbook: int, steps: Sequence[PlaybookStep], lessons: Sequence[Lesson]) -> list[Taught]:
    """Return the steps of a line with their lessons; those of steps it has no more stand last, under their names."""
    found = {step.key: Taught(step.name, step.position, f"{playbook}:{step.key}", []) for step in steps}
    for lesson in lessons:
        gone = Taught(lesson.step_name, None, "", []) if lesson.key not in found else found[lesson.key]
        found.setdefault(lesson.key, gone).lessons.append(lesson)
    return [taught for taught in found.values() if taught.lessons]


def lessons_of(person: Person, playbook: int) -> Any:
    """Return the lessons of a playbook that are shown, newest first."""
    return Lesson.objects.visible_to(person).kept().filter(playbook=playbook).with_names()


def playbooks_with_lessons(person: Person) -> list[tuple[int, str, int]]:
    """Return the playbooks that have lessons, those with most first: id, name, how many the person sees."""
    rows = Lesson.objects.visible_to(person).kept().order_by()
    found = rows.values_list("playbook", "playbook__name").annotate(n=Count("pk"))
    return sorted(found, key=lambda row: (-row[2], row[1]))


@require_GET
def archived(request: Request) -> HttpResponse:
    """List the lessons that have been archived, to read them or to bring them back."""
    rows = Lesson.objects.visible_to(request.user).filter(archived_at__isnull=False).with_names()
    found = [(lesson, may_reword(request.user, lesson)) for lesson in rows.order_by("-archived_at")[:SHOWN]]
    return render(request, "forecasts/lessons_archived.html", {"rows": found})


@get_or_post
def write(request: Request) -> HttpResponse:
    """Write a lesson for a step, from an opportunity if one is named."""
    opportunity = _from(request)
    if opportunity is None:
        must(may_teach(request.user), _("Lessons are written by people with a role in the company."))
    first = {"step": request.GET.get("step", "")}
    form = LessonForm(request.POST or None, opportunity=opportunity, initial=first)
    if request.method == "POST" and form.is_valid():
        lesson = form.write(by=request.user)
        messages.success(request, _("Kept."), extra_tags=reverse("learn:archive_lesson", args=[lesson.pk]))
        return HttpResponseRedirect(_back(request))
    context = {"form": form, "opportunity": opportunity, "back": _back(request)}
    return render(request, "forecasts/lesson_new.html", context, status=422 if form.errors else 200)


def _from(request: Request) -> Opportunity | None:
    """Return the opportunity that a lesson comes from, if the address names one; 404 where one may not see it."""
    asked = request.POST.get("opportunity") or request.GET.get("opportunity")
    if not asked:
        return None
    rows = Opportunity.objects.visible_to(request.user).select_related("playbook_version__playbook")
    opportunity = find(rows, pk=number(asked) or 0)
    must(may_work_on(request.user, opportunity), _("Only people with a role in its territory, or on it, may do this."))
    return opportunity


@require_GET
def lesson(request: Request, pk: int) -> HttpResponse:
    """Show a lesson with its history, and to who may reword it a form."""
    row = _find(request, pk)
    return _show(request, row, RewordForm(instance=row) if may_reword(request.user, row) else None)


@require_POST
def reword(request: Request, pk: int) -> HttpResponse:
    """Reword a lesson."""
    row = _mine(request, pk)
    form = RewordForm(request.POST, instance=row)
    if form.is_valid() and form.apply(by=request.user):
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(_back(request))
    return _show(request, row, form, 409 if form.conflicts else 422)


def _show(request: Request, row: Lesson, form: RewordForm | None, status: int = 200) -> HttpResponse:
    told = tell(changes_of(row)[:SHOWN])
    context = {"lesson": row, "form": form, "back": _back(request), "changes": told}
    return render(request, "forecasts/lesson.html", context, status=status)


@require_POST
def archive(request: Request, pk: int) -> HttpResponse:
    """Show a lesson no longer at its step."""
    row = _mine(request, pk)
    row.archive(by=request.user)
    messages.success(request, _("The lesson is archived."), extra_tags=reverse("learn:restore_lesson", args=[pk]))
    return HttpResponseRedirect(_back(request))


@require_POST
def restore(request: Request, pk: int) -> HttpResponse:
    """Show an archived lesson again."""
    row = _mine(request, pk)
    row.restore(by=request.user)
    messages.success(request, _("The lesson is back."), extra_tags=reverse("learn:archive_lesson", args=[pk]))
    return HttpResponseRedirect(_back(request))


def _find(request: Request, pk: int) -> Lesson:
    found: Lesson = find(Lesson.objects.visible_to(request.user).with_names(), pk=pk)
    return found


def _mine(request: Request, pk: int) -> Lesson:
    row = _find(request, pk)
    must(may_reword(request.user, row), _("A lesson is changed by who wrote it, and by whoever writes playbooks."))
    return row


def _back(request: Request) -> str:
    return back_to(request, reverse("learn:page"))
