"""The seller's logo on a plan: which pictures are taken, where they lie, and how they are handed out."""

from __future__ import annotations

import struct
from pathlib import PurePath
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from milepost.plans.files import is_clean

BYTES = 500 * 1024
PIXELS = 4000
TYPES = {"png": "image/png", "jpg": "image/jpeg"}
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""The marks by which a JPEG says how large it is."""


def must_be_a_logo(upload: Any) -> None:
    """Raise ValidationError unless the file is a PNG or JPEG of a sensible size; what its name says does not count."""
    if (upload.size or 0) > BYTES:
        raise ValidationError(_("This picture is larger than %s KB. Take a smaller one.") % (BYTES // 1024))
    upload.seek(0)
    content = upload.read()
    upload.seek(0)
    size = size_of(content)
    if size is None:
        raise ValidationError(_("This is no PNG or JPEG picture."))
    if not all(0 < side <= PIXELS for side in size):
        raise ValidationError(_("This picture is wider or higher than %s points. Take a smaller one.") % PIXELS)
    if not is_clean(upload):
        raise ValidationError(_("This file did not pass our check for viruses. It was not kept."))


def size_of(content: bytes) -> tuple[int, int] | None:
    """Return the width and height of a PNG or JPEG in points; None for anything else.

    >>> size_of(PNG + b"\\x00\\x00\\x00\\rIHDR" + bytes([0, 0, 0, 9, 0, 0, 0, 5])), size_of(b"<svg/>")
    ((9, 5), None)
    """
    if content.startswith(PNG) and content[12:16] == b"IHDR" and len(content) >= 24:
        return struct.unpack(">II", content[16:24])
    return _size_of_jpeg(content) if content.startswith(JPEG) else None


def _size_of_jpeg(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        mark, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if mark in FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + max(length, 2)
    return None


def keep(upload: Any) -> str:
    """Put a logo where no address leads to, under a name of ours, and return that."""
    content = upload.read()
    ending = "png" if content.startswith(PNG) else "jpg"
    return str(default_storage.save(f"plans/logo-{uuid4().hex}.{ending}", ContentFile(content)))


def drop(path: str) -> None:
    """Take a logo away for good."""
    if path:
        default_storage.delete(path)


def handed_out(path: str) -> FileResponse:
    """Return a logo as the picture it was found to be, and as nothing else."""
    kind = TYPES.get(PurePath(path).suffix.lstrip("."))
    if kind is None or not default_storage.exists(path):
        raise Http404
    response = FileResponse(default_storage.open(path), content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
