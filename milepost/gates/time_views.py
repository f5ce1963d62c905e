"""Log time on an opportunity: from its Gates page, or from My day."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from milepost.gates.effort import effort_of, warning
from milepost.gates.models import Spent
from milepost.opportunities.forms.fields import DayInput
from milepost.opportunities.models import Opportunity
from milepost.opportunities.views.parts import done, found, today_of
from milepost.opportunities.views.work import must_work
from milepost.team.models import Person, Role
from milepost.team.request import Request
from milepost.web.doors import find
from milepost.web.plausible import Plausible
from milepost.web.text import number

MOST = 300
ROLES = [(role.value, role.label) for role in Role if role != Role.ADMINISTRATOR]


class TimeForm(Plausible, forms.ModelForm):
    """Time of one's own, or of a colleague, on an opportunity."""

    class Meta:
        model = Spent
        fields = ("opportunity", "hours", "on", "note", "person", "role")
        widgets = {"on": DayInput()}

    def __init__(
        self, *args: Any, person: Person, chosen: Opportunity | None = None, today: Any, **kwargs: Any
    ) -> None:
        role = next((role for role, _label in ROLES if person.sight.holds(role)), Role.TEAM_MEMBER)
        first = {"on": today, "person": person.pk, "role": role, "opportunity": chosen and chosen.pk}
        super().__init__(*args, initial=first, **kwargs)
        fields: Any = self.fields
        fields["opportunity"].queryset = theirs(person, chosen)
        fields["opportunity"].empty_label = _("choose an opportunity")
        fields["person"].queryset = Person.objects.working()
        fields["role"].choices = ROLES
        fields["hours"].widget.attrs |= {"step": "0.25", "min": "0.25", "max": "24"}
        fields["hours"].help_text = gettext_lazy("Such as 1.5.")

    def clean_hours(self) -> float:
        hours: float = self.cleaned_data["hours"]
        if not 0 < hours <= 24:
            raise forms.ValidationError(_("A day has 24 hours: write how many of them."))
        return hours


def theirs(person: Person, chosen: Opportunity | None) -> Any:
    """Return the opportunities on offer: the one it was opened for, and the person's own open ones."""
    people = person.sight.people
    seen = Opportunity.objects.visible_to(person)
    own = seen.filter(standing__coordinator__in=people) | seen.filter(standing__salesperson__in=people)
    own = own | seen.filter(members__person__in=people, standing__isnull=False)
    ids = list(own.order_by("-pk").values_list("pk", flat=True).distinct()[:MOST])
    return seen.filter(pk__in=[*ids, chosen.pk] if chosen else ids).order_by("name_key", "pk")


@require_http_methods(["GET", "POST"])
def log(request: Request) -> HttpResponse:
    """Log time; what is near the end of what was released is said at once."""
    asked = number(request.GET.get("for", "") or request.POST.get("opportunity", ""))
    chosen = Opportunity.objects.visible_to(request.user).filter(pk=asked).first() if asked is not None else None
    form = TimeForm(request.POST or None, person=request.user, chosen=chosen, today=today_of(request))
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        opportunity = values.pop("opportunity")
        must_work(request, found(request, opportunity.pk))
        Spent.log(opportunity, by=request.user, **values)
        _say(request, opportunity)
        on_my_day = request.POST.get("next") == "my_day"
        return redirect("desk:my_day") if on_my_day else redirect("gates:gates", opportunity.pk)
    context = {"form": form, "chosen": chosen}
    return render(request, "gates/log.html", context, status=422 if form.errors else 200)


def _say(request: Request, opportunity: Opportunity) -> None:
    how, left = warning(effort_of(opportunity))
    told = {"name": opportunity.name, "left": f"{abs(left):g}"}
    if how == "over":
        said = _("Logged. “%(name)s” has taken %(left)s hours more than its gates have released.")
        messages.warning(request, said % told)
    elif how == "near":
        said = _("Logged. Of what the gates have released for “%(name)s”, %(left)s hours are left.")
        messages.warning(request, said % told)
    else:
        messages.success(request, _("Logged."))


@require_POST
def take_out(request: Request, pk: int) -> HttpResponse:
    """Take out an entry that was wrong: whoever logged it for themselves, or who works on the opportunity."""
    row = find(Spent.objects.visible_to(request.user).select_related("person"), pk=pk)
    row.opportunity = found(request, row.opportunity_id)
    must_work(request, row.opportunity)
    row.take_out(by=request.user)
    to = reverse("gates:gates", args=[row.opportunity_id])
    return done(request, row.opportunity, _("Taken out; the history keeps it."), to=to)
