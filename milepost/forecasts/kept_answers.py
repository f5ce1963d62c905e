"""Keep what takes long to compute in the database, by all that it follows from, so that every process knows it.

A key changes with whatever an answer follows from, so no answer is ever wrong: it is only no longer asked for.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from hashlib import blake2b
from typing import Any

from django.db import transaction
from django.utils import timezone

from milepost.forecasts.models import KeptAnswer, KeptRange
from milepost.web.turns import in_turns

LASTS = datetime.timedelta(days=1)


def key_of(*parts: object) -> str:
    """Return a short text that differs where any part does; bytes count as they are, all else as it is written."""
    digest = blake2b(digest_size=16)
    for part in parts:
        told = part if isinstance(part, bytes) else str(part).encode()
        digest.update(len(told).to_bytes(8, "big") + told)
    return digest.hexdigest()


def kept(key: str, compute: Callable[[], Any]) -> Any:
    """Return what is kept by a key, as JSON has it: lists, no tuples. Where nothing is, compute it and keep it."""
    found = KeptAnswer.objects.filter(key=key).values_list("answer", flat=True).first()
    if found is None:
        found = json.dumps(compute()).encode()
        with transaction.atomic():
            KeptAnswer.objects.bulk_create([KeptAnswer(key=key, answer=found)], ignore_conflicts=True)
    return json.loads(bytes(found))


def forget_old() -> None:
    """Let go of ranges and answers that were computed a day ago: a new day has new figures."""
    for kind in (KeptRange, KeptAnswer):
        old = kind._default_manager.filter(made_at__lt=timezone.now() - LASTS).values_list("pk", flat=True)
        in_turns(list(old), lambda some, kind=kind: kind._default_manager.filter(pk__in=some).delete())  # type: ignore[misc]
