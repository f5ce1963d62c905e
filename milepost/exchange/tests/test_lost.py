"""An import whose process died for good has stopped, says why, and can be begun again."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from milepost.exchange.models import ImportBatch
from milepost.exchange.prepare import prepare
from milepost.team.models import Company
from milepost.web.jobs import claim
from milepost.web.models import Job


@pytest.fixture
def dead(cast):
    """An import that runs while its process is gone."""
    one = prepare([SimpleUploadedFile("deals.csv", b"Id,Name,StageName\n1,Line 4,Demo\n")], by=cast.coordinator)
    one.run_later()
    Company.let_figures_lag()
    gone = timezone.now() - datetime.timedelta(hours=1)
    Job.objects.update(state=Job.State.RUNNING, attempts=5, tries=5, leased_until=gone)
    return one


def test_it_has_stopped_when_its_job_is_given_up(as_, cast, dead):
    assert claim("tests") is None
    answer = as_(cast.coordinator).get(f"/import/{dead.pk}/")
    assert "Its process died again and again." in answer.text
    assert "importing the same files again goes on from there" in answer.text
    assert Company.the().figures_behind_since is None


def test_it_has_stopped_when_somebody_stopped_it_and_nobody_was_there_to_hear(as_, cast, dead):
    dead.stop()
    assert claim("tests") is None
    assert "Somebody stopped it." in as_(cast.coordinator).get(f"/import/{dead.pk}/").text


def test_one_that_is_over_stays_as_it_is(cast, dead):
    ImportBatch.objects.update(state=ImportBatch.State.DONE)
    assert claim("tests") is None
    dead.refresh_from_db()
    assert dead.state == ImportBatch.State.DONE
