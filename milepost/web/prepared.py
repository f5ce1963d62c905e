"""Put a question to the database into SQL once, and ask it again with other values.

Django lays out a query's SQL anew each time it is asked, which takes longer than to answer it: half the time of an
opportunity's page went there. What is kept, and what must not be: `docs/decisions/0029-prepared-questions.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from copy import copy
from functools import lru_cache
from itertools import count
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.http import Http404

T = TypeVar("T")
LARGEST = 2**63 - 1
MOST = 128
"""So many layouts of one question are kept: one for each set of people who see the same."""
PLANNED: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
"""The questions that each connection to PostgreSQL has a plan for, by their names there."""
NUMBERS = count(1)


class Given(models.Expression):
    """A value of a prepared question that is said when it is asked."""

    def __init__(self, name: str, output_field: models.Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def put(self, values: dict[str, Any]) -> Any:
        """Return its value as the database wants it."""
        value = values[self.name]
        if (
            isinstance(value, int) and value > LARGEST
        ):  # PostgreSQL would give the whole request up, SQLite the question
            raise OverflowError
        return self.output_field.get_db_prep_value(value, connection)


def given_id(name: str) -> Given:
    """Return the place of a row's id."""
    return Given(name, models.BigIntegerField())


def given_ids(most: int) -> list[Given]:
    """Return the places of so many ids at most, for `pk__in`; `among` fills them."""
    return [given_id(f"id_{number}") for number in range(most)]


def among(ids: Sequence[int], most: int) -> dict[str, int]:
    """Return ids as values of `given_ids`; the places that are left over repeat the last."""
    return {f"id_{number}": ids[min(number, len(ids) - 1)] for number in range(most)}


def given_day(name: str) -> Given:
    """Return the place of a date."""
    return Given(name, models.DateField())


def given_time(name: str) -> Given:
    """Return the place of a moment."""
    return Given(name, models.DateTimeField())


def given_text(name: str) -> Given:
    """Return the place of a text."""
    return Given(name, models.TextField())


class Prepared(Generic[T]):
    """A question whose SQL is kept for each `of` that it was asked for.

    `build` makes the queryset from `of`, such as a person's sight, and puts `Given` where values are said when it
    is asked. Whatever else it reads (the time, the language) would be kept as well: it must come in by one of these.
    """

    def __init__(self, build: Callable[..., models.QuerySet[Any, T]]) -> None:
        self._build = build
        self._laid_out = lru_cache(MOST)(self._lay_out)

    def ask(self, *of: Hashable, **values: Any) -> list[T]:
        """Return the answer's rows, as the queryset itself would."""
        rows, compiler, sql, params, name = self._laid_out(*of)
        if not sql:
            return []
        if connection.vendor == "postgresql":
            sql, params = _planned(name, sql, params)
        try:
            put = tuple(each.put(values) if isinstance(each, Given) else each for each in params)
        except OverflowError:  # no row's id is as large
            return []
        asked, again = rows.all(), copy(compiler)
        again.connection, again.as_sql = connection, lambda *_, **__: (sql, put)
        asked.query.get_compiler = lambda *_, **__: again  # type: ignore[method-assign]
        return list(asked)

    def find(self, *of: Hashable, **values: Any) -> T:
        """Return the first of the rows, or raise Http404."""
        for row in self.ask(*of, **values):
            return row
        raise Http404

    def _lay_out(self, *of: Hashable) -> tuple[models.QuerySet[Any, T], Any, str, Sequence[Any], str]:
        rows = self._build(*of)
        compiler = rows.query.get_compiler(rows.db)
        try:
            return rows, compiler, *compiler.as_sql(), f"question_{next(NUMBERS)}"
        except EmptyResultSet:  # nobody sees anything here
            return rows, compiler, "", (), ""


def _planned(name: str, sql: str, params: Sequence[Any]) -> tuple[str, list[Given]]:
    """Return how PostgreSQL is asked what it has a plan for, and the values to say; the first time it is told to plan.

    Planning the head of an opportunity takes it ten times as long as answering. Only what is `Given` differs from
    one time to the next: the rest stands in the plan.
    """
    given = [each for each in params if isinstance(each, Given)]
    connection.ensure_connection()
    known = PLANNED.setdefault(connection.connection, set())
    if name not in known:
        fixed = [each for each in params if not isinstance(each, Given)]
        with connection.connection.cursor() as cursor:  # part of the question itself, not one more
            cursor.execute(f"PREPARE {name} AS {_with_places(sql, params)}", fixed)
        known.add(name)
    places = ", ".join(["%s"] * len(given))
    return f"EXECUTE {name}" + (f" ({places})" if given else ""), given


def _with_places(sql: str, params: Sequence[Any]) -> str:
    """Return the SQL with $1, $2 … where values are given, each with its type."""
    number = count(1)
    places = (
        f"${next(number)}::{each.output_field.db_type(connection)}" if isinstance(each, Given) else "%s"
        for each in params
    )
    return sql.replace("%%", "%%%%") % tuple(places)
