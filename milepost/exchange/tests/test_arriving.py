"""Everything of another Milepost, handed in on the import page of one that has just been founded."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from milepost.exchange.models import ImportBatch
from milepost.exchange.tests.emptied import empty, files_of, written
from milepost.opportunities.models import Opportunity, Standing
from milepost.team.forms import FirstRun
from milepost.team.models import Company, Membership, Person, Territory
from milepost.web.models import Change, Job
from milepost.web.worker import Worker

SAID = {
    "company": "Anew", "currency": "USD", "time_zone": "Europe/Berlin", "name": "Founder", "email": "me@example.com",
    "password": "many good words", "again": "many good words",
}  # fmt: skip


def found(**more):
    """Found a Milepost as its first page does; return who did."""
    form = FirstRun(SAID | more)
    assert form.is_valid(), form.errors
    return form.found()


def hand_in(client, path):
    """Hand the file in; return the page that it leads to."""
    upload = SimpleUploadedFile("all.zip", path.read_bytes(), "application/zip")
    return client.post("/import/add/", {"files": upload}).url


@pytest.fixture
def zip_of(world, tmp_path):
    """Write the small company, take everything out, and return the ZIP."""
    path = written(tmp_path / "all.zip")
    empty()
    return path


def test_it_takes_the_place_of_the_founding(zip_of, client, tmp_path):
    client.force_login(found())
    page = hand_in(client, zip_of)
    shown = client.get(page).text
    assert "Everything of Northwind Controls" in shown
    assert "Bring everything in" in shown
    client.post(f"{page}run/")
    assert "It is being brought in" in client.get(page).text
    Worker("w").run_until_idle()
    assert Job.objects.get(kind="bring").state == "done"
    assert Company.the().name == "Northwind Controls"
    assert Standing.objects.count() == Opportunity.objects.count() == 1
    assert client.get("/board/").status_code == 302  # signed out
    assert client.post("/login/", {"login": "me@example.com", "password": "many good words"}).status_code == 302
    assert "Coating line 4" in client.get("/board/").text
    assert client.get("/settings/everything/").status_code == 200
    assert not Change.objects.filter(part="Anew").exists()
    was, now = files_of(zip_of), files_of(written(tmp_path / "again.zip"))
    assert {name for name in was if not now[name].startswith(was[name])} <= {"memberships.csv"}
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Change.objects.all().delete()


def test_whoever_is_in_it_keeps_their_place_and_administers(zip_of, client):
    client.force_login(found(email="Coordinator@example.com"))
    client.post(f"{hand_in(client, zip_of)}run/")
    Worker("w").run_until_idle()
    person = Person.objects.get(email="coordinator@example.com")
    assert person.check_password("many good words")
    roles = set(Membership.objects.filter(person=person).values_list("role", flat=True))
    assert roles == {"coordinator", "administrator"}
    assert Person.objects.filter(name="Founder").count() == 0


def test_where_work_has_begun_it_stays_outside(world, as_, tmp_path):
    client = as_(world.cast.administrator)
    page = hand_in(client, written(tmp_path / "all.zip"))
    assert "Work has begun here already" in client.get(page).text
    client.post(f"{page}run/")
    assert not Job.objects.filter(kind="bring").exists()
    client.post(f"{page}discard/")
    assert not ImportBatch.objects.exists()


def test_only_who_administers_the_whole_company_brings_it_in(world, as_, tmp_path):
    page = hand_in(as_(world.cast.coordinator), written(tmp_path / "all.zip"))
    assert as_(world.cast.coordinator).post(f"{page}run/").status_code == 403
    assert as_(world.cast.coordinator).post(f"{page}mapping/").status_code == 404


def test_what_is_amiss_leaves_the_founding_as_it_was(zip_of, client):
    founder = found()
    client.force_login(founder)
    page = hand_in(client, zip_of)
    Person.join(by=None, name="Second", email="second@example.com")
    assert "Work has begun here already" in client.get(page).text
    Job.objects.create(kind="bring", arguments={"files": ImportBatch.objects.get().files, "founder": founder.pk})
    Worker("w").run_until_idle()
    assert Job.objects.get(kind="bring").state == "failed"
    assert Company.the().name == "Anew"
    assert Territory.objects.get().name == "Anew"
