"""What the address asks of the Board: its filters, group, order and place; and the way back to an address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from milepost.desk.board.filters import BY_NAME, FILTERS, Filter, Wrong
from milepost.desk.board.groups import GROUPS, NO_GROUP
from milepost.desk.board.known import Known
from milepost.desk.board.sorts import SORTS, Place

GROUP, SORT = "territory", "expected"
MOST_TROUBLES = 5


@dataclass(frozen=True)
class Asked:
    """One state of the Board. `texts` holds each filter as it stands in the address, `values` what it means."""

    texts: Mapping[str, tuple[str, ...]]
    values: Mapping[str, tuple[Any, ...]]
    group: str = GROUP
    sort: str = SORT
    shut: tuple[str, ...] = ()
    after: Place | None = None
    troubles: tuple[str, ...] = ()

    @classmethod
    def read(cls, params: QueryDict, known: Known) -> Asked:
        """Read an address; what means nothing is left out and said in `troubles`."""
        troubles: list[str] = []
        texts: dict[str, tuple[str, ...]] = {}
        values: dict[str, tuple[Any, ...]] = {}
        for name in params:
            if name in BY_NAME:
                texts[name], values[name] = read_filter(BY_NAME[name], params.getlist(name), known, troubles)
            elif name not in ("group", "sort", "shut", "after", "sums"):
                troubles.append(_("“%s” is not a filter of the Board.") % name[:40])
        group = _one_of([*GROUPS, NO_GROUP], params.get("group") or GROUP, _("a group"), GROUP, troubles)
        sort = _one_of(_orders(), params.get("sort") or SORT, _("an order"), SORT, troubles)
        after = Place.read(params.get("after", ""), sort, group)
        if params.get("after") and after is None:
            troubles.append(_("The place to go on from is not known. Here is the beginning."))
        shut = tuple(text for text in params.get("shut", "").split(",") if text) if group != NO_GROUP else ()
        kept = {name: texts[name] for name in texts if texts[name]}
        return cls(kept, values, group, sort, shut, after, tuple(troubles[:MOST_TROUBLES]))

    @classmethod
    def read_query(cls, query: str, known: Known) -> Asked:
        """Read the part of an address behind its question mark."""
        try:
            return cls.read(QueryDict(query), known)
        except ValueError:  # too many fields
            return cls({}, {})

    def condition(self, known: Known) -> Q:
        """Return the condition all filters make together."""
        condition = Q()
        for name, values in self.values.items():
            for value in values:
                condition &= BY_NAME[name].keep(value, known)
        return condition

    @property
    def is_filtered(self) -> bool:
        return bool(self.texts)

    def query(self, **changes: Any) -> str:
        """Return the address's query with some of its parts changed; a part set to None is left out.

        The place in the list is never carried over: another filter or order is another list.
        """
        parts = self._parts() | changes
        return urlencode([pair for name in parts for pair in _pairs(name, parts[name])])

    def link(self, **changes: Any) -> str:
        """Return a link to the Board as it would be with these changes."""
        query = self.query(**changes)
        return f"?{query}" if query else "?"

    def with_shut(self, keys: Iterable[str]) -> Asked:
        return replace(self, shut=tuple(keys))

    def _parts(self) -> dict[str, Any]:
        parts: dict[str, Any] = {each.name: self.texts.get(each.name, ()) for each in FILTERS}
        parts["group"] = None if self.group == GROUP else self.group
        parts["sort"] = None if self.sort == SORT else self.sort
        parts["shut"] = ",".join(self.shut) or None
        return parts


def _pairs(name: str, part: Any) -> list[tuple[str, str]]:
    if part is None:
        return []
    return [(name, str(text)) for text in (part if isinstance(part, tuple | list) else (part,))]


def _orders() -> list[str]:
    return [*SORTS, *(f"-{name}" for name in SORTS)]


def _one_of(allowed: list[str], text: str, what: str, instead: str, troubles: list[str]) -> str:
    if text in allowed:
        return text
    troubles.append(_("“%(text)s” is not %(what)s of the Board.") % {"text": text[:40], "what": what})
    return instead


def read_filter(
    each: Filter, given: list[str], known: Known, troubles: list[str]
) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    """Return the texts and values that mean something; an empty one is no filter, not a mistake."""
    texts = list(dict.fromkeys(text.strip() for text in given if text.strip()))
    texts = texts if each.many else texts[-1:]
    read: list[tuple[str, Any]] = []
    for text in texts:
        try:
            read.append((text, each.read(text, known)))
        except Wrong as wrong:
            troubles.append(_("%(filter)s is left out: %(why)s.") % {"filter": each.label, "why": wrong})
    return tuple(text for text, _value in read), tuple(value for _text, value in read)
