"""Forms of competitors at an opportunity: who competes, how it stands, and how it is weighed."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.gates.models import Contender, GateAnswer
from milepost.gates.models.contender import GROUPS
from milepost.opportunities.forms.fields import DayInput
from milepost.opportunities.forms.rival import RivalField
from milepost.opportunities.models import Opportunity
from milepost.playbooks.models import GateRule
from milepost.web.forms import EditForm


class ContenderForm(EditForm):
    """A competitor here: its name when it is noted, and what is known of it."""

    name = RivalField(
        label=gettext_lazy("Who"),
        help_text=gettext_lazy("A company, the client’s own people (in-house), or nobody: they do nothing."),
    )

    class Meta:
        model = Contender
        fields = ("name", "status", "since", "strengths", "weaknesses", "supporters")
        widgets = {
            "since": DayInput(),
            "strengths": forms.Textarea(attrs={"rows": 2}),
            "weaknesses": forms.Textarea(attrs={"rows": 2}),
            "supporters": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "strengths": gettext_lazy("What the client sees in them."),
            "weaknesses": gettext_lazy("Where the client doubts them."),
            "supporters": gettext_lazy("Who at the client speaks for them."),
        }

    def __init__(self, *args: Any, opportunity: Opportunity, today: datetime.date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {} if kwargs.get("instance") else {"since": today})
        super().__init__(*args, **kwargs)
        self.today = today
        fields: Any = self.fields
        fields["supporters"].queryset = opportunity.stakeholders.select_related("contact")
        if self.row.pk:
            del self.fields["name"]

    def clean_since(self) -> datetime.date:
        since: datetime.date = self.cleaned_data["since"]
        if since > self.today:
            raise forms.ValidationError(_("Choose today or a day that has passed."))
        return since

    def changes(self) -> dict[str, Any]:
        """Return what differs from the stored row; people are compared where they are kept."""
        return {**super().changes(), "supporters": self.cleaned_data["supporters"]}

    def _shown(self, name: str, value: Any, row: Any = None) -> Any:
        return ", ".join(map(str, value.all())) if name == "supporters" else super()._shown(name, value, row)

    def values(self) -> dict[str, Any]:
        """Return what `Contender.note` takes, but for whom it is about."""
        names = ("status", "since", "strengths", "weaknesses", "supporters")
        return {name: self.cleaned_data[name] for name in names}


class ScoreForm(forms.Form):
    """How a competitor stands at each of the four questions, and how we know."""

    def __init__(self, *args: Any, known: dict[str, GateAnswer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group in GROUPS:
            was = known.get(group)
            self.fields[group] = forms.ChoiceField(
                label=_FOR_THEM[GateRule.Group(group)],
                choices=[("plus", _("+ yes")), ("unknown", _("? not known")), ("minus", _("− no"))],
                widget=forms.RadioSelect,
                initial=was.answer if was else "unknown",
            )
            self.fields[f"{group}_how"] = forms.CharField(
                label=_("How we know"), required=False, max_length=2000, initial=was.evidence if was else ""
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for group in GROUPS:
            if data.get(group) in ("plus", "minus") and not data.get(f"{group}_how", "").strip():
                self.add_error(f"{group}_how", _("Say how we know: what was said or written, where."))
        return data

    def answers(self) -> dict[str, tuple[str, str]]:
        """Return what `Contender.score` takes."""
        return {group: (self.cleaned_data[group], self.cleaned_data[f"{group}_how"]) for group in GROUPS}

    def pairs(self) -> list[tuple[Any, Any]]:
        """Return each question with what it rests on, for the template."""
        return [(self[group], self[f"{group}_how"]) for group in GROUPS]


_FOR_THEM = {
    GateRule.Group.OPPORTUNITY: gettext_lazy("Is there an opportunity for them?"),
    GateRule.Group.COMPETE: gettext_lazy("Can they compete?"),
    GateRule.Group.WIN: gettext_lazy("Can they win?"),
    GateRule.Group.WORTH: gettext_lazy("Is it worth winning for them?"),
}
