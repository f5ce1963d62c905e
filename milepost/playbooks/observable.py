"""Advise on a milestone: it should be something the client does, and somebody could see that it happened."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

VAGUE = re.compile(
    r"\b(discuss\w*|talk(?:s|ed|ing)? (?:about|to|with)|speak\w* (?:about|to|with)"
    r"|build\w* (?:rapport|trust|a relation\w*)|rapport|relationships?"
    r"|get\w* to know|understand\w*|aware\w*|interest(?:s|ed)?|explor\w*|consider\w*|think\w*"
    r"|feel\w*|touch\w* base|check\w* in|follow\w*[ -]up|keep\w* (?:warm|in touch)|align\w*|engag\w*|convinc\w*"
    r"|happy|enthusias\w*|good (?:meeting|feeling|impression)|progress\w*)\b",
    re.IGNORECASE,
)
OURS = re.compile(
    r"^\s*(we|our|i)\b|^\s*(present|send|show|demo\w*|pitch|explain|prepare|write|submit|offer|call|email|visit|meet)\b",
    re.IGNORECASE,
)
AGREED = re.compile(r"\b(agree\w*|sign\w*|confirm\w*|name\w*|accept\w*|approv\w*|order\w*|invite\w*|write\w*)\b", re.I)


def advice(milestone: str) -> str:
    """Return what could be better about a milestone, in words; "" when it can be observed.

    It advises and never refuses: people know their business. It reads English alone, and in any other language it
    only asks for a milestone where there is none.

    >>> advice("Mill director names the four criteria in the room")
    ''
    >>> "“Build rapport”" in advice("Build rapport with the director")
    True
    """
    if not milestone.strip():
        return _("No milestone yet: what will the client have done or agreed?")
    if not (get_language() or "en").startswith("en"):
        return ""
    for pattern, say in ADVISERS:
        found = pattern.search(milestone)
        if found and not (pattern is VAGUE and AGREED.search(milestone)):
            return say(found.group().strip())
    return ""


def _vague(word: str) -> str:
    return _("“%(word)s”: nobody can see whether it happened. Say what the client will have done or agreed.") % {
        "word": word[:1].upper() + word[1:]
    }


def _ours(word: str) -> str:
    return _("This begins with what we do (“%(word)s”): that is the activity. Say what the client does then.") % {
        "word": word
    }


ADVISERS: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = ((VAGUE, _vague), (OURS, _ours))
