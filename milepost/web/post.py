"""The one door through which mail leaves: each letter is a row first, so that none is sent twice or lost unseen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from milepost.web.models import Letter

Enclosed = tuple[str, bytes, str]
"""A file's name, what is in it, and its kind."""


def is_configured() -> bool:
    """Tell whether a mail server is named in the settings."""
    return bool(settings.EMAIL_HOST)


def send(
    *,
    key: str,
    purpose: str,
    to: Any,
    subject: str,
    text: str,
    enclosed: Sequence[Enclosed] = (),
    headers: Mapping[str, str] | None = None,
) -> Letter:
    """Send a letter to a person and keep how that went; one whose `key` has been sent is not sent again.

    Raises what the mail server or the way to it raises, after it is written down. A process that dies between the
    server's yes and our writing it down sends again: rather twice than never.
    """
    letter, _new = Letter.objects.get_or_create(
        key=key, defaults={"purpose": purpose, "person": to, "address": to.email, "subject": subject[:300]}
    )
    if letter.sent_at is not None:
        return letter
    try:
        message = EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [to.email], headers=dict(headers or {}))
        for name, content, kind in enclosed:
            message.attach(name, content, kind)
        message.send()
    except Exception as error:
        _keep(letter, tries=letter.tries + 1, error=f"{type(error).__name__}: {error}"[:500])
        raise
    _keep(letter, tries=letter.tries + 1, error="", sent_at=timezone.now())
    return letter


def _keep(letter: Letter, **values: Any) -> None:
    Letter.objects.filter(pk=letter.pk).update(**values)
    for name, value in values.items():
        setattr(letter, name, value)
