"""Forms of the gate designer: a gate of a draft, and its rules."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.gates.facts import FACTS, SHARE, TRUTH, offered
from milepost.gates.words import asked
from milepost.opportunities.amounts import AmountField, WithAmounts
from milepost.playbooks.forms import WORKERS, tidy
from milepost.playbooks.models import GateRule, PlaybookGate, PlaybookVersion
from milepost.team.models import Company, Person, Role
from milepost.web.forms import EditForm
from milepost.web.plausible import TOO_MUCH

MOST_ASKED, MOST_POINTS = 1_000_000_000_000, 1_000
DECIDERS = [(role.value, role.label) for role in Role if role != Role.ADMINISTRATOR]


class GateForm(WithAmounts, EditForm):
    """A gate: before which step, who decides, how many points are enough, and what it releases."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Decided by"),
        choices=DECIDERS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Somebody must decide: choose at least one role.")},
    )
    money_minor = AmountField(label=gettext_lazy("Money released"))

    class Meta:
        model = PlaybookGate
        fields = ("name", "step", "roles", "taken_by", "enough", "money_minor")
        help_texts = {"enough": gettext_lazy("Of 100. Rules that must be met stop it whatever the points.")}

    def __init__(self, *args: Any, version: PlaybookVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version_of = version
        fields: Any = self.fields
        free = version.steps.filter(gate=None) | version.steps.filter(gate=self.row.pk)
        fields["step"].queryset = free.distinct().order_by("position")
        fields["step"].empty_label = _("choose a step")
        for role in WORKERS:
            fields[f"hours_{role.value}"] = forms.FloatField(
                label=role.label,
                required=False,
                min_value=0,
                max_value=100_000,
                initial=(self.row.hours or {}).get(role.value),
                widget=forms.NumberInput(attrs={"class": "field"}),
            )
        self.set_currencies(Company.the().currency)

    @property
    def hours_fields(self) -> list[Any]:
        return [self[f"hours_{role.value}"] for role in WORKERS]

    def hours(self) -> dict[str, float]:
        """Return the hours by role, those that are given; none means those of the steps up to the next gate."""
        given = {role.value: self.cleaned_data[f"hours_{role.value}"] for role in WORKERS}
        return {role: tidy(hours) for role, hours in given.items() if hours}

    def changes(self) -> dict[str, Any]:
        """Return what differs, the hours of all roles as one."""
        own = {name: value for name, value in super().changes().items() if not name.startswith("hours_")}
        return own if self.hours() == self.row.hours else {**own, "hours": self.hours()}

    def add(self, *, by: Person) -> PlaybookGate:
        """Put the gate before its step."""
        values = {name: self.cleaned_data[name] for name in ("name", "roles", "taken_by", "enough", "money_minor")}
        return PlaybookGate.add(self.cleaned_data["step"], by=by, hours=self.hours(), **values)


class RuleForm(EditForm):
    """A rule: a fact that Milepost knows, compared with a threshold, or an item in the company's own words."""

    subject = forms.ChoiceField(label=gettext_lazy("What must be so"), required=False)

    class Meta:
        model = GateRule
        fields = ("group", "subject", "compare", "threshold", "words", "weight", "veto")
        help_texts = {
            "threshold": gettext_lazy("For numbers: a count, a percentage, or an amount in your currency."),
            "words": gettext_lazy(
                "The question of an item of your own; or what the rule says, instead of our words. An item asked "
                "in other words is answered anew."
            ),
            "weight": gettext_lazy("What a yes adds."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        subject: Any = self.fields["subject"]
        limits = {"threshold": (-MOST_ASKED, MOST_ASKED), "weight": (0, MOST_POINTS)}
        for name, (least, most) in limits.items():
            of = self.fields[name]
            of.validators = [*of.validators, MinValueValidator(least), MaxValueValidator(most, TOO_MUCH)]
        subject.choices = [("", _("an item of our own, answered by people")), *offered()]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        fact = FACTS.get(data.get("subject") or "")
        if fact is None and not (data.get("words") or "").strip():
            self.add_error("words", _("Write the question that people answer with yes or no."))
        if fact is None or fact.kind == TRUTH:
            data |= {"compare": GateRule.Compare.YES, "threshold": None}
        elif data.get("compare") == GateRule.Compare.YES:
            self.add_error("compare", _("“%(fact)s” is a number: say at least or at most.") % {"fact": fact.label})
        elif data.get("threshold") is None:
            if "threshold" not in self.errors:
                self.add_error("threshold", _("Say how much."))
        elif fact.kind == SHARE and abs(data["threshold"]) > 100:
            self.add_error("threshold", _("“%(fact)s” is a percentage: 100 at most.") % {"fact": fact.label})
        return data

    def changes(self) -> dict[str, Any]:
        """Return what differs from the stored rule, after what the fact itself has settled."""
        names = [name for name in self.Meta.fields if self.cleaned_data[name] != getattr(self.row, name)]
        return {name: self.cleaned_data[name] for name in names}

    def apply(self, *, by: Any, **more: Any) -> bool:
        """Save it; an item that asks something else is a new one, so that no answer given to the old one counts."""
        return super().apply(by=by, **more, **({"key": secrets.token_hex(6)} if self._asks_anew() else {}))

    def _asks_anew(self) -> bool:
        """Tell whether people are asked in other words than before; case and punctuation are none."""
        was, now = (self.row.subject, self.row.words), (self.cleaned_data["subject"], self.cleaned_data["words"])
        return "" in (was[0], now[0]) and (was[0] != now[0] or _plain(was[1]) != _plain(now[1]))

    def values(self) -> dict[str, Any]:
        """Return what `GateRule.add` takes."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    @property
    def asks(self) -> str:
        return asked(self.row, Company.the().currency)


def _plain(words: str) -> str:
    return "".join(c for c in words.casefold() if c.isalnum())
