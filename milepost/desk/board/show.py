"""What the Board's templates are given."""

from __future__ import annotations

from typing import Any

from milepost.desk.board import menus
from milepost.desk.board.asked import Asked
from milepost.desk.board.line import Line, lines
from milepost.desk.board.query import Board, Section
from milepost.desk.board.totals import ALL, Sums


def rows_of(board: Board) -> dict[str, Any]:
    """Return what the rows of a page need."""
    by_pk = {line.pk: line for line in lines(board.page.rows, board.known)}
    parts = [
        {**_head(board, section), "lines": [by_pk[row.pk] for row in section.rows]} for section in board.page.sections
    ]
    return {
        "grouped": board.group is not None,
        "currency": board.known.company.currency,
        "parts": parts,
        "next": board.asked.link(after=board.page.next) if board.page.next else "",
    }


def around(board: Board) -> dict[str, Any]:
    """Return what stands above the rows: totals, filters, groups and orders."""
    asked, known = board.asked, board.known
    return {
        "asked": asked,
        "total": board.totals.all,
        "expected": board.expected[ALL],
        "chips": menus.chips(asked, known),
        "menus": menus.menus(asked, known),
        "flags": menus.flags(asked),
        "more": menus.more(asked, known),
        "kept": menus.kept(asked, "q", "min_value", "closes_before"),
        "groups": menus.groups(asked),
        "orders": menus.orders(asked),
    }


def line_of(line: Line) -> dict[str, Any]:
    """Return what one line alone needs."""
    return {"line": line, "lines": [line], "currency": line.known.company.currency}


def totals_of(board: Board, line: Line) -> dict[str, Any]:
    """Return the totals of a Board and of the group a line stands in."""
    key = board.group.of(line.row) if board.group else ALL
    section = Section(key, board.groups.get(key, ""), board.totals.by_group.get(key, Sums()))
    expected = board.totals.expected([key])
    head = {"section": section, "expected": expected[key], "toggle": _toggle(board.asked, key)}
    return {"total": board.totals.all, "expected": expected[ALL], "part": head, "grouped": board.group is not None}


def _head(board: Board, section: Section) -> dict[str, Any]:
    expected = board.expected.get(section.key)
    return {"section": section, "expected": expected, "toggle": _toggle(board.asked, section.key)}


def _toggle(asked: Asked, key: str) -> str:
    """Return the link that shuts an open group, or opens a shut one."""
    shut = [k for k in asked.shut if k != key] if key in asked.shut else [*asked.shut, key]
    return asked.link(shut=",".join(shut) or None)
