"""Everything the company has as one ZIP: complete, described, harmless, and nothing secret in it."""

import csv
import io
import json
import zipfile

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import models

from milepost.exchange.whole.columns import LEFT_OUT as COLUMNS_LEFT_OUT
from milepost.exchange.whole.columns import MONEY, columns_of
from milepost.exchange.whole.kinds import FOLDERS, LEFT_OUT, about, file_of, kinds
from milepost.exchange.whole.values import unguarded
from milepost.exchange.whole.write import write_company
from milepost.opportunities.models import Attachment, Note, Offer, Opportunity
from milepost.team.models import AccessLink, Company
from milepost.web.models import Change


def everything():
    """Return the ZIP of everything, opened."""
    file = io.BytesIO()
    write_company(file)
    return zipfile.ZipFile(file)


def rows_of(box, name):
    return list(csv.DictReader(io.StringIO(box.read(name).decode("utf-8-sig"), newline="")))


def test_every_kind_goes_along_or_says_why_not(cast):
    ours = {model._meta.label for model in apps.get_models(include_auto_created=True) if is_ours(model)}
    assert {model._meta.label for model in kinds()} | set(LEFT_OUT) == ours
    assert {model._meta.app_label for model in apps.get_models() if is_ours(model)} == set(FOLDERS)
    assert len({file_of(model) for model in kinds()}) == len(kinds())
    assert all(about(model) for model in kinds())


def is_ours(model):
    return apps.get_app_config(model._meta.app_label).name.startswith("milepost.")


def test_every_amount_has_its_currency(cast):
    minor = {
        f"{model._meta.label}.{field.name}"
        for model in kinds()
        for field in model._meta.concrete_fields
        if field.name.endswith("minor")
    }
    assert minor <= set(MONEY)
    for model in kinds():
        heads = [column.head for column in columns_of(model)]
        assert len(heads) == len(set(heads))
        assert not [column.head for column in columns_of(model) if isinstance(column.field, models.BinaryField)]
        assert {column.currency for column in columns_of(model)} - {""} <= set(heads)


def test_it_holds_what_is_there_with_a_description(world):
    Offer.objects.create(name="Controls", price_minor=184_05, currency="EUR")
    box = everything()
    [offer] = rows_of(box, "offers.csv")
    assert (offer["name"], offer["price"], offer["currency"]) == ("Controls", "184.05", "EUR")
    [row] = rows_of(box, "opportunities.csv")
    assert (row["name"], row["account"]) == (world.opportunity.name, world.account.name)
    assert len(rows_of(box, "steps.csv")) == world.opportunity.steps.count()
    assert len(rows_of(box, "history.csv")) == Change.objects.count()
    told = json.loads(box.read("description.json"))
    assert {kind["file"] for kind in told["kinds"]} == {n for n in box.namelist() if n.endswith(".csv")}
    for kind in told["kinds"]:
        lines = list(csv.reader(io.StringIO(box.read(kind["file"]).decode("utf-8-sig"), newline="")))
        assert lines[0] == [column["name"] for column in kind["columns"]]
        assert len(lines) - 1 == kind["rows"]
    assert "opportunities.csv (1 rows)" in box.read("README.txt").decode()


def test_no_cell_is_a_formula_and_every_text_comes_back(world):
    said = ["=HYPERLINK(1)", "'tis", " +49", "-5", 'plain\nwith, "all"', "", "@x"]
    for text in said:
        Note.objects.create(opportunity=world.opportunity, text=text, by=world.cast.coordinator)
    cells = [row["text"] for row in rows_of(everything(), "notes.csv")]
    assert [unguarded(cell) for cell in cells] == said
    assert not [cell for cell in cells if cell.lstrip(" ").startswith(("=", "+", "-", "@"))]


def test_nothing_secret_is_in_it(cast):
    cast.coordinator.set_password("correct horse battery")
    cast.coordinator.save()
    AccessLink.make(by=cast.administrator, person=cast.coordinator, purpose="reset")
    secrets = [cast.coordinator.password, AccessLink.objects.get().token_hash, Company.the().team_stamp]
    box = everything()
    whole = "".join(box.read(name).decode() for name in box.namelist())
    assert not [secret for secret in secrets if secret in whole]
    fields = {f"{m._meta.label}.{f.name}" for m in kinds() for f in m._meta.concrete_fields}
    assert fields >= COLUMNS_LEFT_OUT
    for word in ("password", "token", "hash", "secret"):
        assert not [name for name in fields - COLUMNS_LEFT_OUT if word in name.lower()]


def test_files_come_along(world):
    for name in ("plan.txt", "the same.txt"):
        Attachment.keep(SimpleUploadedFile(name, b"the plan"), opportunity=world.opportunity, by=world.cast.coordinator)
    box = everything()
    [file] = [name for name in box.namelist() if name.startswith("files/")]
    assert box.read(file) == b"the plan"
    assert Attachment.objects.first().path == file.removeprefix("files/")


def test_it_tells_how_far_it_is(world):
    heard = []
    counts = write_company(io.BytesIO(), told=lambda done, of: heard.append((done, of)))
    assert heard[-1] == (sum(counts.values()), sum(counts.values()))


def test_the_command_writes_it_and_the_history_says_so(world, tmp_path):
    out = io.StringIO()
    call_command("export", to=tmp_path / "all.zip", stdout=out)
    assert "rows" in out.getvalue()
    assert len(rows_of(zipfile.ZipFile(tmp_path / "all.zip"), "opportunities.csv")) == Opportunity.objects.count()
    assert Change.objects.filter(verb="exported", subject_kind="company").count() == 1
    with pytest.raises(CommandError, match="there already"):
        call_command("export", to=tmp_path / "all.zip")
