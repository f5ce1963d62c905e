"""Edit the steps of a draft in place; every deed answers with the whole line, so that the string follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from milepost.playbooks.forms import NewStepForm, PatternForm, SplitForm, StepForm
from milepost.playbooks.models import PUBLISHED, PlaybookStep, PlaybookVersion
from milepost.playbooks.models.reshape import merge
from milepost.playbooks.shipped import PATTERNS, PLAYBOOKS
from milepost.playbooks.views import find_version, get_or_post, must_edit, show, shown
from milepost.team.request import Request
from milepost.web.doors import GoneMeanwhile
from milepost.web.history import changes_of, removal_of
from milepost.web.history_words import tell, tell_removal
from milepost.web.words import day, local


def find_step(pk: int) -> PlaybookStep:
    """Return a step; raises GoneMeanwhile for one that was taken out of its draft."""
    row = PlaybookStep.objects.select_related("version_of__playbook").filter(pk=pk).first()
    if row is None:
        raise _taken_out(pk)
    return row


def _taken_out(pk: int) -> Exception:
    removal = removal_of(PlaybookStep, pk)
    if removal is None:
        return Http404()
    version = find_version(removal.what["of"][0])
    return GoneMeanwhile(tell_removal(removal), to=reverse("playbooks:version", args=[version.pk]), name=str(version))


def answer(request: Request, version: PlaybookVersion, error: str = "") -> HttpResponse:
    """Return the line as it is now, or to its page."""
    if request.htmx or error:
        return show(request, version, 422 if error else 200, refused=error)
    return redirect("playbooks:version", version.pk)


def attempt(request: Request, version: PlaybookVersion, act: Callable[[], Any], said: str = "") -> HttpResponse:
    """Do a deed on the line and answer with it; a rule that stands against it is said over the line."""
    try:
        act()
    except ValueError as error:
        return answer(request, version, str(error))
    if said:
        messages.success(request, said)
    return answer(request, version)


def published(version: PlaybookVersion) -> str:
    """Say that a draft was published, by whom and when: a form may have been open on it."""
    change = changes_of(version).filter(verb="published").first()
    if change is None:
        return str(PUBLISHED)
    said = {"who": tell([change])[0].sentence, "day": day(local(change.at))}
    return _("%(who)s, on %(day)s.") % said + " " + str(PUBLISHED)


@get_or_post
def add_step(request: Request, pk: int) -> HttpResponse:
    """Add a step to a draft."""
    must_edit(request)
    version = find_version(pk)
    if not version.is_draft:
        return answer(request, version, published(version))
    form = NewStepForm(request.POST or None, version=version, steps=list(version.steps.all()))
    if request.method == "POST" and form.is_valid():
        return attempt(request, version, lambda: form.add(by=request.user))
    return show(request, version, 422 if form.errors else 200, adding=form)


@get_or_post
def step(request: Request, pk: int) -> HttpResponse:
    """Edit a step of a draft where it stands."""
    must_edit(request)
    row = find_step(pk)
    version = row.version_of
    if not version.is_draft:
        return answer(request, version, published(version))
    form = StepForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid() and form.apply(by=request.user):
        return answer(request, version)
    status = 409 if form.conflicts else 422 if form.errors else 200
    return show(request, version, status, editing=form, edited=pk)


@get_or_post
def put_pattern(request: Request, pk: int) -> HttpResponse:
    """Put the steps of a pattern into a draft."""
    must_edit(request)
    version = find_version(pk)
    if not version.is_draft:
        return answer(request, version, published(version))
    steps = list(version.steps.all())
    form = PatternForm(request.POST or None, steps=steps)
    if request.method == "POST" and form.is_valid():
        n = len(form.chosen.steps)
        said = ngettext("%(n)d step is in. Change it as you like.", "%(n)d steps are in. Change them as you like.", n)
        return attempt(request, version, lambda: form.put(version, by=request.user), said % {"n": n})
    offered = [shown(pattern) for pattern in (PATTERNS | PLAYBOOKS).values()]
    return show(request, version, 422 if form.errors else 200, putting=form, offered=offered)


@get_or_post
def split_step(request: Request, pk: int) -> HttpResponse:
    """Split a step of a draft in two."""
    must_edit(request)
    row = find_step(pk)
    version = row.version_of
    if not version.is_draft:
        return answer(request, version, published(version))
    form = SplitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return attempt(request, version, lambda: form.split(row, by=request.user))
    return show(request, version, 422 if form.errors else 200, splitting=form, edited=pk)


@require_POST
def merge_step(request: Request, pk: int) -> HttpResponse:
    """Make one step of this one and the next."""
    must_edit(request)
    row = find_step(pk)
    version, said = row.version_of, _("“%(step)s” is part of the next step now.") % {"step": row.name}
    return attempt(request, version, lambda: merge(row, by=request.user), said)


@require_POST
def move(request: Request, pk: int) -> HttpResponse:
    """Move a step to the place given in `to`, counted from 1."""
    must_edit(request)
    row = find_step(pk)
    to = request.POST.get("to", "")
    if not to.isdecimal() or len(to) > 5:
        return answer(request, row.version_of, _("A place is a number from 1 on."))
    return attempt(request, row.version_of, lambda: row.move(by=request.user, to=int(to)))


@require_POST
def remove(request: Request, pk: int) -> HttpResponse:
    """Take a step out of a draft."""
    must_edit(request)
    row = find_step(pk)
    said = _("“%(step)s” is out of the draft; published versions keep it.") % {"step": row.name}
    return attempt(request, row.version_of, lambda: row.remove(by=request.user), said)
