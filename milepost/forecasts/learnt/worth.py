"""What a better step would be worth to the open opportunities that a person asks about."""

from __future__ import annotations

from array import array
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db.models import Q, Sum

from milepost.forecasts.kept_answers import kept, key_of
from milepost.forecasts.learnt.asked import Scope, of_person
from milepost.forecasts.periods import numbers
from milepost.opportunities.models import Figure, Standing
from milepost.team.models import Person

if TYPE_CHECKING:
    from milepost.engine.weakest import Kept

POINTS = 0.05
KEPT = 20_000
_known: dict[int, Kept] = {}
"""The chances behind figures by their ids: a figure never changes, so each process that computes reads it once."""


def worths(scope: Scope, person: Person, playbook: int) -> dict[str, int]:
    """Return by step what five more of a hundred reached would add to their expected value, in minor units."""
    rows = Standing.objects.visible_to(person).filter(_condition(scope), playbook_id=playbook, value_minor__gt=0)
    sums = dict(rows.order_by().values_list("figure_id").annotate(value=Sum("value_minor")))
    return _known_of(numbers(sorted((pk, int(value)) for pk, value in sums.items() if pk is not None)).tobytes())


@lru_cache(maxsize=32)
def _known_of(told: bytes) -> dict[str, int]:
    """Return it by the figures and the values that hang on them; each process reads what is kept once."""
    pairs = iter(array("q", told))
    found: dict[str, int] = kept(key_of("worth", POINTS, told), lambda: _worths(dict(zip(pairs, pairs, strict=True))))
    return found


def _worths(sums: dict[int, int]) -> dict[str, int]:
    """Return it from the value that hangs on each figure."""
    from milepost.engine.weakest import worth_of_kept

    read = _read(list(sums))
    found = worth_of_kept(list(read.values()), [float(sums[pk]) for pk in read], points=POINTS)
    return {key: round(worth) for key, worth in found.items()}


def _condition(scope: Scope) -> Q:
    """Return what is asked, in the columns of the narrow rows."""
    asked, kept = scope.asked, Q()
    if asked.version is not None:
        kept &= Q(opportunity__playbook_version_id=asked.version)
    if asked.territory is not None:
        kept &= Q(territory_id__in=scope.below)
    if asked.size is not None:
        kept &= asked.size.condition("value_minor", scope.unit)
    return kept & of_person(asked.person) if asked.person is not None else kept


def _read(figures: list[int]) -> dict[int, Kept]:
    """Return what is kept of these figures."""
    from milepost.engine.weakest import Kept

    missing = [pk for pk in figures if pk not in _known]
    if missing:
        if len(_known) > KEPT:
            _known.clear()
            missing = figures
        for pk, win, steps in Figure.objects.filter(pk__in=missing).values_list("pk", "win", "steps"):
            keys, conversions = (tuple(part[name] for part in steps) for name in ("key", "conversion"))
            _known[pk] = Kept(keys, conversions, win)
    return {pk: _known[pk] for pk in figures if pk in _known}
