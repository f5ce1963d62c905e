"""Lay what a source said last of accounts and contacts beside how they stand here."""

from __future__ import annotations

from typing import Any

from milepost.accounts.models import Account, Contact
from milepost.exchange.back.source import Source

OWNED = ("name", "sector", "city", "country", "website", "employees", "manager_id")
FIRST, LAST, OPTED_OUT = "first_name", "last_name", "opted_out"
OF_CONTACT = ("name", "account_id", "job_title", "email", "phone")
Sides = tuple[dict[str, Any], dict[str, Any]]


def sides_of_accounts(source: Source, rows: list[Account], given: dict[int, dict[str, Any]]) -> dict[int, Sides]:
    """Return by our id, field by field, what the source said last and what stands here."""
    return {row.pk: _sides(row, given[row.pk], OWNED) for row in rows}


def sides_of_contacts(source: Source, rows: list[Contact], given: dict[int, dict[str, Any]]) -> dict[int, Sides]:
    """Return the same of contacts; an account that was merged into another since is that other one.

    Whether somebody wants no messages is always among them: a source without a word on it has let them be written to.
    """
    named = {said["account_id"] for said in given.values() if "account_id" in said}
    merged = dict(Account.objects.filter(pk__in=named).exclude(merged_into=None).values_list("pk", "merged_into_id"))
    found = {}
    for row in rows:
        said = given[row.pk]
        was, now = _sides(row, said, OF_CONTACT)
        if "account_id" in was:
            was["account_id"] = merged.get(was["account_id"], was["account_id"])
        was[OPTED_OUT], now[OPTED_OUT] = bool(said.get(OPTED_OUT)), row.opted_out
        if FIRST in said or LAST in said:
            _in_two(said, was, now)
        found[row.pk] = was, now
    return found


def _sides(row: Account | Contact, said: dict[str, Any], owned: tuple[str, ...]) -> Sides:
    was = {name: said[name] for name in owned if name in said}
    return was, {name: getattr(row, name) for name in was}


def _in_two(said: dict[str, Any], was: dict[str, Any], now: dict[str, Any]) -> None:
    """Compare a first and a last name instead of the whole; where a new one cannot be split, the whole stays."""
    was |= {FIRST: said.get(FIRST, ""), LAST: said.get(LAST, "")}
    parts = split(now["name"], was["name"], was[FIRST], was[LAST])
    now[FIRST], now[LAST] = parts or (was[FIRST], was[LAST])
    if parts:
        del was["name"], now["name"]


def split(name: str, was: str, first: str, last: str) -> tuple[str, str] | None:
    """Split a name as the source had split it; None where that would be a guess.

    >>> split("Helene Brandt-Meier", "Helene Brandt", "Helene", "Brandt")
    ('Helene', 'Brandt-Meier')
    >>> split("Lena van der Berg", "Helene van der Berg", "Helene", "van der Berg")
    ('Lena', 'van der Berg')
    >>> split("Anna Maria Berg", "Helene Brandt", "Helene", "Brandt")
    """
    if name == was:
        return first, last
    if first and name.startswith(f"{first} "):
        return first, name.removeprefix(f"{first} ")
    if last and name.endswith(f" {last}"):
        return name.removesuffix(f" {last}"), last
    words = name.split()
    if len(words) == len(f"{first} {last}".split()) == 2 and first and last:
        return words[0], words[1]
    return None
