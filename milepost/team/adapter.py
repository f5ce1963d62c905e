"""What we change of allauth: nobody signs up by themselves, people are invited; and it speaks as we do."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class Adapter(DefaultAccountAdapter):
    """Close allauth's public sign-up, and say in our words what it says at the fields."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("You no longer have access here. Ask an administrator."),
        "email_password_mismatch": _("Address and password do not go together. Type both again."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not the password you have had until now."),
        "too_many_login_attempts": _("Too many tries. Wait five minutes, or ask an administrator for a new link."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
