"""How the open opportunities of a period came from one day's amount to another's, to the minor unit.

    start + created + reopened + pulled in + territory in + increased + likelier + rates
          - decreased - less likely - pushed out - territory out - won - lost - no decision - withdrawn - gone = end

What counts on a day is open, closes in the period and lies in the territory looked at. What stays is
first put at the later day's rates, then its amount changes; what enters or leaves does so at its worth
on the later day, after that change. So "won" is what was won, not what had been hoped for. What came
and ended between the two days shows in both.

A row's `win` makes of the amounts what is expected of them: then what stays changes in value first and in chance
after that. Without it the chance is 1 and never changes. Whoever gives rows of what has ended says with what
chance it leaves; with that of the first day, what ends takes away what had been hoped for.

Everything is whole minor units of the company's currency. Views at plan rates and at current rates
differ by the rates given, and by nothing else.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

OPEN, WON, LOST, NO_DECISION, WITHDRAWN, GONE = "open", "won", "lost", "no_decision", "withdrawn", "gone"
ENTRIES = ("created", "reopened", "pulled_in", "territory_in")
CHANGES = ("increased", "decreased", "likelier", "less_likely", "rates")
EXITS = ("pushed_out", "territory_out", WON, LOST, NO_DECISION, WITHDRAWN, GONE)
MOVES = (*ENTRIES, *CHANGES, *EXITS)

Rates = Mapping[str, Fraction | Decimal | int]
"""What one minor unit of a currency is worth, in minor units of the company's."""


@dataclass(frozen=True)
class Row:
    """Hold how an opportunity looked on a day.

    amount     whole minor units of its own currency; None = not known, counts as nothing
    in_period  whether it was to close in the period, or did
    in_view    whether its territory is looked at
    state      open, won, lost, no_decision, withdrawn or gone
    frozen     its worth in the company's currency where no later rate may change it: what has ended
    win        the part of its worth that counts: its chance where expected value is looked at
    """

    amount: int | None
    currency: str = ""
    in_period: bool = True
    in_view: bool = True
    state: str = OPEN
    frozen: int | None = None
    win: float = 1.0

    @property
    def counts(self) -> bool:
        """Tell whether it is in the amount of its day."""
        return self.state == OPEN and self.in_period and self.in_view


@dataclass
class Move:
    """Hold one movement: what it adds to the amount (below 0 where it takes away), whose it is, and each one's part."""

    amount: int = 0
    ids: list[Hashable] = field(default_factory=list)
    parts: dict[Hashable, int] = field(default_factory=dict, compare=False)

    def add(self, key: Hashable, amount: int) -> None:
        """Count one opportunity in."""
        self.amount += amount
        self.ids.append(key)
        self.parts[key] = amount


@dataclass(frozen=True)
class Flow:
    """Hold both ends and every movement by its name, in the order of the sum; `unpriced` counted as nothing."""

    start: Move
    moves: dict[str, Move]
    end: Move
    unpriced: list[Hashable]

    @property
    def slipped(self) -> float | None:
        """Return the share of the first day's amount that was pushed out of the period; None without any."""
        return -self.moves["pushed_out"].amount / self.start.amount if self.start.amount else None


def flow(before: Mapping[Hashable, Row], after: Mapping[Hashable, Row], was: Rates, now: Rates) -> Flow:
    """Return the movements between two days; `was` and `now` are the rates of each, the same for a plan-rate view.

    An opportunity that the later day does not know is gone. A currency without a rate counts as nothing.

    >>> first = {1: Row(100), 2: Row(50), 3: Row(30, in_period=False)}
    >>> later = {1: Row(120), 2: Row(60, state="won"), 3: Row(30), 4: Row(7)}
    >>> found = flow(first, later, {"": 1}, {"": 1})
    >>> found.start.amount, {name: m.amount for name, m in found.moves.items() if m.ids}, found.end.amount
    (150, {'created': 7, 'pulled_in': 30, 'increased': 30, 'won': -60}, 157)
    """
    found = Flow(Move(), {name: Move() for name in MOVES}, Move(), [])
    for key in dict.fromkeys([*before, *after]):
        then = before.get(key)
        today = after.get(key) or (replace(then, state=GONE) if then is not None else None)
        assert today is not None  # the key is in one of them
        old, new = then is not None and then.counts, today.counts
        ends = today.state != OPEN and (then is None or then.state == OPEN)
        if old or new or (ends and today.state != GONE and today.in_period and today.in_view):
            _move(found, key, then, today, was, now)
    return found


def _move(found: Flow, key: Hashable, then: Row | None, today: Row, was: Rates, now: Rates) -> None:
    worth = worth_of(today, now)
    if then is not None and then.counts:
        first, same = worth_of(then, was), worth_of(then, now)
        found.start.add(key, first or 0)
        _count(found, "rates", key, (same or 0) - (first or 0))
        revalued = worth_of(replace(today, win=then.win), now)
        change, chance = (revalued or 0) - (same or 0), (worth or 0) - (revalued or 0)
        _count(found, "increased" if change > 0 else "decreased", key, change)
        _count(found, "likelier" if chance > 0 else "less_likely", key, chance)
    else:
        found.moves[entry(then)].add(key, worth or 0)
    if today.counts:
        found.end.add(key, worth or 0)
    else:
        found.moves[leaving(today)].add(key, -(worth or 0))
    if worth is None:
        found.unpriced.append(key)


def _count(found: Flow, name: str, key: Hashable, amount: int) -> None:
    if amount:
        found.moves[name].add(key, amount)


def entry(then: Row | None) -> str:
    """Name how something that did not count on the first day comes in."""
    if then is None:
        return "created"
    if then.state != OPEN:
        return "reopened"
    return "pulled_in" if then.in_view else "territory_in"


def leaving(today: Row) -> str:
    """Name how something that does not count on the later day has left."""
    if today.state != OPEN:
        return today.state
    return "pushed_out" if today.in_view else "territory_out"


def worth_of(row: Row, rates: Rates) -> int | None:
    """Return its worth in whole minor units of the company's currency, halves to even; None = not known.

    >>> worth_of(Row(3, "SEK"), {"SEK": Decimal("0.5")}), worth_of(Row(5, "SEK"), {"SEK": Decimal("0.5")})
    (2, 2)
    """
    if row.frozen is not None:
        return round(row.frozen * Fraction(row.win))
    if row.amount is None or row.currency not in rates:
        return None
    return round(Fraction(rates[row.currency]) * row.amount * Fraction(row.win))


def pushes(closing: Sequence[int | None]) -> tuple[int, int]:
    """Count how often a closing month was moved later, and how often earlier; months as whole numbers in a row.

    Unknown ones (None) in between are passed over.

    >>> pushes([5, 5, 7, None, 7, 6, 9])
    (2, 1)
    """
    known = [month for month in closing if month is not None]
    steps = [b - a for a, b in pairwise(known)]
    return sum(step > 0 for step in steps), sum(step < 0 for step in steps)


def coverage(pipeline: float, target: float, closed: float = 0) -> float | None:
    """Return how many times what is open covers what is left of a target; None once it is reached.

    >>> coverage(300_000, 200_000, closed=100_000), coverage(1, 10, closed=10)
    (3.0, None)
    """
    left = target - closed
    return pipeline / left if left > 0 else None
