"""The one door through which mail leaves: each letter is a row first, so that none is sent twice or lost unseen.

Without a mail server letters wait in the outbox, where an administrator reads them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import formataddr
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from milepost.web.jobs import Hopeless, Work, ask
from milepost.web.mail_server import Server, is_final, is_fixed, said, the_server
from milepost.web.models import Job, Letter, MailServer

Enclosed = tuple[str, bytes, str]
"""A file's name, what is in it, and its kind."""


@dataclass(frozen=True)
class Recipient:
    """Whom a letter is for, where that is nobody who signs in: a contact at a client."""

    address: str
    name: str = ""


def is_configured() -> bool:
    """Tell whether a mail server is named, in the environment or in Settings."""
    return is_fixed() or MailServer.objects.filter(pk=1).exclude(host="").exists()


def send(**what: Any) -> Letter:
    """Write a letter as `write` does, and let it be sent in a moment; without a mail server it waits in the outbox."""
    letter = write(**what)
    if letter.sent_at is None and is_configured():
        send_later(letter)
    return letter


def told(letter: Letter) -> str:
    """Say for the screen where a letter is that was written just now."""
    if letter.sent_at is None and not is_configured():
        return _("No mail server is set up: the message to %(whom)s is in the outbox.") % {"whom": letter.address}
    return _("Mailed to %(whom)s.") % {"whom": letter.address}


def send_later(letter: Letter, *, by: Any = None) -> None:
    """Ask for a letter to be sent, with a few more tries should the server refuse; the same twice is one.

    Who asks in person does not wait for the next try.
    """
    job = ask("letter", by=by, unique_key=f"letter:{letter.pk}", letter=letter.pk)
    if by is not None:
        Job.objects.filter(pk=job.pk, state=Job.State.WAITING).update(run_after=None)


def write(
    *,
    key: str,
    purpose: str,
    to: Any,
    subject: str,
    text: str,
    enclosed: Sequence[Enclosed] = (),
    headers: Mapping[str, str] | None = None,
    confidential: bool = False,
) -> Letter:
    """Write a letter to a person, or to a `Recipient`; one whose `key` is taken is returned as it was written.

    The text of a confidential one (a code, a personal link) is wiped once it is sent. Raises ValidationError for what
    is no address.
    """
    known = Letter.objects.filter(key=key).first()
    if known is not None:
        return known
    whom = to if isinstance(to, Recipient) else Recipient(to.email, to.name)
    validate_email(whom.address)
    values = {
        "purpose": purpose,
        "person": None if to is whom else to,
        "address": whom.address,
        "name": " ".join(whom.name.split())[:200],
        "subject": " ".join(subject.split())[:300],
        "text": text,
        "headers": dict(headers or {}),
        "confidential": confidential,
    }
    letter, is_new = Letter.objects.get_or_create(key=key, defaults=values)
    if is_new and enclosed:
        _keep(letter, enclosed=[_enclose(letter, each) for each in enclosed])
    return letter


def _enclose(letter: Letter, file: Enclosed) -> dict[str, Any]:
    name, content, kind = file
    # The name in the store is ours: the file's own comes from people.
    path = default_storage.save(f"letters/{letter.pk}-{uuid4().hex}", ContentFile(content))
    return {"name": name, "kind": kind, "bytes": len(content), "path": path}


def deliver(letter: Letter) -> Letter:
    """Hand a letter to the mail server now and keep how that went; one that has been sent is not sent again.

    Without a server it waits on. Raises what the mail server or the way to it raises, after it is written down. A
    process that dies between the server's yes and our writing it down sends again: rather twice than never.
    """
    server = the_server()
    if letter.sent_at is not None or server is None:
        return letter
    try:
        server.hand_over(_message(letter, server))
    except Exception as error:
        _keep(letter, tries=letter.tries + 1, error=said(error, server)[1][:500])
        raise
    _keep(letter, tries=letter.tries + 1, error="", sent_at=timezone.now())
    _let_go(letter)
    return letter


def in_words(error: Exception) -> str:
    """Say plainly why mailing did not work."""
    server = the_server()
    if server is not None and isinstance(error, OSError):
        return said(error, server)[1]
    return f"{type(error).__name__}: {error}"


def _message(letter: Letter, server: Server) -> EmailMessage:
    to = formataddr((letter.name, letter.address)) if letter.person_id is None else letter.address
    answers = {"Reply-To": server.reply_to} if server.reply_to else {}
    message = EmailMessage(letter.subject, letter.text, server.sender, [to], headers=answers | letter.headers)
    for file in letter.enclosed:
        with default_storage.open(file["path"]) as stored:
            message.attach(file["name"], stored.read(), file["kind"])
    return message


def _let_go(letter: Letter) -> None:
    """Keep of a letter that is sent what is needed to know what it said: no files, and nothing confidential."""
    for file in letter.enclosed:
        default_storage.delete(file["path"])
    enclosed = [{**file, "path": ""} for file in letter.enclosed]
    _keep(letter, enclosed=enclosed, **({"text": ""} if letter.confidential else {}))


def do(work: Work, *, letter: int) -> dict[str, Any]:
    """Send a letter, as a job."""
    one = Letter.objects.get(pk=letter)
    try:
        return {"sent": deliver(one).sent_at is not None}
    except Exception as error:
        if is_final(error):
            raise Hopeless(one.error) from error
        raise


def _keep(letter: Letter, **values: Any) -> None:
    Letter.objects.filter(pk=letter.pk).update(**values)
    for name, value in values.items():
        setattr(letter, name, value)
