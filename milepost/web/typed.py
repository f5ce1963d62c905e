"""What a person typed into a form that cannot be shown again: an answer that refuses it hands it back to be copied."""

from __future__ import annotations

from typing import Any

HIDDEN = {"csrfmiddlewaretoken", "next", "version", "seen", "was", "at", "to", "attempt", "query", "anyway", "far"}
HIDDEN |= {"another"}
SECRET = ("password", "token", "secret")


def typed(request: Any) -> list[tuple[str, str]]:
    """Return name and text of each entry, as far as a page sent them that the person could open.

    Somebody may be led here by a form on another site: only what has passed the check for that is shown.
    """
    knows = getattr(request, "resolver_match", None) is not None and getattr(request, "user", None) is not None
    if not (knows and request.method == "POST" and request.user.is_authenticated):
        return []
    entries = [(name, value.strip()) for name, values in request.POST.lists() for value in values]
    return [(_label(name), value) for name, value in entries if value and _is_typed(name)]


def _is_typed(name: str) -> bool:
    return name not in HIDDEN and not any(word in name.lower() for word in SECRET)


def _label(name: str) -> str:
    """Return a field's name as a person may read it: the form whose label it had is not at hand."""
    words = name.rpartition("-")[2].removesuffix("_minor").replace("_", " ").strip()
    return words[:1].upper() + words[1:]
