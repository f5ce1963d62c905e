"""Draw once what every page carries: the head, the signs, the rail and the menus cost more than a short page itself."""

from __future__ import annotations

import secrets
from functools import lru_cache
from html import escape
from typing import Any

from django.conf import settings
from django.template import Context, loader
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

# What differs with every answer stands in the kept text as a mark that nobody outside this process can know.
TOKEN, ADDRESS = (secrets.token_hex(12) for _ in range(2))
MOST = 4_000


def draw(template_name: str, given: dict[str, Any], *, token: str, address: str) -> SafeString:
    """Return a template drawn with `given` alone, from memory if it was drawn like this before.

    The template is handed no request and no person: what is not named in `given` cannot get into it, and so
    nothing drawn for one person can be shown to another. Only `csrf_token` and `address` (the page's own) are set
    anew each time.
    """
    drawn = _draw if settings.DEBUG else _kept
    text = drawn(template_name, get_language() or "", tuple(given.items()))
    return mark_safe(text.replace(TOKEN, escape(token)).replace(ADDRESS, escape(address)))  # noqa: S308


def _draw(template_name: str, language: str, given: tuple[tuple[str, Any], ...]) -> str:
    context = Context({**dict(given), "csrf_token": TOKEN, "address": ADDRESS})
    template: Any = loader.get_template(template_name)
    return str(template.template.render(context))


_kept = lru_cache(maxsize=MOST)(_draw)
