"""The beads of a string: one minor opportunity each, and the stays that learning counts."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.opportunities import line
from milepost.opportunities.models.opportunity import Opportunity, Parts
from milepost.opportunities.models.stay import Stay, Tailoring
from milepost.playbooks.models import PlaybookStep
from milepost.team.models import Person
from milepost.web.history import plain, record
from milepost.web.models import Editable

if TYPE_CHECKING:
    from milepost.opportunities.models.attempt import Attempt


class NotAllowed(ValueError):
    """A rule of the line stands against it; the message says which, in words for the screen.

    `field` names what was typed that it is about, if it is about one thing: a form shows the message there.
    `days_of` is the step one of whose days may be wrong instead: the form leads to where they are corrected.
    """

    def __init__(self, message: object, *, field: str | None = None, days_of: Step | None = None) -> None:
        super().__init__(message)
        self.field, self.days_of = field, days_of


class Step(Editable):
    """One step of one opportunity's string.

    `state` is set by the verbs alone; who and when stand in the history, the attempts and the stays.
    """

    class State(models.TextChoices):
        PLANNED = line.PLANNED, gettext_lazy("planned")
        SCHEDULED = line.SCHEDULED, gettext_lazy("scheduled")
        HELD = line.HELD, gettext_lazy("held, result missing")
        WON = line.WON, gettext_lazy("reached")
        LOST = line.LOST, gettext_lazy("client said no")
        SKIPPED = line.SKIPPED, gettext_lazy("skipped")
        NOT_RECORDED = line.NOT_RECORDED, gettext_lazy("not recorded")

    # Found by `step_place`, which begins with it: an index of its own would only cost at each writing.
    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="steps", db_index=False)
    playbook_step = models.ForeignKey(PlaybookStep, models.PROTECT, null=True, related_name="+")
    key = models.CharField(max_length=40)
    position = models.PositiveIntegerField()
    name = models.CharField(gettext_lazy("name"), max_length=120)
    activity = models.CharField(gettext_lazy("activity"), max_length=300, blank=True)
    milestone = models.CharField(gettext_lazy("milestone"), max_length=300, blank=True)
    evidence = models.CharField(gettext_lazy("evidence"), max_length=300, blank=True)
    required = models.BooleanField(gettext_lazy("required"), default=True)
    usual_days = models.PositiveIntegerField(gettext_lazy("usual days"), default=21)
    hours = models.JSONField(default=dict, blank=True)
    due_on = models.DateField(gettext_lazy("deadline set by the client"), null=True, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PLANNED)
    ended_on = models.DateField(null=True)
    to_confirm = models.BooleanField(default=False)

    objects = Parts.as_manager()

    class Meta:
        ordering = ["opportunity", "position"]
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "position"], name="step_place"),
            models.CheckConstraint(
                condition=Q(to_confirm=False) | Q(state__in=[line.WON, line.SKIPPED]),
                name="only_a_win_is_to_confirm",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.state in line.OPEN

    @property
    def attempt(self) -> Attempt | None:
        """Return the attempt under way: the appointment booked, or held and not yet reported."""
        return self.attempts.filter(state__in=["scheduled", "held"]).order_by("-number").first()

    def may_be_held(self) -> None:
        """Raise NotAllowed while an earlier required step is neither won nor skipped (rule 2)."""
        self.must_be_alive()
        blocking = line.in_the_way(self.opportunity.steps_in_order, self)
        if blocking:
            names = ", ".join(step.name for step in blocking)
            raise NotAllowed(_("Before “%(step)s” comes: %(names)s.") % {"step": self.name, "names": names})

    @property
    def shut_by(self) -> str:
        """Return the name of the first gate up to this step that is not passed: it holds back our effort."""
        ahead = self.opportunity.gates.filter(step__position__lte=self.position).select_related("playbook_gate")
        return next((gate.name for gate in ahead if not gate.is_open), "")

    def must_be_released(self) -> None:
        """Raise NotAllowed while a gate up to this step is not passed: it holds back our effort, never the client."""
        if shut_by := self.shut_by:
            words = {"gate": shut_by, "step": self.name}
            raise NotAllowed(_("“%(gate)s” comes before “%(step)s” and is not passed yet.") % words)

    def must_be_alive(self) -> None:
        """Raise NotAllowed when the opportunity has ended; what follows decides by how the step stands now."""
        self.opportunity.hold_still()
        self.refresh_from_db(fields=["state", "ended_on", "to_confirm", "position"])
        if self.opportunity.outcome is not None:
            raise NotAllowed(_("This opportunity has ended. Correct its outcome first."))

    def must_be_open(self) -> None:
        if not self.is_open:
            words = {"step": self.name, "state": self.get_state_display()}
            if self.state == line.LOST:
                raise NotAllowed(_("At “%(step)s” the client has said no already.") % words)
            raise NotAllowed(_("“%(step)s” is %(state)s already.") % words)

    @transaction.atomic
    def win(self, *, by: Person | None, on: datetime.date, reason: str = "") -> None:
        """Record that the client has reached the milestone (rules 2 and the conditions')."""
        self.may_be_held()
        self.must_be_open()
        unmet = self.conditions.unmet()
        if unmet:
            names = ", ".join(condition.name for condition in unmet)
            raise NotAllowed(
                _("Not reached yet: %(names)s is still open. Say first, under all steps, that it is met or waived.")
                % {"names": names}
            )
        self.pass_over(by=by, on=on)
        self._end(line.WON, by=by, on=on, reason=reason)
        self._pass_on(on)

    @transaction.atomic
    def lose(self, *, by: Person, on: datetime.date, reason: str = "") -> None:
        """Record that the client said no. A required step then waits for the end to be confirmed (rule 3)."""
        self.may_be_held()
        self.must_be_open()
        self.pass_over(by=by, on=on)
        self._end(line.LOST, by=by, on=on, reason=reason)
        self._pass_on(on)

    @transaction.atomic
    def skip(self, *, by: Person, on: datetime.date, reason: str) -> None:
        """Leave the step out; the reason is kept. For a required step this is an override."""
        self.must_be_alive()
        self.must_be_open()
        if not reason.strip():
            raise NotAllowed(_("Say why this step is skipped."))
        verb = Tailoring.Kind.OVERRIDDEN if self.required else Tailoring.Kind.SKIPPED
        Tailoring.objects.create(opportunity=self.opportunity, step=self, kind=verb, reason=reason, by=by)
        self._end(line.SKIPPED, by=by, on=on, reason=reason)
        self._pass_on(on)

    @transaction.atomic
    def reopen(self, *, by: Person, on: datetime.date, reason: str) -> None:
        """Go back to this step: its old win stays dated, later ones become to confirm (rule 1).

        What was won or lost on this very day was a slip: the stay goes on, no older and no younger than it was.
        """
        self.must_be_alive()
        if self.is_open:
            raise NotAllowed(_("“%s” is open already.") % self.name)
        if not reason.strip():
            raise NotAllowed(_("Say why you go back to this step."))
        was = self.state
        self.opportunity.moved_by_a_person(on)
        # An imported stay may have ended on an unknown day: only the one that lasts is ended here.
        self.opportunity.stays.filter(left_on=None, end="").update(left_on=on, end=Stay.End.BACK)
        Stay.take_up(self, on=on)
        later = self.opportunity.steps.filter(position__gt=self.position, state=line.WON)
        later.filter(required=True).update(to_confirm=True)
        Step.objects.filter(pk=self.pk).update(state=line.PLANNED, ended_on=None, to_confirm=False)
        self.refresh_from_db()
        kind, what = Tailoring.Kind.BACK, {"state": [was, line.PLANNED]}
        Tailoring.objects.create(opportunity=self.opportunity, step=self, kind=kind, reason=reason, by=by)
        self.tell("step reopened", by=by, what=what, reason=reason)
        self._pass_on(on)

    @transaction.atomic
    def confirm(self, *, by: Person, on: datetime.date) -> None:
        """Confirm that a win from before the string went back still holds."""
        self.must_be_alive()
        if not self.to_confirm:
            raise NotAllowed(_("“%s” needs no confirmation.") % self.name)
        if line.in_the_way(self.opportunity.steps_in_order, self):
            self.may_be_held()
        self.to_confirm = False
        self.save(update_fields=["to_confirm"])
        record(self.opportunity, "step confirmed", by=by, part=self.name)
        self._pass_on(on)

    def put_right(self, *, by: Person, on: datetime.date, reached: bool, reason: str) -> None:
        """Let a step of an opportunity that has ended be reached, or skipped with a reason, after all (rule 3).

        Only the correction of an outcome may: whoever says that it was won says how each step was passed.
        """
        was = Stay.objects.filter(step=self, end=Stay.End.LOST).order_by("-id").values_list("pk", flat=True)[:1]
        Stay.objects.filter(pk__in=list(was)).update(end=Stay.End.WON if reached else Stay.End.SKIPPED, cause="")
        if reached and self.to_confirm:
            Step.objects.filter(pk=self.pk).update(to_confirm=False)
            record(self.opportunity, "step confirmed", by=by, part=self.name, reason=reason)
            return
        Step.objects.filter(pk=self.pk).update(to_confirm=False)
        if not reached:
            kind = Tailoring.Kind.OVERRIDDEN
            Tailoring.objects.create(opportunity=self.opportunity, step=self, kind=kind, reason=reason, by=by)
        self._end(line.WON if reached else line.SKIPPED, by=by, on=on, reason=reason)

    def pass_over(self, *, by: Person | None, on: datetime.date) -> None:
        """Skip the optional steps before this one; the time spent there was spent on the way to this one."""
        self.opportunity.moved_by_a_person(on)
        here = Stay.objects.filter(opportunity_id=self.opportunity_id, left_on=None, end="").first()
        for passed in line.passed_over(self.opportunity.steps_in_order, self):
            passed._end(line.SKIPPED, by=by, on=on, reason=_("Passed over: “%s” came first.") % self.name)
        if here is not None and here.step_id != self.pk:
            Stay.begin(self, on=here.entered_on)

    def _end(self, state: str, *, by: Person | None, on: datetime.date, reason: str = "") -> None:
        """Put the step into a closing state and close its stay and its attempt."""
        self.opportunity.moved_by_a_person(on)
        was = self.state
        self.state, self.ended_on = state, on
        self.save(update_fields=["state", "ended_on"])
        self.attempts.filter(state="scheduled").update(state="cancelled")
        self.attempts.filter(state="held").update(state="closed")
        self.stays.filter(left_on=None, end="").update(left_on=on, end=state)
        what = {"state": [was, state], "on": [None, on.isoformat()]}
        self.tell(f"step {state}", by=by, what=what, reason=reason)

    def tell(self, verb: str, *, by: Person | None, what: dict[str, Any] | None = None, reason: str = "") -> None:
        """Write down what happened at this step, with its id: two steps may be called alike."""
        said = {**(what or {}), "step_id": [None, self.pk]}
        record(self.opportunity, verb, by=by, part=self.name, what=said, reason=reason)

    def _pass_on(self, on: datetime.date) -> None:
        """Let the step that is current now begin, and bring the reading row up to date."""
        opportunity = self.opportunity
        opportunity.moved_by_a_person(on)
        opportunity.__dict__.pop("steps_in_order", None)
        now = opportunity.current_step
        if now is not None and now.is_open:
            Stay.begin(now, on=on)
        opportunity.restand()

    @transaction.atomic
    def tailor(self, *, by: Person, reason: str, version: int | None = None, **values: Any) -> bool:
        """Change what the step asks for on this opportunity alone; the reason is kept.

        What was empty is written without one: then nothing differs.
        """
        self.must_be_alive()
        if not reason.strip() and not self.only_fills(values):
            raise NotAllowed(_("Say why this step differs here."))
        before = {name: plain(getattr(self, name)) for name in values}
        changed = self.edit(by=by, version=version, verb="tailored", reason=reason, **values)
        if changed:
            Tailoring.objects.create(
                opportunity=self.opportunity, step=self, kind=Tailoring.Kind.CHANGED, reason=reason, by=by
            )
            what = {
                name: [before[name], plain(value)] for name, value in values.items() if before[name] != plain(value)
            }
            self.tell("step tailored", by=by, what=what, reason=reason)
            self.opportunity.restand()
        return changed

    def only_fills(self, values: dict[str, Any]) -> bool:
        """Tell whether of these values all that differ take the place of nothing."""
        differ = [name for name, value in values.items() if getattr(self, name) != value]
        return bool(differ) and all(getattr(self, name) in ("", None) for name in differ)

    revise = tailor  # the name by which every `EditForm` knows the verb of its row
