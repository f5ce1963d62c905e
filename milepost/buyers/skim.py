"""Take so much of an e-mail as is worth parsing.

The standard parser makes an object of each line and holds every line against the end of every part it stands in: a
letter of 25 MB would take gigabytes, one of small parts within parts minutes. What is shown of a letter stands at
the beginning of its parts, so the rest is not read at all.
"""

from __future__ import annotations

import codecs
import email.policy
import re
from collections.abc import Sequence
from itertools import islice
from typing import BinaryIO

PIECE = 64 * 1024
A_LINE = 64
"""What an object for a line takes, beside its text."""
MOST_LINES = 500_000
OF_A_PART = 1024 * 1024
IN_ALL = 4 * 1024 * 1024
MOST_BOUNDARIES = 100
OF_A_HEADER = 2_000
BOUNDARY = re.compile(rb"boundary[*\d\s]*=", re.IGNORECASE)


class TooTangled(ValueError):
    """The parts of a letter hold more parts than any mail program makes."""


def skim(source: BinaryIO) -> bytes:
    """Return the beginning of each part, up to a few megabytes in all; raises TooTangled.

    >>> import io
    >>> skim(io.BytesIO(b"Subject: Line 5\\n\\nWhat if?"))
    b'Subject: Line 5\\n\\nWhat if?'
    """
    kept: list[bytes] = []
    part = whole = 0
    for piece in islice(iter(lambda: source.readline(PIECE), b""), MOST_LINES):
        if piece.startswith(b"--"):
            part = 0  # a part may begin here
        part += len(piece) + A_LINE
        if part <= OF_A_PART and whole <= IN_ALL:
            whole += len(piece) + A_LINE
            kept.append(piece)
    raw = b"".join(kept).removeprefix(codecs.BOM_UTF8)  # some programs put it before the first header
    if len(BOUNDARY.findall(raw)) > MOST_BOUNDARIES:
        raise TooTangled
    return raw


class Short(email.policy.Compat32):
    """Read headers as they stand, and of an endless one the beginning."""

    def header_source_parse(self, sourcelines: Sequence[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(list(sourcelines))
        return name[:OF_A_HEADER], value[:OF_A_HEADER]
