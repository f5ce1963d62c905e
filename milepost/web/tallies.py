"""Count and add up a table the same way in SQLite and in PostgreSQL, to see whether two hold the same rows.

Every sum is exact and stays within 64 bits: whole numbers are added in two parts, moments as whole seconds, texts by
their letters. Only real numbers are compared with a tolerance, for their sum depends on the order.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

PART = 1_000_000_000
WHOLE = {"smallint", "integer", "bigint"}
REAL = {"numeric", "double precision"}
TEXT = {"character varying", "text"}
MOMENT = {"timestamp with time zone", "date"}

Tally = dict[str, int | float]
"""What was found of a table: its rows under "rows", and of each column how many values it has and their sum."""


def questions(kinds: Mapping[str, str], *, sqlite: bool) -> list[tuple[str, str]]:
    """Return what is asked of a table's columns, whose types PostgreSQL calls `kinds`: a name and SQL for each."""
    asked = [("rows", "count(*)")]
    for column, kind in kinds.items():
        name = f'"{column}"'
        asked.append((f"{column}: values", f"count({name})"))
        if kind in WHOLE:
            asked.append((f"{column}: sum, thousand millions", f"sum({name} / {PART})"))
            asked.append((f"{column}: sum, rest", f"sum({name} % {PART})"))
        elif kind == "boolean":
            asked.append((f"{column}: sum", f"sum({name})" if sqlite else f"sum({name}::int)"))
        elif kind in REAL:
            asked.append((f"{column}: sum", f"total({name})" if sqlite else f"coalesce(sum({name}), 0)"))
        elif kind in TEXT:
            asked.append((f"{column}: letters", f"sum(length({name}))"))
        elif kind == "bytea":
            asked.append((f"{column}: bytes", f"sum(length({name}))"))
        elif kind in MOMENT:
            # Of the first nineteen letters: SQLite would round a second up that is nearly over.
            in_sqlite = f"CAST(strftime('%s', substr({name}, 1, 19)) AS INTEGER)"
            seconds = in_sqlite if sqlite else f"floor(extract(epoch FROM {name}))"
            asked.append((f"{column}: sum of seconds", f"sum({seconds})"))
    return asked


def statement(table: str, kinds: Mapping[str, str], *, sqlite: bool) -> str:
    """Return the one question that tallies a table."""
    columns = ", ".join(sql for _name, sql in questions(kinds, sqlite=sqlite))
    return f'SELECT {columns} FROM "{table}"'  # noqa: S608 - names of our own tables


def tally(kinds: Mapping[str, str], answer: tuple[Any, ...]) -> Tally:
    """Name what a database answered."""
    named = zip(questions(kinds, sqlite=False), answer, strict=True)
    return {name: float(value) if isinstance(value, float) else int_or_real(value) for (name, _sql), value in named}


def total(found: Tally, column: str) -> int:
    """Return the sum of a column of whole numbers."""
    return int(found[f"{column}: sum, thousand millions"]) * PART + int(found[f"{column}: sum, rest"])


def int_or_real(value: Any) -> int | float:
    """Return a whole number where it is one; a sum of nothing is 0."""
    number = 0 if value is None else value
    return int(number) if number == int(number) else float(number)


def differences(one: Tally, other: Tally) -> list[str]:
    """Say what differs, with both figures."""
    return [
        f"{name} ({one[name]} and {other[name]})"
        for name in one
        if not math.isclose(one[name], other[name], rel_tol=1e-9 if isinstance(one[name], float) else 0, abs_tol=0)
    ]
