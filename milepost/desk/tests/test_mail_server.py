"""The mail server: named in Settings, tried before it is saved, its password never shown again."""

import shutil
import ssl
import subprocess

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from milepost.web import post
from milepost.web.mail_server import is_final, said, server_of
from milepost.web.models import Change, Letter, MailServer
from milepost.web.setup import kept_password, password_path
from milepost.web.tests.mailbox import Box, free_port
from milepost.web.worker import Worker

SECRET = "a-very-secret-word"


@pytest.fixture(autouse=True)
def _own_home(settings, tmp_path):
    settings.HOME = settings.MEDIA_ROOT = tmp_path
    settings.EMAIL_HOST = ""


@pytest.fixture
def administrator(cast, as_):
    return as_(cast.administrator)


def typed(port, **changes):
    return {
        "host": "127.0.0.1", "port": port, "encryption": "none", "username": "", "password": "",
        "sender_address": "sales@kestermann.example", "sender_name": "Kestermann, Sales", "reply_to": "",
        "version": MailServer.the().version,
    } | changes  # fmt: skip


@pytest.fixture
def locked():
    """Start a server that lets in `ines` with SECRET alone; `start(context)` makes it speak TLS."""
    started = []

    def start(**more):
        def check(server, session, envelope, mechanism, data):
            right = (data.login, data.password) == (b"ines", SECRET.encode())
            return AuthResult(success=right, handled=right)

        box = Box()
        box.port = free_port()
        said = {"authenticator": check, "auth_require_tls": False} | more
        controller = Controller(box, hostname="127.0.0.1", port=box.port, **said)
        controller.start()
        started.append(controller)
        return box

    yield start
    for each in started:
        each.stop()


@pytest.fixture
def certificate(tmp_path):
    """A certificate that nobody vouches for."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed here")
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "2"]
    subprocess.run([*command, "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


def test_it_is_tried_by_what_is_typed_then_saved_and_letters_leave_by_it(cast, administrator, mailbox):
    tried = administrator.post("/settings/mail/test/", typed(mailbox.port, reply_to="desk@kestermann.example"))
    assert "The server took the test message" in tried.text
    assert 'value="Kestermann, Sales"' in tried.text
    (message,) = mailbox.letters
    assert message["To"] == cast.administrator.email
    assert message["From"] == '"Kestermann, Sales" <sales@kestermann.example>'
    assert message["Reply-To"] == "desk@kestermann.example"
    assert not post.is_configured()
    assert administrator.post("/settings/mail/", typed(mailbox.port)).status_code == 302
    post.send(key="1", purpose="test", to=post.Recipient("a@mill.example"), subject="Hello", text="Hi")
    Worker("test").do_next()
    assert [each["Subject"] for each in mailbox.letters] == ["Test message from Milepost", "Hello"]


def test_the_password_is_kept_apart_and_never_shown_again(administrator, locked):
    box = locked()
    administrator.post("/settings/mail/", typed(box.port, username="ines", password=SECRET))
    assert (kept_password(), password_path().stat().st_mode & 0o777) == (SECRET, 0o600)
    page = administrator.get("/settings/mail/")
    assert SECRET not in page.text
    assert "One is kept" in page.text
    assert "set the mail server’s password" in page.text
    assert SECRET not in str(list(Change.objects.values())) + str(list(MailServer.objects.values()))
    assert "The server took" in administrator.post("/settings/mail/test/", typed(box.port, username="ines")).text
    administrator.post("/settings/mail/", typed(box.port))
    assert kept_password() == ""


def test_a_kept_password_is_not_handed_to_another_server(administrator, locked, mailbox):
    administrator.post("/settings/mail/", typed(locked().port, username="ines", password=SECRET))
    answer = administrator.post("/settings/mail/test/", typed(mailbox.port, username="ines"))
    assert "Write the password again" in answer.text
    assert mailbox.letters == []


def test_a_wrong_password_is_told_at_its_field_and_what_was_typed_stays(administrator, locked):
    answer = administrator.post("/settings/mail/test/", typed(locked().port, username="ines", password="wrong-one"))
    assert answer.status_code == 422
    assert "does not accept this user with this password" in answer.context["form"].errors["password"][0]
    assert 'value="wrong-one"' in answer.text


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"port": 1}, "port", "Nothing answers at port 1"),
        ({"host": "no such.example"}, "host", "name alone"),
        ({"host": "smtp://mail.example.com"}, "host", "name alone"),
        ({"host": ""}, "host", "Name a server to try"),
        ({"port": 70000}, "port", "65535"),
        ({"sender_address": ""}, "sender_address", "Write the address"),
        ({"sender_address": "nobody"}, "sender_address", "valid"),
        ({"encryption": "tls"}, "encryption", "does not speak TLS"),
        ({"encryption": "starttls"}, "encryption", "does not offer this"),
        ({"username": "ines", "password": "x"}, "encryption", "does not offer this"),
    ],
)
def test_what_goes_wrong_is_told_at_its_field(administrator, mailbox, changes, field, words):
    answer = administrator.post("/settings/mail/test/", typed(mailbox.port) | changes)
    assert answer.status_code == 422
    assert words in " ".join(answer.context["form"].errors[field])
    assert mailbox.letters == []


def test_a_certificate_nobody_vouches_for_is_refused(administrator, locked, certificate):
    box = locked(ssl_context=certificate)
    answer = administrator.post("/settings/mail/test/", typed(box.port, encryption="tls"))
    assert "cannot be trusted" in " ".join(answer.context["form"].errors["host"])


def test_what_the_server_says_of_a_message_is_told(administrator, mailbox):
    mailbox.refuses = "554 Your domain is on our list"
    answer = administrator.post("/settings/mail/test/", typed(mailbox.port))
    assert "554 Your domain is on our list" in answer.text


def test_an_address_nobody_has_is_not_tried_again(administrator, mailbox):
    administrator.post("/settings/mail/", typed(mailbox.port))
    mailbox.refuses_whom = "gone@mill.example"
    post.send(key="1", purpose="test", to=post.Recipient("gone@mill.example"), subject="Hello", text="Hi")
    worker = Worker("test")
    while worker.do_next():
        pass
    letter = Letter.objects.get()
    assert (letter.state, letter.tries) == ("failed", 1)
    assert "550 No such person" in letter.error
    mailbox.refuses_whom = ""
    administrator.post(f"/settings/outbox/{letter.pk}/again/")
    worker.do_next()
    assert len(mailbox.letters) == 1


def test_a_silent_or_unknown_server_has_words_too():
    server = server_of(MailServer(host="mail.example.com", port=587), "")
    assert said(TimeoutError(), server) == ("host", "mail.example.com did not answer within 8 seconds at port 587.")
    assert "No route" in said(OSError(113, "No route to host"), server)[1]
    assert not is_final(TimeoutError())


def test_of_two_who_change_it_the_second_is_told(administrator, mailbox):
    stale = typed(mailbox.port, sender_name="Second")
    administrator.post("/settings/mail/", typed(mailbox.port, sender_name="First"))
    answer = administrator.post("/settings/mail/", stale | {"password": SECRET})
    assert answer.status_code == 409
    assert MailServer.the().sender_name == "First"
    assert kept_password() == ""


def test_the_environments_server_wins_and_is_shown(administrator, mailbox, settings):
    administrator.post("/settings/mail/", typed(1))
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
    assert "MILEPOST_MAIL" in administrator.get("/settings/mail/").text
    told = administrator.post("/settings/mail/test/", {}, follow=True)
    assert "The server took it" in told.text
    assert len(mailbox.letters) == 1
