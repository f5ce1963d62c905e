"""`milepost backtest`: how good would the forecasts have been on your own past?"""

from __future__ import annotations

import argparse
import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from milepost.forecasts.backtest.boosting import rivals
from milepost.forecasts.backtest.dates import choose_dates
from milepost.forecasts.backtest.predictions import write_predictions
from milepost.forecasts.backtest.reading import BadFile, read_history
from milepost.forecasts.backtest.report import as_page
from milepost.forecasts.backtest.table import as_text


class Command(BaseCommand):
    """Forecast past days of a step history as they would have been forecast then, and score the forecasts."""

    help = (
        "Forecast past days of a step history as they would have been forecast then, and score the forecasts. "
        "Needs no company and writes nothing but the files asked for."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        day = datetime.date.fromisoformat
        parser.add_argument("history", type=Path, metavar="HISTORY.csv", help="the step history, .csv or .csv.gz")
        parser.add_argument(
            "--as-of", type=day, nargs="+", action="extend", default=[], metavar="DATE", help="days to forecast on"
        )
        parser.add_argument("--scored-until", type=day, metavar="DATE", help="the last day whose outcomes count")
        parser.add_argument("--within", type=int, default=28, metavar="DAYS", help="days for “won within” (28)")
        parser.add_argument("--half-life", type=float, metavar="DAYS", help="days after which the past counts half")
        parser.add_argument("--output", type=Path, metavar="FILE.csv", help="write every forecast there")
        parser.add_argument("--report", type=Path, metavar="FILE.html", help="write a page with pictures there")

    def handle(self, *args: Any, **options: Any) -> None:
        from milepost.engine.replay.run import replay
        from milepost.engine.replay.summary import summarise

        try:
            log, remarks = read_history(options["history"])
            dates = choose_dates(log, options["as_of"], options["scored_until"], options["within"])
        except BadFile as wrong:
            raise CommandError(f"{options['history']}: {wrong}") from None
        for remark in remarks:
            self.stderr.write(remark)
        days = replay(
            log,
            dates.numbers,
            scored_until=dates.until,
            within=dates.within,
            rivals=rivals(),
            half_life=options["half_life"],
        )
        summary = summarise(days)
        self.stdout.write(as_text(summary, scored_until=dates.scored_until, within=dates.within))
        if options["output"]:
            write_predictions(options["output"], log, days)
        if options["report"]:
            options["report"].write_text(as_page(summary, days, dates), encoding="utf-8")
