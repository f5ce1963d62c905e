"""Write the reading rows of open opportunities: the only place where `Standing` is made.

The same code serves one opportunity after a change and all of them after a new run, so the two cannot differ.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from django.db import connection

from milepost.opportunities import figures, line
from milepost.opportunities.answers import shifts_of
from milepost.opportunities.beads import beads
from milepost.opportunities.found import Found
from milepost.opportunities.gathered import Facts, gather, lines
from milepost.opportunities.models.figures import NEVER, Figure, FiguresRun, Standing
from milepost.opportunities.models.judgement import Category
from milepost.opportunities.models.opportunity import Opportunity, TeamMember
from milepost.opportunities.models.outcome import Outcome
from milepost.opportunities.moved import moved
from milepost.opportunities.voices import word_that_counts
from milepost.opportunities.waiting import Waiting
from milepost.team.models import Company
from milepost.web.turns import chunks, in_turns

AT_ONCE = 100  # opportunities that a person may wait for; more are a job's work
MANY = 500
ANSWERED = 200  # whose figures are kept at once
COMMIT, BEST_CASE = 0.75, 0.40
DONE = "done"
UNKNOWN = -1


def restand(
    ids: Iterable[int], *, today: datetime.date | None = None, told: Callable[[int], None] = lambda done: None
) -> None:
    """Make the standings of these opportunities anew; those that have ended lose theirs. `told` hears of progress."""
    company = Company.the()
    day = today or company.today()
    run = figures.current_run(day)
    anew = partial(_restand_some, run=run, waiting=Waiting.of(run, company), today=day)
    rows = ids if connection.in_atomic_block else _answered(ids, run, day)
    if in_turns(rows, anew, told=told) > MANY:
        analyse()


def _answered(ids: Iterable[int], run: FiguresRun, today: datetime.date) -> Iterator[int]:
    """Yield the ids once the run has answered for what they are now, so that nobody has to wait while it computes.

    What changes after that is answered for in the transaction that writes its row.
    """
    found = Found.from_json(run.found)
    for some in chunks(ids, ANSWERED):
        gathered = lines(some).values()
        figures.figures_for(run, [facts.cell(facts.opportunity.clock(today), found) for facts in gathered])
        yield from some


def analyse() -> None:
    """Let the database count what lists read. SQLite never does so by itself, and without it reads row by row."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA analysis_limit = 100000")
        for model in (Standing, TeamMember, Opportunity, Outcome):
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def _restand_some(ids: Sequence[int], *, run: FiguresRun, waiting: Waiting, today: datetime.date) -> None:
    Opportunity.objects.filter(pk__in=ids).hold_still()  # what is read below is still so when the rows are written
    found_then = Found.from_json(run.found)
    gathered = list(gather(ids).values())
    found = {facts.opportunity.pk for facts in gathered}
    Standing.objects.filter(pk__in=[pk for pk in ids if pk not in found]).delete()
    told, shifts = figures_of(gathered, run, found_then, today)
    rows = [standing_of(facts, figure, waiting, today) for facts, figure in zip(gathered, told, strict=True)]
    for row, shift in zip(rows, shifts, strict=True):
        row.answers = list(shift.parts) if shift is not None and row.figure_id is not None else []
    names = [f.name for f in Standing._meta.concrete_fields if not f.primary_key]
    Standing.objects.bulk_create(
        rows, update_conflicts=True, update_fields=names, unique_fields=["opportunity"], batch_size=AT_ONCE
    )


def figures_of(
    gathered: Sequence[Facts], run: FiguresRun, found: Found, today: datetime.date
) -> tuple[list[Figure], list[Any]]:
    """Return the figure of each with all that moves it, and by how much its answers do."""
    cells = [facts.cell(facts.opportunity.clock(today), found) for facts in gathered]
    known = figures.figures_for(run, cells)
    shifts = shifts_of(run, [facts.asked(cell, today) for facts, cell in zip(gathered, cells, strict=True)], today)
    corrected = moved(run, [(known[cell.key], shift) for cell, shift in zip(cells, shifts, strict=True)])
    words = [word_that_counts(facts.said, run, facts.opportunity.clock(today)) for facts in gathered]
    return moved(run, list(zip(corrected, words, strict=True))), shifts


def standing_of(facts: Facts, figure: Figure, waiting: Waiting, today: datetime.date) -> Standing:
    """Build the row of one open opportunity."""
    opportunity, clock = facts.opportunity, facts.opportunity.clock(today)
    row = Standing(
        opportunity_id=opportunity.pk,
        name=opportunity.name,
        name_key=opportunity.name_key,
        account_id=opportunity.account_id,
        account_name=opportunity.account.name if opportunity.account else "",
        territory_id=opportunity.territory_id,
        coordinator_id=opportunity.coordinator_id,
        salesperson_id=opportunity.salesperson_id,
        confidential=opportunity.confidential,
        playbook_id=opportunity.playbook_version.playbook_id,
        started_on=opportunity.started_on,
        as_of=opportunity.as_of,
        seal=opportunity.seal or "",
        seal_version=opportunity.seal_version,
        value_minor=opportunity.company_value_minor,
        beads=beads(facts, today),
    )
    _where_it_is(row, facts, clock)
    _what_it_is_worth(row, figure, clock, facts.earliest_close(clock))
    if row.step_state != line.LOST:  # after a no there is nothing left to lose
        booked = row.next_key != NEVER and row.next_key > clock
        waiting.put_into(row, figure, booked=booked, asked_for=opportunity.asked_for_id)
    _how_it_is_judged(row, facts)
    _what_holds_it_back(row, facts, today)
    return row


def _what_holds_it_back(row: Standing, facts: Facts, today: datetime.date) -> None:
    """Name the first gate that is to be decided now, or was paused."""
    for step in facts.steps:
        gate = facts.gates.get(step.pk)
        state = gate.drawn(facts.steps, today) if gate else ""
        if gate and state in ("waiting", "paused"):
            row.gate_name, row.gate_state = gate.name, state
            return


def _where_it_is(row: Standing, facts: Facts, clock: datetime.date) -> None:
    step = facts.current
    row.step_count = len(facts.steps)
    row.step_number = facts.steps.index(step) + 1 if step else len(facts.steps)
    row.step_state = step.state if step else DONE
    row.over_from = NEVER
    owner = facts.opportunity.salesperson or facts.opportunity.coordinator
    row.next_who = owner.name if owner else ""
    if step is None:
        return
    row.step_id, row.step_name, row.usual_days = step.pk, step.name, step.usual_days
    row.entered_on = facts.entered_on
    row.entered_key = row.entered_on or NEVER
    if row.entered_on is not None and step.due_on is None:  # a client's deadline is never "stalled"
        over = row.entered_on + datetime.timedelta(days=step.usual_days + 1)
        # An imported string's age stands still until a person moves it, and so does being over.
        row.over_from = over if facts.opportunity.as_of is None or over <= clock else NEVER
    attempt = facts.attempts.get(step.pk)
    if attempt is not None:
        row.next_at, row.next_key = attempt.starts_at, attempt.on
        row.next_timed = attempt.time is not None


def _what_it_is_worth(row: Standing, figure: Figure, clock: datetime.date, earliest: datetime.date) -> None:
    """Write its chance, its value, and when it closes: not before what is booked allows."""
    value = row.value_minor
    if row.step_state == line.LOST:
        _nothing(row)
        return
    row.figure = figure
    row.win, row.win_low, row.win_high, row.thin = figure.win, figure.win_low, figure.win_high, figure.thin
    if value is not None:
        row.expected_minor = round(value * figure.win)
    row.value_key = UNKNOWN if value is None else value
    row.expected_key = UNKNOWN if row.expected_minor is None else row.expected_minor
    low, middle, high = (max(clock + datetime.timedelta(days=days), earliest) for days in figure.close_days)
    row.close_low, row.close_on, row.close_high, row.close_key = low, middle, high, middle


def _nothing(row: Standing) -> None:
    """Say that nothing is to be expected while the client's no to a required step stands unanswered."""
    row.expected_minor = None if row.value_minor is None else 0
    row.value_key = UNKNOWN if row.value_minor is None else row.value_minor
    row.expected_key = UNKNOWN if row.expected_minor is None else 0


def _how_it_is_judged(row: Standing, facts: Facts) -> None:
    row.model_category = model_category(row.win)
    row.judged_category = facts.judged.get("category", "")
    row.judged_win, row.judged_close = facts.judged.get("win"), facts.judged.get("close")
    row.category = row.judged_category or row.model_category


def model_category(win: float) -> str:
    """Return the category the model proposes: commit from 75 %, best case from 40 %, pipeline below."""
    if win >= COMMIT:
        return Category.COMMIT
    return Category.BEST_CASE if win >= BEST_CASE else Category.PIPELINE
