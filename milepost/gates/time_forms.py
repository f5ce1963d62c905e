"""Forms by which time and money are logged on an opportunity."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, islice
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.buyers.models import ClientRequest
from milepost.gates.models import Expense, Spent, held_because
from milepost.opportunities.amounts import AmountField, WithAmounts
from milepost.opportunities.forms.fields import DayInput
from milepost.opportunities.models import Opportunity
from milepost.team.models import Company, Person, Role
from milepost.web.plausible import Plausible

MOST = 300
NOT_YET = gettext_lazy("That day is still to come: log what has gone in already.")
ROLES = [(role.value, role.label) for role in Role if role != Role.ADMINISTRATOR]


class ByOpportunity(ModelChoiceIterator):
    """Offer requests under the opportunity each is about."""

    def __iter__(self) -> Iterator[Any]:
        yield ("", self.field.empty_label)
        for opportunity, rows in groupby(islice(self.queryset, MOST), lambda row: row.opportunity):
            yield (opportunity.name, [self.choice(row) for row in rows])


class EffortForm(Plausible, forms.ModelForm):
    """What was put into an opportunity, for a request of it where it was for one; the reason where it is held back.

    `held` says in words what stands against it. `asked` is the request the form was opened for; `of_all` offers the
    requests of all opportunities on offer.
    """

    def __init__(
        self,
        *args: Any,
        person: Person,
        today: Any,
        chosen: Opportunity | None = None,
        asked: int | None = None,
        of_all: bool = False,
        **kwargs: Any,
    ) -> None:
        first = {"on": today, "person": person.pk, "opportunity": chosen and chosen.pk, "request": asked}
        super().__init__(*args, initial=first | kwargs.pop("initial", {}), **kwargs)
        fields: Any = self.fields
        fields["on"].validators = [*fields["on"].validators, MaxValueValidator(today, NOT_YET)]
        fields["opportunity"].queryset = theirs(person, chosen)
        fields["opportunity"].empty_label = _("choose an opportunity")
        fields["person"].queryset = Person.objects.working()
        self._offer_requests(None if of_all else chosen)
        named = ClientRequest.objects.filter(opportunity=chosen, pk=asked).first() if asked is not None else None
        self.held = held_because(chosen, named) if chosen else ""

    def _offer_requests(self, chosen: Opportunity | None) -> None:
        """Offer what clients wait for: of the chosen opportunity, else of all on offer, each under its own."""
        fields: Any = self.fields
        rows = ClientRequest.objects.filter(done_on=None)
        if chosen is None:
            fields["request"].iterator = ByOpportunity
            offered = fields["opportunity"].queryset.order_by().values("pk")
            rows = rows.filter(opportunity__in=offered).select_related("opportunity")
            rows = rows.order_by("opportunity__name_key", "opportunity_id", "-asked_on", "-pk")
        else:
            rows = rows.filter(opportunity=chosen)
        fields["request"].queryset = rows
        fields["request"].empty_label = _("for none of them")
        if not rows.exists():
            del self.fields["request"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        self._check_request(data.get("request"), data.get("opportunity"))
        if data.get("opportunity") is not None:
            self.held = held_because(data["opportunity"], data.get("request"))
        if self.held and not data.get("override", "").strip():
            self.add_error("override", _("%(why)s Say why it was worked on all the same.") % {"why": self.held})
        if not self.held:
            data["override"] = ""
        return data

    def _check_request(self, request: ClientRequest | None, opportunity: Opportunity | None) -> None:
        if request is not None and opportunity is not None and request.opportunity_id != opportunity.pk:
            why = _("This is a request about “%(name)s”. Choose that opportunity, or another request.")
            self.add_error("request", why % {"name": request.opportunity.name})


WIDGETS = {"on": DayInput(), "override": forms.Textarea(attrs={"rows": 2})}
KEPT = {"override": gettext_lazy("It is kept in the history.")}


class TimeForm(EffortForm):
    """Time of one's own, or of a colleague."""

    class Meta:
        model = Spent
        fields = ("opportunity", "request", "hours", "on", "note", "person", "role", "override")
        widgets = WIDGETS
        help_texts = KEPT

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        role = next((role for role, _label in ROLES if person.sight.holds(role)), Role.TEAM_MEMBER)
        super().__init__(*args, person=person, initial={"role": role}, **kwargs)
        fields: Any = self.fields
        fields["role"].choices = ROLES
        fields["hours"].widget.attrs |= {"step": "0.25", "min": "0.25", "max": "24"}
        fields["hours"].help_text = gettext_lazy("Such as 1.5.")

    def clean_hours(self) -> float:
        hours: float = self.cleaned_data["hours"]
        if not 0 < hours <= 24:
            raise forms.ValidationError(_("A day has 24 hours: write how many of them."))
        return hours


class ExpenseForm(WithAmounts, EffortForm):
    """Money spent, in the company's currency."""

    minor = AmountField(label=gettext_lazy("Amount"), required=True)

    class Meta:
        model = Expense
        fields = ("opportunity", "request", "minor", "on", "note", "person", "override")
        widgets = WIDGETS
        help_texts = KEPT

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_currencies(Company.the().currency)

    def clean_minor(self) -> int:
        minor: int = self.cleaned_data["minor"]
        if minor <= 0:
            raise forms.ValidationError(_("Write how much was spent."))
        return minor


def theirs(person: Person, chosen: Opportunity | None) -> Any:
    """Return the opportunities on offer: the one it was opened for, and the person's own open ones."""
    people = person.sight.people
    seen = Opportunity.objects.visible_to(person)
    own = seen.filter(standing__coordinator__in=people) | seen.filter(standing__salesperson__in=people)
    own = own | seen.filter(members__person__in=people, standing__isnull=False)
    ids = list(own.order_by("-pk").values_list("pk", flat=True).distinct()[:MOST])
    return seen.filter(pk__in=[*ids, chosen.pk] if chosen else ids).order_by("name_key", "pk")
