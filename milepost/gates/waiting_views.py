"""Pause at a gate and end a pause; give a decision to somebody else and take it back."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from milepost.gates import pauses
from milepost.gates.decide import holds_it, others_decide, roles_now
from milepost.gates.forms import DelegateForm, PauseForm, ResumeForm
from milepost.gates.models import Delegation
from milepost.gates.views import decision, gate_found, gate_url, last_of, must_decide
from milepost.opportunities.models import Gate
from milepost.opportunities.views.parts import done, found, sent, today_of
from milepost.opportunities.views.work import must_work
from milepost.team.models import Role
from milepost.team.request import Request
from milepost.web.doors import find, must


def pause(request: Request, pk: int) -> HttpResponse:
    """Spend nothing more for a while."""
    gate = gate_found(request, pk)
    must_decide(request, gate)
    form = PauseForm(sent(request), initial=last_of(gate))

    def act() -> None:
        told = {name: form.cleaned_data[name] for name in ("until", "waits_for", "fact", "reason")}
        pauses.pause(gate, by=request.user, on=today_of(request), seen=form.seen, **told)

    title, said = _("Pause at “%(gate)s”"), _("“%(gate)s”: paused.")
    return decision(request, gate, form, act, title=title, button=_("Pause"), said=said)


def resume(request: Request, pk: int) -> HttpResponse:
    """Say that what a pause waited for has happened: the decision is due again."""
    gate = gate_found(request, pk)
    must_work(request, gate.opportunity)
    form = ResumeForm(sent(request))

    def act() -> None:
        pauses.resume(gate, by=request.user, on=today_of(request), reason=form.cleaned_data["reason"])

    lead = _("Paused until: %(event)s.") % {"event": gate.paused_for} if gate.paused_for else ""
    title, said = (
        _("It has happened: end the pause at “%(gate)s”"),
        _("The pause is over: “%(gate)s” is to be decided."),
    )
    return decision(request, gate, form, act, title=title, button=_("End the pause"), said=said, lead=lead)


def delegate(request: Request, pk: int) -> HttpResponse:
    """Give one's own decision at a gate to somebody else."""
    gate = gate_found(request, pk)
    must(holds_it(request.user, gate), others_decide(gate))
    form = DelegateForm(sent(request), by=request.user)

    def act() -> None:
        Delegation.give(gate, by=request.user, on=today_of(request), role=_own_role(request, gate), **form.cleaned_data)

    lead = _("They decide in your place at this gate only; you may still decide yourself. Both names are kept.")
    title, said = _("Let somebody else decide “%(gate)s”"), _("“%(gate)s”: given away. Take it back whenever you like.")
    return decision(request, gate, form, act, title=title, button=_("Give the decision"), said=said, lead=lead)


def _own_role(request: Request, gate: Gate) -> str:
    """Return the role of the gate in which the person decides; an administrator's is none of them."""
    territory = gate.opportunity.territory_id
    own = (role for role in roles_now(gate) if request.user.sight.holds(role, territory=territory))
    return next(own, Role.ADMINISTRATOR.value)


@require_POST
def undelegate(request: Request, pk: int) -> HttpResponse:
    """Take a decision back that was given away: whoever gave it, or an administrator."""
    row = find(Delegation.objects.visible_to(request.user).select_related("gate__playbook_gate", "to"), pk=pk)
    row.gate.opportunity = found(request, row.gate.opportunity_id)
    administers = request.user.sight.holds(Role.ADMINISTRATOR, territory=row.gate.opportunity.territory_id)
    must(administers or row.given_by_id == request.user.pk, _("Only whoever gave it away takes it back."))
    row.take_back(by=request.user, on=today_of(request))
    return done(request, row.gate.opportunity, _("You decide again."), to=gate_url(row.gate))
