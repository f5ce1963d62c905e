"""A share with its interval, for groups of any size."""

from __future__ import annotations

from dataclasses import dataclass

LEAN = 4.0
"""How many cases what is believed beforehand is worth: a handful stands nearly alone, two or three do not."""

FEW = 20
"""With fewer cases than this a share says little, and the screen says so."""


@dataclass(frozen=True)
class Share:
    """Hold a share, the limits of its 80 % interval, and the cases it rests on."""

    mean: float
    low: float
    high: float
    yes: int
    cases: int

    @property
    def is_thin(self) -> bool:
        return self.cases < FEW


def believed(yes: int, cases: int, *, lean: float = LEAN) -> float:
    """Return what the parts of a whole lean on: its own share, which leans on a half where it is small itself.

    Without that, a whole of one case would make a part that holds the same case all but certain.

    >>> believed(1, 1), round(believed(300, 1000), 2), believed(0, 0)
    (0.6, 0.3, 0.5)
    """
    return (yes + lean / 2) / (cases + lean)


def share(yes: int, cases: int, *, believed: float = 0.5, lean: float = LEAN) -> Share:
    """Return the share of `yes` among `cases`, leaning on what is believed: Beta(yes + s b, no + s (1 - b)).

    believed  b, the share among all that the group is part of; lean  s, how many cases that is worth
    Raises ValueError when there are more of one kind than of all.

    >>> few, many = share(2, 3, believed=0.5), share(200, 300, believed=0.5)
    >>> round(few.mean, 2), few.high - few.low > 5 * (many.high - many.low), few.is_thin
    (0.57, True, True)
    """
    from scipy.special import betaincinv

    if not 0 <= yes <= cases:
        raise ValueError("yes: from none to all of the cases.")
    b = min(max(believed, 0.01), 0.99)
    won, lost = yes + lean * b, cases - yes + lean * (1 - b)
    low, high = (float(betaincinv(won, lost, q)) for q in (0.1, 0.9))
    return Share(won / (won + lost), low, high, yes, cases)
