"""The page of the mail server: name it, and try it before anything depends on it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from milepost.desk.mail.forms import MailForm, send_test
from milepost.team.request import Request
from milepost.team.views.people import administrator
from milepost.web.history import changes_of
from milepost.web.history_words import tell
from milepost.web.mail_server import is_fixed, the_server
from milepost.web.models import MailServer


@never_cache
@require_http_methods(["GET", "POST"])
def mail(request: Request) -> HttpResponse:
    """Name the mail server; while the environment names it, only show it."""
    administrator(request)
    if is_fixed():
        return render(request, "desk/mail/server.html", {"fixed": the_server()})
    form = MailForm(request.POST or None, instance=MailServer.the())
    if request.method == "POST" and form.is_valid() and form.keep(by=request.user):
        messages.success(request, _("Saved. Send a test message to see that it works."))
        return redirect("desk:mail")
    return _page(request, form)


@never_cache
@require_POST
def test(request: Request) -> HttpResponse:
    """Send a message to whoever asks, by what is typed; it need not be saved."""
    administrator(request)
    if is_fixed():
        return _test_the_fixed(request)
    form = MailForm(request.POST, instance=MailServer.the())
    taken = form.is_valid() and form.try_out(to=request.user)
    return _page(request, form, taken=taken)


def _test_the_fixed(request: Request) -> HttpResponse:
    server = the_server()
    wrong = send_test(server, to=request.user) if server else None
    if wrong:
        messages.error(request, wrong[1])
    else:
        messages.success(
            request, _("The server took it. Look for it at %(address)s.") % {"address": request.user.email}
        )
    return redirect("desk:mail")


def _page(request: Request, form: MailForm, *, taken: bool = False) -> HttpResponse:
    context = {"form": form, "taken": taken, "changes": tell(changes_of(form.row)[:10])}
    status = 409 if form.conflicts else 422 if form.errors else 200
    return render(request, "desk/mail/server.html", context, status=status)
