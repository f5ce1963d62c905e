"""Forms of the work along the line: tasks, notes, calls, files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.opportunities.forms.fields import DayInput
from milepost.opportunities.forms.steps import contacts_of
from milepost.opportunities.models import Note, Opportunity, Step, Task
from milepost.team.models import Person
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


class NoteForm(forms.ModelForm):
    """A note, or what was said in a call."""

    class Meta:
        model = Note
        fields = ("kind", "text", "contact")
        widgets = {"text": forms.Textarea(attrs={"rows": 3}), "kind": forms.RadioSelect}

    def __init__(self, *args: Any, opportunity: Opportunity, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
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
