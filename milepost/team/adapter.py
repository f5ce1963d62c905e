"""What we change of allauth: nobody signs up by themselves, people are invited; and it speaks as we do."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import ratelimit
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

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # By the address alone, eight wrong tries from anywhere would keep its owner out.
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{self.get_client_ip(request)}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Stop who guesses where they are; a second, wider limit stops those who guess from many places at once."""
        super().pre_authenticate(request, **credentials)
        address = super()._get_login_attempts_cache_key(request, **credentials)
        if not ratelimit.consume(request, action="failed_anywhere", key=address, dry_run=True):
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        address = super()._get_login_attempts_cache_key(request, **credentials)
        ratelimit.consume(request, action="failed_anywhere", key=address)
