"""Packs by schedule: arrange them, look at those that were made, end them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from milepost.forecasts.models import KeptPack, PackSubscription
from milepost.forecasts.models.packs import path_of
from milepost.forecasts.packs.forms import WEEKDAYS, SubscribeForm
from milepost.forecasts.packs.jobs import ask_for
from milepost.forecasts.packs.views import held
from milepost.forecasts.packs.when import Rhythm
from milepost.team.models import Role
from milepost.team.request import Request
from milepost.web import post
from milepost.web.doors import find, must
from milepost.web.sheet import XLSX

PAGE = 50
FILES = {"pdf": "application/pdf", "xlsx": XLSX}


def may_arrange(request: Request) -> bool:
    """Tell whether a person arranges packs for themselves and for colleagues."""
    return request.user.sight.holds(Role.SALES_MANAGER, Role.COORDINATOR, Role.ADMINISTRATOR)


@require_GET
def packs(request: Request) -> HttpResponse:
    """Show who gets which pack when, and the packs that were made for the person."""
    standing = PackSubscription.objects.visible_to(request.user).standing()
    kept = KeptPack.objects.visible_to(request.user).select_related("subscription", "recipient")
    rows = standing.select_related("recipient", "territory", "by")
    newest = _newest(rows)
    context: dict[str, Any] = {
        "subscriptions": [(each, rhythm_said(each), newest.get(each.pk)) for each in rows],
        "kept": list(kept[:PAGE]),
        "is_mailed": post.is_configured(),
        "may_arrange": may_arrange(request),
    }
    return render(request, "forecasts/packs.html", context)


def _newest(rows: Any) -> dict[int, KeptPack]:
    """Return the newest pack of each subscription, whoever may open it: that one failed is to be seen."""
    found: dict[int, KeptPack] = {}
    for each in KeptPack.objects.filter(subscription__in=rows).order_by("due_at", "pk"):
        found[each.subscription_id] = each
    return found


def rhythm_said(one: PackSubscription) -> str:
    """Say when a pack comes: "every Monday at 07:00"."""
    told = {"hour": f"{one.hour:02}:00", "zone": one.zone.replace("_", " ")}
    if one.rhythm == Rhythm.WEEKLY:
        return _("every %(day)s at %(hour)s, %(zone)s") % (told | {"day": WEEKDAYS[one.day]})
    told["day"] = str(one.day)
    if one.rhythm == Rhythm.MONTHLY:
        return _("on day %(day)s of every month at %(hour)s, %(zone)s") % told
    return _("on day %(day)s of every fiscal quarter at %(hour)s, %(zone)s") % told


@require_http_methods(["GET", "POST"])
def subscribe(request: Request) -> HttpResponse:
    """Let oneself or colleagues get a pack by schedule."""
    must(may_arrange(request), _("Packs by schedule are arranged by coordinators, sales managers and administrators."))
    kind, where = request.GET.get("kind", ""), request.GET.get("territory", "")
    initial = {"kind": kind} if kind else {}
    initial |= {"territory": where} if where.isdecimal() and len(where) < 16 else {}
    form = SubscribeForm(
        request.POST or None, person=request.user, company=request.company, held=held(request), initial=initial
    )
    if request.method == "POST" and form.is_valid():
        n = len(form.keep(by=request.user))
        messages.success(
            request, ngettext("%(n)s person gets it from now on.", "%(n)s people get it from now on.", n) % {"n": n}
        )
        return redirect("forecasts:packs")
    context = {"form": form, "is_mailed": post.is_configured()}
    return render(request, "forecasts/pack_subscribe.html", context, status=422 if form.errors else 200)


@require_POST
def stop(request: Request, pk: int) -> HttpResponse:
    """End a subscription: whoever gets it, and who has arranged it."""
    one = find(PackSubscription.objects.visible_to(request.user), pk=pk)
    one.end(by=request.user)
    messages.success(request, _("Ended. What was made stays here."))
    return redirect("forecasts:packs")


@require_POST
def make_now(request: Request, pk: int) -> HttpResponse:
    """Make one more of a subscription's packs at once."""
    one = find(PackSubscription.objects.visible_to(request.user).standing(), pk=pk)
    ask_for(one, timezone.now(), by=request.user)
    messages.success(request, _("It is being made. Come back in a minute."))
    return redirect("forecasts:packs")


@require_GET
def kept_pdf(request: Request, pk: int) -> FileResponse:
    """Return a kept pack as PDF."""
    return _kept(request, pk, "pdf")


@require_GET
def kept_xlsx(request: Request, pk: int) -> FileResponse:
    """Return a kept pack as an Excel book."""
    return _kept(request, pk, "xlsx")


def _kept(request: Request, pk: int, kind: str) -> FileResponse:
    kept = find(KeptPack.objects.visible_to(request.user).exclude(pdf=""), pk=pk)
    if not default_storage.exists(path_of(getattr(kept, kind))):
        raise Http404
    name = f"{kept.file_name}.{kind}"
    return FileResponse(kept.open(kind), as_attachment=True, filename=name, content_type=FILES[kind])


@login_not_required
@csrf_exempt  # a mail program sends this by itself; the address is the secret
@never_cache
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End a subscription from its mail, without signing in: a mail program's click, or the page's button."""
    one = PackSubscription.of_token(token)
    if one is None:
        raise Http404
    if request.method == "POST":
        one.end(by=one.recipient)
    context = {"subscription": one, "is_ended": request.method == "POST" or one.ended_at is not None}
    response = render(request, "forecasts/pack_unsubscribe.html", context)
    response["Referrer-Policy"] = "no-referrer"  # the address itself is the secret
    return response
