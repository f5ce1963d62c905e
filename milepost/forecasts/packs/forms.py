"""The form that arranges packs by schedule."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from milepost.forecasts.models import PackKind, PackSubscription
from milepost.forecasts.models.submissions import above
from milepost.forecasts.packs.when import MOST_DAYS, Rhythm
from milepost.team.forms import zones
from milepost.team.models import Company, Membership, Person, Territory

WEEKDAYS = {
    1: lazy("Monday"),
    2: lazy("Tuesday"),
    3: lazy("Wednesday"),
    4: lazy("Thursday"),
    5: lazy("Friday"),
    6: lazy("Saturday"),
    7: lazy("Sunday"),
}


class SubscribeForm(forms.Form):
    """Which pack, of what, to whom, and when."""

    kind = forms.ChoiceField(label=lazy("Pack for"), choices=PackKind.choices)
    territory = forms.ModelChoiceField(
        Territory.objects.none(),
        label=lazy("Territory"),
        required=False,
        empty_label=lazy("All that each of them sees"),
    )
    people = forms.ModelMultipleChoiceField(
        Person.objects.none(), label=lazy("For whom"), widget=forms.CheckboxSelectMultiple
    )
    rhythm = forms.ChoiceField(label=lazy("How often"), choices=Rhythm.choices)
    weekday = forms.TypedChoiceField(label=lazy("On"), coerce=int, choices=list(WEEKDAYS.items()), required=False)
    day = forms.IntegerField(
        label=lazy("On day"),
        min_value=1,
        max_value=MOST_DAYS,
        required=False,
        help_text=lazy("Of the month or of the fiscal quarter, 1 to 28. For a weekly pack the day of the week counts."),
    )
    hour = forms.TypedChoiceField(label=lazy("At"), coerce=int, choices=[(n, f"{n:02}:00") for n in range(24)])
    zone = forms.ChoiceField(label=lazy("Time zone"))

    def __init__(self, data: Any, *, person: Person, company: Company, held: Any, initial: dict[str, Any]) -> None:
        zone = person.time_zone or company.time_zone
        usual = {"people": [person.pk], "weekday": 1, "day": 3, "hour": 7, "zone": zone, "kind": PackKind.CALL}
        super().__init__(data, initial=usual | initial)
        self.person, self.company = person, company
        self.fields["zone"].choices = zones()
        self.fields["territory"].queryset = held
        self.fields["people"].queryset = _colleagues(person, held)

    def clean(self) -> dict[str, Any]:
        """Refuse colleagues who do not see the territory, and a rhythm without its day."""
        data = super().clean() or {}
        where, people = data.get("territory"), data.get("people")
        if where is not None and people is not None:
            seeing = set(_seeing(where))
            blind = [each.name for each in people if each.pk not in seeing]
            if blind:
                told = {"who": ", ".join(blind), "where": where}
                self.add_error("people", _("%(who)s: no role in %(where)s. They would see nothing of it.") % told)
        if data.get("rhythm") in (Rhythm.MONTHLY, Rhythm.QUARTERLY) and not data.get("day"):
            self.errors.get("day") or self.add_error("day", _("Say on which day."))
        return data

    def keep(self, *, by: Person) -> list[PackSubscription]:
        """Begin a subscription for each of those chosen."""
        data = self.cleaned_data
        day = data["weekday"] or 1 if data["rhythm"] == Rhythm.WEEKLY else data["day"]
        values = {name: data[name] for name in ("kind", "territory", "rhythm", "hour", "zone")} | {"day": day}
        return [
            PackSubscription.begin(by=by, recipient=each, company=self.company, **values) for each in data["people"]
        ]


def _seeing(territory: Territory) -> Any:
    """Return the ids of those who hold a role in a territory or above it."""
    rows = Membership.objects.filter(territory_id__in=above(territory))
    return rows.values_list("person_id", flat=True)


def _colleagues(person: Person, held: Any) -> Any:
    """Return oneself and those who hold a role in, above or below what one sees."""
    ids = set(held.values_list("pk", flat=True))
    ids |= {pk for each in held for pk in above(each)}
    people = Person.objects.filter(memberships__territory__in=ids, is_active=True) | Person.objects.filter(pk=person.pk)
    return people.distinct().order_by("name_key", "pk")
