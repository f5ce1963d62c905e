"""Playbooks: find, read, and design them as one line of steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from milepost.playbooks.compare import compare
from milepost.playbooks.forms import NewPlaybookForm, PlaybookForm
from milepost.playbooks.models import Playbook, PlaybookStep, PlaybookVersion
from milepost.playbooks.permissions import may_edit
from milepost.playbooks.picture import beads, lines, pattern_beads
from milepost.playbooks.shipped import PLAYBOOKS, Pattern
from milepost.team.request import Request
from milepost.web.doors import GoneMeanwhile, find, must
from milepost.web.history import changes_of, removal_of
from milepost.web.history_words import tell, tell_removal
from milepost.web.text import number

get_or_post = require_http_methods(["GET", "POST"])
PAGE = 40


def must_edit(request: Request) -> None:
    must(may_edit(request.user), _("Playbooks are written by coordinators and sales managers."))


@require_GET
def list_playbooks(request: Request) -> HttpResponse:
    """List the playbooks: those in use, those still drafts, those retired."""
    steps = Prefetch("steps", PlaybookStep.objects.order_by("position").select_related("gate"))
    versions = PlaybookVersion.objects.order_by("-number").prefetch_related(steps)
    rows = [card(playbook) for playbook in Playbook.objects.prefetch_related(Prefetch("versions", versions))]
    context = {
        "active": [row for row in rows if row["published"] and not row["playbook"].retired_at],
        "drafts": [row for row in rows if not row["published"] and not row["playbook"].retired_at],
        "retired": [row for row in rows if row["playbook"].retired_at],
        "may_edit": may_edit(request.user),
    }
    return render(request, "playbooks/list.html", context)


def card(playbook: Playbook) -> dict[str, Any]:
    """Return a playbook as it is listed: its newest published version, or else its draft."""
    versions = list(playbook.versions.all())
    published = next((version for version in versions if not version.is_draft), None)
    draft = next((version for version in versions if version.is_draft), None)
    steps = list((published or draft or versions[0]).steps.all())
    return {
        "playbook": playbook,
        "published": published,
        "draft": draft,
        "beads": beads(steps),
        "steps": len(steps),
        "days": sum(step.usual_days for step in steps if step.required),
        "optional": sum(not step.required for step in steps),
    }


@get_or_post
def new(request: Request) -> HttpResponse:
    """Begin a playbook with an empty line, or with one that comes with Milepost."""
    must_edit(request)
    asked = request.GET.get("pattern", "")
    form = NewPlaybookForm(request.POST or None, initial={"pattern": asked if asked in PLAYBOOKS else ""})
    if request.method == "POST" and form.is_valid():
        playbook = form.create(by=request.user)
        return redirect("playbooks:version", playbook.versions.get().pk)
    context = {"form": form, "patterns": [(key, shown(one)) for key, one in PLAYBOOKS.items()]}
    return render(request, "playbooks/new.html", context, status=422 if form.errors else 200)


def shown(pattern: Pattern) -> dict[str, Any]:
    """Return a pattern as it is offered: its string, and what it comes to."""
    beads = pattern_beads(pattern)
    optional = sum(not step.required for step in pattern.steps)
    return {"pattern": pattern, "beads": beads, "steps": len(pattern.steps), "days": pattern.days, "optional": optional}


@get_or_post
def edit(request: Request, pk: int) -> HttpResponse:
    """Rename a playbook, or say otherwise when it is used."""
    must_edit(request)
    playbook = find(Playbook.objects.all(), pk=pk)
    form = PlaybookForm(request.POST or None, instance=playbook)
    if request.method == "POST" and form.is_valid() and form.apply(by=request.user):
        messages.success(request, _("Saved."))
        return redirect("playbooks:page", pk)
    status = 409 if form.conflicts else 422 if form.errors else 200
    return render(request, "playbooks/form.html", {"form": form, "playbook": form.row}, status=status)


@require_GET
def page(request: Request, pk: int) -> HttpResponse:
    """Show a playbook: the version that new opportunities are given, or the first draft."""
    playbook = find(Playbook.objects.all(), pk=pk)
    return show(request, playbook.active or playbook.versions.all()[0])


@require_GET
def version(request: Request, pk: int) -> HttpResponse:
    """Show one version; a draft is edited here."""
    return show(request, find_version(pk))


def find_version(pk: int) -> PlaybookVersion:
    """Return a version; raises GoneMeanwhile for a draft that was thrown away."""
    row = PlaybookVersion.objects.select_related("playbook").filter(pk=pk).first()
    if row is None:
        raise _thrown_away(pk)
    return row


def _thrown_away(pk: int) -> Exception:
    removal = removal_of(PlaybookVersion, pk)
    if removal is None:
        return Http404()
    playbook = find(Playbook.objects.all(), pk=removal.what["of"][0])
    return GoneMeanwhile(tell_removal(removal), to=reverse("playbooks:page", args=[playbook.pk]), name=playbook.name)


def show(request: Request, version: PlaybookVersion, status: int = 200, **more: Any) -> HttpResponse:
    """Show a version as one line with its steps under it; in answer to a deed on it, the line alone."""
    template = "playbooks/_line.html" if request.htmx else "playbooks/version.html"
    context = {**around(request, version), **lines(version, request.user), **more}
    return render(request, template, context, status=status)


def around(request: Request, version: PlaybookVersion) -> dict[str, Any]:
    """Return what stands around a version: the others, and what may be done."""
    versions = list(version.playbook.versions.annotate(step_count=Count("steps")).order_by("-number"))
    published = [other for other in versions if not other.is_draft]
    older = [other for other in versions if other.number < version.number]
    return {
        "playbook": version.playbook,
        "version": version,
        "versions": versions,
        "active": published[0] if published else None,
        "draft": next((other for other in versions if other.is_draft), None),
        "before": older[0] if older else None,
        "may_edit": may_edit(request.user),
        "designs": version.is_draft and may_edit(request.user),
    }


@require_POST
def open_draft(request: Request, pk: int) -> HttpResponse:
    """Open the next version as a draft; the one there is, if somebody has."""
    must_edit(request)
    draft = find(Playbook.objects.all(), pk=pk).new_draft(by=request.user)
    return redirect("playbooks:version", draft.pk)


@require_POST
def publish(request: Request, pk: int) -> HttpResponse:
    """Give new opportunities this version from now on."""
    must_edit(request)
    version = find_version(pk)
    try:
        version.publish(by=request.user)
    except ValueError as error:
        return show(request, version, 422, refused=str(error))
    said = {"name": version.playbook.name, "number": version.number}
    messages.success(
        request, _("From now on an opportunity that is begun with %(name)s gets v%(number)s of it.") % said
    )
    return redirect("playbooks:page", version.playbook_id)


@require_POST
def throw_away(request: Request, pk: int) -> HttpResponse:
    """Delete a draft that is not wanted."""
    must_edit(request)
    version = find_version(pk)
    try:
        version.throw_away(by=request.user)
    except ValueError as error:
        return show(request, version, 422, refused=str(error))
    messages.success(request, _("The draft is gone."))
    return redirect("playbooks:page", version.playbook_id)


@require_POST
def retire(request: Request, pk: int) -> HttpResponse:
    """Offer a playbook no longer for new opportunities."""
    must_edit(request)
    playbook = find(Playbook.objects.all(), pk=pk)
    playbook.retire(by=request.user)
    messages.success(request, _("Retired. Opportunities that run on it keep it."))
    return redirect("playbooks:page", pk)


@require_POST
def revive(request: Request, pk: int) -> HttpResponse:
    """Offer a retired playbook again."""
    must_edit(request)
    find(Playbook.objects.all(), pk=pk).revive(by=request.user)
    messages.success(request, _("It is offered again."))
    return redirect("playbooks:page", pk)


@require_GET
def compare_versions(request: Request, pk: int) -> HttpResponse:
    """Set a version beside another one of its playbook, the one before it without a choice."""
    later = find_version(pk)
    versions = list(later.playbook.versions.all())
    asked = request.GET.get("with", "")
    others = [other for other in versions if other.pk != later.pk]
    before = next((other for other in others if other.number < later.number), others[0] if others else None)
    earlier = next((other for other in others if str(other.pk) == asked), before)
    rows = compare(list(earlier.steps.all()), list(later.steps.all())) if earlier else []
    context = {
        "playbook": later.playbook,
        "earlier": earlier,
        "later": later,
        "others": others,
        "rows": rows,
        "differ": [row for row in rows if row.kind != "same" or row.moved],
    }
    return render(request, "playbooks/compare.html", context)


@require_GET
def history(request: Request, pk: int) -> HttpResponse:
    """Show who changed what of a playbook, newest first."""
    playbook = find(Playbook.objects.all(), pk=pk)
    changes = changes_of(playbook)
    before = number(request.GET.get("before", ""))
    if before is not None:
        changes = changes.filter(pk__lt=before)
    found = list(changes[: PAGE + 1])
    more = found[PAGE - 1].pk if len(found) > PAGE else None
    return render(
        request, "playbooks/history.html", {"playbook": playbook, "changes": tell(found[:PAGE]), "more": more}
    )
