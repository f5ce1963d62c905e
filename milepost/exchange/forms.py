"""Forms of the import pages: handing files in, and keeping a mapping."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from milepost.exchange.models import SavedMapping


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Take one file or several."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(file, initial) for file in files]


class UploadForm(forms.Form):
    """Hand in the files of an export."""

    files = FilesField(  # type: ignore[assignment]
        label=gettext_lazy("Files"),
        help_text=gettext_lazy(
            "CSV, Excel, or a zip of several; also packed by gzip. Choose files that belong together at once."
        ),
        error_messages={"empty": gettext_lazy("This file is empty.")},
    )


class SaveMappingForm(forms.ModelForm):
    """Keep a mapping under a name; the same name again replaces it."""

    class Meta:
        model = SavedMapping
        fields = ["name"]

    def validate_unique(self) -> None:
        """A mapping of the same name is replaced: `SavedMapping.keep` does it."""
