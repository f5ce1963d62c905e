"""Read a step history from a CSV file, plain or gzipped; every complaint names its line and column."""

from __future__ import annotations

import csv
import datetime
import gzip
import io
import math
import statistics
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from milepost.engine.replay.log import ENDED_OTHERWISE, ENDED_WON, NEVER, NOT_ENDED, UNDATED, Log

NEEDED = ("opportunity_id", "step", "entered_at")
OPTIONAL = ("attempt", "step_order", "amount", "segment", "owner", "outcome", "outcome_at")
OUTCOMES = {
    "won": ENDED_WON,
    "lost": ENDED_OTHERWISE,
    "no_decision": ENDED_OTHERWISE,
    "withdrawn": ENDED_OTHERWISE,
    "": NOT_ENDED,
}
MOST = 10
"""So many complaints are listed; the rest is counted."""


class BadFile(Exception):
    """Say what is wrong with a file, one complaint a line."""


@dataclass
class Complaints:
    """Collect what is wrong, and stop a file that is wrong altogether."""

    found: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, line: int, column: str, reason: str) -> None:
        """Complain about a value."""
        self.count += 1
        if len(self.found) < MOST:
            self.found.append(f"line {line}, column {column}: {reason}")

    def raise_any(self) -> None:
        """Raise them all as one."""
        if self.count > len(self.found):
            self.found.append(f"… and {self.count - len(self.found)} more.")
        if self.count:
            raise BadFile("\n".join(self.found))


@dataclass(frozen=True)
class Row:
    """Hold one row: an attempt at a step."""

    line: int
    opportunity: str
    step: str
    entered: datetime.datetime | None
    order: float | None
    amount: float
    segment: str
    outcome: str
    outcome_at: datetime.datetime | None


def read_history(path: Path) -> tuple[Log, list[str]]:
    """Return a file's step history, and remarks about what had to be understood. Raises BadFile."""
    complaints = Complaints()
    rows = list(_rows(_text(path), complaints))
    complaints.raise_any()
    if not rows:
        raise BadFile("The file has no rows below its head.")
    return make_log(rows, complaints)


def _text(path: Path) -> str:
    """Read and unpack a file. Raises BadFile when that cannot be done."""
    try:
        raw = path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            raw = gzip.decompress(raw)
    except FileNotFoundError:
        raise BadFile(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise BadFile(f"{path} is a folder, not a file.") from None
    except (OSError, EOFError, ValueError) as error:
        raise BadFile(f"{path} cannot be read: {error}") from None
    except Exception as error:  # zlib's own class has no other name than its module's
        raise BadFile(f"{path} is damaged: {error}") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise BadFile(f"line {line}: this is not UTF-8 text; save the file as CSV in UTF-8.") from None
    if "\0" in text:
        raise BadFile(f"line {text[: text.index(chr(0))].count(chr(10)) + 1}: this is not text.")
    return text


def _rows(text: str, complaints: Complaints) -> Iterator[Row]:
    """Read row by row; what cannot be read is complained about."""
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    try:
        head = _head(next(reader, []))
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(head):
                complaints.add(reader.line_num, "-", f"{len(cells)} values, but the head has {len(head)} columns.")
                continue
            values = {name: cell.strip() for name, cell in zip(head, cells, strict=True)}
            row = _row(reader.line_num, values, complaints)
            if row:
                yield row
    except csv.Error as error:
        raise BadFile(f"line {reader.line_num}: {error}") from None


def _head(cells: list[str]) -> list[str]:
    """Check the names of the columns. Raises BadFile."""
    head = [cell.strip().lower() for cell in cells]
    missing = [name for name in NEEDED if name not in head]
    if missing:
        raise BadFile(f"line 1: column {', '.join(missing)} is missing; there are: {', '.join(head) or 'none'}.")
    twice = [name for name in (*NEEDED, *OPTIONAL) if head.count(name) > 1]
    if twice:
        raise BadFile(f"line 1: column {', '.join(twice)} is there twice.")
    return head


def _row(line: int, values: dict[str, str], complaints: Complaints) -> Row | None:
    """Read one row's values."""
    before = complaints.count
    for name in ("opportunity_id", "step"):
        if not values[name]:
            complaints.add(line, name, "is empty.")
    outcome = values.get("outcome", "").lower().replace(" ", "_")
    if outcome not in OUTCOMES:
        complaints.add(line, "outcome", f"“{outcome}” is none of won, lost, no_decision, withdrawn or empty.")
    row = Row(
        line=line,
        opportunity=values["opportunity_id"],
        step=values["step"],
        entered=_moment(line, "entered_at", values, complaints),
        order=_number(line, "step_order", values, complaints),
        amount=_nan(_number(line, "amount", values, complaints)),
        segment=values.get("segment", ""),
        outcome=outcome,
        outcome_at=_moment(line, "outcome_at", values, complaints),
    )
    _number(line, "attempt", values, complaints)
    if row.outcome_at and not row.outcome:
        complaints.add(line, "outcome", "is empty, but outcome_at has a date.")
    return row if complaints.count == before else None


def _nan(number: float | None) -> float:
    return math.nan if number is None else number


def _number(line: int, name: str, values: dict[str, str], complaints: Complaints) -> float | None:
    """Read a number; None where there is none."""
    text = values.get(name, "")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        complaints.add(line, name, f"“{text}” is not a number such as 1234.5.")
        return None
    return number


def _moment(line: int, name: str, values: dict[str, str], complaints: Complaints) -> datetime.datetime | None:
    """Read a date, or a date and time, as ISO 8601 writes it; None where there is none."""
    text = values.get(name, "")
    if not text:
        return None
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        complaints.add(line, name, f"“{text}” is not a date such as 2026-03-31 or 2026-03-31T14:05:00.")
        return None


def make_log(rows: list[Row], complaints: Complaints) -> tuple[Log, list[str]]:
    """Put rows in order. Raises BadFile when rows of one opportunity contradict each other."""
    ids = tuple(dict.fromkeys(row.opportunity for row in rows))
    steps, ordered = _steps(rows)
    segments = tuple(sorted({row.segment for row in rows if row.segment}))
    ends = _ends(rows, complaints)
    complaints.raise_any()
    place = {name: n for n, name in enumerate(ids)}
    step_of, segment_of = ({name: n for n, name in enumerate(names)} for names in (steps, segments))
    rows = sorted(rows, key=lambda row: (place[row.opportunity], _instant(row.entered), step_of[row.step]))
    entered = np.array([row.entered.date().toordinal() if row.entered else UNDATED for row in rows])
    log = Log(
        opportunity=np.array([place[row.opportunity] for row in rows]),
        step=np.array([step_of[row.step] for row in rows]),
        entered=entered,
        amount=np.array([row.amount for row in rows]),
        segment=np.array([segment_of.get(row.segment, -1) for row in rows]),
        ids=ids,
        steps=steps,
        segments=segments,
        outcome=np.array([OUTCOMES[ends[name][0]] for name in ids]),
        closed=np.array([ends[name][1] for name in ids]),
        ordered=ordered,
    )
    return log, _remarks(log, rows)


def _instant(moment: datetime.datetime | None) -> float:
    """Return a number to sort by: times without a zone are taken as UTC, no time at all comes first."""
    if moment is None:
        return -math.inf
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp()


def _steps(rows: list[Row]) -> tuple[tuple[str, ...], bool]:
    """Return the steps in their stated order, each at the median of what its rows say; else as they come."""
    orders: dict[str, list[float]] = {}
    for row in rows:
        orders.setdefault(row.step, []).extend([] if row.order is None else [row.order])
    if not all(orders.values()):
        return tuple(orders), False
    return tuple(sorted(orders, key=lambda step: (statistics.median(orders[step]), step))), True


def _ends(rows: list[Row], complaints: Complaints) -> dict[str, tuple[str, int]]:
    """Return each opportunity's outcome and its day; without one, the day its last step was entered."""
    ends: dict[str, tuple[Row, int]] = {}
    last: dict[str, int] = {}
    for row in rows:
        if row.entered:
            day = row.entered.date().toordinal()
            last[row.opportunity] = max(last.get(row.opportunity, 0), day)
        first, _ = ends.setdefault(row.opportunity, (row, 0))
        if (row.outcome, row.outcome_at) != (first.outcome, first.outcome_at):
            complaints.add(row.line, "outcome", f"differs from line {first.line}, the same opportunity.")
    return {name: (row.outcome, _closed(row, last.get(name, NEVER))) for name, (row, _) in ends.items()}


def _closed(row: Row, last: int) -> int:
    if not row.outcome:
        return NEVER
    return row.outcome_at.date().toordinal() if row.outcome_at else last


def _remarks(log: Log, rows: list[Row]) -> list[str]:
    """Say what had to be understood."""
    undated = int((log.entered == UNDATED).sum())
    late = int((log.entered > log.closed[log.opportunity]).sum())
    sudden = len({row.opportunity for row in rows if row.outcome and not row.outcome_at})
    counts = Counter(
        {
            "rows have no date: the steps beside them teach nothing.": undated,
            "rows are dated after their opportunity's outcome and are left out.": late,
            "outcomes have no date: taken as the day of the last step.": sudden,
        }
    )
    return [f"{count} {words}" for words, count in counts.items() if count]
