"""The form for the mail server."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.mail import EmailMessage
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.team.models import Company, Person
from milepost.web.forms import EditForm
from milepost.web.mail_server import Server, said, server_of
from milepost.web.models import MailServer
from milepost.web.setup import kept_password


class MailForm(EditForm):
    """Where letters are handed over; the password is taken and never shown again."""

    password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        strip=False,
        max_length=500,
        # What was typed just now comes back after a mistake; what is kept never does.
        widget=forms.PasswordInput(render_value=True, attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = MailServer
        fields = ["host", "port", "encryption", "username", "sender_address", "sender_name", "reply_to"]
        help_texts = {
            "host": gettext_lazy("Such as smtp.example.com. Empty: letters wait in the outbox."),
            "username": gettext_lazy("Empty where the server asks for none."),
            "sender_address": gettext_lazy("The address letters come from."),
            "reply_to": gettext_lazy("Empty: to the sender."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["port"].validators = [MinValueValidator(1), MaxValueValidator(65535)]
        if kept_password():
            self.fields["password"].help_text = _("One is kept. Leave this empty to keep it.")

    def clean_host(self) -> str:
        host: str = self.cleaned_data["host"].strip()
        if any(sign in host for sign in " /:@"):
            raise forms.ValidationError(_("Write the server’s name alone; its port has a field of its own."))
        return host

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("host") and not said.get("sender_address") and "sender_address" not in self.errors:
            self.add_error("sender_address", _("Write the address letters come from."))
        # A password goes to the server it was meant for: naming another one must not hand it over.
        elsewhere = {"host", "port", "username"} & set(self.changed_data)
        if said.get("username") and not said.get("password") and kept_password() and elsewhere:
            self.add_error("password", _("Write the password again: the server or the user is another one."))
        return said

    def changes(self) -> dict[str, Any]:
        return {name: value for name, value in super().changes().items() if name != "password"}

    def keep(self, *, by: Person) -> bool:
        """Save it, the password apart."""
        return self.apply(by=by, password=self.cleaned_data["password"])

    def try_out(self, *, to: Person) -> bool:
        """Send a message by what was typed; what goes wrong is told at its field, in words."""
        if not self.cleaned_data["host"]:
            self.add_error("host", _("Name a server to try."))
            return False
        server = server_of(self.instance, self.cleaned_data["password"] or kept_password())
        wrong = send_test(server, to=to)
        if wrong:
            self.add_error(*wrong)
        return wrong is None


def send_test(server: Server, *, to: Person) -> tuple[str | None, str] | None:
    """Send a short message by a server; None when it was taken, else the field it belongs to and what was answered."""
    subject = _("Test message from Milepost")
    text = _("Mail from Milepost (%(company)s) arrives.") % {"company": Company.the().name}
    answers = [server.reply_to] if server.reply_to else None
    message = EmailMessage(subject, text, server.sender, [to.email], reply_to=answers)
    try:
        server.hand_over(message)
    except (OSError, ValueError) as error:
        return said(error, server)
    return None
