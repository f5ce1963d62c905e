"""What is known of the buyer as rows of a table, in the company's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from milepost.buyers.models import ClientRequest, Lists, QuestionAnswer
from milepost.buyers.models.vision import QUESTIONS
from milepost.buyers.rows import lines_of
from milepost.buyers.visions import Answered, shown
from milepost.opportunities.models import Opportunity
from milepost.web.sheet import Column

Table = tuple[list[Column], Iterable[Sequence[Any]]]


def people(opportunity: Opportunity) -> Table:
    """Return who has a part in it, with every answer that is asked for."""
    lists = Lists.read()
    traits = lists.asked_traits()
    rows = list(opportunity.stakeholders.select_related("contact").order_by("id"))
    columns = [
        Column(_("Name"), width=26),
        Column(_("Job title"), width=22),
        *(Column(str(trait.label).capitalize(), width=18) for trait in traits),
        Column(_("Reports to"), width=22),
        Column(_("What they want from it"), width=36),
        Column(_("Since"), "day"),
    ]
    return columns, (
        [
            str(line.row),
            line.row.contact.job_title if line.row.contact else "",
            *(line.said.get(trait.key, "") for trait in traits),
            str(line.reports_to or ""),
            line.row.wants,
            line.row.since,
        ]
        for line in lines_of(rows, lists)
    )


def vision(opportunity: Opportunity) -> Table:
    """Return every hypothesis as it stands, with its three answers and what speaks for each."""
    columns = [Column(_("What they want to become"), width=44), Column(_("State")), Column(_("Version"), "number")]
    for question in QUESTIONS.values():
        speaks = _("%(question)s What speaks for it") % {"question": question}
        columns += [Column(str(question), width=30), Column(speaks, width=40)]
    return [*columns, Column(_("Since"), "day")], (
        [
            one.now.words,
            _state(one.state),
            one.now.number,
            *(cell for answer in one.answers for cell in (_said(answer), _evidence(answer))),
            one.now.on,
        ]
        for one in shown(opportunity)
    )


def _state(state: str) -> str:
    return {"proven": _("proven"), "dropped": _("set aside")}.get(state, _("hypothesis"))


def _said(answer: Answered) -> str:
    now = answer.version
    told = {
        "whose": (now.whose_stakeholder, now.whose),
        "how": (now.get_origin_display(), now.how),
        "where": (now.where, now.with_whom),
    }
    return ", ".join(str(one) for one in told[answer.key] if one)


def _evidence(answer: Answered) -> str:
    return "; ".join(f"{one.said} ({one.get_confidence_display()})" for one in answer.evidence)


def questions(opportunity: Opportunity) -> Table:
    """Return what must be found out, with the newest answer of each."""
    newest = Prefetch("answers", QuestionAnswer.objects.order_by("-id"))
    rows = opportunity.questions.select_related("owner", "stakeholder__contact").prefetch_related(newest)
    columns = [
        Column(_("Question"), width=44),
        Column(_("How"), width=30),
        Column(_("Whom to ask"), width=22),
        Column(_("Who finds out"), width=20),
        Column(_("By when"), "day"),
        Column(_("Answered on"), "day"),
        Column(_("Answer"), width=44),
        Column(_("From whom or where"), width=24),
        Column(_("How sure")),
    ]
    return columns, (
        [
            row.text, row.how, str(row.stakeholder or ""), str(row.owner or ""), row.due_on, row.answered_on,
            *_answer(next(iter(row.answers.all()), None)),
        ]
        for row in rows
    )  # fmt: skip


def _answer(newest: QuestionAnswer | None) -> tuple[str, str, str]:
    if newest is None:
        return "", "", ""
    return newest.said, newest.source, newest.get_confidence_display() or ""


def requests(opportunity: Opportunity) -> Table:
    """Return what one client asked for."""
    return requests_of(opportunity.requests.order_by("-asked_on", "-pk"))


def requests_of(rows: Any) -> Table:
    """Return what clients asked for, and what became of it."""
    columns = [
        Column(_("Request"), width=40),
        Column(_("Opportunity"), width=30),
        Column(_("Account"), width=24),
        Column(_("Who asks"), width=22),
        Column(_("Who is behind it"), width=22),
        Column(_("Approved")),
        Column(_("Funded")),
        Column(_("Hours"), "number"),
        Column(_("Asked on"), "day"),
        Column(_("Wanted by"), "day"),
        Column(_("What we do")),
        Column(_("Why"), width=36),
        Column(_("Who answers"), width=20),
        Column(_("Answered on"), "day"),
    ]
    found = rows.select_related("opportunity__account", "asked_by", "owner")
    return columns, (_request(row) for row in found.iterator(chunk_size=500))


def _request(row: ClientRequest) -> list[Any]:
    return [
        row.title, row.opportunity.name, str(row.opportunity.account or ""), row.who, row.behind,
        str(row.get_approved_display()), str(row.get_funded_display()), row.hours, row.asked_on, row.due_on,
        str(row.get_verdict_display()), row.because, str(row.owner or ""), row.done_on,
    ]  # fmt: skip


TABLES: dict[str, Callable[[Opportunity], Table]] = {
    "people": people,
    "vision": vision,
    "questions": questions,
    "requests": requests,
}
