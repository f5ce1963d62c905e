"""Competitors at one opportunity: how each stands, since when, what it is good at, and who supports it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.buyers.models import Stakeholder
from milepost.gates.found import texts, words
from milepost.gates.models.answer import GateAnswer, of_group
from milepost.opportunities.models import Gate, Opportunity, Rival
from milepost.opportunities.models.opportunity import Parts
from milepost.opportunities.models.step import NotAllowed
from milepost.playbooks.models import GateRule
from milepost.team.models import Person
from milepost.web.history import kind_of, plain, record, record_removal
from milepost.web.models import Editable
from milepost.web.search import forget, remember, renamed

GROUPS = tuple(GateRule.Group.values)
STILL_OPEN = (Gate.State.UNDECIDED, Gate.State.PAUSED)


class Contender(Editable):
    """A competitor at one opportunity. `status` is the newest of its `statuses`, kept here too for lists."""

    class Status(models.TextChoices):
        IN = "in", gettext_lazy("in the running")
        INCUMBENT = "incumbent", gettext_lazy("incumbent: they have it today")
        OUT = "out", gettext_lazy("out")

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="contenders")
    rival = models.ForeignKey(Rival, models.PROTECT, related_name="+")
    status = models.CharField(gettext_lazy("how it stands"), max_length=9, choices=Status.choices, default=Status.IN)
    since = models.DateField(gettext_lazy("since"))
    strengths = models.TextField(gettext_lazy("strengths"), blank=True, max_length=2000)
    weaknesses = models.TextField(gettext_lazy("weaknesses"), blank=True, max_length=2000)
    supporters = models.ManyToManyField(
        Stakeholder, blank=True, related_name="+", verbose_name=gettext_lazy("who supports it")
    )
    noted_on = models.DateField(editable=False)

    objects = Parts.as_manager()

    class Meta:
        ordering = ["opportunity", "id"]
        constraints = [models.UniqueConstraint(fields=["opportunity", "rival"], name="contender_once")]

    def __str__(self) -> str:
        return str(self.rival)

    def be_found(self) -> None:
        """Keep what search knows of it up to date."""
        text = words(self.rival.name, self.strengths, self.weaknesses)
        remember(self, text=text, territory_id=self.opportunity.territory_id)

    @classmethod
    def found_by(cls, rival: Rival) -> None:
        """Let all that was noted of a competitor be found by the name it has now."""
        rows = texts(cls.objects.filter(rival=rival))
        renamed(kind_of(cls()), {pk: text for pk, _territory, text in rows})

    @classmethod
    @transaction.atomic
    def note(
        cls, opportunity: Opportunity, *, by: Person, rival: Rival, on: datetime.date, supporters: Any = (), **told: Any
    ) -> Contender:
        """Note that somebody competes here; `on` is the day on which it became known."""
        row, new = cls.objects.get_or_create(
            opportunity=opportunity, rival=rival, defaults={"noted_on": on, "since": on, **told}
        )
        if not new:
            raise NotAllowed(_("“%(name)s” is noted here already.") % {"name": rival})
        row.supporters.set(supporters)
        row.statuses.create(status=row.status, on=row.since, by=by)
        row.be_found()
        what = {"how_it_stands": [None, row.status], "on": [None, row.since.isoformat()]}
        record(opportunity, "competitor noted", by=by, part=str(rival), what=what)
        return row

    @transaction.atomic
    def revise(
        self, *, by: Person, version: int | None = None, supporters: Iterable[Stakeholder] | None = None, **values: Any
    ) -> bool:
        """Change what is known of it here; each status keeps its day."""
        before = {name: plain(getattr(self, name)) for name in values}
        changed = self.edit(by=by, version=version, **values)
        what = {_LABEL.get(name, name): [before[name], plain(value)] for name, value in values.items()}
        what = {name: pair for name, pair in what.items() if pair[0] != pair[1]}
        if supporters is not None:
            what |= self._support(list(supporters))
        if {"status", "since"} & set(values) and changed:
            self.statuses.create(status=self.status, on=self.since, by=by)
        if what:
            self.be_found()
            record(self.opportunity, "competitor changed", by=by, part=str(self.rival), what=what)
        return bool(what)

    def _support(self, people: list[Stakeholder]) -> dict[str, Any]:
        before = list(self.supporters.order_by("pk"))
        if before == sorted(people, key=lambda one: one.pk):
            return {}
        self.supporters.set(people)
        return {"supporters": [", ".join(map(str, before)), ", ".join(map(str, people))]}

    @transaction.atomic
    def score(
        self, *, by: Person, on: datetime.date, answers: dict[str, tuple[str, str]], gate: Gate | None = None
    ) -> None:
        """Say how it stands at each of a gate's four questions: an answer and how we know.

        What was said at this gate and stays the same is not said again; what was said at an earlier one is.
        """
        self.opportunity.hold_still()
        gates = gates_of(self.opportunity_id)
        if gate is not None and next(one for one in gates if one == gate).state not in STILL_OPEN:
            raise NotAllowed(
                _("“%(gate)s” is decided, and keeps how they stood. Weigh them at the next one.") % {"gate": gate}
            )
        now = scores_of(self.opportunity_id, gate, gates).get(self.rival_id, {})
        for group, (answer, evidence) in answers.items():
            was = now.get(group)
            said_here = was is not None and was.gate_id == (gate.pk if gate else None)
            before = (was.answer, was.evidence) if was and said_here else None
            is_new = bool(was) or (answer, evidence.strip()) != ("unknown", "")
            if is_new and before != (answer, evidence.strip()):
                self._answer(group, answer, evidence.strip(), was, by=by, on=on, gate=gate)

    def _answer(self, group: str, answer: str, evidence: str, was: Any, *, by: Person, **told: Any) -> None:
        told |= {"answer": answer, "evidence": evidence, "by": by}
        GateAnswer.objects.create(
            opportunity_id=self.opportunity_id, rule_key=of_group(group), against=self.rival, **told
        )
        what = {"item": [None, str(GateRule.Group(group).label)], "answer": [was.answer if was else None, answer]}
        if told["gate"] is not None:
            what["gate"] = [None, told["gate"].name]
        record(self.opportunity, "competitor weighed", by=by, part=str(self.rival), what=what, reason=evidence)

    @transaction.atomic
    def take_out(self, *, by: Person) -> None:
        """Take it out: it was never here. One that has given up is out, and stays."""
        record(self.opportunity, "competitor taken out", by=by, part=str(self.rival))
        record_removal(self, of=self.opportunity, by=by)
        forget(self)
        self.delete()


_LABEL = {"status": "how_it_stands", "since": "on"}


class ContenderStatus(models.Model):
    """How a competitor stood at an opportunity from a day on; rows are never changed."""

    contender = models.ForeignKey(Contender, models.CASCADE, related_name="statuses")
    status = models.CharField(max_length=9, choices=Contender.Status.choices)
    on = models.DateField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]


Scores = dict[int, dict[str, GateAnswer]]


def gates_of(opportunity: int) -> list[Gate]:
    """Return an opportunity's gates in the order of its line."""
    return list(Gate.objects.filter(opportunity=opportunity).select_related("playbook_gate").order_by("step__position"))


def scores_of(opportunity: int, gate: Gate | None, gates: Sequence[Gate]) -> Scores:
    """Return what stands about each competitor at each of a gate's four questions; `gates` are all of the line."""
    rows = GateAnswer.objects.filter(opportunity=opportunity, against__isnull=False)
    return scores_from(rows.order_by("id"), gate, gates)


def scores_from(rows: Iterable[GateAnswer], gate: Gate | None, gates: Sequence[Gate]) -> Scores:
    """Return what stands at a gate by these answers, the oldest first.

    That is what was said there; where nothing was, what was said last at an earlier gate, or at none.
    """
    here = gate.pk if gate else None
    later = {one.pk for one in gates[gates.index(gate) + 1 :]} if gate else set()
    names = {of_group(group): group for group in GROUPS}
    found: Scores = {}
    for row in rows:
        if row.rule_key in names and row.against_id is not None and row.gate_id not in later:
            known = found.setdefault(row.against_id, {})
            was = known.get(names[row.rule_key])
            if was is None or row.gate_id == here or was.gate_id != here:
                known[names[row.rule_key]] = row
    return found
