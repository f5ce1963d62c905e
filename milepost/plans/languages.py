"""The languages in which the client is spoken to: English, and those with a catalogue of this folder's sentences."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings
from django.conf.locale import LANG_INFO

ROOT = Path(__file__).resolve().parent
ENGLISH = "en"


@cache
def languages() -> dict[str, str]:
    """Return each language by its code, under the name it has for itself."""
    found = {path.parts[-3].replace("_", "-").lower() for path in ROOT.glob("locale/*/LC_MESSAGES/django.mo")}
    known = dict(settings.LANGUAGES)
    own = {code: str(LANG_INFO[code]["name_local"]) for code in sorted({ENGLISH, *found} & known.keys())}
    return {code: name[:1].upper() + name[1:] for code, name in own.items()}


def language_for(*wanted: str) -> str:
    """Return the first wanted language that there is, else English; of one's own country's, the plain one will do.

    >>> language_for("", "tlh", "en-gb")
    'en'
    """
    for code in filter(None, wanted):
        for each in (code.lower(), code.lower().partition("-")[0]):
            if each in languages():
                return each
    return ENGLISH
