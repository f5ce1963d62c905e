"""What a week of waiting costs: the chance that goes, and the money that comes later."""

from __future__ import annotations

WEEK = 7
YEAR = 365


def weekly_loss(value: float, win: float, win_in_week: float, *, delay: float = 0.0) -> float:
    """Return the expected value lost if nothing happens for seven days, never below nothing.

    value        V, what it is worth when it is won
    win          P, the chance now
    win_in_week  P', the chance if nothing happens for a week
    delay        r, what a year's delay costs, as a share of the amount: 0.10

    V * (max(0, P - P') + min(P, P') * (1 - (1 + r) ** (-7 / 365))): what the chance loses, and of what is
    left, the part that a payment a week later is worth less. A chance that rises with age saves nothing.

    >>> weekly_loss(10_000, 0.50, 0.25)
    2500.0
    >>> weekly_loss(10_000, 0.50, 0.55)
    0.0
    >>> round(weekly_loss(10_000, 0.50, 0.50, delay=0.10), 2)
    9.13
    """
    if delay <= -1:
        raise ValueError("delay: a share above -1 is needed.")
    later = 1 - (1 + delay) ** (-WEEK / YEAR)
    return max(0.0, value * (max(0.0, win - win_in_week) + min(win, win_in_week) * later))
