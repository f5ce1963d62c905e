"""Find the past of all opportunities as it is now: as it was kept, with what has changed since read anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from uuid import uuid4

from django.db import transaction

from milepost.forecasts.learnt.columns import Past, read_past
from milepost.forecasts.models import KeptPast, PastTouched
from milepost.web.turns import chunks

AT_ONCE = 5_000


@dataclass
class Memory:
    """What a process knows: the past as it was kept under `stamp`, and as it is with the changes told by `seen`."""

    stamp: str = ""
    kept: Past | None = None
    seen: frozenset[int] = frozenset()
    now: Past | None = None
    lock: Lock = field(default_factory=Lock)


_memory = Memory()


def past_now() -> Past:
    """Return how all opportunities went until now; a process reads again only what has changed since it last looked.

    What was touched is asked before what was kept, so that between the two nothing is lost: what is read anew twice
    does no harm.
    """
    touched = dict(PastTouched.objects.values_list("stamp", "opportunity"))
    stamp = KeptPast.objects.order_by("-pk").values_list("stamp", flat=True).first()
    if stamp is None:
        return read_past()
    with _memory.lock:
        if _memory.stamp != stamp or _memory.kept is None:
            packed = KeptPast.objects.filter(stamp=stamp).values_list("columns", flat=True).first()
            if packed is None:  # another one was kept this very moment
                return read_past()
            _memory.stamp, _memory.kept = stamp, Past.unpacked(bytes(packed))
            _memory.seen, _memory.now = frozenset(), _memory.kept
        return _brought_up_to_date(touched)


def _brought_up_to_date(touched: dict[int, int]) -> Past:
    known = _memory.seen <= touched.keys() and _memory.now is not None
    before, seen = (_memory.now, _memory.seen) if known else (_memory.kept, frozenset())
    assert before is not None
    changed = sorted({pk for stamp, pk in touched.items() if stamp not in seen})
    _memory.now = before.read_anew(changed) if changed else before
    _memory.seen = frozenset(touched)
    return _memory.now


def is_behind() -> bool:
    """Tell whether nothing is kept yet, or so much has changed since that every process reads long."""
    return not KeptPast.objects.exists() or PastTouched.objects.count() > AT_ONCE


def keep_past() -> int:
    """Keep the past as it is; return how many stays it has. Safe to run twice.

    Only what had been touched before it was read is let go of: what changes meanwhile is read anew by whoever looks.
    """
    touched = list(PastTouched.objects.values_list("pk", flat=True))
    past = read_past()
    with transaction.atomic():
        KeptPast.objects.create(stamp=uuid4().hex, columns=past.packed())
    KeptPast.objects.exclude(pk=KeptPast.objects.order_by("-pk").values_list("pk", flat=True)[:1]).delete()
    for some in chunks(touched, AT_ONCE):
        PastTouched.objects.filter(pk__in=some).delete()
    return len(past.tables["stays"]["pk"])
