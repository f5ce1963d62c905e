"""The client's page once the opportunity has ended: that it is over, and a few questions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from milepost.opportunities.models import Outcome
from milepost.plans.doors import with_link
from milepost.plans.models import Afterword, Invitation
from milepost.plans.models.afterword import ASKED_OF, end_of
from milepost.plans.views.client import shown_to, version_of
from milepost.team.request import Request

GRADES = [("", lazy("no answer")), (1, lazy("1, hard")), (2, "2"), (3, "3"), (4, "4"), (5, lazy("5, easy"))]


class AfterwordForm(forms.ModelForm):
    """The questions; whoever answers one has answered."""

    ease = forms.TypedChoiceField(
        label=Afterword._meta.get_field("ease").verbose_name,
        choices=GRADES,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Afterword
        fields = ("decided", "better", "ease", "more")
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("decided", "better", "more")}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not any(value not in ("", None) for value in data.values()):
            raise forms.ValidationError(_("Answer at least one of them; the others may stay empty."))
        return data


@require_http_methods(["GET", "HEAD", "POST"])
@with_link
def over(request: Request, link: Invitation) -> HttpResponse:
    """Say that the plan is over and ask; who has answered reads their own answers and may change them."""
    outcome = end_of(link)
    if outcome is None:
        return HttpResponseRedirect("../")
    asks = outcome.kind in ASKED_OF
    kept = Afterword.objects.filter(link=link, outcome=outcome).first()
    form: Any = AfterwordForm(request.POST if asks and request.method == "POST" else None, instance=kept)
    if asks:
        form.fields["decided"].label = ASKED_OF[Outcome.Kind(outcome.kind)]
    status = 200
    if form.is_bound:
        if form.is_valid():
            Afterword.say(link, outcome, **form.cleaned_data)
            return HttpResponseRedirect("?said=1")
        status = 422
    version = version_of(link)
    context = {"shown": shown_to(link, version, request), "link": link, "form": form if asks else None}
    context |= {"outcome": outcome, "was_said": "said" in request.GET, "kept": kept}
    return render(request, "plans/over.html", context, status=status)
