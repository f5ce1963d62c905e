"""Forms of the playbook designer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.playbooks.charts.read import read_chart
from milepost.playbooks.charts.safely import MOST_BYTES
from milepost.playbooks.charts.sketch import ChartRefused
from milepost.playbooks.models import FlowChart, Playbook, PlaybookStep, PlaybookVersion
from milepost.playbooks.models.reshape import split
from milepost.playbooks.shipped import PATTERNS, PLAYBOOKS, Pattern
from milepost.team.models import Person, Role
from milepost.web.forms import EditForm
from milepost.web.plausible import Plausible

WORKERS = [role for role in Role if role != Role.ADMINISTRATOR]
"""Those whose hours a step may take."""


def _at_least_a_day(days: Any) -> None:
    """Let a field of usual days say so once, in these words alone."""
    others = [check for check in days.validators if not isinstance(check, MinValueValidator)]
    days.validators = [*others, MinValueValidator(1, _("At least one day."))]


class PlaybookForm(EditForm):
    """Name a playbook and say when it is used."""

    class Meta:
        model = Playbook
        fields = ["name", "description"]
        widgets = {"description": forms.Textarea(attrs={"rows": 2})}


class NewPlaybookForm(PlaybookForm):
    """Begin a playbook: with an empty line, or with one that comes with Milepost."""

    pattern = forms.ChoiceField(label=gettext_lazy("Begin with"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ours = [(key, pattern.name) for key, pattern in PLAYBOOKS.items()]
        self.fields["pattern"].choices = [("", _("An empty line")), *ours]
        self.fields["name"].required = False
        self.fields["name"].help_text = _("Left empty, it gets the name of the line it begins with.")

    def clean(self) -> dict[str, Any]:
        """Take name and use from the pattern where nothing is typed; a name is needed, and only once."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        self.begins_with = PLAYBOOKS.get(data.get("pattern") or "")
        if self.begins_with is not None:
            data["name"] = data.get("name") or str(self.begins_with.name)
            data["description"] = data.get("description") or str(self.begins_with.when)
        elif not data.get("name") and "name" not in self.errors:
            self.add_error("name", _("Give it a name."))
        if "name" not in self.errors and Playbook.objects.filter(name=data["name"]).exists():
            self.add_error("name", _("There is a playbook of this name already; give this one another."))
        return data

    def create(self, *, by: Person) -> Playbook:
        """Create the playbook with its first draft."""
        said = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return self.begins_with.begin(by=by, **said) if self.begins_with else Playbook.add(by=by, **said)


class BringChartForm(forms.Form):
    """Bring in today's process: a file, or what is typed."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy("BPMN 2.0 (.bpmn, .xml), draw.io (.drawio) or Mermaid (.mmd)."),
    )
    text = forms.CharField(
        label=gettext_lazy("Or type it"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One step a line: “First talk | They see us | Sales” is a step, its milestone, and who does it. Or a "
            "flowchart of Mermaid."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Read the chart, so that what is wrong with it is said where it was given."""
        given = super().clean() or {}
        if "file" in self.errors:
            return given
        at = "file" if given.get("file") else "text"
        content = given["file"].read(MOST_BYTES + 1) if at == "file" else (given.get("text") or "").encode()
        if not content.strip():
            raise forms.ValidationError(_("Choose a file, or type the steps."))
        try:
            self.flow = read_chart(content)
        except ChartRefused as refused:
            self.add_error(at, str(refused))
        return given

    def bring(self, *, by: Person) -> FlowChart:
        """Keep the chart."""
        return FlowChart.bring(by=by, name=self.cleaned_data["name"], flow=self.flow)


class StepForm(EditForm):
    """One step of a draft: a field for the hours of each role stands for the one column that holds them."""

    class Meta:
        model = PlaybookStep
        fields = [
            "name", "milestone", "activity", "evidence", "call_plan", "usual_days", "required", "theirs", "their_hours",
        ]  # fmt: skip
        widgets = {"call_plan": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "milestone": gettext_lazy("What the client will have done or agreed; yes or no, and anybody could see it."),
            "activity": gettext_lazy("What happens, usually one appointment."),
            "evidence": gettext_lazy("How we know that it was reached."),
            "call_plan": gettext_lazy("What to ask, what to bring, what to leave with: whoever goes there reads it."),
            "theirs": gettext_lazy(
                "Such as “your head of production”: a shared plan names them so until somebody has a name."
            ),
            "required": gettext_lazy("A required step may only be skipped by an override with its reason."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _at_least_a_day(self.fields["usual_days"])
        for role in WORKERS:
            known = (self.row.hours or {}).get(role.value)
            self.fields[f"hours_{role.value}"] = forms.FloatField(
                label=role.label, required=False, min_value=0, max_value=10_000, initial=known
            )
            self.fields[f"hours_{role.value}"].widget.attrs["class"] = "field"

    @property
    def hours_fields(self) -> list[Any]:
        return [self[f"hours_{role.value}"] for role in WORKERS]

    def hours(self) -> dict[str, float]:
        """Return the hours by role, those that are known."""
        given = {role.value: self.cleaned_data[f"hours_{role.value}"] for role in WORKERS}
        return {role: tidy(hours) for role, hours in given.items() if hours}

    def changes(self) -> dict[str, Any]:
        """Return what differs, the hours of all roles as one."""
        own = {name: value for name, value in super().changes().items() if not name.startswith("hours_")}
        return own if self.hours() == self.row.hours else {**own, "hours": self.hours()}

    def _shown(self, name: str, value: Any, row: Any = None) -> Any:
        if name == "hours":
            return ", ".join(f"{Role(role).label} {hours:g}" for role, hours in value.items())
        return super()._shown(name, value, row)


class PatternForm(forms.Form):
    """Put the steps of a pattern into a draft."""

    pattern = forms.ChoiceField(label=gettext_lazy("Pattern"))
    at = forms.TypedChoiceField(label=gettext_lazy("Place"), coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, steps: list[PlaybookStep], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["pattern"].choices = [(key, pattern.name) for key, pattern in (PATTERNS | PLAYBOOKS).items()]
        fields["at"].choices = places(steps)

    @property
    def chosen(self) -> Pattern:
        return (PATTERNS | PLAYBOOKS)[self.cleaned_data["pattern"]]

    def put(self, version: PlaybookVersion, *, by: Person) -> list[PlaybookStep]:
        """Insert the steps."""
        return self.chosen.put_into(version, by=by, at=self.cleaned_data["at"])


class SplitForm(forms.Form):
    """Name the first part of a step that is split."""

    name = forms.CharField(label=gettext_lazy("What comes first"), max_length=120)
    milestone = forms.CharField(
        label=gettext_lazy("Its milestone"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("What the client will have done or agreed by then; anybody could see it."),
    )

    def split(self, step: PlaybookStep, *, by: Person) -> PlaybookStep:
        """Split the step."""
        return split(step, by=by, **self.cleaned_data)


def places(steps: list[PlaybookStep]) -> list[tuple[Any, str]]:
    """Return where something new may stand on a line."""
    before = [(at, _("Before %(step)s") % {"step": step.name}) for at, step in enumerate(steps, start=1)]
    return [("", _("At the end")), *before]


class NewStepForm(Plausible, forms.ModelForm):
    """Add a step to a draft: its name is enough to begin with."""

    at = forms.TypedChoiceField(label=gettext_lazy("Place"), coerce=int, required=False, empty_value=None)

    class Meta:
        model = PlaybookStep
        fields = ["name", "milestone", "usual_days", "required"]

    def __init__(self, *args: Any, version: PlaybookVersion, steps: list[PlaybookStep], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        self.fields["at"].choices = places(steps)
        _at_least_a_day(self.fields["usual_days"])

    def add(self, *, by: Person) -> PlaybookStep:
        """Put the step into the draft."""
        return self.version.add_step(by=by, **self.cleaned_data)


def tidy(hours: float) -> float:
    """Return whole hours as whole numbers."""
    return int(hours) if hours == int(hours) else hours
