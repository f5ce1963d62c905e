"""What pages of something done to many at once share: the job that is still at it, and the way back."""

from __future__ import annotations

from django.utils.translation import gettext as _

from milepost.desk.models.at_once import AtOnce
from milepost.team.models import Person
from milepost.web.doors import must
from milepost.web.jobs import ALIVE
from milepost.web.models import Job


def job_of(done: AtOnce) -> Job | None:
    """Return the job that does it or takes it back, as long as it has not ended."""
    return Job.objects.filter(kind=done.JOB, arguments__pk=done.pk, state__in=ALIVE).first()


def take_back(done: AtOnce, *, by: Person) -> None:
    """Take it back where nothing newer stands on it: once, and not while it is still being done."""
    must(done.undone_at is None, _("This has been taken back already."))
    must(not done.wanted, _("This is still under way. Take it back when it is done."))
    done.undo(by=by)
