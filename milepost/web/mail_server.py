"""The server letters leave by: the environment's, or else the one named in Settings; and what it answers, in words."""

from __future__ import annotations

import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.utils import formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

from milepost.web.models import MailServer
from milepost.web.setup import kept_password

BY_SMTP = "django.core.mail.backends.smtp.EmailBackend"
SECONDS = 8
"""How long one answer of the server is waited for."""


@dataclass(frozen=True)
class Server:
    """Where letters are handed over, and who they come from."""

    host: str
    port: int
    encryption: str
    username: str = ""
    password: str = ""
    sender: str = ""
    reply_to: str = ""

    def hand_over(self, message: EmailMessage) -> None:
        """Hand a message over; raises what the server or the way to it raises."""
        connection = self._connection()
        try:
            connection.send_messages([message])
        finally:
            # What failed half way is still open, and says nothing new when it is closed.
            with suppress(OSError):
                connection.close()

    def _connection(self) -> Any:
        return get_connection(
            BY_SMTP,
            host=self.host,
            port=self.port,
            username=self.username,
            password=self.password,
            use_tls=self.encryption == MailServer.Encryption.STARTTLS,
            use_ssl=self.encryption == MailServer.Encryption.TLS,
            timeout=SECONDS,
        )


def is_fixed() -> bool:
    """Tell whether the environment names the server, so that Settings cannot."""
    return bool(settings.EMAIL_HOST)


def the_server() -> Server | None:
    """Return the server letters leave by; None where there is none."""
    if is_fixed():
        return _of_the_environment()
    named = MailServer.objects.exclude(host="").filter(pk=1).first()
    return server_of(named, kept_password()) if named else None


def server_of(named: MailServer, password: str) -> Server:
    """Return the server as it was named in Settings."""
    sender = formataddr((named.sender_name, named.sender_address)) if named.sender_address else ""
    return Server(
        named.host,
        named.port,
        named.encryption,
        named.username,
        password if named.username else "",
        sender or settings.DEFAULT_FROM_EMAIL,
        named.reply_to,
    )


def _of_the_environment() -> Server:
    encrypted = {settings.EMAIL_USE_TLS: "starttls", settings.EMAIL_USE_SSL: "tls"}.get(True, "none")
    user, password = settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD
    return Server(settings.EMAIL_HOST, settings.EMAIL_PORT, encrypted, user, password, settings.DEFAULT_FROM_EMAIL)


def is_final(error: Exception) -> bool:
    """Tell whether the server will never take this letter: trying again would only annoy it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


def said(error: Exception, server: Server) -> tuple[str | None, str]:
    """Return the field of Settings an error belongs to, None for none, and what it means in plain words."""
    told = {"host": server.host, "port": server.port, "said": _answer(error), "seconds": SECONDS}
    for kind, field, words in _meanings():
        if isinstance(error, kind):
            return field, words % told
    return "host", _("The server cannot be reached. %(said)s") % told


def _meanings() -> list[tuple[Any, str | None, str]]:
    """Return the kinds of errors, the narrow before the wide, with the field each belongs to and its words."""
    return [
        (
            smtplib.SMTPAuthenticationError,
            "password",
            _("The server does not accept this user with this password. It said: %(said)s"),
        ),
        (smtplib.SMTPSenderRefused, "sender_address", _("The server does not take this sender. It said: %(said)s")),
        (smtplib.SMTPRecipientsRefused, None, _("The server does not take mail for this address. It said: %(said)s")),
        (smtplib.SMTPNotSupportedError, "encryption", _("The server does not offer this. It said: %(said)s")),
        (smtplib.SMTPResponseException, None, _("The server refused. It said: %(said)s")),
        (
            smtplib.SMTPServerDisconnected,
            "encryption",
            _("The server hung up. Another encryption, or another port, may be the right one."),
        ),
        (
            ssl.SSLCertVerificationError,
            "host",
            _("The certificate of %(host)s cannot be trusted, so nothing was sent. %(said)s"),
        ),
        (ssl.SSLError, "encryption", _("The server does not speak TLS from the start at port %(port)s.")),
        (socket.gaierror, "host", _("No server is called %(host)s.")),
        (TimeoutError, "host", _("%(host)s did not answer within %(seconds)s seconds at port %(port)s.")),
        (FileNotFoundError, None, _("A file that was enclosed is not here any more.")),
        (ConnectionRefusedError, "port", _("Nothing answers at port %(port)s of %(host)s.")),
    ]


def _answer(error: Exception) -> str:
    """Return the server's own words, short."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        text = f"{code} {_read(words)}"
    elif isinstance(error, smtplib.SMTPResponseException):
        text = f"{error.smtp_code} {_read(error.smtp_error)}"
    elif isinstance(error, ssl.SSLCertVerificationError):
        text = error.verify_message
    else:
        text = str(error)
    return " ".join(text.split())[:300]


def _read(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words
