"""Print a replay's scores side by side."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence

from milepost.engine.replay.summary import Row, Summary
from milepost.engine.scores import Scores

HEADS = ("log loss", "Brier", "AUC", "slope", "error", "ECE", "total")


def as_text(summary: Summary, *, scored_until: datetime.date, within: int) -> str:
    """Lay everything out as plain text."""
    parts = [
        f"Won in the end: {summary.known:,} of {summary.forecasts:,} forecasts known by {scored_until}, "
        f"{summary.rows[0].end.happened:,} won",
        grid([["model", *HEADS], *([row.model, *end_cells(row.end)] for row in summary.rows)]),
        f"Won within {within} days: {summary.rows[0].within.rows:,} forecasts, {summary.rows[0].within.happened:,} won",
        grid([["model", *HEADS, "mean error"], *(within_cells(row) for row in summary.rows)]),
        f"Wins within {within} days of each date, with the 80 % interval",
        grid([["as of", "open", "forecast", "P10", "P90", "won"], *total_rows(summary)]),
        dates_line(summary),
        shares_line(summary),
    ]
    return "\n\n".join(parts) + "\n"


def end_cells(scores: Scores) -> list[str]:
    """Write scores down."""
    return [
        number(scores.log_loss, ".4f"),
        number(scores.brier, ".4f"),
        number(scores.auc, ".3f"),
        number(scores.slope, ".2f"),
        number(scores.error, "+.2f"),
        number(scores.ece, ".3f"),
        number(scores.total, "+.1%"),
    ]


def within_cells(row: Row) -> list[str]:
    """Write a model's scores within so many days down, with its mean error of a date's total."""
    return [row.model, *end_cells(row.within), number(row.weekly, ".1%")]


def total_rows(summary: Summary) -> list[list[str]]:
    """Write each date's total down."""
    return [
        [
            str(datetime.date.fromordinal(one.day)),
            f"{one.open:,}",
            *(number(value, ",.0f") for value in (one.forecast, one.p10, one.p90, one.happened)),
        ]
        for one in summary.totals
    ]


def dates_line(summary: Summary) -> str:
    """Say how the ranges of dates did."""
    dates = summary.dates
    return (
        f"80 % range of the closing date, given won: {number(dates.share, '.1%')} of {dates.rows:,} inside, "
        f"{number(dates.width, '.1f')} days wide"
    )


def shares_line(summary: Summary) -> str:
    """Say how far the challenger counts on each date."""
    rests = ", ".join(number(1 - share, ".0%") for share in summary.shares)
    return f"The challenger counts for {rests} of each date's chances, by how it did before; the steps for the rest"


def number(value: float, form: str) -> str:
    """Write a number, or a dash where there is none; percent signs stand apart."""
    return "–" if math.isnan(value) else format(value, form).replace("%", " %")


def grid(rows: Sequence[Sequence[str]]) -> str:
    """Lay cells out in columns, the first to the left."""
    widths = [max(len(row[c]) for row in rows) for c in range(len(rows[0]))]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))])
        for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(line.rstrip() for line in lines)
