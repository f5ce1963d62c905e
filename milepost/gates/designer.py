"""Design the gates of a playbook's draft: where they stand, who decides, and by which rules."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from milepost.gates.design_forms import GateForm, RuleForm
from milepost.gates.page import hours_in_words
from milepost.gates.words import asked
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
    context = {**around(request, version), "gates": [_shown(gate) for gate in gates]}
    return render(request, "gates/design.html", context)


def _shown(gate: PlaybookGate) -> dict[str, Any]:
    """Return a gate as it is listed: its rules in words, by question."""
    rules = list(gate.rules.all())
    groups = [(group.label, [(rule, asked(rule)) for rule in rules if rule.group == group]) for group in GateRule.Group]
    return {
        "gate": gate,
        "groups": [(label, found) for label, found in groups if found],
        "deciders": ", ".join(str(Role(role).label) for role in gate.roles),
        "hours": hours_in_words(gate.hours),
    }


def _form(request: Request, version: PlaybookVersion, form: Any, *, title: str, button: str, template: str) -> Any:
    status = 409 if getattr(form, "conflicts", None) else 422 if form.errors else 200
    context = {**around(request, version), "form": form, "deed": title, "button": button}
    return render(request, template, context, status=status)


def _back(version: PlaybookVersion) -> HttpResponse:
    return redirect("gates:design", version.pk)


def _refused(request: Request, version: PlaybookVersion, error: object) -> HttpResponse:
    messages.error(request, str(error))
    return _back(version)


def _tried(form: Any, act: Any) -> bool:
    """Do what the form asks; what a rule of the playbook has against it becomes the form's error."""
    if not (form.is_bound and form.is_valid()):
        return False
    try:
        return act() is not False
    except ValueError as error:
        form.add_error(None, str(error))
        return False


@get_or_post
def add_gate(request: Request, pk: int) -> HttpResponse:
    """Put a gate before a step of a draft."""
    must_edit(request)
    version = find_version(pk)
    if not version.is_draft:
        return _refused(request, version, PUBLISHED)
    first = {"step": request.GET.get("before", ""), "roles": [Role.SALES_MANAGER.value], "enough": 100}
    form = GateForm(request.POST or None, version=version, initial=first)
    if _tried(form, lambda: form.add(by=request.user)):
        return _back(version)
    return _form(request, version, form, title=_("New gate"), button=_("Add gate"), template="gates/gate_form.html")


def _gate(pk: int) -> PlaybookGate:
    return find(PlaybookGate.objects.select_related("version_of__playbook"), pk=pk)


@get_or_post
def edit_gate(request: Request, pk: int) -> HttpResponse:
    """Change a gate of a draft."""
    must_edit(request)
    gate = _gate(pk)
    version = gate.version_of
    if not version.is_draft:
        return _refused(request, version, PUBLISHED)
    form = GateForm(request.POST or None, instance=gate, version=version)
    if _tried(form, lambda: form.apply(by=request.user)):
        return _back(version)
    title = _("Edit “%s”") % form.row.name
    return _form(request, version, form, title=title, button=_("Save"), template="gates/gate_form.html")


@require_POST
def remove_gate(request: Request, pk: int) -> HttpResponse:
    """Take a gate out of a draft; published versions keep theirs."""
    must_edit(request)
    gate = _gate(pk)
    try:
        gate.remove(by=request.user)
    except ValueError as error:
        return _refused(request, gate.version_of, error)
    messages.success(request, _("“%s” is out of the draft; published versions keep it.") % gate.name)
    return _back(gate.version_of)


@get_or_post
def add_rule(request: Request, pk: int) -> HttpResponse:
    """Add a rule to the gate of a draft."""
    must_edit(request)
    gate = _gate(pk)
    version = gate.version_of
    if not version.is_draft:
        return _refused(request, version, PUBLISHED)
    form = RuleForm(request.POST or None, initial={"weight": 1})
    if _tried(form, lambda: GateRule.add(gate, by=request.user, **form.values())):
        return _back(version)
    title = _("New rule of “%s”") % gate.name
    return _form(request, version, form, title=title, button=_("Add rule"), template="gates/rule_form.html")


def _rule(pk: int) -> GateRule:
    return find(GateRule.objects.select_related("gate__version_of__playbook"), pk=pk)


@get_or_post
def edit_rule(request: Request, pk: int) -> HttpResponse:
    """Change a rule of a draft's gate; decisions taken keep the rule as it was."""
    must_edit(request)
    rule = _rule(pk)
    version = rule.gate.version_of
    if not version.is_draft:
        return _refused(request, version, PUBLISHED)
    form = RuleForm(request.POST or None, instance=rule)
    form.row.gate = rule.gate
    if _tried(form, lambda: form.apply(by=request.user)):
        return _back(version)
    title = _("Edit a rule of “%s”") % rule.gate.name
    return _form(request, version, form, title=title, button=_("Save"), template="gates/rule_form.html")


@require_POST
def remove_rule(request: Request, pk: int) -> HttpResponse:
    """Take a rule out of a draft's gate."""
    must_edit(request)
    rule = _rule(pk)
    try:
        rule.remove(by=request.user)
    except ValueError as error:
        return _refused(request, rule.gate.version_of, error)
    messages.success(request, _("The rule is out of the draft; published versions keep it."))
    return _back(rule.gate.version_of)
