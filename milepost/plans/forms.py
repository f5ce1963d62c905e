"""Forms of the coordinator's side: the plan's own words, and what is on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.accounts.models import Contact
from milepost.buyers.models import Stakeholder
from milepost.opportunities.forms.fields import DayInput
from milepost.opportunities.forms.steps import contacts_of
from milepost.opportunities.models import Attachment, Condition, Opportunity, Task
from milepost.plans.models import Invitation, PlanPart, SharedPlan
from milepost.plans.models.invitation import DAYS
from milepost.plans.models.plan import KINDS, Chosen
from milepost.team.models import Person
from milepost.web.forms import EditForm
from milepost.web.text import number


class WordsForm(EditForm):
    """The plan's title and the words it begins with."""

    class Meta:
        model = SharedPlan
        fields = ("title", "intro", "tolerance_days", "records_looks")
        widgets = {"intro": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"intro": gettext_lazy("Everything you write here is read by the client.")}

    def begin(self, opportunity: Opportunity, *, by: Person) -> SharedPlan:
        words = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return SharedPlan.begin(opportunity, by=by, **words)


class PartForm(EditForm):
    """What the client reads of one step, condition, task or file."""

    by_whom = forms.ChoiceField(
        label=gettext_lazy("Who wants the day moved?"),
        required=False,
        choices=[("by_them", gettext_lazy("The client")), ("by_us", gettext_lazy("We do"))],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Days lost count for whoever wants it later; for us where nothing is said."),
    )

    class Meta:
        model = PlanPart
        fields = ("name", "says", "ours", "contact", "theirs", "on", "about")
        widgets = {"says": forms.Textarea(attrs={"rows": 2}), "on": DayInput()}

    def __init__(self, *args: Any, opportunity: Opportunity, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["name"].help_text = _("Empty: “%s”, as we say it.") % self.instance.original
        fields["theirs"].help_text = _("Such as “your CFO”, while nobody knows the name.")
        fields["contact"].queryset = contacts_of(opportunity, person)
        fields["contact"].empty_label = _("nobody named yet")
        if self.instance.kind == "file":
            for name in ("ours", "contact", "theirs", "on", "about", "by_whom"):
                del fields[name]
        elif self.instance.kind != "step":
            del fields["about"]
            fields["on"].label = _("due, for the client")
        if "by_whom" in fields and not self.instance.plan.versions.exists():  # nobody was told a day yet
            del fields["by_whom"]

    def changes(self) -> dict[str, Any]:
        """Return what differs; who wants it moved is no field of the row."""
        return {name: value for name, value in super().changes().items() if name != "by_whom"}


TIMES = (
    (30, gettext_lazy("a month")),
    (90, gettext_lazy("three months")),
    (180, gettext_lazy("half a year")),
    (365, gettext_lazy("a year")),
)


class ProlongForm(forms.Form):
    """For how long, from today, a link works."""

    days = forms.TypedChoiceField(label=gettext_lazy("It works for"), choices=TIMES, coerce=int, initial=DAYS)


class InviteForm(ProlongForm):
    """Whom a link is for, how long it works, and whether it is mailed."""

    contact = forms.ModelChoiceField(Contact.objects.none(), label=gettext_lazy("Whom"))
    mail = forms.BooleanField(
        label=gettext_lazy("Mail it to them"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Where we have no address, or they want no messages, you hand it over yourself."),
    )

    field_order = ["contact", "days", "mail"]

    def __init__(self, *args: Any, opportunity: Opportunity, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["contact"]
        field.queryset = contacts_of(opportunity, person)
        field.choices = self._by_part(opportunity, list(field.queryset))
        field.help_text = _("A link they have stops working when they get a new one.")

    def _by_part(self, opportunity: Opportunity, contacts: list[Contact]) -> list[Any]:
        """Return the contacts with those first who have a part in this opportunity."""
        part = set(Stakeholder.objects.filter(opportunity=opportunity).values_list("contact", flat=True))
        mine = [(each.pk, str(each)) for each in contacts if each.pk in part]
        others = [(each.pk, str(each)) for each in contacts if each.pk not in part]
        groups = [(_("People in this opportunity"), mine), (_("Others at %s") % opportunity.account, others)]
        return [("", _("Choose a person")), *(group for group in groups if group[1])]

    @property
    def is_to_be_mailed(self) -> bool:
        contact = self.cleaned_data["contact"]
        return bool(self.cleaned_data["mail"] and contact.email and not contact.opted_out)

    def invite(self, plan: SharedPlan, *, by: Person) -> tuple[Invitation, str]:
        return Invitation.make(plan, by=by, contact=self.cleaned_data["contact"], days=self.cleaned_data["days"])


class AnswerForm(forms.Form):
    """What the client is told in answer; where nothing else is done, there must be an answer."""

    answer = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("They read it on their page."),
    )

    def __init__(self, *args: Any, must_say: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            self.fields["answer"].required = must_say


@dataclass
class Choice:
    """One thing that can be put on the plan: with its part, if it ever was on it."""

    kind: str
    row: Any
    part: PlanPart | None
    under: list[Choice] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.row.pk}"

    @property
    def is_shared(self) -> bool:
        return self.part is not None and self.part.shared


def choices_of(opportunity: Opportunity, parts: list[PlanPart]) -> tuple[list[Choice], list[Choice]]:
    """Return the steps with what hangs on each, and what hangs on none."""
    known = {(part.kind, getattr(part, f"{part.kind}_id")): part for part in parts}

    def choice(kind: str, row: Any) -> Choice:
        return Choice(kind, row, known.get((kind, row.pk)))

    steps = [choice("step", step) for step in opportunity.steps_in_order]
    by_step, loose = {each.row.pk: each for each in steps}, list[Choice]()
    for kind, rows in _hanging(opportunity):
        for row in rows:
            place = by_step.get(row.step_id)
            (place.under if place else loose).append(choice(kind, row))
    return steps, loose


def _hanging(opportunity: Opportunity) -> list[tuple[str, Any]]:
    own = {"opportunity": opportunity}
    return [
        ("condition", Condition.objects.filter(step__opportunity=opportunity).order_by("pk")),
        ("task", Task.objects.filter(**own).order_by("pk")),
        ("file", Attachment.objects.filter(**own, removed_at=None).order_by("pk")),
    ]


def keys(texts: list[str]) -> set[Chosen]:
    """Return what boxes name: `step-12` is the step of that number; what names nothing is left out."""
    found = set()
    for text in texts:
        kind, _dash, pk = text.partition("-")
        if kind in KINDS and (at := number(pk)) is not None:
            found.add((kind, at))
    return found
