"""Say in words how many rows of each kind an import has made or changed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import ngettext_lazy

from milepost.web.words import count

KINDS = {
    "opportunity": ngettext_lazy("%(n)s opportunity", "%(n)s opportunities", "number"),
    "account": ngettext_lazy("%(n)s account", "%(n)s accounts", "number"),
    "contact": ngettext_lazy("%(n)s contact", "%(n)s contacts", "number"),
    "person": ngettext_lazy("%(n)s person", "%(n)s people", "number"),
    "territory": ngettext_lazy("%(n)s territory", "%(n)s territories", "number"),
    "offer": ngettext_lazy("%(n)s product or service", "%(n)s products and services", "number"),
    "playbook": ngettext_lazy("%(n)s playbook", "%(n)s playbooks", "number"),
    "activity": ngettext_lazy("%(n)s task or event", "%(n)s tasks and events", "number"),
    "contact_role": ngettext_lazy("%(n)s part in an opportunity", "%(n)s parts in opportunities", "number"),
}
"""Kinds of rows as they are counted, opportunities first: those are asked about."""


def in_words(counts: dict[str, dict[str, int]], what: str) -> list[str]:
    """List how many of each kind were "created" or "changed".

    >>> in_words({"account": {"created": 1}, "opportunity": {"created": 3, "changed": 2}}, "created")
    ['3 opportunities', '1 account']
    """
    numbers: list[tuple[Any, int]] = [(words, counts.get(kind, {}).get(what, 0)) for kind, words in KINDS.items()]
    return [words % {"number": number, "n": count(number)} for words, number in numbers if number]
