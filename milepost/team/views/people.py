"""People: invite, edit, give and take roles, let go, make a link for a new password."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from milepost.team.forms import CoverForm, PersonForm, RoleForm
from milepost.team.invite_forms import InviteForm
from milepost.team.models import Cover, Membership, Person, Role, Territory
from milepost.team.request import Request
from milepost.web.doors import must
from milepost.web.history import changes_of
from milepost.web.history_words import tell


def administrator(request: Request) -> None:
    """Refuse everybody who is not an administrator, in words."""
    must(request.user.sight.holds(Role.ADMINISTRATOR), _("Only an administrator may do this."))


@require_GET
def settings(request: Request) -> HttpResponse:
    """Show what can be settled, and by whom."""
    context = {
        "administers": request.user.sight.holds(Role.ADMINISTRATOR),
        "people": Person.objects.working().count(),
        "territories": Territory.objects.count(),
    }
    return render(request, "team/settings.html", context)


@require_GET
def people(request: Request) -> HttpResponse:
    """List everybody with their roles."""
    administrator(request)
    roles = Prefetch("memberships", Membership.objects.select_related("territory").order_by("territory__path"))
    everybody = Person.objects.order_by("-is_active", "name_key", "id").prefetch_related(roles)
    awaited = any(person.is_awaited for person in everybody)
    return render(request, "team/people.html", {"people": everybody, "awaited": awaited})


@require_http_methods(["GET", "POST"])
def invite(request: Request) -> HttpResponse:
    """Add somebody and show the link to hand to them."""
    administrator(request)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person, token = form.invite(by=request.user)
        return show_link(request, person, token)
    return render(request, "team/invite.html", {"form": form}, status=422 if form.errors else 200)


def show_link(request: Request, person: Person, token: str) -> HttpResponse:
    """Show a link once: only its hash is kept."""
    address = request.build_absolute_uri(reverse("team:enter", args=[token]))
    return render(request, "team/link.html", {"person": person, "address": address})


@require_http_methods(["GET", "POST"])
def person(request: Request, pk: int) -> HttpResponse:
    """Show and edit one person."""
    administrator(request)
    somebody = get_object_or_404(Person, pk=pk)
    form = PersonForm(request.POST or None, instance=somebody)
    if request.method == "POST" and form.is_valid() and form.apply(by=request.user):
        messages.success(request, _("Saved."))
        return redirect("team:person", pk=pk)
    context = {
        "person": get_object_or_404(Person, pk=pk),
        "form": form,
        "role_form": RoleForm(),
        "memberships": somebody.memberships.select_related("territory").order_by("territory__path"),
        "cover_form": CoverForm(absent=somebody),
        "covers": somebody.covered_by.filter(cancelled_at=None).select_related("stand_in")[:20],
        "changes": tell(changes_of(somebody)[:30]),
    }
    return render(request, "team/person.html", context, status=409 if form.conflicts else 422 if form.errors else 200)


@require_POST
def give_role(request: Request, pk: int) -> HttpResponse:
    """Give a person one more role."""
    administrator(request)
    somebody = get_object_or_404(Person, pk=pk)
    form = RoleForm(request.POST)
    if form.is_valid():
        messages.success(request, _("Given: %(role)s.") % {"role": form.give(somebody, by=request.user)})
    else:
        messages.error(request, _("Choose a role and a territory."))
    return redirect("team:person", pk=pk)


@require_POST
def take_role(request: Request, pk: int) -> HttpResponse:
    """Take one role away."""
    administrator(request)
    membership = get_object_or_404(Membership.objects.select_related("person", "territory"), pk=pk)
    try:
        membership.take(by=request.user)
        messages.success(request, _("Taken away: %(role)s.") % {"role": membership})
    except ValueError as error:
        messages.error(request, str(error))
    return redirect("team:person", pk=membership.person_id)


@require_POST
def let_go(request: Request, pk: int) -> HttpResponse:
    """Let a person sign in no longer, or again."""
    administrator(request)
    somebody = get_object_or_404(Person, pk=pk)
    try:
        # The form says what was meant: of two administrators at once, the second does not undo the first.
        to = request.POST.get("to", "gone" if somebody.is_active else "back")
        (somebody.leave if to == "gone" else somebody.come_back)(by=request.user)
    except ValueError as error:
        messages.error(request, str(error))
    return redirect("team:person", pk=pk)


@require_POST
def reset(request: Request, pk: int) -> HttpResponse:
    """Make a link with which a person sets a new password; no mail is needed."""
    administrator(request)
    somebody = get_object_or_404(Person, pk=pk)
    try:
        return show_link(request, somebody, somebody.admit(by=request.user))
    except ValueError as error:
        messages.error(request, str(error))
        return redirect("team:person", pk=pk)


@require_GET
def territories(request: Request) -> HttpResponse:
    """Show the tree of territories with how many people hold a role in each."""
    administrator(request)
    tree = Territory.objects.annotate(people=Count("memberships__person", distinct=True)).order_by("path")
    return render(request, "team/territories.html", {"territories": tree})


def own_cover(request: Request, cover: Cover) -> bool:
    """Tell whether a cover is the person's own to cancel, or they administer."""
    return cover.absent_id == request.user.pk or request.user.sight.holds(Role.ADMINISTRATOR)
