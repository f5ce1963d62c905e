"""Write a backtest's page: one file, with its pictures and tables, without a script, in light and dark."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from milepost.engine.replay.run import MILEPOST, Day
from milepost.engine.replay.summary import Summary, all_of
from milepost.engine.scores import groups
from milepost.forecasts.backtest import pictures
from milepost.forecasts.backtest.dates import Dates
from milepost.forecasts.backtest.table import HEADS, dates_line, end_cells, total_rows, within_cells

STYLE = """
:root { color-scheme: light dark; --ink: light-dark(#1d232b, #e6e9ee); --soft: light-dark(#5b6673, #9aa5b1);
  --line: light-dark(#d5dae0, #3a434d); --paper: light-dark(#fff, #161a1f); --mark: light-dark(#0b6b5b, #55c9b2) }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 62rem;
  margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; display: block; overflow-x: auto; margin: 1rem 0 }
th, td { padding: .3rem .7rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap }
th:first-child, td:first-child { text-align: left } tbody tr:first-child { font-weight: 600 }
figure { display: inline-block; width: 20rem; max-width: 100%; margin: 0 1rem 1rem 0; vertical-align: top }
figcaption, p { color: var(--soft) } svg { width: 100%; height: auto } svg text { font-size: 12px; fill: var(--soft) }
.frame { fill: none; stroke: var(--line) } .right { stroke: var(--soft); stroke-dasharray: 4 4 }
.line { fill: none; stroke: var(--mark); stroke-width: 2 } .range { stroke: var(--mark); stroke-width: 6; opacity: .35 }
.dot { fill: var(--ink) }
"""


def as_page(summary: Summary, days: Sequence[Day], dates: Dates) -> str:
    """Return the page as HTML."""
    names = [str(day) for day in dates.as_of]
    return format_html(
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Backtest</title><style>{}</style></head><body>'
        "<h1>What the forecasts would have been worth</h1><p>As of {}, scored until {}: {} of {} forecasts known.</p>"
        "{}{}{}{}<p>{}.</p></body></html>\n",
        mark_safe(STYLE),  # noqa: S308 - our own words
        ", ".join(names),
        dates.scored_until,
        f"{summary.known:,}",
        f"{summary.forecasts:,}",
        _pictures(summary, days, names, dates.within),
        _section("Won in the end", ["model", *HEADS], [[row.model, *end_cells(row.end)] for row in summary.rows]),
        _section(
            f"Won within {dates.within} days",
            ["model", *HEADS, "mean error of a date"],
            [within_cells(row) for row in summary.rows],
        ),
        _section(
            f"Wins within {dates.within} days of each date",
            ["as of", "open", "forecast", "P10", "P90", "won"],
            total_rows(summary),
        ),
        dates_line(summary),
    )


def _pictures(summary: Summary, days: Sequence[Day], names: Sequence[str], within: int) -> SafeString:
    """Draw how both chances were calibrated, and each date's total."""
    end, soon = (np.concatenate([getattr(day, name) for day in days]) for name in ("won", "won_within"))
    spans = {"Won in the end": ("win", end), f"Won within {within} days": ("win_within", soon)}
    drawn = []
    for title, (name, y) in spans.items():
        known = ~np.isnan(y)
        words = f"{title}: what happened against what was forecast, in ten groups. On the line is right."
        drawn.append((pictures.calibration(groups(all_of(days, MILEPOST, name)[known], y[known]), title), words))
    title = f"Wins within {within} days of each date"
    words = f"{title}: the forecast with its 80 % interval, and what came (the dot)."
    drawn.append((pictures.totals(summary.totals, names, title), words))
    return format_html_join("", "<figure>{}<figcaption>{}</figcaption></figure>", drawn)


def _section(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> SafeString:
    """Write a table under its title."""
    cells = format_html_join("", "<th>{}</th>", ((one,) for one in head))
    lines = [format_html("<tr>{}</tr>", format_html_join("", "<td>{}</td>", ((one,) for one in row))) for row in rows]
    body = format_html_join("", "{}", ((line,) for line in lines))
    return format_html("<h2>{}</h2><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", title, cells, body)
