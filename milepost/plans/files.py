"""Files that a client sends: which are taken, how they are looked at, and where they lie until one of us keeps them."""

from __future__ import annotations

import logging
import shlex
import subprocess
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)

PACKED = (b"PK\x03\x04",)
OLD_OFFICE = (b"\xd0\xcf\x11\xe0",)
TAKEN: dict[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",),
    **dict.fromkeys(("docx", "xlsx", "pptx", "odt", "ods", "odp"), PACKED),
    **dict.fromkeys(("doc", "xls", "ppt"), OLD_OFFICE),
    "png": (b"\x89PNG",),
    **dict.fromkeys(("jpg", "jpeg"), (b"\xff\xd8\xff",)),
    "txt": (),
    "csv": (),
}
"""The endings that are taken, with what such a file begins with; text begins with anything but holds no NUL."""
SCAN_SECONDS = 60


def plain_name(name: str, most: int = 200) -> str:
    """Return a file's name without signs that are not seen, and none that turns the reading round; its ending stays.

    >>> plain_name("report\\u202efdp.exe"), len(plain_name("a" * 300 + ".pdf"))
    ('reportfdp.exe', 200)
    """
    seen = "".join(sign for sign in name if not unicodedata.category(sign).startswith("C")).strip()
    return seen[-most:] or "file"


def must_be_taken(upload: Any) -> None:
    """Raise ValidationError, in words for the client, unless the file may come in."""
    if (upload.size or 0) > settings.CLIENT_FILE_BYTES:
        most = settings.CLIENT_FILE_BYTES // (1024 * 1024)
        told = _("This file is larger than %s MB. Send a smaller one, or ask us for another way.")
        raise ValidationError(told % most)
    ending = PurePath(upload.name or "").suffix.lstrip(".").casefold()
    upload.seek(0)
    start = upload.read(2048)
    upload.seek(0)
    begins = TAKEN.get(ending)
    is_what_it_says = begins is not None and (start.startswith(begins) if begins else b"\0" not in start)
    if not is_what_it_says:
        raise ValidationError(_("This kind of file is not taken. Send one of: %s.") % ", ".join(TAKEN))
    if not is_clean(upload):
        raise ValidationError(_("This file did not pass our check for viruses. It was not kept."))


def is_clean(upload: UploadedFile) -> bool:
    """Ask the company's virus scanner, if one is named; a scanner that does not answer counts as a no."""
    if not settings.SCAN_FILES:
        return True
    with tempfile.NamedTemporaryFile(prefix="milepost-scan-") as copy:
        for chunk in upload.chunks():
            copy.write(chunk)
        copy.flush()
        upload.seek(0)
        # The command is the administrator's own, from the environment; the file's name is ours.
        command = [*shlex.split(settings.SCAN_FILES), copy.name]
        try:
            found = subprocess.run(command, capture_output=True, timeout=SCAN_SECONDS, check=False)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired):
            log.exception("The virus scanner did not answer: no file of a client is taken.")
            return False
    return found.returncode == 0


@contextmanager
def stored(upload: UploadedFile) -> Iterator[str]:
    """Put a file where no address leads to, under a name of ours; it goes again when what follows fails."""
    path = default_storage.save(f"plans/{uuid4().hex}", upload)
    try:
        yield path
    except BaseException:
        default_storage.delete(path)
        raise
