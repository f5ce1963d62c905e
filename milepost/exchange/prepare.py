"""Take files in, keep them by their content, and propose how to read them."""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile

from milepost.exchange.foretell import foretell
from milepost.exchange.here import in_company_time
from milepost.exchange.load import Incoming, tables_in
from milepost.exchange.mapping import Mapping
from milepost.exchange.models import EVERYTHING, ImportBatch
from milepost.exchange.reading import Table
from milepost.exchange.survey import Survey, propose, survey_with
from milepost.exchange.whole.bring import description_in
from milepost.team.models import Company, Person

FOLDER = "imports"


@in_company_time
def prepare(uploads: Sequence[UploadedFile], *, by: Person) -> ImportBatch:
    """Keep the files and propose how to read them; raises UnreadableFile when one cannot be read at all."""
    files = [keep(upload) for upload in uploads]
    company = Company.the()
    if len(files) == 1 and (told := description_in(incoming(files)[0].path)):
        about = {"company": str(told["company"])[:200], "made_at": str(told["made_at"])[:40]}
        mapping = Mapping(EVERYTHING).as_json()
        return ImportBatch.objects.create(source=EVERYTHING, files=files, mapping=mapping, survey=about, by=by)
    survey = propose(tables_in(incoming(files)), today=company.today(), currency=company.currency)
    as_of = survey.latest or company.today()
    return ImportBatch.objects.create(
        source=survey.mapping.source,
        files=files,
        mapping=survey.mapping.as_json(),
        survey=survey.as_json() | {"foretold": _foretold(survey, by, as_of)},
        as_of=as_of,
        by=by,
    )


def keep(upload: UploadedFile) -> dict[str, Any]:
    """Store a file once, under the name its content gives it."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    name = f"{FOLDER}/{digest.hexdigest()}"
    if not default_storage.exists(name):
        upload.seek(0)
        default_storage.save(name, upload)
    return {"name": Path(upload.name or "file").name[:200], "sha256": digest.hexdigest(), "size": upload.size}


def incoming(files: Sequence[dict[str, Any]]) -> list[Incoming]:
    """Find the kept files again."""
    return [Incoming(file["name"], _path_of(f"{FOLDER}/{file['sha256']}")) for file in files]


def _path_of(name: str) -> Path:
    """Give a kept file's path; where files lie elsewhere, a copy that lasts as long as this process."""
    try:
        return Path(default_storage.path(name))
    except NotImplementedError:
        copy = Path(tempfile.gettempdir()) / name.replace("/", "-")
        if not copy.exists():
            with default_storage.open(name) as stored:
                copy.write_bytes(stored.read())
        return copy


def tables_of(batch: ImportBatch) -> list[Table]:
    """Read the tables of an import's files."""
    return tables_in(incoming(batch.files))


@in_company_time
def review(batch: ImportBatch, mapping: Mapping, *, as_of: dt.date | None = None, foretelling: bool = True) -> Survey:
    """Go through the files once more with an edited mapping, and keep what was found; foretell unless it is begun."""
    survey = survey_with(mapping, tables_of(batch), today=Company.the().today())
    found = survey.as_json()
    order = [table["name"] for table in batch.survey.get("tables", [])]
    found["tables"].sort(key=lambda table: order.index(table["name"]) if table["name"] in order else len(order))
    found["doubts"] += _still_doubtful(batch, mapping)
    found["new_stages"] = _still_new(batch, mapping) | found["new_stages"]
    batch.mapping, batch.survey, batch.source = mapping.as_json(), found, mapping.source
    batch.as_of = as_of or survey.latest or batch.as_of
    if foretelling:
        day = batch.as_of or Company.the().today()
        found["foretold"] = _foretold(survey, batch.by, day)
    batch.save(update_fields=["mapping", "survey", "source", "as_of"])
    return survey


def _foretold(survey: Survey, by: Person | None, as_of: dt.date) -> dict[str, Any]:
    moves = survey.counts["stage_history"]
    return foretell(survey.mapping, survey.tables, moves=moves, by=by, as_of=as_of)


def _still_new(batch: ImportBatch, mapping: Mapping) -> dict[str, str]:
    """Keep marking stages that earlier files did not name, whatever was answered: it may be answered otherwise."""
    new = batch.survey.get("new_stages", {})
    return {stage: alike for stage, alike in new.items() if mapping.plan_of(stage) is not None}


def _still_doubtful(batch: ImportBatch, mapping: Mapping) -> list[dict[str, Any]]:
    """Keep asking about columns that a person has settled, so that they can settle them otherwise."""
    doubts = []
    for doubt in batch.survey.get("doubts", []):
        for table in mapping.tables:
            said = (table.date_orders | table.decimals).get(doubt["field"])
            if table.table == doubt["table"] and said and table.columns.get(doubt["field"]) == doubt["column"]:
                doubts.append(doubt | {"read_as": said})
    return doubts
