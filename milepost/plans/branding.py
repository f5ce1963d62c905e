"""The forms for our name, logo and colour, and the language: of all plans, and of one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from milepost.plans import logo
from milepost.plans.colours import is_a_colour
from milepost.plans.languages import language_for, languages
from milepost.plans.models import SharedPlan
from milepost.team.models import Company, Person
from milepost.web.forms import EditForm


class LookForm(EditForm):
    """Our name, a picture, a colour, and a language that Milepost has; `LOGO` names where the picture is kept."""

    LOGO = ""
    picture = forms.FileField(
        label=lazy("Logo"),
        required=False,
        max_length=200,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
        help_text=lazy("PNG or JPEG, at most 500 KB. It stands in place of the name at the top, 40 points high."),
    )
    without = forms.BooleanField(label=lazy("Take the logo away"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not getattr(self.instance, self.LOGO):
            del self.fields["without"]

    def clean_picture(self) -> Any:
        upload = self.cleaned_data["picture"]
        if upload is not None:
            logo.must_be_a_logo(upload)
        return upload

    def _colour(self, name: str) -> str:
        colour: str = self.cleaned_data[name].lower()
        if colour:
            is_a_colour(colour)
        return colour

    def changes(self) -> dict[str, Any]:
        """Return what differs; the picture is kept by `brand`."""
        return {name: value for name, value in super().changes().items() if name in self.Meta.fields}  # type: ignore[attr-defined]

    def brand(self, *, by: Person) -> bool:
        """Save it; the logo there was goes once the new one is kept, a new one goes when it is not."""
        was, upload = getattr(self.row, self.LOGO), self.cleaned_data["picture"]
        if upload is None and not self.cleaned_data.get("without"):
            return self.apply(by=by)
        path = logo.keep(upload) if upload is not None else ""
        saved = self.apply(by=by, **{self.LOGO: path})
        transaction.on_commit(lambda: logo.drop(was if saved else path))
        return saved


class BrandForm(LookForm):
    """How one plan looks, where it is not as all others."""

    LOGO = "logo"
    language = forms.ChoiceField(label=lazy("Language of the page"), required=False)

    class Meta:
        model = SharedPlan
        fields = ("seller", "colour", "language")

    field_order = ("seller", "picture", "without", "colour", "language")

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["seller"].help_text = _("Empty: “%s”.") % (company.brand_name or company.name)
        fields["colour"].help_text = _("Empty: as on all plans. Such as #0c4a4a.")
        fields["language"].help_text = _(
            "Of Milepost’s own words on it, and of what it mails about the plan. Yours stay as you wrote them."
        )
        fields["language"].choices = [("", _("as each person’s entry says")), *languages().items()]

    def clean_colour(self) -> str:
        return self._colour("colour")


class CompanyLookForm(LookForm):
    """How all plans look to clients, where nothing else is said of one."""

    LOGO = "brand_logo"
    brand_language = forms.ChoiceField(label=lazy("Language of clients’ pages"))

    class Meta:
        model = Company
        fields = ("brand_name", "brand_colour", "brand_language")

    field_order = ("brand_name", "picture", "without", "brand_colour", "brand_language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["brand_name"].help_text = _("Empty: “%s”.") % self.instance.name
        fields["brand_colour"].help_text = _("Of buttons and frames. Such as #0c4a4a; empty: a dark green.")
        fields["brand_language"].help_text = _("Where neither the plan nor the contact says another.")
        fields["brand_language"].choices = list(languages().items())
        fields["brand_language"].initial = language_for(self.instance.clients_language)

    def clean_brand_colour(self) -> str:
        return self._colour("brand_colour")
