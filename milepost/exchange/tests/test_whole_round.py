"""What `milepost export` wrote comes back into an empty Milepost, and is the same company."""

import io
import json
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from milepost.exchange.tests.emptied import empty, files_of, written
from milepost.exchange.whole.bring import CannotBring, bring
from milepost.opportunities.models import Attachment, Note, Opportunity, Standing
from milepost.team.models import Company, Person
from milepost.web.models import Change, SearchEntry

FIRST_ID = object()


def changed(path, file, change):
    """Rewrite one file of a ZIP; return the path of the new one."""
    new = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as box, zipfile.ZipFile(new, "w") as out:
        for name in box.namelist():
            out.writestr(name, change(box.read(name)) if name == file else box.read(name))
    return new


@pytest.fixture
def zip_of(world, tmp_path):
    """Write the small company with a file, take everything out, and return the ZIP."""
    by = world.cast.coordinator
    Attachment.keep(SimpleUploadedFile("plan.txt", b"the plan"), opportunity=world.opportunity, by=by)
    Note.objects.create(opportunity=world.opportunity, text="=1+1", by=by)
    path = written(tmp_path / "all.zip")
    empty()
    default_storage.delete(path_of_the_file(path))
    return path


def path_of_the_file(path):
    return next(name for name in files_of(path) if name.startswith("files/")).removeprefix("files/")


def test_it_comes_back_with_files_texts_and_numbers_to_go_on_from(zip_of, client):
    out = io.StringIO()
    call_command("import", str(zip_of), stdout=out)
    assert Note.objects.get().text == "=1+1"
    with default_storage.open(Attachment.objects.get().path) as kept:
        assert kept.read() == b"the plan"
    assert Standing.objects.count() == 1
    assert SearchEntry.objects.filter(kind="opportunity").count() == 1
    last = Change.objects.order_by("pk").last().pk
    Note.objects.create(opportunity=Opportunity.objects.get(), text="New", by=Person.objects.first())
    assert Change.objects.filter(pk__gt=last).count() == 0
    assert not [person for person in Person.objects.all() if person.has_usable_password()]
    link = next(word for word in out.getvalue().split() if "/enter/" in word)
    answer = client.post("/" + link.split("/", 3)[3], {"password": "many good words", "again": "many good words"})
    assert answer.status_code == 302
    assert client.get(reverse("team:people")).status_code == 200


def test_a_company_that_is_there_is_left_alone(world, tmp_path):
    path = written(tmp_path / "all.zip")
    with pytest.raises(CommandError, match="There is a company here already"):
        call_command("import", str(path))


def test_a_dry_run_writes_nothing(zip_of):
    out = io.StringIO()
    call_command("import", str(zip_of), dry_run=True, stdout=out)
    assert "Everything of Northwind Controls" in out.getvalue()
    assert not Company.objects.exists()


@pytest.mark.parametrize(
    ("file", "was", "now", "why"),
    [
        ("opportunities.csv", b"false", b"perhaps", "opportunities.csv, row 2: .* cannot be read"),
        ("steps.csv", FIRST_ID, b"two", "steps.csv, row 2: id cannot be read"),
        ("memberships.csv", b"coordinator,", b"a very long word that is no role,", "cannot be read"),
        ("notes.csv", b"'=1+1", b'"never\r\nended', "damaged|should hold|cannot be read"),
        ("history.csv", FIRST_ID, b"", "history.csv, row 2: id cannot be read"),
        ("description.json", b'"form": 1', b'"form": 2', "another version"),
        ("description.json", b'"notes.csv"', b'"nothing.csv"', "nothing.csv is missing"),
    ],
)
def test_what_is_amiss_is_said_and_nothing_of_it_stays(zip_of, file, was, now, why):
    def change(held):
        if was is FIRST_ID:  # ids go on from what other tests have made
            head, first, rest = held.split(b"\r\n", 2)
            return b"\r\n".join([head, now + first[first.index(b",") :], rest])
        assert was in held
        return held.replace(was, now)

    with pytest.raises(CannotBring, match=why):
        bring(changed(zip_of, file, change))
    assert not Company.objects.exists()
    assert not Person.objects.exists()


def test_rows_that_name_what_is_not_there_are_refused(zip_of):
    told = json.loads(zipfile.ZipFile(zip_of).read("description.json"))
    assert any(kind["file"] == "contacts.csv" and kind["rows"] for kind in told["kinds"])

    def lead_nowhere(held):
        head, first, *rest = held.decode("utf-8-sig").split("\r\n")
        cells = first.split(",")
        cells[head.split(",").index("account_id")] = "4711"
        return "\r\n".join([head, ",".join(cells), *rest]).encode()

    with pytest.raises(CannotBring, match="do not fit together"):
        bring(changed(zip_of, "contacts.csv", lead_nowhere))
    assert not Person.objects.exists()


def test_what_a_newer_milepost_knows_alone_is_refused_and_what_is_made_anew_is_passed_over(zip_of):
    def with_kind(kind):
        def change(held):
            told = json.loads(held)
            told["kinds"].append({"file": "more.csv", "kind": kind, "rows": 3, "about": "", "columns": []})
            return json.dumps(told).encode()

        return changed(zip_of, "description.json", change)

    with pytest.raises(CannotBring, match=r"does not know what is in more\.csv"):
        bring(with_kind("moons.Moon"))
    bring(with_kind("opportunities.Standing"))
    assert Company.objects.exists()
