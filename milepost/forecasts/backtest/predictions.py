"""Write every forecast down, one row per date and open opportunity."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path

from milepost.engine.replay.log import Log
from milepost.engine.replay.run import MILEPOST, Day

COLUMNS = ("as_of", "opportunity_id", "p_win", "p_win_within", "close_p10", "close_p50", "close_p90")


def write_predictions(path: Path, log: Log, days: Sequence[Day]) -> None:
    """Write the chain's forecasts; close dates are those on which it would be won, given that it is."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for day in days:
            writer.writerows(_rows(log, day))


def _rows(log: Log, day: Day) -> Iterator[list[str]]:
    as_of = datetime.date.fromordinal(day.day)
    said = day.models[MILEPOST]
    for i, opportunity in enumerate(day.opportunity.tolist()):
        close = [str(as_of + datetime.timedelta(days=d)) for d in day.close_days[i].tolist()]
        yield [str(as_of), log.ids[opportunity], f"{said.win[i]:.6f}", f"{said.win_within[i]:.6f}", *close]
