"""Our own colour on the client's page: what is written on it stays readable, by day and in the dark."""

from __future__ import annotations

import re

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

WHITE, BLACK, DARK = "#ffffff", "#000000", "#17191a"
READABLE, SEEN = 4.5, 3.0
"""The contrast that words need, and lines (WCAG 2.2: 1.4.3, 1.4.11)."""
COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")
is_a_colour = RegexValidator(COLOUR, _("Write it as # and six of 0 to 9 and a to f, such as #0c4a4a."))
Shade = tuple[int, int, int]


def sheet(colour: str) -> str:
    """Return the style sheet by which a page wears a colour, given as "#0c4a4a".

    >>> print(sheet("#0c4a4a").splitlines()[0])
    .plan { --seller: #0c4a4a; --seller-ink: #ffffff; --seller-line: #0c4a4a; }
    """
    dark = until_seen(colour, DARK, 2.0)
    return (
        f".plan {{ --seller: {colour}; --seller-ink: {ink_on(colour)}; --seller-line: {until_seen(colour, WHITE)}; }}\n"
        f'[data-bs-theme="dark"] .plan {{ --seller: {dark}; --seller-ink: {ink_on(dark)}; '
        f"--seller-line: {until_seen(colour, DARK)}; }}\n"
    )


def ink_on(colour: str) -> str:
    """Return white where it can be read on a colour, else black.

    >>> ink_on("#0c4a4a"), ink_on("#ffd400")
    ('#ffffff', '#000000')
    """
    return WHITE if contrast(colour, WHITE) >= READABLE else BLACK


def until_seen(colour: str, ground: str, enough: float = SEEN) -> str:
    """Return the colour, moved away from the ground as far as it takes to be seen on it.

    >>> until_seen("#0c4a4a", WHITE), contrast(until_seen("#ffd400", WHITE), WHITE) >= SEEN
    ('#0c4a4a', True)
    """
    to = _shade(BLACK if ground == WHITE else WHITE)
    own = _shade(colour)
    mixes = ([round(a + (b - a) * n / 20) for a, b in zip(own, to, strict=True)] for n in range(21))
    said = ("#{:02x}{:02x}{:02x}".format(*mix) for mix in mixes)
    return next(each for each in said if contrast(each, ground) >= enough)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21, as WCAG defines it.

    >>> round(contrast(WHITE, BLACK), 1)
    21.0
    """
    low, high = sorted((_light(one), _light(other)))
    return (high + 0.05) / (low + 0.05)


def _light(colour: str) -> float:
    parts = [part / 255 for part in _shade(colour)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _shade(colour: str) -> Shade:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
