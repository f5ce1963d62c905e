"""One's own page: name, time zone, who stands in while one is away."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from milepost.team.forms import CoverForm, MyselfForm
from milepost.team.models import Cover, Person, Role
from milepost.team.request import Request
from milepost.team.views.people import administrator, own_cover
from milepost.web.doors import must


@require_GET
def figures(request: Request) -> HttpResponse:
    """Tell whether what was imported is reckoned; once it is, lead to the page one was on, which may show less."""
    if not request.htmx:
        return redirect("/")
    told_on = request.htmx.current_url_abs_path or "/"
    return render(request, "team/_figures.html", {"told_on": told_on})


@require_http_methods(["GET", "POST"])
def myself(request: Request) -> HttpResponse:
    """Show and edit oneself."""
    me = get_object_or_404(Person, pk=request.user.pk)
    form = MyselfForm(request.POST or None, instance=me)
    if request.method == "POST" and form.is_valid() and form.apply(by=request.user):
        messages.success(request, _("Saved."))
        return redirect("team:myself")
    return render(request, "team/myself.html", _context(request, form, CoverForm(absent=me)), status=_status(form))


def _context(request: Request, form: MyselfForm, cover_form: CoverForm) -> dict[str, object]:
    me = request.user
    roles = me.memberships.select_related("territory")
    return {
        "form": form,
        "cover_form": cover_form,
        **_arranged(request, me),
        "memberships": roles,
        "person": me,
    }


def _arranged(request: Request, absent: Person) -> dict[str, object]:
    """Return what is arranged for a person, and for whom they stand in today where it is oneself."""
    covers = absent.covered_by.filter(cancelled_at=None).select_related("stand_in")[:20]
    others = Cover.of_today(request.user, request.company.today()) if absent.pk == request.user.pk else []
    return {"covers": covers, "for_others": others}


def _status(form: MyselfForm) -> int:
    return 409 if form.conflicts else 422 if form.errors else 200


@require_POST
def arrange_cover(request: Request, pk: int) -> HttpResponse:
    """Let somebody stand in for a person: one's own absence, or anybody's as an administrator."""
    absent = get_object_or_404(Person, pk=pk)
    if absent.pk != request.user.pk:
        administrator(request)
    form = CoverForm(request.POST, absent=absent)
    if form.is_valid():
        form.arrange(by=request.user)
        messages.success(request, _("%(who)s stands in.") % {"who": form.cleaned_data["stand_in"]})
        return redirect("team:myself") if absent.pk == request.user.pk else redirect("team:person", pk=pk)
    context = {"person": absent, "cover_form": form, **_arranged(request, absent)}
    return render(request, "team/cover.html", context, status=422)


@require_POST
def cancel_cover(request: Request, pk: int) -> HttpResponse:
    """End a cover before its time."""
    cover = get_object_or_404(Cover.objects.select_related("absent", "stand_in"), pk=pk, cancelled_at=None)
    must(own_cover(request, cover), _("Only the absent person or an administrator may end this."))
    cover.cancel(by=request.user)
    messages.success(request, _("%(who)s no longer stands in.") % {"who": cover.stand_in})
    away = cover.absent_id == request.user.pk or not request.user.sight.holds(Role.ADMINISTRATOR)
    return redirect("team:myself") if away else redirect("team:person", pk=cover.absent_id)
