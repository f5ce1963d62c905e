"""Forms of the work along the line: tasks, notes, calls, files."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.opportunities.forms.fields import DayInput, day_field
from milepost.opportunities.forms.steps import contacts_of
from milepost.opportunities.models import Note, Opportunity, Step, Task
from milepost.opportunities.models.attempt import instant
from milepost.team.models import Company, Person
from milepost.web.forms import EditForm


class TaskForm(EditForm):
    """Something a person on either side does by a date."""

    class Meta:
        model = Task
        fields = ("title", "owner", "owner_contact", "due_on", "step")
        widgets = {"due_on": DayInput()}

    def __init__(self, *args: Any, opportunity: Opportunity, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["owner"].queryset = Person.objects.working()
        fields["owner_contact"].queryset = contacts_of(opportunity, person)
        fields["step"].queryset = Step.objects.filter(opportunity=opportunity).order_by("position")
        fields["step"].label = _("Belongs to the step")
        fields["step"].empty_label = _("no step in particular")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("owner") and data.get("owner_contact"):
            self.add_error("owner_contact", _("A task has one owner: choose somebody of ours or of theirs."))
        return data

    def values(self) -> dict[str, Any]:
        """Return what `Task.add` takes."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class OfADay(forms.Form):
    """The day on which something was said; today where nothing else is meant."""

    on = day_field(gettext_lazy("Day"), required=False)

    def clean_on(self) -> datetime.date | None:
        on: datetime.date | None = self.cleaned_data["on"]
        if on is not None and on > Company.the().today():
            raise forms.ValidationError(_("This day is still to come. What is to be done is a task."))
        return on

    @staticmethod
    def moment_of(on: datetime.date | None) -> datetime.datetime:
        """Return the moment kept for a day: now for today, else its noon."""
        company = Company.the()
        if on is None or on == company.today():
            return timezone.now()
        return instant(on, datetime.time(12), company.time_zone)


class NoteForm(OfADay, forms.ModelForm):
    """A note, or what was said in a call."""

    class Meta:
        model = Note
        fields = ("kind", "text", "contact")
        widgets = {"text": forms.Textarea(attrs={"rows": 3}), "kind": forms.RadioSelect}

    def __init__(self, *args: Any, opportunity: Opportunity, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", Company.the().today())
        _offer(self.fields, opportunity, person)

    def values(self) -> dict[str, Any]:
        """Return what `Note.write` takes."""
        kept = {name: self.cleaned_data.get(name) for name in self.Meta.fields}
        return {**kept, "at": self.moment_of(self.cleaned_data["on"])}


class NoteEditForm(OfADay, EditForm):
    """Change a note; of what was said after an appointment only the words, as the rest is the appointment's."""

    class Meta(NoteForm.Meta):
        pass

    def __init__(self, *args: Any, opportunity: Opportunity, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["on"] = self.row.on
        _offer(self.fields, opportunity, person)
        if self.row.kind == Note.Kind.DEBRIEF:
            for name in ("kind", "contact", "on"):
                del self.fields[name]

    def changes(self) -> dict[str, Any]:
        """Return what differs; its day is kept as a moment."""
        changed = super().changes()
        on = changed.pop("on", None)
        return changed if on is None else {**changed, "at": self.moment_of(on)}


def _offer(fields: Any, opportunity: Opportunity, person: Person) -> None:
    fields["kind"].choices = [(Note.Kind.NOTE, _("Note")), (Note.Kind.CALL, _("Call"))]
    fields["contact"].queryset = contacts_of(opportunity, person)
    fields["contact"].empty_label = _("nobody in particular")


def small_enough(upload: UploadedFile) -> UploadedFile:
    """Return an uploaded file; raises ValidationError for one that is larger than files here may be."""
    if (upload.size or 0) > settings.MAX_FILE_BYTES:
        words = {"size": filesizeformat(upload.size or 0), "most": filesizeformat(settings.MAX_FILE_BYTES)}
        raise forms.ValidationError(
            _("This file has %(size)s; the most is %(most)s. Share a link to it in a note instead.") % words
        )
    return upload


class FileForm(forms.Form):
    """A file to keep with the opportunity."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=255,
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("This file is empty."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("Up to %(size)s.") % {"size": filesizeformat(settings.MAX_FILE_BYTES)}

    def clean_file(self) -> UploadedFile:
        return small_enough(self.cleaned_data["file"])
