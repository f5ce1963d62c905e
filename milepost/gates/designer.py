"""Design the gates of a playbook's draft: where they stand, who decides, and by which rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from milepost.gates.design_forms import GateForm, RuleForm
from milepost.gates.page import hours_in_words
from milepost.gates.words import asked, in_full
from milepost.playbooks.models import PUBLISHED, GateRule, PlaybookGate, PlaybookVersion
from milepost.playbooks.views import around, find_version, get_or_post, must_edit
from milepost.team.models import Role
from milepost.team.request import Request
from milepost.web.doors import find


@require_GET
def design(request: Request, pk: int) -> HttpResponse:
    """Show the gates of a version with their rules; a draft's are edited from here."""
    version = find_version(pk)
    gates = version.gates.select_related("step").prefetch_related("rules").order_by("step__position")
    context = {**around(request, version), "gates": [_shown(gate, request.company.currency) for gate in gates]}
    context["company_currency"] = request.company.currency
    return render(request, "gates/design.html", context)


def _shown(gate: PlaybookGate, currency: str) -> dict[str, Any]:
    """Return a gate as it is listed: its rules in words, by question."""
    rules = list(gate.rules.all())
    asks = [(rule, asked(rule, currency)) for rule in rules]
    groups = [(group.label, [pair for pair in asks if pair[0].group == group]) for group in GateRule.Group]
    return {
        "gate": gate,
        "groups": [(label, found) for label, found in groups if found],
        "deciders": ", ".join(str(Role(role).label) for role in gate.roles),
        "hours": hours_in_words(gate.hours),
    }


def _designed(request: Request, form: Any, act: Callable[[], Any], of: PlaybookVersion, **shown: Any) -> HttpResponse:
    """Show a form of a draft, or do what it asks; a version that is published stays as it is."""
    if not of.is_draft:
        return _refused(request, of, PUBLISHED)
    if _tried(form, act):
        return _back(of)
    status = 409 if getattr(form, "conflicts", None) else 422 if form.errors else 200
    return render(request, shown.pop("template"), {**around(request, of), "form": form, **shown}, status=status)


def _tried(form: Any, act: Callable[[], Any]) -> bool:
    """Do what the form asks; what a rule of the playbook has against it becomes the form's error."""
    if not (form.is_bound and form.is_valid()):
        return False
    try:
        return act() is not False
    except ValueError as error:
        form.add_error(None, str(error))
        return False


def _taken_out(request: Request, row: Any, of: PlaybookVersion, said: str, **more: Any) -> HttpResponse:
    """Take something out of a draft; published versions keep theirs."""
    try:
        row.remove(by=request.user, **more)
    except ValueError as error:
        return _refused(request, of, error)
    messages.success(request, said)
    return _back(of)


def _back(version: PlaybookVersion) -> HttpResponse:
    return redirect("gates:design", version.pk)


def _refused(request: Request, version: PlaybookVersion, error: object) -> HttpResponse:
    messages.error(request, str(error))
    return _back(version)


def _gate(request: Request, pk: int) -> PlaybookGate:
    must_edit(request)
    return find(PlaybookGate.objects.select_related("version_of__playbook"), pk=pk)


def _rule(request: Request, pk: int) -> GateRule:
    must_edit(request)
    return find(GateRule.objects.select_related("gate__version_of__playbook"), pk=pk)


GATE, RULE = "gates/gate_form.html", "gates/rule_form.html"


@get_or_post
def add_gate(request: Request, pk: int) -> HttpResponse:
    """Put a gate before a step of a draft."""
    must_edit(request)
    version = find_version(pk)
    first = {"step": request.GET.get("before", ""), "roles": [Role.SALES_MANAGER.value], "enough": 100}
    form = GateForm(request.POST or None, version=version, initial=first)
    said = {"deed": _("New gate"), "button": _("Add gate"), "template": GATE}
    return _designed(request, form, lambda: form.add(by=request.user), version, **said)


@get_or_post
def edit_gate(request: Request, pk: int) -> HttpResponse:
    """Change a gate of a draft."""
    gate = _gate(request, pk)
    form = GateForm(request.POST or None, instance=gate, version=gate.version_of)
    said = {"deed": _("Edit “%s”") % form.row.name, "button": _("Save"), "template": GATE}
    return _designed(request, form, lambda: form.apply(by=request.user), gate.version_of, **said)


@require_POST
def remove_gate(request: Request, pk: int) -> HttpResponse:
    """Take a gate out of a draft; published versions keep theirs."""
    gate = _gate(request, pk)
    said = _("“%s” is out of the draft; published versions keep it.") % gate.name
    return _taken_out(request, gate, gate.version_of, said)


@get_or_post
def add_rule(request: Request, pk: int) -> HttpResponse:
    """Add a rule to the gate of a draft."""
    gate = _gate(request, pk)
    form = RuleForm(request.POST or None, initial={"weight": 1})
    said = {"deed": _("New rule of “%s”") % gate.name, "button": _("Add rule"), "template": RULE}

    def add() -> None:
        GateRule.add(gate, by=request.user, in_words=in_full, **form.values())

    return _designed(request, form, add, gate.version_of, **said)


@get_or_post
def edit_rule(request: Request, pk: int) -> HttpResponse:
    """Change a rule of a draft's gate; decisions taken keep the rule as it was."""
    rule = _rule(request, pk)
    form = RuleForm(request.POST or None, instance=rule)
    form.row.gate = rule.gate
    said = {"deed": _("Edit a rule of “%s”") % rule.gate.name, "button": _("Save"), "template": RULE}
    return _designed(request, form, lambda: form.apply(by=request.user, in_words=in_full), rule.gate.version_of, **said)


@require_POST
def remove_rule(request: Request, pk: int) -> HttpResponse:
    """Take a rule out of a draft's gate."""
    rule = _rule(request, pk)
    return _taken_out(
        request,
        rule,
        rule.gate.version_of,
        _("The rule is out of the draft; published versions keep it."),
        in_words=in_full,
    )
