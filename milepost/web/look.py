"""Samples for the style page: every state of every part, with invented names."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.utils import timezone

from milepost.web.string_drawing import GATE_STATES, STEP_STATES, Bead


class SampleForm(forms.Form):
    """One field of every kind, shown empty and shown refused."""

    name = forms.CharField(label="Name", help_text="As the client says it.")
    value = forms.DecimalField(label="Value", required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    closes = forms.DateField(label="Closes about", widget=forms.DateInput(attrs={"type": "date"}))
    territory = forms.ChoiceField(label="Territory", choices=[("1", "North"), ("2", "South")])
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    file = forms.FileField(label="File", required=False)
    confidential = forms.BooleanField(label="Confidential: only its team sees it", required=False)
    result = forms.ChoiceField(
        label="How did it go?",
        choices=[("won", "Reached"), ("lost", "Client said no"), ("again", "Meet again")],
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        raise forms.ValidationError("The opportunity has ended, so its value can no longer change.")


def everything(request: HttpRequest) -> dict[str, Any]:
    """Return what the style page shows."""
    today = timezone.localdate()
    return {
        "steps": [Bead("step", state, state.replace("_", " ").capitalize()) for state in STEP_STATES],
        "gates": [Bead("gate", state, state.capitalize()) for state in GATE_STATES],
        "rows": rows(),
        "large": large(),
        "seals": [("none", None), ("asked", None), ("agreed", 4), ("changed", 4)],
        "empty_form": SampleForm(auto_id="empty-%s"),
        "wrong_form": SampleForm({"value": "about a million"}, auto_id="wrong-%s"),
        "toasts": [
            Message(messages.SUCCESS, "Design review is reached.", "/look/"),
            Message(messages.INFO, "The import goes on in the background."),
            Message(messages.WARNING, "Two rows were refused."),
            Message(messages.ERROR, "The file could not be read."),
        ],
        "amounts": [(184_000_000, "EUR"), (92_050, "USD"), (1_234_567, "JPY"), (1_500, "KWD"), (None, "EUR")],
        "days": [today, today + datetime.timedelta(days=400), None],
        "levels": ["omitted", "pipeline", "best_case", "commit"],
    }


def rows() -> list[tuple[str, list[Any], int | None, int | None]]:
    """Return small strings: a name, the beads, and the days and usual days of the current one."""
    begun = ["won", "First talk"], ["won", "Executive meeting"], ["won", "Needs workshop"]
    ahead = ["planned", "Proposal"], ["planned", "Contract"]
    review = [["Security review", "under_way"], ["Legal terms", "met"], ["Reference call", "not_started"]]
    return [
        (
            "Just begun",
            [_now("scheduled", "First talk"), ["planned", "Workshop"], ["gate ahead", "Gate 1"], *ahead],
            2,
            7,
        ),
        ("On time", [*begun, ["gate passed", "Gate 1"], _now("scheduled", "Pilot"), *ahead], 12, 21),
        ("Over the usual time", [*begun, _now("held", "Design review"), ["planned", "Visit", 1], *ahead], 31, 20),
        ("Far over", [*begun, ["gate overridden", "Gate 1"], _now("planned", "Pilot"), *ahead], 58, 12),
        ("Days unknown", [*begun, _now("planned", "Pilot"), *ahead], None, 20),
        ("With conditions", [*begun, _now("scheduled", "Design review", review), *ahead], 6, 14),
        (
            "Conditions ahead",
            [_now("scheduled", "First talk"), ["planned", "Pilot", 0, None, None, 0, review], *ahead],
            3,
            9,
        ),
        ("Gate waiting", [*begun, ["gate waiting", "Gate 1"], _now("planned", "Pilot"), *ahead], 4, 9),
        ("Gate paused", [*begun, ["gate paused", "Gate 1"], *ahead], None, None),
        ("Gate refused", [*begun, ["gate refused", "Gate 1"], *ahead], None, None),
        (
            "Not recorded",
            [["not_recorded", "Talk"], ["not_recorded", "Demo"], _now("planned", "Visit"), *ahead],
            9,
            30,
        ),
        ("Went back", [["won", "Talk"], _now("scheduled", "Survey"), ["won", "Line", 0, None, None, 1], *ahead], 3, 9),
        ("Client said no", [*begun, ["lost", "Pilot"], *ahead], None, None),
        ("Won", [*begun, ["skipped", "Data audit", 1], ["gate passed", "Gate 1"], ["won", "Contract"]], None, None),
    ]


def _now(state: str, name: str, conditions: list[Any] | None = None) -> list[Any]:
    """Return a bead with the id by which the rows name their current one."""
    return [state, name, 0, None, None, 0, conditions or [], 1]


def large() -> list[Bead]:
    """Return one string with every line a large bead can have."""
    review = (("Security review", "under_way"), ("Legal terms", "met"), ("Reference call", "not_started"))
    return [
        Bead("step", "won", "First talk", fact="4 May", href="#1"),
        Bead("step", "won", "Needs workshop", fact="11 Jun, 2nd try", href="#2"),
        Bead("step", "skipped", "Data audit", optional=True, fact="done by others", href="#3"),
        Bead("gate", "passed", "Gate 1", fact="3 Jul", href="#4"),
        Bead("step", "not_recorded", "Site survey", fact="not recorded", href="#5"),
        Bead(
            "step",
            "held",
            "Design review",
            current=True,
            days=31,
            usual_days=20,
            fact="11 days over: how did it go?",
            href="#6",
            conditions=review,
        ),
        Bead("step", "planned", "Reference visit", optional=True, fact="optional", href="#7"),
        Bead("step", "scheduled", "Pilot", fact="11 Jan", href="#8", conditions=(("Export licence", "failed"),)),
        Bead("gate", "waiting", "Gate 2", fact="due 4 Dec", tone="gate", href="#9"),
        Bead("step", "planned", "Proposal", fact="about 16 Feb", href="#10"),
        Bead("step", "planned", "Contract", fact="about 5 Mar", href="#11"),
    ]
