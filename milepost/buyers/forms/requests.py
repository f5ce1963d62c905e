"""Forms of requests: taking one in, saying what we do with it, and reading a forwarded e-mail."""

from __future__ import annotations

from typing import Any

from django import forms
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.buyers.letter import MOST_BYTES, Letter, NoLetter, read
from milepost.buyers.models import ClientRequest
from milepost.opportunities.forms.fields import DayInput, reason_field
from milepost.opportunities.forms.steps import contacts_of
from milepost.opportunities.models import Opportunity
from milepost.team.models import Person
from milepost.web.forms import EditForm
from milepost.web.history import StaleEdit


class RequestForm(EditForm):
    """What the client asks, who is behind it, whether it is approved and funded, and what it would take."""

    class Meta:
        model = ClientRequest
        fields = (
            "title", "text", "asked_by", "asked_by_name", "behind", "approved", "funded", "hours", "asked_on", "due_on",
        )  # fmt: skip
        widgets = {"asked_on": DayInput(), "due_on": DayInput(), "text": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, opportunity: Opportunity, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["asked_by"].queryset = contacts_of(opportunity, person)
        fields["asked_by"].empty_label = _("somebody not listed")
        for name in ("approved", "funded"):
            fields[name] = forms.ChoiceField(
                label=fields[name].label,
                choices=ClientRequest.Known.choices,
                required=False,
            )
        fields["hours"].min_value = 0
        fields["behind"].help_text = _("Leave it empty while nobody knows.")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("asked_by") and (data.get("asked_by_name") or "").strip():
            self.add_error("asked_by_name", _("Choose a contact or name somebody else, not both."))
        if data.get("hours") is not None and data["hours"] < 0:
            self.add_error("hours", _("Hours cannot be below zero."))
        asked, due = data.get("asked_on"), data.get("due_on")
        if asked and due and due < asked:
            self.add_error("due_on", _("It is wanted before it was asked for."))
        return data

    def values(self) -> dict[str, Any]:
        """Return what `ClientRequest.take` takes."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class VerdictForm(forms.Form):
    """What we do with a request. Against the usual, and for anything but an answer, it needs a reason."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("What do we do?"),
        choices=[
            (ClientRequest.Verdict.ANSWER.value, gettext_lazy("Answer it")),
            (ClientRequest.Verdict.HOLD.value, gettext_lazy("Hold it")),
            (ClientRequest.Verdict.DECLINE.value, gettext_lazy("Decline it")),
        ],
        widget=forms.RadioSelect,
    )
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Who answers, if we do"),
        queryset=Person.objects.none(),
        required=False,
        empty_label="–",
    )
    because = reason_field(required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, usual: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.usual = usual
        owner: Any = self.fields["owner"]
        owner.queryset = Person.objects.working()
        self.fields["because"].help_text = _("Needed to hold or decline, and to answer against the usual.")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        verdict, because = data.get("verdict"), (data.get("because") or "").strip()
        if verdict == ClientRequest.Verdict.ANSWER and data.get("owner") is None:
            self.add_error("owner", _("Say who answers it."))
        if verdict and not because and (verdict != ClientRequest.Verdict.ANSWER or verdict != self.usual):
            self.add_error("because", _("Say why; it is kept in the history."))
        if verdict and verdict != ClientRequest.Verdict.ANSWER:
            data["owner"] = None
        return data

    def say(self, row: ClientRequest, *, by: Person) -> None:
        """Say it of a request; whoever is second is told so, and sent once more it counts."""
        try:
            row.say(by=by, **self.cleaned_data)
        except StaleEdit:
            data = self.data.copy()
            data["version"] = str(ClientRequest.objects.values_list("version", flat=True).get(pk=row.pk))
            self.data = data
            raise


class LetterForm(forms.Form):
    """A forwarded e-mail, saved as .eml."""

    file = forms.FileField(
        label=gettext_lazy("E-mail (.eml)"),
        max_length=255,
        error_messages={"required": gettext_lazy("Choose a file first."), "empty": gettext_lazy("This file is empty.")},
    )

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            limit = filesizeformat(MOST_BYTES)
            raise forms.ValidationError(
                _("This e-mail is larger than %(size)s. Keep its text alone.") % {"size": limit}
            )
        try:
            self.letter: Letter = read(upload)
        except NoLetter as error:
            words = _("This is no e-mail that can be read. Save it as .eml in your mail program, or type the request.")
            raise forms.ValidationError(words) from error
        upload.seek(0)
        return upload
