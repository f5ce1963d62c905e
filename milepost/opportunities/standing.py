"""Write the reading rows of open opportunities: the only place where `Standing` is made.

The same code serves one opportunity after a change and all of them after a new run, so the two cannot differ.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import connection

from milepost.opportunities import figures, line
from milepost.opportunities.answers import Asked, shifts_of
from milepost.opportunities.beads import beads
from milepost.opportunities.found import Found
from milepost.opportunities.models.attempt import Attempt
from milepost.opportunities.models.condition import Condition
from milepost.opportunities.models.figures import NEVER, Figure, FiguresRun, Standing
from milepost.opportunities.models.gate import Gate
from milepost.opportunities.models.judgement import Category, Judgement
from milepost.opportunities.models.opportunity import Opportunity, TeamMember
from milepost.opportunities.models.outcome import Outcome
from milepost.opportunities.models.stay import Stay
from milepost.opportunities.models.step import Step
from milepost.opportunities.moved import moved
from milepost.opportunities.voices import word_that_counts
from milepost.opportunities.waiting import Waiting
from milepost.team.models import Company
from milepost.web.turns import chunks, in_turns

AT_ONCE = 100  # opportunities that a person may wait for; more are a job's work
MANY = 500
ANSWERED = 200  # whose figures are kept at once
UNREAD = ("activity", "milestone", "evidence", "hours")  # of a step: what no reading row shows
COMMIT, BEST_CASE = 0.75, 0.40
DONE = "done"
UNKNOWN = -1


@dataclass
class Facts:
    """All that is stored about one open opportunity's string."""

    opportunity: Opportunity
    steps: list[Step] = field(default_factory=list)
    stay: Stay | None = None
    first_tried: datetime.date | None = None
    attempts: dict[int, Attempt] = field(default_factory=dict)
    conditions: dict[int, list[Condition]] = field(default_factory=lambda: defaultdict(list))
    gates: dict[int, Gate] = field(default_factory=dict)
    judged: dict[str, Any] = field(default_factory=dict)
    said: dict[int, tuple[datetime.date, float]] = field(default_factory=dict)

    @property
    def current(self) -> Step | None:
        return line.current(self.steps)

    def age(self, clock: datetime.date) -> int | None:
        """Return the days in the current step since its clock began; None when that day is unknown."""
        return None if self.entered_on is None else max(0, (clock - self.entered_on).days)

    @property
    def entered_on(self) -> datetime.date | None:
        """Return the day the current step's clock began: time in optional steps it passes over was spent on its way."""
        now = self.current
        if self.stay is None or now is None:
            return None
        here = {now.pk, *(step.pk for step in line.passed_over(self.steps, now))}
        return self.stay.entered_on if self.stay.step_id in here else None

    def earliest_close(self, clock: datetime.date) -> datetime.date:
        """Return before which day it cannot close: the last appointment booked, and the usual days of what follows.

        What follows the current step's own appointment the figures know better, up to their furthest day.
        """
        booked = [(self.attempts[step.pk].on, at) for at, step in enumerate(self.steps) if step.pk in self.attempts]
        if not booked:
            return clock
        on, at = max(booked)
        if self.steps[at] is self.current and (on - clock).days <= figures.FURTHEST:
            return on
        return on + datetime.timedelta(days=sum(step.usual_days for step in line.still_to_win(self.steps[at + 1 :])))

    def cell(self, clock: datetime.date, found: Found) -> figures.Cell:
        """Return what the win chance depends on."""
        left = line.still_to_win(self.steps)
        now = self.current
        at_first = bool(left) and now is not None and left[0].pk == now.pk
        attempt = self.attempts.get(now.pk) if now is not None else None
        booked = (attempt.on - clock).days if attempt is not None and at_first else None
        age = self.age(clock) if at_first else 0
        if age is not None and self.first_tried is not None and left[0].key in found.by_entry:
            age = max(age, (clock - self.first_tried).days)
        return figures.cell([s.key for s in left], age, booked, self._segment(found))

    def asked(self, cell: figures.Cell, today: datetime.date) -> Asked:
        """Return what answers are asked about: the first step still to win, the days in it, and those in all."""
        begun, clock = self.opportunity.started_on or self.entered_on, self.opportunity.clock(today)
        step = cell.keys[0] if cell.keys else ""
        now = self.current
        here = self.age(clock) if now is not None and now.key == step else 0
        return Asked(self.opportunity.pk, step, (here or 0, (clock - begun).days if begun else 0))

    def _segment(self, found: Found) -> str | None:
        one = self.opportunity
        book = one.playbook_version.playbook_id
        return found.segment(path=one.territory.path, playbook=book, value=one.company_value_minor)


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
        gathered = lines(some, found.by_entry).values()
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
    gathered = list(gather(ids, found_then.by_entry).values())
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


def gather(ids: Sequence[int], by_entry: Collection[str] = ()) -> dict[int, Facts]:
    """Load the facts of the open ones among these opportunities, with one query a table.

    `by_entry` names the steps of which it matters when they were first tried.
    """
    facts = lines(ids, by_entry)
    of_step = {step.pk: one for one in facts.values() for step in one.steps}
    conditions = Condition.objects.filter(step__opportunity_id__in=facts)
    for condition in (one for one in conditions if one.step_id in of_step):
        of_step[condition.step_id].conditions[condition.step_id].append(condition)
    for gate in Gate.objects.filter(opportunity_id__in=facts).select_related("playbook_gate"):
        facts[gate.opportunity_id].gates[gate.step_id] = gate
    for judgement in Judgement.objects.filter(opportunity_id__in=facts).order_by("id"):
        said = {"category": judgement.category, "win": judgement.probability, "close": judgement.close_on}
        facts[judgement.opportunity_id].judged |= {k: v for k, v in said.items() if v not in (None, "")}
        if judgement.by_id is not None and judgement.probability is not None:
            facts[judgement.opportunity_id].said[judgement.by_id] = judgement.on, judgement.probability
    return facts


def lines(ids: Sequence[int], by_entry: Collection[str] = ()) -> dict[int, Facts]:
    """Load the facts that figures hang on: each line, where it stands, and what is booked."""
    open_ones = Opportunity.objects.open().filter(pk__in=ids, merged_into=None)
    related = ("account", "salesperson", "coordinator", "playbook_version", "territory")
    facts = {o.pk: Facts(o) for o in open_ones.select_related(*related)}
    of_step: dict[int, Facts] = {}
    steps = Step.objects.filter(opportunity_id__in=facts).defer(*UNREAD)
    for step in steps.order_by("opportunity_id", "position"):
        of_step[step.pk] = facts[step.opportunity_id]
        facts[step.opportunity_id].steps.append(step)
    for stay in Stay.objects.filter(opportunity_id__in=facts, left_on=None, end=""):
        facts[stay.opportunity_id].stay = stay
    _first_tries([one for one in facts.values() if one.stay is not None and one.stay.key in by_entry])
    booked = Attempt.objects.filter(step__opportunity_id__in=facts, state__in=["scheduled", "held"])
    for attempt in (one for one in booked if one.step_id in of_step):  # a step added just now has its own restand
        of_step[attempt.step_id].attempts[attempt.step_id] = attempt
    return facts


def _first_tries(tried: Sequence[Facts]) -> None:
    """Find when the tries at the current step began: each but the last ended in another one."""
    if not tried:
        return
    first: dict[int, Stay] = {}
    before: dict[int, Stay] = {}
    dated = Stay.objects.filter(opportunity_id__in=[one.opportunity.pk for one in tried], entered_on__isnull=False)
    for stay in dated.order_by("id"):
        last = before.get(stay.opportunity_id)
        if last is None or last.step_id != stay.step_id or last.end != Stay.End.AGAIN:
            first[stay.opportunity_id] = stay
        before[stay.opportunity_id] = stay
    for one in tried:
        if one.stay is not None and before[one.opportunity.pk].pk == one.stay.pk:
            one.first_tried = first[one.opportunity.pk].entered_on


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
        seal=opportunity.seal,
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
