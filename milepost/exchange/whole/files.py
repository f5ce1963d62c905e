"""The files that rows name: attachments, what clients sent, and logos."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator

from django.core.files import File
from django.core.files.storage import default_storage

from milepost.opportunities.models import Attachment
from milepost.plans.models import ClientWord, SharedPlan
from milepost.team.models import Company

FOLDER = "files/"


def names() -> Iterator[str]:
    """Yield where each file lies, once each."""
    for sha256 in Attachment.objects.order_by("sha256").values_list("sha256", flat=True).distinct().iterator():
        yield Attachment(sha256=sha256).path
    for rows, field in ((ClientWord, "path"), (SharedPlan, "logo"), (Company, "brand_logo")):
        kept = rows._base_manager.exclude(**{field: ""}).order_by(field)
        yield from kept.values_list(field, flat=True).distinct().iterator()


def put_files(box: zipfile.ZipFile) -> int:
    """Put every file that is there into the ZIP, as it is; return how many."""
    put: set[str] = set()
    for name in names():
        if name in put or not default_storage.exists(name):
            continue
        info = zipfile.ZipInfo(FOLDER + name)
        with default_storage.open(name) as source, box.open(info, "w", force_zip64=True) as target:
            shutil.copyfileobj(source, target)
        put.add(name)
    return len(put)


def take_files(box: zipfile.ZipFile) -> int:
    """Bring back the files that the rows name, and no others; return how many."""
    there, taken = set(box.namelist()), 0
    for name in names():
        if FOLDER + name in there and not default_storage.exists(name):
            with box.open(FOLDER + name) as source:
                default_storage.save(name, File(source, name))
            taken += 1
    return taken
