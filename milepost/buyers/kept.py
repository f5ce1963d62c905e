"""Keep which warnings stand of each open opportunity, so that lists need not look at its people.

What somebody changes about an opportunity's people is warned of anew at once; everything else that a warning hangs on
(where the string is, who was met, what day it is, the company's rules and words) by the job, seconds later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from milepost.buyers.models.kept import KeptWarning
from milepost.buyers.warn import warned_of
from milepost.opportunities.models import Opportunity, Standing
from milepost.team.models import Company
from milepost.web.turns import chunks, in_turns

AT_ONCE = 200
Warns = tuple[int, frozenset[str]]


def warn_anew(ids: Iterable[int], *, told: Callable[[int], None] = lambda done: None) -> None:
    """Keep what is to be warned of now of these opportunities; of what has ended, nothing. `told` hears of progress."""
    in_turns(_looked_at(ids), _write, told=told)


def _looked_at(ids: Iterable[int]) -> Iterator[Warns]:
    today = Company.the().today()
    for some in chunks(ids, AT_ONCE):
        standings = list(Standing.objects.filter(pk__in=some).only("step_number", "step_count", "as_of"))
        warned = warned_of(standings, today)
        yield from ((pk, frozenset(one.kind for one in warned.get(pk, []))) for pk in some)


def _write(looked_at: Sequence[Warns]) -> None:
    """Write what differs from what is kept: on most days hardly anything does."""
    now = dict(looked_at)
    Opportunity.objects.filter(pk__in=now).hold_still()
    kept = KeptWarning.objects.filter(opportunity__in=now)
    before = {(pk, kind): row for row, pk, kind in kept.values_list("pk", "opportunity_id", "kind")}
    gone = [row for (pk, kind), row in before.items() if kind not in now[pk]]
    KeptWarning.objects.filter(pk__in=gone).delete()
    new = [(pk, kind) for pk, kinds in now.items() for kind in sorted(kinds) if (pk, kind) not in before]
    KeptWarning.objects.bulk_create([KeptWarning(opportunity_id=pk, kind=kind) for pk, kind in new])
