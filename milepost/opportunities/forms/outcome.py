"""Forms that end an opportunity, or correct how it ended."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.opportunities import line
from milepost.opportunities.amounts import AmountField, WithAmounts
from milepost.opportunities.forms.fields import day_field, reason_field
from milepost.opportunities.forms.lessons import TEAM_ONLY, lesson_field, taught_at, untaught
from milepost.opportunities.forms.rival import RivalField
from milepost.opportunities.models import Opportunity, Outcome, Reason, Step
from milepost.opportunities.pricing import has_list_price

SHOWN = 300  # characters of what was said of an end that is corrected
ENDS = [
    (Outcome.Kind.WON.value, gettext_lazy("Won")),
    (Outcome.Kind.LOST.value, gettext_lazy("Lost")),
    (Outcome.Kind.NO_DECISION.value, gettext_lazy("No decision")),
    (Outcome.Kind.WITHDRAWN.value, gettext_lazy("Stopped by us")),
]


class EndForm(forms.Form):
    """The outcome, its day, and why; the reasons on offer are the company's own for each outcome."""

    kind = forms.ChoiceField(label=gettext_lazy("How did it end?"), choices=ENDS, widget=forms.RadioSelect)
    on = day_field(gettext_lazy("On"))
    words = forms.CharField(
        label=gettext_lazy("In your words"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    lost_to = RivalField(label=gettext_lazy("Lost to"), required=False)
    override = reason_field(gettext_lazy("Why are the missing steps skipped?"), required=False)

    def __init__(self, *args: Any, opportunity: Opportunity, today: datetime.date, **kwargs: Any) -> None:
        kwargs["initial"] = {"on": today, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.today = today
        steps = opportunity.steps_in_order
        self.missing = line.still_to_win(steps)
        self.skipped = [step for step in steps if step.required and step.state == line.SKIPPED]
        self.offered: dict[str, list[Reason]] = {kind: [] for kind, _label in ENDS}
        for reason in Reason.objects.filter(retired_at=None):
            self.offered[reason.outcome].append(reason)
        for kind, reasons in self.offered.items():
            self.fields[f"reasons_{kind}"] = self._reasons(reasons)
        override = self.fields.pop("override")
        if self.missing:
            self.fields["override"] = override  # asked last, so it is spoken of last

    @staticmethod
    def _reasons(reasons: list[Reason]) -> forms.TypedMultipleChoiceField:
        return forms.TypedMultipleChoiceField(
            label=_("Why?"),
            required=False,
            help_text=_("At least one, or say it in your words."),
            coerce=int,
            choices=[(reason.pk, reason.text) for reason in reasons],
            widget=forms.CheckboxSelectMultiple,
        )

    def reason_fields(self) -> list[tuple[str, Any]]:
        """Return the bound field of each outcome's reasons, for the template."""
        fields = {kind: self[f"reasons_{kind}"] for kind in self.offered}
        return [(kind, field) for kind, field in fields.items() if self.offered[kind] or field.errors]

    def clean_on(self) -> datetime.date:
        on: datetime.date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("It cannot have ended on a day still to come."))
        return on

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        kind = data.get("kind")
        if kind in self.offered and not data.get(f"reasons_{kind}") and not data.get("words", "").strip():
            if self.offered[kind]:
                self.add_error(f"reasons_{kind}", _("Choose at least one reason, or say it in your words."))
            else:
                self.add_error("words", _("Say why it ended so."))
        if kind == Outcome.Kind.WON and self._must_override() and not data.get("override", "").strip():
            names = ", ".join(step.name for step in self.missing)
            self.add_error(
                "override",
                _("Not reached yet: %(names)s. Report them first, or say why they are skipped.") % {"names": names},
            )
        return data

    def _must_override(self) -> bool:
        return "override" in self.fields

    def outcome(self) -> dict[str, Any]:
        """Return what `close` takes."""
        data = self.cleaned_data
        chosen = set(data.get(f"reasons_{data['kind']}") or ())
        reasons = [reason for reason in self.offered.get(data["kind"], []) if reason.pk in chosen]
        lost_to = data["lost_to"] if data["kind"] == Outcome.Kind.LOST else ""
        ended = {"kind": data["kind"], "on": data["on"], "words": data["words"].strip(), "lost_to": lost_to}
        return {**ended, "reasons": reasons, "override": data.get("override", "")}


class LastForm(WithAmounts, EndForm):
    """How it ended, for how much, and what the next one should know at the deciding step."""

    value_minor = AmountField(label=gettext_lazy("For how much?"))
    lesson = lesson_field(required=False)
    lesson_step = forms.ChoiceField(label=gettext_lazy("At the step"), required=False)

    def __init__(self, *args: Any, opportunity: Opportunity, **kwargs: Any) -> None:
        super().__init__(*args, opportunity=opportunity, **kwargs)
        step: Any = self.fields["lesson_step"]
        step.choices = taught_at(opportunity.steps_in_order)
        step.initial = self._decided_at(opportunity.steps_in_order)
        step.help_text = untaught(opportunity.steps_in_order)
        if opportunity.confidential:
            self.fields["lesson"].help_text = TEAM_ONLY
        self._ask_for_how_much(opportunity)

    def _ask_for_how_much(self, opportunity: Opportunity) -> None:
        """Ask for the value, or let it be confirmed; where value lines make it up, they say it."""
        if opportunity.value_minor is None:
            said = _("In %(currency)s. Its value is unknown: what is won without one counts in no total.")
        elif has_list_price(opportunity):
            said = _("In %(currency)s. Its value is still the list price.")
        elif opportunity.value_lines.exists():
            del self.fields["value_minor"]
            return
        else:
            said = _("In %(currency)s. Change it if it was won for more or less.")
        self.initial["value_minor"] = opportunity.value_minor
        self.fields["value_minor"].help_text = said % {"currency": opportunity.currency}
        self.set_currencies(opportunity.currency)

    @staticmethod
    def _decided_at(steps: Sequence[Step]) -> str:
        """Return the step of the playbook where it stands, or the last one before a step of its own."""
        now = line.current(steps)
        until = [step for step in steps if now is None or step.position <= now.position]
        return taught_at(until)[-1][0]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("kind") != Outcome.Kind.WON:
            self.errors.pop("value_minor", None)  # asked of what is won alone
        return data

    def value_of(self) -> int | None:
        """Return the value it was won with, in minor units; None where it was not won, or nothing was typed."""
        won = self.cleaned_data["kind"] == Outcome.Kind.WON
        value: int | None = self.cleaned_data.get("value_minor") if won else None
        return value

    def lesson_of(self) -> dict[str, str] | None:
        """Return what `Lesson.write` takes; None where nothing was written."""
        text, key = self.cleaned_data["lesson"].strip(), self.cleaned_data["lesson_step"]
        return {"key": key, "text": text} if text and key else None


class CorrectForm(EndForm):
    """The same for an outcome that was wrong, with why; "open again" lets it go on.

    What was said of the end as it was counts on for an end of that kind alone: `kept_words`. Of another kind it is
    said anew, with the earlier words in sight. If it was won after all, each required step not reached is asked for:
    it was, or it is skipped with a reason.
    """

    why = reason_field(gettext_lazy("What was wrong?"))
    kept_words = forms.CharField(
        label=gettext_lazy("In your words"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    field_order = ("why", "kind", "on")
    PASSED = [("reached", gettext_lazy("Reached")), ("skipped", gettext_lazy("Skipped"))]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        again = (Outcome.Kind.OPEN_AGAIN.value, _("It goes on: open again"))
        kind: Any = self.fields["kind"]
        kind.choices, kind.label = [*ENDS, again], _("What is right?")
        self.fields["on"].required = False
        self.kind_before, words = self.initial.get("kind") or "", self.initial.get("kept_words") or ""
        if words:
            told = {"kind": Outcome.Kind(self.kind_before).label, "words": Truncator(words).chars(SHOWN)}
            self.fields["words"].help_text = _("Said when it counted as %(kind)s: “%(words)s”") % told
        else:
            del self.fields["kept_words"]
        if self.missing:
            self.fields["override"].label = _("Why are those steps skipped?")
        for step in self.missing:
            self.fields[self._name_of(step)] = forms.ChoiceField(
                label=step.name, required=False, choices=self.PASSED, widget=forms.RadioSelect
            )

    @staticmethod
    def _name_of(step: Step) -> str:
        return f"step_{step.pk}"

    def step_fields(self) -> list[Any]:
        """Return the bound field of each required step that was not reached, for the template."""
        return [self[self._name_of(step)] for step in self.missing]

    def clean_on(self) -> Any:
        return super().clean_on() if self.cleaned_data["on"] else None

    def clean(self) -> dict[str, Any]:
        goes_on_as_it_was = "kept_words" in self.fields and self.cleaned_data.get("kind") == self.kind_before
        if goes_on_as_it_was and (kept := self.cleaned_data.get("kept_words")):
            self.cleaned_data["words"] = kept
        data = super().clean()
        if goes_on_as_it_was and (errors := self.errors.pop("words", None)):
            self.add_error("kept_words", errors.as_data())
        if data.get("kind") != Outcome.Kind.OPEN_AGAIN and not data.get("on") and "on" not in self.errors:
            self.add_error("on", _("Say on which day it ended."))
        if data.get("kind") == Outcome.Kind.WON:
            self._check_steps(data)
        return data

    def _check_steps(self, data: dict[str, Any]) -> None:
        said = {step: data.get(self._name_of(step)) for step in self.missing}
        for step, how in said.items():
            if not how:
                self.add_error(self._name_of(step), _("Was it reached, or is it skipped?"))
        if "skipped" in said.values() and not data.get("override", "").strip():
            self.add_error("override", _("Say why; it is kept in the history."))

    def _must_override(self) -> bool:
        return False

    def outcome(self) -> dict[str, Any]:
        """Return what `correct` takes."""
        values = super().outcome()
        if values["kind"] == Outcome.Kind.OPEN_AGAIN:
            values["on"] = None
        reached = [step.pk for step in self.missing if self.cleaned_data[self._name_of(step)] == "reached"]
        return {**values, "why": self.cleaned_data["why"], "reached": reached}
