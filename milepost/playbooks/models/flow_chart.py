"""Today's process as somebody drew it, on its way to becoming a line."""

from __future__ import annotations

from functools import lru_cache

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.engine.straighten.flow import Condition, Flow, Node
from milepost.engine.straighten.knots import Way
from milepost.engine.straighten.line import Change, Choice, as_line, straighten
from milepost.engine.straighten.untie import WAYS
from milepost.playbooks.charts.stored import restored, stored
from milepost.playbooks.models.playbook import Playbook
from milepost.team.models import Person
from milepost.web.history import record
from milepost.web.models import Editable


class FlowChart(Editable):
    """A flow chart that was brought in.

    kept      what was read of it, see `charts/stored.py`
    accepted  how knots are untied, by the engine's name of the knot: [way, the way that stays or null]
    """

    name = models.CharField(gettext_lazy("name"), max_length=120)
    kept = models.JSONField()
    accepted = models.JSONField(default=dict)
    brought_by = models.ForeignKey("team.Person", models.PROTECT, related_name="+")
    brought_at = models.DateTimeField(auto_now_add=True)
    playbook = models.ForeignKey(Playbook, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-brought_at"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    @transaction.atomic
    def bring(cls, *, by: Person, name: str, flow: Flow) -> FlowChart:
        """Keep a chart as it was read."""
        chart = cls.objects.create(name=name, kept=stored(flow), brought_by=by)
        record(chart, "brought", by=by, what={"name": [None, name]})
        return chart

    @property
    def flow(self) -> Flow:
        return restored(self.kept)

    @property
    def changes(self) -> tuple[Change, ...]:
        """All that makes a line of it, in order: as accepted, and the rest as proposed."""
        chosen = tuple((knot, Choice(Way(way), main)) for knot, (way, main) in sorted(self.accepted.items()))
        return _straightened(self.flow, chosen)

    @property
    def open_changes(self) -> list[Change]:
        """What nobody has accepted yet."""
        return [change for change in self.changes if change.knot.key not in self.accepted]

    @property
    def line(self) -> list[Node]:
        """The steps it comes to, once all changes are accepted."""
        return as_line(self.changes[-1].after if self.changes else self.flow)

    @transaction.atomic
    def accept(self, *, by: Person, knot: str, way: str, main: int | None = None) -> None:
        """Untie a knot in the way given.

        Raises ValueError where the chart has no such knot any more, or it is not untied that way; StaleEdit when
        somebody was first.
        """
        found = next((change.knot for change in self.changes if change.knot.key == knot), None)
        if found is None:
            raise ValueError(_("This change is no longer needed: another one has done away with it."))
        if way not in WAYS[found.snag] or not (main is None or 0 <= main < len(found.ways)):
            raise ValueError(_("Choose one of the ways offered."))
        self.edit(by=by, verb="change accepted", accepted={**self.accepted, knot: [way, main]})

    @transaction.atomic
    def accept_all(self, *, by: Person) -> None:
        """Accept all that is proposed."""
        proposed = {change.knot.key: [change.choice.way, change.choice.main] for change in self.open_changes}
        self.edit(by=by, verb="changes accepted", accepted={**self.accepted, **proposed})

    @transaction.atomic
    def take_back(self, *, by: Person, knot: str) -> None:
        """Accept a change no longer."""
        rest = {key: choice for key, choice in self.accepted.items() if key != knot}
        self.edit(by=by, verb="change taken back", accepted=rest)

    @transaction.atomic
    def make_playbook(self, *, by: Person, name: str) -> Playbook:
        """Make a playbook of the line, as a draft.

        Raises ValueError while changes are open: what still has branches cannot be run as a line.
        """
        if self.open_changes:
            raise ValueError(_("Accept or change what is proposed first: a chart with branches is no line yet."))
        playbook = playbook_of(self.line, by=by, name=name)
        self.edit(by=by, verb="made a playbook", playbook=playbook)
        return playbook


def playbook_of(line: list[Node], *, by: Person, name: str) -> Playbook:
    """Return a new playbook whose draft has the steps of a line."""
    playbook = Playbook.add(by=by, name=name)
    draft = playbook.versions.get()
    for node in line:
        draft.add_step(
            by=by,
            name=step_name(node),
            milestone=node.milestone or (str(_("The client has decided on it")) if node.study else ""),
            activity=activity(node),
            required=node.required,
        )
    return playbook


def step_name(node: Node) -> str:
    """Return what a step is called."""
    return node.name or (_("Feasibility study") if node.study else _("Step without a name"))


def activity(node: Node) -> str:
    """Return what the chart tells of a step: who does it, what is chosen within it, what runs beside."""
    told = []
    if node.role:
        told.append(_("Done by %(role)s.") % {"role": node.role})
    if node.choices:
        told.append(_("One of: %(ways)s.") % {"ways": "; ".join(node.choices)})
    if node.study and node.was:
        told.append(_("Stands for: %(steps)s.") % {"steps": "; ".join(filter(None, node.was))})
    if node.conditions:
        told.append(_("Alongside, met before it is reached: %(work)s.") % {"work": "; ".join(beside(node))})
    return " ".join(told)[:300]


def beside(node: Node) -> list[str]:
    """Return what runs beside a step, with who does it."""
    return [_worked(condition) for condition in node.conditions]


def _worked(condition: Condition) -> str:
    told = f"{condition.name} ({condition.role})" if condition.role else condition.name
    return _("%(work)s, where it applies") % {"work": told} if condition.sometimes else told


@lru_cache(maxsize=16)
def _straightened(flow: Flow, chosen: tuple[tuple[str, Choice], ...]) -> tuple[Change, ...]:
    return tuple(straighten(flow, dict(chosen)))
