"""Addresses of pages about one row: a page has hundreds of such links, and `reverse` tries the patterns for each."""

from __future__ import annotations

from functools import cache

from django.urls import reverse

MARK, OTHER_MARK = 987654321987654, 123456789123456
"""Numbers no row has: what is drawn once for a whole page has them where each row's own numbers go."""


def path(url_name: str, pk: int) -> str:
    """Return the address of the page `url_name` about the row with the number `pk`."""
    before, after = _around(url_name)
    return f"{before}{pk}{after}"


@cache
def _around(url_name: str) -> tuple[str, str]:
    before, _mark, after = reverse(url_name, args=[MARK]).partition(str(MARK))
    return before, after
