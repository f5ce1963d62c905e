"""The work that is done beside the pages: what is under way and how far it is, what waits, and how it ended."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from milepost.team.request import Request
from milepost.team.views.people import administrator
from milepost.web import jobs
from milepost.web.models import Job
from milepost.web.text import number

PAGE = 50
KINDS: dict[str, Any] = {
    "learn_daily": lazy("Learning from the past, once a day"),
    "snapshot_daily": lazy("Keeping how everything stands, once a day"),
    "import": lazy("Importing files"),
    "undo_import": lazy("Taking an import back"),
    "export": lazy("Writing everything into one file"),
    "forget_export": lazy("Deleting an old file of everything"),
    "bring": lazy("Bringing everything in from a file"),
    "learn": lazy("Learning from the past"),
    "learn_soon": lazy("Learning from what has just ended or moved"),
    "make_ready": lazy("Having forecasts ready before anybody looks"),
    "reprice": lazy("Bringing amounts to other rates"),
    "replay": lazy("Looking how past quarters would have been forecast"),
    "judge_gates": lazy("Judging the gates"),
    "warn": lazy("Looking for what to warn of"),
    "reassign": lazy("Giving opportunities to somebody else"),
    "price": lazy("Filling in list prices"),
    "snapshot": lazy("Keeping how everything stands"),
    "packs": lazy("Handing out packs that are due"),
    "pack": lazy("Making a pack"),
    "letter": lazy("Sending a letter"),
    "backup_daily": lazy("Copying everything, once a day"),
    "forget_jobs": lazy("Deleting the record of work that ended long ago, once a day"),
    "plan_digest": lazy("Mailing what clients did, once a day"),
    "plan_news": lazy("Mailing what clients did that somebody waits for"),
}
"""What each kind of work is called."""
WITH_A_PAGE = ("import", "letter", "reassign", "price", "pack", "export", "bring")
"""What is begun again from a page of its own, where it can be seen what it would do."""
ENDED_BADLY = (Job.State.FAILED, Job.State.CANCELLED)
SURE_FROM = datetime.timedelta(seconds=5)
"""Before that nobody can say how long it takes."""


@dataclass(frozen=True)
class Line:
    """One piece of work as the page shows it."""

    job: Job
    now: datetime.datetime

    @property
    def name(self) -> str:
        return str(KINDS.get(self.job.kind, self.job.kind))

    @property
    def is_alive(self) -> bool:
        return self.job.state in jobs.ALIVE

    @property
    def may_be_repeated(self) -> bool:
        return may_be_repeated(self.job)

    @property
    def is_waiting_to_try_again(self) -> bool:
        """Tell whether it went wrong and is tried once more later."""
        return self.job.state == Job.State.WAITING and self.job.attempts > 0

    @property
    def left(self) -> str:
        """Say how long it will still take, as fast as it has gone so far; nothing before that can be told."""
        job = self.job
        if job.state != Job.State.RUNNING or not job.of or not job.done or job.started_at is None:
            return ""
        passed = self.now - job.started_at
        if passed < SURE_FROM:
            return ""
        seconds = passed.total_seconds() * max(job.of - job.done, 0) / job.done
        minutes = round(seconds / 60)
        if not minutes:
            return _("less than a minute left")
        return ngettext("about %(n)s minute left", "about %(n)s minutes left", minutes) % {"n": minutes}


def may_be_repeated(job: Job) -> bool:
    """Tell whether it failed or was stopped, and is begun again here."""
    return job.state in ENDED_BADLY and job.kind in KINDS and job.kind not in WITH_A_PAGE


@require_GET
def work(request: Request) -> HttpResponse:
    """List what is being done or waits, and under it what has ended, newest first."""
    administrator(request)
    now = timezone.now()
    rows = Job.objects.select_related("asked_by")
    after = number(request.GET.get("after", ""))
    ended = rows.exclude(state__in=jobs.ALIVE).order_by("-pk")
    ended = ended.filter(pk__lt=after) if after is not None else ended
    found = list(ended[: PAGE + 1])
    context = {
        "alive": [Line(job, now) for job in rows.filter(state__in=jobs.ALIVE).order_by("-state", "pk")[:PAGE]],
        "ended": [Line(job, now) for job in found[:PAGE]],
        "more": found[PAGE - 1].pk if len(found) > PAGE else None,
    }
    return render(request, "desk/work.html", context)


@require_POST
def stop(request: Request, pk: int) -> HttpResponse:
    """Stop a piece of work: at once while it waits, at its next sign of progress while it runs."""
    administrator(request)
    job = get_object_or_404(Job, pk=pk)
    jobs.cancel(job)
    if job.state == Job.State.CANCELLED:
        messages.success(request, _("Stopped."))
    elif job.state == Job.State.RUNNING:
        messages.success(request, _("It stops as soon as it can do so without harm."))
    else:
        messages.error(request, _("It has ended meanwhile."))
    return redirect("desk:work")


@require_POST
def repeat(request: Request, pk: int) -> HttpResponse:
    """Do again what failed or was stopped."""
    administrator(request)
    job = get_object_or_404(Job, pk=pk)
    if not may_be_repeated(job):
        messages.error(request, _("It cannot be done again from here."))
    elif Job.objects.filter(kind=job.kind, arguments=job.arguments, state__in=jobs.ALIVE).exists():
        messages.error(request, _("It is under way already."))
    else:
        jobs.ask(job.kind, by=request.user, unique_key=job.unique_key, **job.arguments)
        messages.success(request, _("It is done again in a moment."))
    return redirect("desk:work")
