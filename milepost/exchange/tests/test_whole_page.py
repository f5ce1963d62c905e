"""The page on which everything is taken along: for whoever administers the whole company alone."""

import datetime
import io
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from milepost.exchange.whole import kept
from milepost.team.models import Membership, Person
from milepost.web.jobs import ask_for_what_is_due
from milepost.web.models import Change, Job
from milepost.web.worker import Worker

PAGE = "/settings/everything/"


@pytest.fixture
def admin(world, as_):
    return as_(world.cast.administrator)


def made(admin, form="zip"):
    """Have the file made, and return its job."""
    admin.post(f"{PAGE}make/", {"form": form})
    Worker("w").run_until_idle()
    return Job.objects.filter(kind="export").latest("pk")


def test_it_is_made_by_a_job_fetched_and_deleted(world, admin):
    assert admin.post(f"{PAGE}make/").url == PAGE
    assert "It is made in a moment" in admin.get(PAGE).text
    Worker("w").run_until_idle()
    page = admin.get(PAGE).text
    job = kept.there().get()
    assert reverse("everything:file", args=[job.pk]) in page
    answer = admin.get(reverse("everything:file", args=[job.pk]))
    assert answer["Content-Disposition"].startswith('attachment; filename="northwind-controls-')
    with zipfile.ZipFile(io.BytesIO(b"".join(answer))) as box:
        assert world.opportunity.name in box.read("opportunities.csv").decode()
    assert Change.objects.filter(verb="export fetched", by=world.cast.administrator).count() == 1
    assert Change.objects.filter(verb="exported", by=world.cast.administrator).count() == 1
    admin.post(reverse("everything:delete", args=[job.pk]))
    assert not kept.there().exists()
    assert admin.get(reverse("everything:file", args=[job.pk])).status_code == 404


def test_a_newer_one_takes_its_place_and_none_lies_there_for_ever(world, admin):
    first, book, second = made(admin), made(admin, "xlsx"), made(admin)
    first.refresh_from_db()
    assert "path" not in first.result
    assert list(kept.there()) == [second, book]
    answer = admin.get(reverse("everything:file", args=[book.pk]))
    assert answer["Content-Disposition"].endswith('.xlsx"')
    assert b"".join(answer).startswith(b"PK")
    assert kept.due() is None
    Job.objects.filter(pk=second.pk).update(finished_at=timezone.now() - datetime.timedelta(days=8))
    assert kept.due() == str(second.pk)
    ask_for_what_is_due()
    Worker("w").run_until_idle()
    assert not default_storage.exists(second.result["path"])
    assert list(kept.there()) == [book]
    assert kept.due() is None


def test_it_says_how_far_it_is(world, admin):
    Job.objects.create(kind="export", state="running", done=250, of=1000, started_at=timezone.now())
    assert "250 of 1,000 rows are written" in admin.get(PAGE).text


def test_who_administers_a_part_takes_nothing_along(cast, as_):
    part = Person.join(by=None, name="Part", email="part@example.com")
    Membership.give(by=None, person=part, territory=cast.north, role="administrator")
    own = Person.join(by=None, name="Own", email="own@example.com")
    Membership.give(by=None, person=own, territory=cast.world, role="administrator", scope="own")
    for person in (part, own):
        assert as_(person).get(PAGE).status_code == 403
        assert as_(person).post(f"{PAGE}make/").status_code == 403
    assert not Job.objects.filter(kind="export").exists()


def test_asking_twice_makes_one(world, admin):
    admin.post(f"{PAGE}make/")
    admin.post(f"{PAGE}make/")
    assert Job.objects.filter(kind="export").count() == 1


@pytest.mark.django_db(transaction=True)
def test_it_tells_of_itself_while_it_reads_one_moment(world, admin):
    job = made(admin)
    assert job.state == "done"
    assert job.done == job.of == job.result["rows"]
