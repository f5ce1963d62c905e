"""How plans look to clients: our name, logo and colour on them, and the language of their pages."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from milepost.opportunities.views.parts import ask, done, found, goes
from milepost.plans import logo as logos
from milepost.plans.branding import BrandForm, CompanyLookForm
from milepost.plans.colours import COLOUR, sheet
from milepost.plans.doors import with_link
from milepost.plans.models import Invitation
from milepost.plans.views.tab import own_plan, plan_of, url
from milepost.team.models import Company
from milepost.team.request import Request
from milepost.team.views.people import administrator

A_WEEK = 7 * 24 * 3600


@require_http_methods(["GET", "HEAD", "POST"])
def brand(request: Request, pk: int) -> HttpResponse:
    """Change how one plan looks: our name, logo and colour on it, and the language of its page."""
    own = own_plan(request, pk)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = BrandForm(*sent, instance=own, company=request.company)
    if goes(form, lambda: form.brand(by=request.user)):
        said = _("Saved. The name is on the client’s page once you publish; the rest is at once.")
        return done(request, own.opportunity, said, to=url(own.opportunity))
    words = {"title": _("How it looks"), "button": _("Save"), "back": url(own.opportunity)}
    return ask(request, own.opportunity, form, template="plans/brand.html", plan=own, **words)


@require_http_methods(["GET", "HEAD", "POST"])
def company_look(request: Request) -> HttpResponse:
    """Change how all plans look, where nothing else is said of one."""
    administrator(request)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = CompanyLookForm(*sent, instance=Company.the())
    if form.is_bound and form.is_valid() and form.brand(by=request.user):
        messages.success(request, _("Saved. The name is on each plan once it is published; the rest is at once."))
        return redirect("plans:look")
    status = 409 if form.conflicts else 422 if form.errors else 200
    return render(request, "plans/look.html", {"form": form}, status=status)


@require_safe
def company_logo(request: Request) -> HttpResponseBase:
    """Hand out the company's logo to us."""
    return logos.handed_out(request.company.brand_logo)


@require_safe
def logo(request: Request, pk: int) -> HttpResponseBase:
    """Hand out the logo on a plan to us, for the preview and for versions."""
    plan = plan_of(found(request, pk))
    return logos.handed_out(plan.logo_of(request.company) if plan is not None else "")


@require_safe
@with_link
def client_logo(request: Request, link: Invitation) -> HttpResponseBase:
    """Hand out the logo on a plan to whoever has a link to it."""
    return logos.handed_out(link.plan.logo_of(request.company))


@require_safe
@login_not_required
@cache_control(public=True, max_age=A_WEEK, immutable=True)
def colour(request: Request, code: str) -> HttpResponse:
    """Return the style sheet of a colour; it tells of nobody which they have."""
    if not COLOUR.match(f"#{code}"):
        raise Http404
    return HttpResponse(sheet(f"#{code.lower()}"), content_type="text/css; charset=utf-8")
