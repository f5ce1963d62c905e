"""The addresses of allauth that we offer: sign in and out, change the password. Nobody signs up or needs mail."""

from allauth.account import urls

OFFERED = {
    "account_login",
    "account_logout",
    "account_change_password",
    "account_set_password",
    "account_reauthenticate",
    "account_inactive",
}

urlpatterns = [pattern for pattern in urls.urlpatterns if pattern.name in OFFERED]
