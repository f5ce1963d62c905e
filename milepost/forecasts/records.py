"""Score people's words by what became of the opportunities, and settle how much each counts from now on.

While the company does not show by name how good people's calls were, everybody's word counts the same, and only when
it rests on five people or more: from a weight of one's own, others could reckon how good one is.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction

from milepost.forecasts.models import JudgedLook, JudgedRecord
from milepost.opportunities.models import Outcome
from milepost.team.models import Company

if TYPE_CHECKING:
    from milepost.engine.blend import Blend, Voice
    from milepost.engine.judged import Record

GROUP = 5
AT_ONCE = 5_000
Place = tuple[int, int, str]


class Seen(NamedTuple):
    """One look, with what became of its opportunity: `won` is None while it is open."""

    person: int
    territory: int
    opportunity: int
    on: datetime.date
    said: float | None
    category: str
    model: float
    won: bool | None
    known: datetime.date | None


def score_words() -> dict[str, Any]:
    """Score all words anew, keep everybody's record, and return how much words count. Safe to run twice."""
    company = Company.the()
    seen = list(looks())
    with transaction.atomic():
        JudgedRecord.objects.all().delete()
        JudgedRecord.objects.bulk_create(_records(seen, company), batch_size=AT_ONCE)
    return voices(seen, by_name=company.accuracy_by_name)


def looks() -> Iterator[Seen]:
    """Yield every look with what became of its opportunity."""
    over = Outcome.objects.standing().filter(opportunity__in=JudgedLook.objects.values("opportunity")).order_by()
    ends = {pk: (kind, on) for pk, kind, on in over.values_list("opportunity_id", "kind", "on")}
    columns = ("person_id", "opportunity__territory_id", "opportunity_id", "on", "probability", "category", "model_win")
    rows = JudgedLook.objects.filter(opportunity__merged_into=None, opportunity__confidential=False)
    for person, territory, pk, on, said, category, model in (
        rows.order_by("pk").values_list(*columns).iterator(chunk_size=AT_ONCE)
    ):
        kind, known = ends.get(pk, (None, None))
        # One that ended on a day nobody knows, or by a correction before the look, tells nothing.
        if kind is not None and (known is None or known < on):
            continue
        won = None if kind is None else kind == Outcome.Kind.WON
        yield Seen(person, territory, pk, on, said, category, model, won, known)


def _records(seen: Iterable[Seen], company: Company) -> Iterator[JudgedRecord]:
    """Yield the record of each person in each territory, of all looks and by quarter."""
    calendar, quarters = company.fiscal, {}
    parts: dict[Place, list[Seen]] = defaultdict(list)
    for look in seen:
        if look.on not in quarters:
            quarters[look.on] = calendar.period("quarter", look.on).key
        for period in ("", quarters[look.on]):
            parts[look.person, look.territory, period].append(look)
    for (person, territory, period), mine in parts.items():
        still_open = {look.opportunity for look in mine if look.won is None}
        sums = record_of(mine).parts
        yield JudgedRecord(person_id=person, territory_id=territory, period=period, open=len(still_open), sums=sums)


def record_of(seen: Iterable[Seen]) -> Record:
    """Return the record of looks, as far as their opportunities have ended."""
    import numpy as np

    from milepost.engine.judged import Looks, Record

    ended = [look for look in seen if look.won is not None]
    return Record.of(
        Looks(
            np.array([look.person for look in ended], int),
            np.array([look.opportunity for look in ended], int),
            np.array([np.nan if look.said is None else look.said for look in ended], float),
            np.array([look.model for look in ended], float),
            np.array([look.won for look in ended], float),
            [look.category for look in ended],
        )
    )


def voices(seen: Iterable[Seen], *, by_name: bool) -> dict[str, Any]:
    """Return how much words count: everybody's alike, or each person's where names are shown; see `voices.py`."""
    blend = _blend([look for look in seen if look.won is not None and look.said is not None])
    everyone = blend.all if blend.all.proven and (by_name or blend.all.people >= GROUP) else None
    people = {str(person): _own(voice, everyone) for person, voice in blend.people.items()} if by_name else {}
    return {
        "by_name": by_name,
        "everyone": None if everyone is None else asdict(everyone),
        "people": {person: None if voice is None else asdict(voice) for person, voice in people.items()},
        "all": asdict(blend.all),
    }


def _own(voice: Voice, everyone: Voice | None) -> Voice | None:
    """Return what counts of one person: their own weight once it is proven, everybody's until theirs has been worse."""
    if voice.proven:
        return voice
    from milepost.engine.blend import FEWEST_OWN

    return None if voice.tested >= FEWEST_OWN and voice.gained <= 0 else everyone


def _blend(seen: list[Seen]) -> Blend:
    import numpy as np

    from milepost.engine.blend import Calls, learn_blend

    return learn_blend(
        Calls(
            np.array([look.person for look in seen], int),
            np.array([look.opportunity for look in seen], int),
            np.array([look.on.toordinal() for look in seen], int),
            np.array([look.known.toordinal() for look in seen if look.known], int),
            np.array([look.said for look in seen], float),
            np.array([look.model for look in seen], float),
            np.array([look.won for look in seen], float),
        )
    )
