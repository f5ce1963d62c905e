"""Forms of a feasibility study."""

from __future__ import annotations

import copy
import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.accounts.models import Contact
from milepost.buyers.models.vision import QUESTIONS
from milepost.opportunities.amounts import AmountField, WithAmounts
from milepost.opportunities.forms.fields import DayInput, day_field
from milepost.opportunities.forms.steps import contacts_of
from milepost.opportunities.forms.work import small_enough
from milepost.opportunities.models import Attachment, Opportunity
from milepost.plans.models.study import Study, StudyTemplate
from milepost.plans.study.document import document
from milepost.team.models import Person
from milepost.web.forms import EditForm
from milepost.web.writing import as_pdf


class StudyForm(WithAmounts, EditForm):
    """What stands in the study."""

    price_minor = AmountField(label=gettext_lazy("Price"))

    class Meta:
        model = Study
        fields = (
            "question",
            "decides",
            "scope",
            "left_out",
            "people",
            "begins_on",
            "ends_on",
            "price_minor",
            "findings",
            "ways",
        )
        widgets = {
            "begins_on": DayInput(),
            "ends_on": DayInput(),
            **{
                name: forms.Textarea(attrs={"rows": rows})
                for name, rows in {"question": 2, "decides": 2, "scope": 4, "left_out": 2, "people": 3}.items()
            },
            "findings": forms.Textarea(attrs={"rows": 8}),
            "ways": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, opportunity: Opportunity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_currencies(opportunity.currency)
        self.row.opportunity = opportunity

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        begins, ends = data.get("begins_on"), data.get("ends_on")
        if begins and ends and ends < begins:
            self.add_error("ends_on", _("It ends before it begins."))
        return data

    def save_it(self, *, by: Person) -> bool:
        """Begin the study, or change what stands in it."""
        if self.row.pk is not None:
            return self.apply(by=by)
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        Study.write(self.row.opportunity, by=by, **values)
        return True


class DecisionForm(forms.Form):
    """What the client has decided, and what that is evidence of."""

    how = forms.ChoiceField(
        label=gettext_lazy("What they decided"), choices=Study.Decided.choices, widget=forms.RadioSelect
    )
    on = day_field(gettext_lazy("On"))
    contact = forms.ModelChoiceField(
        Contact.objects.none(), label=gettext_lazy("Who"), required=False, empty_label=gettext_lazy("nobody named")
    )
    words = forms.CharField(
        label=gettext_lazy("In their words"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    signed = forms.FileField(
        label=gettext_lazy("The signed page"),
        required=False,
        help_text=gettext_lazy("Without it the study is kept as it stands now."),
    )
    speaks_for = forms.MultipleChoiceField(
        label=gettext_lazy("It speaks for"),
        required=False,
        choices=list(QUESTIONS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Kept as evidence, as sure as can be, of the vision’s answers that are written."),
    )

    def __init__(self, *args: Any, study: Study, person: Person, today: datetime.date, **kwargs: Any) -> None:
        kwargs["initial"] = {"on": today}
        super().__init__(*args, **kwargs)
        self.study, self.today = study, today
        fields: Any = self.fields
        fields["contact"].queryset = contacts_of(study.opportunity, person)

    def clean_signed(self) -> UploadedFile | None:
        signed: UploadedFile | None = self.cleaned_data["signed"]
        return small_enough(signed) if signed is not None else None

    def clean_on(self) -> datetime.date:
        on: datetime.date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("That day is still to come."))
        return on

    def decide(self, *, by: Person) -> None:
        """Keep the decision, with the paper it was taken by."""
        data = self.cleaned_data
        told = {name: data[name] for name in ("how", "on", "contact", "words")}
        opportunity, step = self.study.opportunity, self.study.last_step
        paper = Attachment.keep(data["signed"] or self._as_it_stands(), by=by, opportunity=opportunity, step=step)
        self.study.decide(by=by, paper=paper, speaks_for=tuple(data["speaks_for"]), **told)

    def _as_it_stands(self) -> UploadedFile:
        """Return the document with the decision in it."""
        data, decided = self.cleaned_data, copy.copy(self.study)
        decided.decided, decided.decided_on = data["how"], data["on"]
        decided.decided_by, decided.decision = data["contact"], data["words"]
        name = _("Feasibility study") + ".pdf"
        return SimpleUploadedFile(name, as_pdf(document(decided)), content_type="application/pdf")


class TemplateForm(EditForm):
    """The text of the document."""

    class Meta:
        model = StudyTemplate
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs={"rows": 26})}
