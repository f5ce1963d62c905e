"""Read lots of rows for an export that runs in another process: `python -m milepost.exchange.whole.reader DATABASE`.

What is said to it, and how it answers, is in `readers.py`.
"""

from __future__ import annotations

import json
import os
import sys
from typing import IO

NICE = 5
"""Pages and jobs go before it."""


def main(database: str, asked: IO[bytes], answers: IO[bytes]) -> None:
    """Answer until nothing more is asked."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "milepost.settings")
    django.setup()
    from django.apps import apps
    from django.db import connection
    from django.utils import translation

    from milepost.exchange.whole.lots import text_of
    from milepost.exchange.whole.moment import begin
    from milepost.exchange.whole.readers import HEAD

    connection.settings_dict["NAME"] = database
    with translation.override("en"):
        for line in asked:
            said = json.loads(line)
            if isinstance(said, str):
                begin(said)
                count, text = 0, b""
            else:
                label, after, until = said
                count, text = text_of(apps.get_model(label), (after, until))
            answers.write(HEAD.pack(count, len(text)) + text)
            answers.flush()


if __name__ == "__main__":
    os.nice(NICE)
    main(sys.argv[1], sys.stdin.buffer, sys.stdout.buffer)
