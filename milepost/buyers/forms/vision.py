"""Forms for the client's vision and for what speaks for it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.buyers.models import Evidence, Vision, VisionVersion
from milepost.buyers.models.vision import QUESTIONS
from milepost.opportunities.models import Attachment, Attempt, Note, Opportunity
from milepost.team.models import Person
from milepost.web.forms import Conflict
from milepost.web.history import StaleEdit
from milepost.web.words import short_day

OFFERED = 60


class VisionForm(forms.ModelForm):
    """A hypothesis, or a new version of one; `number` is the version that was shown when the form was opened."""

    number = forms.IntegerField(widget=forms.HiddenInput, required=False)
    why = forms.CharField(
        label=gettext_lazy("What has changed, and how do we know"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    class Meta:
        model = VisionVersion
        fields = ("words", "whose_stakeholder", "whose", "origin", "how", "where", "with_whom")
        widgets = {"words": forms.Textarea(attrs={"rows": 3}), "how": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, opportunity: Opportunity, vision: Vision | None = None, **kwargs: Any) -> None:
        self.vision, self.before = vision, vision.now if vision else None
        kwargs["initial"] = {**self._before(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.conflicts: list[Conflict] = []
        fields: Any = self.fields
        people = opportunity.stakeholders.select_related("contact")
        fields["whose_stakeholder"].queryset = people
        fields["whose_stakeholder"].empty_label = _("not known, or nobody named here")
        fields["whose_stakeholder"].label = _("Somebody named here")
        fields["whose"].label = _("Or who else, in words")
        fields["origin"].label, fields["how"].label = _("What set it off"), _("In words")
        fields["words"].help_text = _("What they told you, as they said it; not what we would sell them.")
        if vision is None:
            del fields["why"]

    def _before(self) -> dict[str, Any]:
        if self.before is None:
            return {}
        names = [name.removesuffix("_id") for name in VisionVersion.SAID]
        return {"number": self.before.number, **{name: getattr(self.before, name) for name in names}}

    def _values(self) -> dict[str, Any]:
        values = {name: self.cleaned_data[name] for name in self.Meta.fields if name != "whose_stakeholder"}
        person = self.cleaned_data["whose_stakeholder"]
        return {**values, "whose_stakeholder_id": person.pk if person else None}

    def begin(self, opportunity: Opportunity, *, by: Person) -> Vision:
        return Vision.begin(opportunity, by=by, **self._values())

    def change(self, *, by: Person) -> None:
        """Keep a new version; one that somebody else has made meanwhile is shown beside it first."""
        assert self.vision is not None
        data = self.cleaned_data
        try:
            self.vision.change(by=by, number=data["number"], why=data["why"], **self._values())
        except StaleEdit as stale:
            self._tell(stale.row)

    def _tell(self, now: Any) -> None:
        for name in self.Meta.fields:
            theirs, yours = getattr(now, name), self.cleaned_data[name]
            if theirs != yours:
                self.conflicts.append(Conflict(str(self.fields[name].label), theirs, yours))
        self.data = self.data.copy()
        self.data["number"] = str(now.number)
        said = _(
            "Somebody has changed this since you opened it. Your entries are still here; compare, then save again."
        )
        self.add_error(None, said)


def _newest(rows: Any) -> Any:
    """Keep the newest: a list of hundreds is nothing to choose from."""
    return rows.model._default_manager.filter(pk__in=list(rows.values_list("pk", flat=True)[:OFFERED]))


class EvidenceForm(forms.ModelForm):
    """What speaks for one of the three answers."""

    class Meta:
        model = Evidence
        fields = ("question", "attempt", "note", "file", "message", "confidence")
        widgets = {"message": forms.Textarea(attrs={"rows": 3}), "confidence": forms.RadioSelect}

    def __init__(self, *args: Any, opportunity: Opportunity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        held = Attempt.objects.filter(step__opportunity=opportunity, state__in=["held", "closed"])
        fields["attempt"].queryset = _newest(held.order_by("-on")).select_related("step").order_by("-on")
        fields["attempt"].label_from_instance = lambda one: f"{one.step.name}, {short_day(one.on)}"
        fields["note"].queryset = _newest(Note.objects.filter(opportunity=opportunity))
        fields["note"].label_from_instance = lambda one: f"{short_day(one.at)}: {one.text[:90]}"
        fields["file"].queryset = _newest(Attachment.objects.filter(opportunity=opportunity, removed_at=None))
        fields["question"].choices = list(QUESTIONS.items())
        fields["question"].label = _("It speaks for the answer to")
        fields["confidence"].choices = Evidence.Confidence.choices
        fields["message"].label = _("Or what somebody said or wrote")
        for name in ("attempt", "note", "file"):
            fields[name].empty_label = _("none")

    def add(self, vision: Vision, *, by: Person) -> Evidence:
        return Evidence.add(vision, by=by, **self.cleaned_data)
