"""The form that gives a step its appointment, or moves the one it has."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy

from milepost.accounts.models import Contact
from milepost.opportunities.forms.fields import ManyField, TimeInput, ZoneField, ask_if_far, day_field, must_be_to_come
from milepost.opportunities.models import Attempt, Attendance, Opportunity, Step
from milepost.team.models import Person
from milepost.web.text import name_key


def own_people(opportunity: Opportunity, *more: int) -> Any:
    """Return the people of the opportunity: those who attend without being looked for."""
    ids = {*opportunity.people_ids(), *opportunity.members.values_list("person_id", flat=True), *more}
    return Person.objects.working().filter(pk__in=ids)


def contacts_of(opportunity: Opportunity, person: Person) -> Any:
    """Return the client's people that may be chosen: those the person sees, and those with a part in this."""
    if opportunity.account_id is None:
        return Contact.objects.none()
    mine = Q(pk__in=Contact.objects.visible_to(person).values("pk")) | Q(parts__opportunity=opportunity)
    return Contact.objects.filter(mine, account=opportunity.account_id).here().distinct()


class ScheduleForm(forms.Form):
    """Date, time, zone, place and people of an appointment."""

    on = day_field(gettext_lazy("Date"))
    time = forms.TimeField(label=gettext_lazy("Time"), required=False, widget=TimeInput())
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"),
        min_value=5,
        max_value=1440,
        initial=60,
        error_messages={
            "min_value": gettext_lazy("An appointment takes five minutes at least."),
            "max_value": gettext_lazy("An appointment takes a day, 1440 minutes, at most."),
        },
    )
    zone = ZoneField(label=gettext_lazy("Time zone"))
    place = forms.CharField(label=gettext_lazy("Place or link"), required=False, max_length=300)
    ours = ManyField(
        Person.objects.none(), label=gettext_lazy("From us"), required=False, widget=forms.CheckboxSelectMultiple
    )
    others = ManyField(
        Person.objects.none(),
        label=gettext_lazy("Others from us"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 5}),
        help_text=gettext_lazy("Hold Ctrl or ⌘ to choose several."),
    )
    theirs = ManyField(
        Contact.objects.none(),
        label=gettext_lazy("From the client"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    new_contact = forms.CharField(
        label=gettext_lazy("Somebody new at the client"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Their name; they are added to the account’s contacts."),
    )
    by_whom = forms.ChoiceField(
        label=gettext_lazy("Who wants it moved?"),
        required=False,
        choices=[("by_them", gettext_lazy("The client")), ("by_us", gettext_lazy("We do"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=gettext_lazy("Why"), required=False, max_length=300)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    far = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, step: Step, person: Person, zone: str, **kwargs: Any) -> None:
        self.step, self.attempt = step, step.attempt
        kwargs["initial"] = {**self._first_values(zone), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        own = own_people(step.opportunity, person.pk, *self.initial["ours"])
        fields["ours"].queryset = own
        fields["others"].queryset = Person.objects.working().exclude(pk__in=own.values("pk"))
        theirs = contacts_of(step.opportunity, person).values("pk")
        invited = Q(pk__in=theirs) | Q(pk__in=self.initial["theirs"])
        fields["theirs"].queryset = Contact.objects.filter(invited)
        if step.opportunity.account_id is None:
            del self.fields["theirs"], self.fields["new_contact"]
        if self.attempt is None:
            del self.fields["by_whom"], self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        """Refuse a day that is past; whether it is, may hang on the zone."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("on") and "zone" not in self.errors:
            try:
                must_be_to_come(data["on"], was=self.attempt.on if self.attempt else None, zone=data["zone"])
            except forms.ValidationError as error:
                self.add_error("on", error)
        ask_if_far(self, "on")
        return data

    def _first_values(self, zone: str) -> dict[str, Any]:
        """Return what stands in the form: the appointment there is, or the people it would be held by."""
        attempt, opportunity = self.attempt, self.step.opportunity
        if attempt is None:
            seller = opportunity.salesperson_id or opportunity.coordinator_id
            first = {"zone": zone, "minutes": 60, "ours": [seller] if seller else [], "theirs": [], "version": None}
            return {**first, **self._people_of_last_time()}
        who = list(Attendance.objects.filter(attempt=attempt))
        values = {name: getattr(attempt, name) for name in ("on", "time", "minutes", "zone", "place", "version")}
        values["ours"] = [a.person_id for a in who if a.person_id]
        values["theirs"] = [a.contact_id for a in who if a.contact_id]
        return values

    def _people_of_last_time(self) -> dict[str, list[int]]:
        """Return who was down for the last try where it did not take place: most often they meet after all."""
        last = self.step.attempts.order_by("-number").first()
        if last is None or last.state != Attempt.State.CANCELLED:
            return {}
        who = list(Attendance.objects.filter(attempt=last))
        ours, theirs = [a.person_id for a in who if a.person_id], [a.contact_id for a in who if a.contact_id]
        return {"ours": ours, "theirs": theirs} if who else {}

    def compare_with(self, now: Attempt | None) -> None:
        """Sent again, the form counts against the appointment as it stands now."""
        data: Any = self.data.copy()
        data["version"] = str(now.version) if now else ""
        self.data = data

    def appointment(self) -> dict[str, Any]:
        """Return what `Attempt.schedule` takes."""
        data = self.cleaned_data
        kept = {name: data[name] for name in ("on", "time", "zone", "minutes", "place")}
        ours = [*data["ours"], *data["others"]]
        why = {name: data.get(name, "") for name in ("by_whom", "reason")}
        return {**kept, **why, "ours": ours, "theirs": list(data.get("theirs") or ()), "version": data["version"]}

    def newcomer(self, *, by: Person) -> list[Contact]:
        """Return the contact named for the first time, made now; the one there is, if the name is known."""
        name = (self.cleaned_data.get("new_contact") or "").strip()
        if not name:
            return []
        account = self.step.opportunity.account
        assert account is not None  # the field is not there without one
        known = Contact.objects.filter(account=account, name_key=name_key(name)).first()
        return [known or Contact.add(by=by, account=account, name=name)]
