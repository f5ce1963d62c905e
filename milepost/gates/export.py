"""What is decided at gates, what stopping came to, and who competes, as rows of a table."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from milepost.gates.judge import AT_ONCE
from milepost.gates.look import Look
from milepost.gates.models import GateAnswer, GateDecision
from milepost.gates.overview import Waiting, held, stopped, with_cards
from milepost.gates.page import GateView, answers_of, gate_views
from milepost.gates.versus import contenders_of, theirs
from milepost.opportunities.models import Opportunity
from milepost.playbooks.models import GateRule
from milepost.team.models import Company, Person
from milepost.team.money import to_major
from milepost.web.sheet import Column
from milepost.web.turns import chunks

Table = tuple[list[Column], Iterable[Sequence[Any]]]


def waiting(person: Person, company: Company) -> Table:
    """Return what waits for a decision or is paused, dearest wait first."""
    columns = [
        Column(_("Opportunity"), width=32),
        Column(_("Account"), width=26),
        Column(_("Gate"), width=26),
        Column(_("State")),
        Column(_("Until"), "day"),
        Column(_("Or until"), width=30),
        Column(f"{_('Value')} ({company.currency})", "money"),
        Column(_("Win chance"), "share"),
        Column(_("Points"), "number"),
        Column(_("Enough"), "number"),
        Column(_("Why not"), width=60),
    ]
    return columns, _held(person, company.currency)


def _held(person: Person, currency: str) -> Iterator[list[Any]]:
    states = {"waiting": _("to decide"), "paused": _("paused")}
    for state, word in states.items():
        for some in chunks(list(held(person, state)), AT_ONCE):
            cards = with_cards(some)
            yield from (_held_row(cards[row.pk], word, currency) for row in some if row.pk in cards)


def _held_row(one: Waiting, state: str, currency: str) -> list[Any]:
    row, gate = one.standing, one.gate
    value = None if row.value_minor is None else to_major(row.value_minor, currency)
    return [
        row.name, row.account_name, gate.name, state, gate.paused_until, gate.paused_for, value, round(row.win, 4),
        one.card.points, one.card.enough, one.why_not,
    ]  # fmt: skip


def ledger(person: Person, company: Company) -> Table:
    """Return what was stopped early, what that freed, what became of it, and what the client did."""
    columns = [
        Column(_("Opportunity"), width=32),
        Column(_("Account"), width=26),
        Column(_("Gate"), width=26),
        Column(_("Stopped on"), "day"),
        Column(_("By"), width=20),
        Column(_("Reason"), width=44),
        Column(_("Hours freed"), "number"),
        Column(f"{_('Money')} ({company.currency})", "money"),
        Column(_("Hours given"), "number"),
        Column(_("Given to"), width=44),
        Column(_("What came of it"), width=44),
        Column(_("What they did"), width=26),
        Column(_("From whom"), width=20),
        Column(_("How we know"), width=36),
    ]
    return columns, (_stopped(row, company.currency) for row in stopped(person).iterator(chunk_size=AT_ONCE))


def _stopped(row: GateDecision, currency: str) -> list[Any]:
    uses, opportunity = list(row.uses.all()), row.gate.opportunity
    told: Any = getattr(row, "afterwards", None)
    money = None if row.money_minor is None else to_major(row.money_minor, currency)
    return [
        opportunity.name, str(opportunity.account or ""), row.gate.name, row.on, str(row.by or ""), row.reason,
        row.freed_hours, money, sum(use.hours for use in uses),
        "; ".join(f"{use.person}: {use.purpose} ({use.place})" for use in uses),
        "; ".join(use.came_of for use in uses if use.came_of),
        *((told.get_kind_display(), told.rival, told.note) if told else ("", "", "")),
    ]  # fmt: skip


def rules(opportunity: Opportunity, person: Person, today: datetime.date) -> Table:
    """Return every rule of each gate as it stands, or as it stood when it was decided."""
    columns = [
        Column(_("Gate"), width=28),
        Column(_("State")),
        Column(_("Decided on"), "day"),
        Column(_("By"), width=20),
        Column(_("Reason"), width=36),
        Column(_("Rule"), width=44),
        Column(_("Answer")),
        Column(_("How we know"), width=44),
    ]
    views = gate_views(opportunity, person, today, Look.at(opportunity), answers_of(opportunity))
    return columns, (row for view in views for row in _rules(view))


def _rules(view: GateView) -> Iterator[list[Any]]:
    last = view.last
    told: list[Any] = [view.gate.name, _state(view)]
    told += [last.on, str(last.by or "Milepost"), last.reason] if last else [None, "", ""]
    if view.card is not None:
        found = [
            (row.asked, row.judged.answer, row.given.evidence if row.given else row.evidence)
            for _label, rows in view.groups
            for row in rows
        ]
    else:
        kept = last.card.get("rules", []) if last else []
        found = [(rule.get("words", ""), rule["answer"], rule.get("evidence", "")) for rule in kept]
    words = {"yes": _("yes"), "no": _("no"), "unknown": _("not known")}
    for asked, answer, evidence in found or [("", "", "")]:
        yield [*told, asked, words.get(answer, ""), evidence]


def _state(view: GateView) -> str:
    drawn = {"waiting": _("to decide"), "ahead": _("ahead")}
    return drawn.get(view.state) or str(view.gate.get_state_display())


def competitors(opportunity: Opportunity, person: Person, today: datetime.date) -> Table:
    """Return who competes here, and how each stands at each gate still to be decided."""
    groups = [str(group.label) for group in GateRule.Group]
    columns = [
        Column(_("Competitor"), width=26),
        Column(_("How it stands"), width=26),
        Column(_("Since"), "day"),
        Column(_("Strengths"), width=36),
        Column(_("Weaknesses"), width=36),
        Column(_("Supported by"), width=26),
        Column(_("Gate"), width=28),
        *(Column(group, width=18) for group in groups),
    ]
    return columns, _weighed(opportunity, len(groups))


def _weighed(opportunity: Opportunity, count: int) -> Iterator[list[Any]]:
    answers: list[GateAnswer] = answers_of(opportunity)
    gates = list(opportunity.gates.select_related("playbook_gate").order_by("step__position"))
    for one in contenders_of(opportunity):
        told = [
            str(one.rival), str(one.get_status_display()), one.since, one.strengths, one.weaknesses,
            ", ".join(map(str, one.supporters.all())),
        ]  # fmt: skip
        for gate in gates:
            (row,) = theirs(answers, [one], gate, gates)
            yield [*told, gate.name, *(score.said for score in row.scores)]
        if not gates:
            yield [*told, "", *[""] * count]


OVERALL: dict[str, Callable[[Person, Company], Table]] = {"waiting": waiting, "stopped": ledger}
OF_ONE: dict[str, Callable[[Opportunity, Person, datetime.date], Table]] = {"gates": rules, "competitors": competitors}
