"""What we change of allauth: nobody signs up by themselves, people are invited."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class NoSignup(DefaultAccountAdapter):
    """Close allauth's public sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
