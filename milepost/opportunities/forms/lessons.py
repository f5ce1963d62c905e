"""Forms of lessons: write one for a step, reword one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from milepost.opportunities.models import Lesson, Opportunity, Step
from milepost.playbooks.models import Playbook, PlaybookVersion
from milepost.team.models import Person
from milepost.web.forms import EditForm

EVERYBODY = gettext_lazy("Everybody in the company reads it at this step: say what helps, and leave out who.")
TEAM_ONLY = gettext_lazy("This opportunity is confidential: only those who see it will read this.")
LONGEST = 1000

Steps = list[tuple[str, list[tuple[str, str]]]]


def lesson_field(*, required: bool = True, label: Any = None) -> forms.CharField:
    return forms.CharField(
        label=label or gettext_lazy("What should whoever sells the next one know?"),
        required=required,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=EVERYBODY,
    )


class LessonForm(forms.Form):
    """Write a lesson for a step of one of the playbooks; `step` is the playbook's number and the step's key."""

    step = forms.ChoiceField(label=gettext_lazy("For the step"))
    text = lesson_field()

    def __init__(self, *args: Any, opportunity: Opportunity | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opportunity = opportunity
        step: Any = self.fields["step"]
        step.choices = steps_of(opportunity.playbook_version.playbook if opportunity else None)
        if opportunity is not None and opportunity.confidential:
            self.fields["text"].help_text = TEAM_ONLY

    def write(self, *, by: Person) -> Lesson:
        """Write it."""
        playbook, _colon, key = self.cleaned_data["step"].partition(":")
        book = Playbook.objects.get(pk=int(playbook))
        return Lesson.write(by=by, playbook=book, key=key, text=self.cleaned_data["text"], opportunity=self.opportunity)


class RewordForm(EditForm):
    """Reword a lesson."""

    class Meta:
        model = Lesson
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}


def steps_of(playbook: Playbook | None) -> Steps:
    """Return the steps of each playbook's newest version, or of one playbook's, grouped for a menu."""
    rows = PlaybookVersion.objects.filter(published_at__isnull=False, playbook__retired_at=None)
    if playbook is not None:
        rows = PlaybookVersion.objects.filter(published_at__isnull=False, playbook=playbook)
    found: dict[int, PlaybookVersion] = {}
    for version in rows.select_related("playbook").prefetch_related("steps").order_by("playbook__name", "-number"):
        found.setdefault(version.playbook_id, version)
    return [
        (version.playbook.name, [(f"{pk}:{step.key}", step.name) for step in version.steps.all()])
        for pk, version in found.items()
    ]


def taught_at(steps: Sequence[Step]) -> list[tuple[str, str]]:
    """Return the steps of a line to which a lesson can be attached: those that come from the playbook."""
    return [(step.key, step.name) for step in steps if step.playbook_step_id is not None] or [("", _("no step"))]


def untaught(steps: Sequence[Step]) -> str:
    """Say why a lesson cannot be attached to the steps of a line that its playbook does not have; "" without any."""
    own = [step.name for step in steps if step.playbook_step_id is None]
    if not own:
        return ""
    said = ngettext(
        "“%(names)s” was added here alone: the next one has the playbook’s steps, so choose the nearest.",
        "“%(names)s” were added here alone: the next one has the playbook’s steps, so choose the nearest.",
        len(own),
    )
    return said % {"names": "”, “".join(own)}
