"""The work along the line: tasks, notes, calls and files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from milepost.opportunities.forms.work import FileForm, NoteForm, TaskForm
from milepost.opportunities.models import Attachment, Note, Opportunity, Task
from milepost.opportunities.permissions import may_move, may_work_on
from milepost.opportunities.views.parts import ask, done, found, goes, head, sent
from milepost.team.request import Request
from milepost.web.doors import find, must

SHOWN = 100


def must_work(request: Request, opportunity: Opportunity) -> None:
    why = _("Only people with a role in its territory, or on it, may add to this opportunity.")
    must(may_work_on(request.user, opportunity), why)


def work_url(opportunity: Opportunity) -> str:
    """Return where notes, tasks and files stand."""
    return reverse("opportunities:work", args=[opportunity.pk])


def work(request: Request, pk: int) -> HttpResponse:
    """Show notes, calls, tasks and files, newest first."""
    return _show(request, found(request, pk))


def _show(request: Request, opportunity: Opportunity, **forms: Any) -> HttpResponse:
    notes = opportunity.notes.select_related("by", "contact", "step")
    files = opportunity.attachments.filter(removed_at=None).select_related("by")
    tasks = opportunity.tasks.select_related("owner", "owner_contact", "step").order_by("done_at", "due_on", "id")
    context = {
        **head(request, opportunity, tab="work"),
        "notes": with_deeds(request, opportunity, notes[:SHOWN]),
        "files": files[:SHOWN],
        "tasks": tasks[:SHOWN],
        "note_form": NoteForm(opportunity=opportunity, person=request.user),
        "file_form": FileForm(),
        **forms,
    }
    wrong = any(form.is_bound and form.errors for form in forms.values())
    return render(request, "opportunities/work.html", context, status=422 if wrong else 200)


def with_deeds(request: Request, opportunity: Opportunity, notes: Iterable[Any]) -> list[Any]:
    """Let each note know whether the person may change it, and take it away."""
    mine, moves = may_work_on(request.user, opportunity), may_move(request.user, opportunity)
    shown = list(notes)
    for note in shown:
        note.may_edit = mine and note.by_id == request.user.pk
        note.may_remove = note.may_edit or moves
    return shown


@require_POST
def write_note(request: Request, pk: int) -> HttpResponse:
    """Keep a note or a call."""
    opportunity = found(request, pk)
    must_work(request, opportunity)
    form = NoteForm(request.POST, opportunity=opportunity, person=request.user)
    if goes(form, lambda: Note.write(by=request.user, opportunity=opportunity, **form.values())):
        return done(request, opportunity, _("Kept."), to=work_url(opportunity))
    return _show(request, opportunity, note_form=form)


@require_POST
def attach(request: Request, pk: int) -> HttpResponse:
    """Keep a file with the opportunity."""
    opportunity = found(request, pk)
    must_work(request, opportunity)
    form = FileForm(request.POST, request.FILES)
    if goes(form, lambda: Attachment.keep(form.cleaned_data["file"], by=request.user, opportunity=opportunity)):
        said = _("“%(name)s” is kept.") % {"name": form.cleaned_data["file"].name}
        return done(request, opportunity, said, to=work_url(opportunity))
    return _show(request, opportunity, file_form=form)


def _file(request: Request, pk: int) -> Attachment:
    return find(Attachment.objects.visible_to(request.user).filter(removed_at=None), pk=pk)


def download(request: Request, pk: int) -> FileResponse:
    """Hand out a file, always as a download: what somebody uploaded is never shown as a page of ours."""
    return hand_out(_file(request, pk))


def hand_out(kept: Attachment, name: str = "") -> FileResponse:
    """Return a kept file; `name` is another name for it."""
    if not default_storage.exists(kept.path):
        raise Http404
    return sealed_file(kept.path, name or kept.name)


def sealed_file(path: str, name: str) -> FileResponse:
    """Return what is stored as a download that no browser takes for a page or runs."""
    response = FileResponse(default_storage.open(path), as_attachment=True, filename=name)
    response["Content-Type"] = "application/octet-stream"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_POST
def remove_file(request: Request, pk: int) -> HttpResponse:
    """Take a file off the page."""
    kept = _file(request, pk)
    opportunity = found(request, kept.opportunity_id or 0)
    must_work(request, opportunity)
    kept.remove(by=request.user, at=timezone.now())
    return done(request, opportunity, _("“%(name)s” is removed.") % {"name": kept.name}, to=work_url(opportunity))


def add_task(request: Request, pk: int) -> HttpResponse:
    """Add a task for somebody of either side."""
    opportunity = found(request, pk)
    must_work(request, opportunity)
    first = {"owner": request.user, "step": request.GET.get("step")}
    form = TaskForm(sent(request), opportunity=opportunity, person=request.user, initial=first)
    if goes(form, lambda: Task.add(by=request.user, opportunity=opportunity, **form.values())):
        return done(request, opportunity, _("The task is added."))
    return ask(request, opportunity, form, title=_("Add a task"), button=_("Add"))


def _task(request: Request, pk: int) -> tuple[Task, Opportunity]:
    """Return a task and the opportunity it belongs to; tasks of accounts have their own page."""
    task = find(Task.objects.visible_to(request.user).exclude(opportunity=None), pk=pk)
    opportunity = found(request, task.opportunity_id)
    must_work(request, opportunity)
    task.opportunity = opportunity
    return task, opportunity


def edit_task(request: Request, pk: int) -> HttpResponse:
    """Change a task."""
    task, opportunity = _task(request, pk)
    form = TaskForm(sent(request), instance=task, opportunity=opportunity, person=request.user)
    if goes(form, lambda: form.apply(by=request.user)):
        return done(request, opportunity, _("Saved."))
    return ask(request, opportunity, form, title=_("Edit the task"), button=_("Save"))


@require_POST
def finish_task(request: Request, pk: int) -> HttpResponse:
    """Tick a task off."""
    task, opportunity = _task(request, pk)
    task.finish(by=request.user)
    undo = reverse("opportunities:reopen_task", args=[pk])
    return done(request, opportunity, _("“%(task)s” is done.") % {"task": task.title}, undo=undo)


@require_POST
def reopen_task(request: Request, pk: int) -> HttpResponse:
    """Take the tick back."""
    task, opportunity = _task(request, pk)
    task.reopen(by=request.user)
    return done(request, opportunity, _("“%(task)s” is open again.") % {"task": task.title})
