"""How a plan looks to the client: our name and logo on it, and the language of its page."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from milepost.opportunities.views.parts import ask, done, found, goes
from milepost.plans import logo as logos
from milepost.plans.branding import BrandForm
from milepost.plans.doors import with_link
from milepost.plans.models import Invitation
from milepost.plans.views.tab import own_plan, plan_of, url
from milepost.team.request import Request


@require_http_methods(["GET", "HEAD", "POST"])
def brand(request: Request, pk: int) -> HttpResponse:
    """Change our name and logo on the plan, and the language of its page."""
    own = own_plan(request, pk)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = BrandForm(*sent, instance=own, company=request.company)
    if goes(form, lambda: form.brand(by=request.user)):
        said = _("Saved. The name is on the client’s page once you publish; the logo and the language are at once.")
        return done(request, own.opportunity, said, to=url(own.opportunity))
    words = {"title": _("Name, logo and language"), "button": _("Save"), "back": url(own.opportunity)}
    return ask(request, own.opportunity, form, template="plans/brand.html", plan=own, **words)


@require_safe
def logo(request: Request, pk: int) -> HttpResponseBase:
    """Hand out the plan's logo to us, for the preview and for versions."""
    plan = plan_of(found(request, pk))
    return logos.handed_out(plan.logo if plan is not None else "")


@require_safe
@with_link
def client_logo(request: Request, link: Invitation) -> HttpResponseBase:
    """Hand out the plan's logo to whoever has a link to it."""
    return logos.handed_out(link.plan.logo)
