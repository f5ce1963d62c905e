"""The page on which whoever administers the whole company takes everything along."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from milepost.exchange.whole import kept
from milepost.team.models import Role, Territory
from milepost.team.request import Request
from milepost.web.doors import find, must
from milepost.web.jobs import ALIVE
from milepost.web.models import Job


def whole_companys(request: Request) -> None:
    """Refuse everybody who does not administer the whole company and see all of it, in words."""
    roots, sight = set(Territory.objects.filter(parent=None).values_list("pk", flat=True)), request.user.sight
    may = roots <= sight.territories and roots <= sight.roles.get(Role.ADMINISTRATOR, frozenset())
    must(may, _("Only an administrator of the whole company may take everything along."))


@require_GET
def page(request: Request) -> HttpResponse:
    """Show how far the file is, and where to fetch it."""
    whole_companys(request)
    newest = Job.objects.filter(kind=kept.KIND).order_by("-pk").first()
    context = {
        "job": newest if newest and newest.state in ALIVE else None,
        "failed": newest if newest and newest.state == Job.State.FAILED else None,
        "there": list(kept.there().select_related("asked_by")[:5]),
        "days": kept.DAYS.days,
    }
    return render(request, "exchange/everything.html", context)


@require_POST
def make(request: Request) -> HttpResponse:
    """Have the file made."""
    whole_companys(request)
    kept.ask(by=request.user, form="xlsx" if request.POST.get("form") == "xlsx" else "zip")
    return redirect("everything:page")


@require_GET
def file(request: Request, pk: int) -> HttpResponseBase:
    """Hand the file out."""
    whole_companys(request)
    job = find(kept.there(), pk=pk)
    name = slugify(request.company.name) or "company"
    day = job.started_at.astimezone(request.company.zone).date() if job.started_at else request.company.today()
    ending = job.result.get("form", "zip")
    opened = kept.opened(job, by=request.user)
    return FileResponse(opened, as_attachment=True, filename=f"{name}-{day.isoformat()}.{ending}")


@require_POST
def delete(request: Request, pk: int) -> HttpResponse:
    """Delete the file."""
    whole_companys(request)
    kept.forget(find(kept.there(), pk=pk))
    messages.success(request, _("Deleted."))
    return redirect("everything:page")
