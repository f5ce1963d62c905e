"""What is written down about an account itself: a task, a note."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from milepost.accounts.models import Account
from milepost.opportunities.models import Note, Task
from milepost.team.models import Person
from milepost.web.plausible import Plausible


class TaskForm(Plausible, forms.ModelForm):
    """A task for somebody here."""

    address = "account_task"
    fields: dict[str, Any]  # lists of choices are set on them

    class Meta:
        model = Task
        fields = ["title", "owner", "due_on"]
        widgets = {"due_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = Person.objects.working()
        self.fields["owner"].empty_label = _("Me")

    def keep(self, account: Account, *, by: Person) -> Task:
        """Create the task; without an owner it is one's own."""
        values = dict(self.cleaned_data)
        values["owner"] = values["owner"] or by
        return Task.add(by=by, account=account, **values)


class NoteForm(forms.ModelForm):
    """A note, or what was said in a call."""

    address = "account_note"
    fields: dict[str, Any]  # lists of choices are set on them

    class Meta:
        model = Note
        fields = ["text", "kind", "contact"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(k, Note.Kind(k).label) for k in (Note.Kind.NOTE, Note.Kind.CALL)]
        self.fields["contact"].queryset = account.contacts.here()
        self.fields["contact"].empty_label = _("Nobody in particular")

    def keep(self, account: Account, *, by: Person) -> Note:
        """Keep the note."""
        return Note.write(by=by, account=account, **self.cleaned_data)
