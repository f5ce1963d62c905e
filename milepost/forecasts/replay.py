"""The mirror: say of every past quarter what the model would have said on its first day, beside what came.

Nothing that was entered or happened on that day or after it is looked at, but for two things: what an opportunity
is worth is what is known now, and its steps are those it has now. Appointments booked then are not kept and count
for nothing.
"""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from django.db import transaction

from milepost.forecasts.judged import Words
from milepost.forecasts.look import Look, Rates
from milepost.forecasts.models import Replay
from milepost.forecasts.past import FAR, Past, read_past
from milepost.forecasts.stand_ins import read_stand_ins
from milepost.forecasts.stays import Stays, read_stays
from milepost.team.models import Company, Territory
from milepost.team.money import exponent

if TYPE_CHECKING:
    from milepost.engine.drift import Gone
    from milepost.engine.fiscal import Period

QUARTERS, WARM_UP = 12, 8
MOST = 100
"""So many quarters back are looked through for such as had anything open."""
UNSHOWN = 4
"""So many quarters before those that are kept are forecast too, to know by how much quarters move as a whole."""
Told = Callable[[int, int], None]


def replay(*, today: datetime.date | None = None, told: Told = lambda done, of: None) -> int:
    """Replay the past quarters and keep what came of it; return how many there were. Safe to run twice.

    Opportunities are read a few thousand at a time, and a few numbers of each kept for the quarters it was open in.
    """
    from milepost.engine.drift import learn_drift

    company = Company.the()
    stays = read_stays()
    words = Words.until(today or company.today())
    looks = [Look(period, 10 ** exponent(company.currency)) for period in _periods(company, today, stays)]
    stand_ins = read_stand_ins(stays.about)
    for pasts in read_past():
        told(0, len(looks))
        for past in pasts:
            words.add(past)
            _show(past, looks, None if past.value is not None else stand_ins.of(past))
    looks = [look for look in looks if look.open][-QUARTERS - WARM_UP :]
    rates, paths, kept = Rates(), _paths(), []
    gone: list[Gone] = []
    for number, look in enumerate(looks):
        if number >= len(looks) - QUARTERS - UNSHOWN:
            look.learn(stays)
            if number >= len(looks) - QUARTERS:
                _keep(look.period, look.rows(rates, paths, learn_drift(gone)))
                kept.append(look.period.key)
            if look.is_telling:
                gone.append(look.gone())
        rates.add(look)
        told(number + 1, len(looks))
    Replay.objects.exclude(period__in=kept).delete()
    words.keep(stays)
    return len(kept)


def _show(past: Past, looks: Sequence[Look], assumed: int | None) -> None:
    """Show an opportunity to the periods that it may have been open in, or was won in."""
    if past.confidential:
        return
    begun = past.spells[0].entered if past.spells else past.started
    first = bisect_right(looks, begun, key=lambda look: look.day)
    last = bisect_right(looks, min(past.ended, past.known_until), key=lambda look: look.day)
    for look in looks[max(0, first - 1) : last]:
        look.add(past, assumed)


def _periods(company: Company, today: datetime.date | None, stays: Stays) -> list[Period]:
    """Return the quarters that are over, from the first in which anything had begun.

    What was imported may have ended years ago, with nothing since: those quarters are passed over later.
    """
    calendar = company.fiscal
    first = int(stays.entered.min(initial=FAR))
    now = calendar.period("quarter", today or company.today())
    before = takewhile(
        lambda period: period.start.toordinal() > first, (calendar.move(now, -n) for n in range(1, MOST))
    )
    return list(before)[::-1]


def _paths() -> dict[int, list[int]]:
    """Return each territory's own id and those of all above it."""
    paths = dict(Territory.objects.values_list("path", "pk"))
    return {pk: [up for path, up in paths.items() if own.startswith(path)] for own, pk in paths.items()}


@transaction.atomic
def _keep(period: Period, rows: Iterable[Replay]) -> None:
    Replay.objects.filter(period=period.key).delete()
    Replay.objects.bulk_create(rows)
