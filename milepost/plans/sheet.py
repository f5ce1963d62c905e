"""A shared plan as the rows of a sheet: what the client's page shows, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from milepost.plans.live import Duty, File, Milestone, Shown
from milepost.web.sheet import Column

Row = tuple[Any, ...]


def columns() -> list[Column]:
    """Return the heads: step, what, whose, who, when, how it stands."""
    return [
        Column(_("Step"), width=28),
        Column(_("What"), width=40),
        Column(_("Whose"), width=24),
        Column(_("Who"), width=28),
        Column(_("Day"), look="day"),
        Column(_("State"), width=12),
        Column(_("In words"), width=60),
    ]


def rows(shown: Shown) -> Iterator[Row]:
    """Yield the steps in order, each with what belongs to it, then what belongs to none."""
    for step in shown.steps:
        yield _step(step)
        yield from (_duty(duty, shown, step.name) for duty in step.duties)
        yield from (_file(file, step.name) for file in step.files)
    yield from (_duty(duty, shown, "") for duty in shown.duties)
    yield from (_file(file, "") for file in shown.files)


def row_of(one: Milestone | Duty | File, shown: Shown, step: str = "") -> Row:
    """Return one thing as a row."""
    if isinstance(one, Milestone):
        return _step(one)
    return _duty(one, shown, step) if isinstance(one, Duty) else _file(one, step)


def _step(step: Milestone) -> Row:
    who = ", ".join(filter(None, [step.theirs, step.ours]))
    state = _("done") if step.is_done else _("date set") if step.state == "scheduled" else _("ahead")
    return step.name, step.name, "", who, step.on, _("overdue") if step.late else state, step.says


def _duty(duty: Duty, shown: Shown, step: str) -> Row:
    state = _("done") if duty.done else _("overdue") if duty.late else _("ahead")
    whose = shown.client if duty.is_theirs else shown.seller
    return step, duty.name, whose, duty.who, duty.due, state, duty.says


def _file(file: File, step: str) -> Row:
    return step, file.name, "", "", None, _("file"), file.says
