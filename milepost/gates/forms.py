"""Forms of decisions at a gate, and of answers to its items."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.gates.facts import TRUTH, offered
from milepost.gates.models import GateAnswer
from milepost.opportunities.forms.fields import day_field, reason_field
from milepost.opportunities.models import Gate, Outcome, Reason
from milepost.playbooks.models import GateRule
from milepost.team.models import Person


class SeenForm(forms.Form):
    """A decision, taken by what was decided before it when the page was opened."""

    last = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @property
    def seen(self) -> int | None:
        """Return the id of the decision that stood when the page was opened; 0 for none."""
        return self.cleaned_data.get("last") or 0

    def look_again(self, last: int) -> None:
        """Let what was typed count when it is sent once more: whoever decides has been told what was decided."""
        data = self.data.copy()
        data["last"] = str(last)
        self.data = data


class AdvanceForm(SeenForm):
    """Let it go on; against the rules only with a reason."""

    reason = reason_field(required=False)

    def __init__(self, *args: Any, against_rules: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = against_rules
        if not against_rules:
            self.fields["reason"].label = _("Remark")


class PauseForm(SeenForm):
    """Spend nothing more until a day, or until something has happened."""

    until = day_field(gettext_lazy("Until"), required=False)
    waits_for = forms.CharField(
        label=gettext_lazy("Or until"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Such as: their new director has started. Whoever hears of it says so here."),
    )
    fact = forms.ChoiceField(
        label=gettext_lazy("Or until Milepost knows"),
        required=False,
        help_text=gettext_lazy("The pause ends by itself once that is so."),
    )
    reason = reason_field(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fact: Any = self.fields["fact"]
        fact.choices = [("", _("nothing of this kind")), *offered([TRUTH])]


class ResumeForm(forms.Form):
    """What a pause waited for has happened."""

    reason = reason_field(gettext_lazy("What happened, and how do we know?"))


class DelegateForm(forms.Form):
    """Give one's decision to somebody else until a day."""

    to = forms.ModelChoiceField(label=gettext_lazy("Who decides"), queryset=Person.objects.none())
    until = day_field(gettext_lazy("Until"))
    reason = reason_field(required=False)

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["to"].queryset = Person.objects.working().exclude(pk=by.pk)
        fields["to"].empty_label = _("choose a person")


class StopForm(SeenForm):
    """Stop here: the reasons are those for which this company stops."""

    reasons = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Why?"),
        queryset=Reason.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("At least one, or say it in your words."),
    )
    reason = reason_field(gettext_lazy("In your words"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["reasons"].queryset = Reason.objects.filter(retired_at=None, outcome=Outcome.Kind.WITHDRAWN)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("reasons") and not data.get("reason"):
            self.add_error("reasons", _("Choose at least one reason, or say it in your words."))
        return data


class TakeBackForm(SeenForm):
    """Decide anew."""

    reason = reason_field(gettext_lazy("Why is it decided anew?"))


class AnswerForm(forms.Form):
    """Answer an item of a gate, and say how we know."""

    rule = forms.ModelChoiceField(queryset=GateRule.objects.none())
    answer = forms.ChoiceField(choices=GateAnswer.Answer.choices)
    evidence = forms.CharField(required=False, max_length=2000)

    def __init__(self, *args: Any, gate: Gate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule: Any = self.fields["rule"]
        rule.queryset = GateRule.objects.filter(gate=gate.playbook_gate, subject="")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("answer") in ("plus", "minus") and not (data.get("evidence") or "").strip():
            self.add_error("evidence", _("Say how we know: what was said or written, where."))
        return data
