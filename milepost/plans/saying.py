"""The client's forms: one for each thing that can be said of a part, or of the plan as a whole."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from milepost.opportunities.forms.fields import day_field
from milepost.plans.files import must_be_taken, plain_name, stored
from milepost.plans.live import Duty, Milestone
from milepost.plans.models import ClientWord, Invitation, PlanPart

Kind = ClientWord.Kind
TITLES = {
    Kind.DONE: lazy("It is done"),
    Kind.DATE: lazy("Propose another date"),
    Kind.COLLEAGUE: lazy("Hand it to a colleague"),
    Kind.ASK: lazy("Ask or tell us something"),
    Kind.FILE: lazy("Send a file"),
    Kind.CANNOT: lazy("We cannot do this"),
    Kind.MISSING: lazy("Something is missing in the plan"),
}
FIELDS: dict[str, tuple[str, ...]] = {
    Kind.DONE: ("text",),
    Kind.DATE: ("on", "text"),
    Kind.COLLEAGUE: ("name", "email", "text"),
    Kind.ASK: ("text",),
    Kind.FILE: ("file", "text"),
    Kind.CANNOT: ("text",),
    Kind.MISSING: ("text",),
}
SAID = ("text", "on", "name", "email")
NEED_WORDS = (Kind.ASK, Kind.CANNOT, Kind.MISSING)
LABELS = {
    Kind.ASK: lazy("Your question or remark"),
    Kind.CANNOT: lazy("Why not, and what would help"),
    Kind.MISSING: lazy("Which step or condition, such as a legal review, a budget, a supplier’s form"),
}


def kinds_for(part: Duty | Milestone) -> list[str]:
    """Return what can be said of a part: what is theirs can be done, handed on or refused; all else can be asked."""
    if part.is_over:
        return [Kind.ASK, Kind.FILE]
    theirs = [Kind.DONE, Kind.DATE, Kind.COLLEAGUE, Kind.CANNOT] if part.may_be_done else [Kind.DATE]
    if part.claimed:
        theirs = []
    return [*theirs, Kind.ASK, Kind.FILE]


def titled(kinds: Iterable[str]) -> list[tuple[str, Any]]:
    return [(kind, TITLES[Kind(kind)]) for kind in kinds]


class SayForm(forms.Form):
    """What is said, and which version was read; it asks only for what its kind needs."""

    on = day_field(lazy("Which day would suit you"))
    name = forms.CharField(label=lazy("Their name"), max_length=200)
    email = forms.EmailField(label=lazy("Their e-mail address"), required=False)
    file = forms.FileField(label=lazy("File"))
    text = forms.CharField(
        label=lazy("A word about it"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: str, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.today = kind, today
        for name in set(self.fields) - {*FIELDS[kind], "seen"}:
            del self.fields[name]
        self.fields["text"].required = kind in NEED_WORDS
        self.fields["text"].label = LABELS.get(Kind(kind), self.fields["text"].label)

    def clean_on(self) -> datetime.date:
        on: datetime.date = self.cleaned_data["on"]
        if on < self.today:
            raise forms.ValidationError(_("This day is past."))
        return on

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        must_be_taken(upload)
        return upload

    def say(self, link: Invitation, *, part: PlanPart | None, about: str) -> ClientWord:
        said: dict[str, Any] = {name: self.cleaned_data[name] for name in SAID if name in self.cleaned_data}
        said |= {"seen": self.cleaned_data["seen"], "part": part, "about": about[:300]}
        upload = self.cleaned_data.get("file")
        if upload is None:
            return ClientWord.say(link, kind=self.kind, **said)
        with stored(upload) as path:
            file = {"name": plain_name(upload.name), "size": upload.size, "path": path}
            word = ClientWord.say(link, kind=self.kind, **file, **said)
        if word.path != path:  # sent twice: the first one is kept
            default_storage.delete(path)
        return word
