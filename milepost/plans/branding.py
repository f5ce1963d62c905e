"""The form for our name and logo on a plan, and for the language of its page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from milepost.plans import logo
from milepost.plans.languages import languages
from milepost.plans.models import SharedPlan
from milepost.team.models import Company, Person
from milepost.web.forms import EditForm


class BrandForm(EditForm):
    """Our name, a picture, and a language that Milepost has."""

    language = forms.ChoiceField(
        label=lazy("Language of the page"),
        required=False,
        help_text=lazy(
            "Of Milepost’s own words on it, and of what it mails about the plan. Yours stay as you wrote them."
        ),
    )
    picture = forms.FileField(
        label=lazy("Logo"),
        required=False,
        max_length=200,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
        help_text=lazy("PNG or JPEG, at most 500 KB. It stands in place of the name at the top, 40 points high."),
    )
    without = forms.BooleanField(label=lazy("Take the logo away"), required=False)

    class Meta:
        model = SharedPlan
        fields = ("seller", "language")

    field_order = ("seller", "picture", "without", "language")

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["seller"].help_text = _("Empty: “%s”.") % company.name
        fields["language"].choices = [("", _("as each person’s entry says")), *languages().items()]
        if not self.instance.logo:
            del self.fields["without"]

    def clean_picture(self) -> Any:
        upload = self.cleaned_data["picture"]
        if upload is not None:
            logo.must_be_a_logo(upload)
        return upload

    def changes(self) -> dict[str, Any]:
        """Return what differs; the picture is kept by `brand`."""
        return {name: value for name, value in super().changes().items() if name in self.Meta.fields}

    def brand(self, *, by: Person) -> bool:
        """Save it; the logo there was goes once the new one is kept, a new one goes when it is not."""
        was, upload = self.row.logo, self.cleaned_data["picture"]
        if upload is None and not self.cleaned_data.get("without"):
            return self.apply(by=by)
        path = logo.keep(upload) if upload is not None else ""
        saved = self.apply(by=by, logo=path)
        transaction.on_commit(lambda: logo.drop(was if saved else path))
        return saved
