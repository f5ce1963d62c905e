"""List what Milepost knows of each kind of row, and the names exports give it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from milepost.exchange.headers import HEADERS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LETTERS = re.compile(r"[^a-z0-9]+")
PREFIX = re.compile(
    r"^(deal|opportunity|organization|organisation|person|property)\s*[-–:]\s*|^property_", re.IGNORECASE
)
DEAL = re.compile(r"^deal\s*[-–:]\s", re.IGNORECASE)
BRACKETS = re.compile(r"\s*[(\[].*[)\]]\s*$|\*+$")


@dataclass(frozen=True)
class Field:
    """One thing a row can say; `reads` is how its cells are read."""

    name: str
    label: StrOrPromise
    reads: str = "text"
    soft: bool = False  # a cell that cannot be read costs this one value, not the row
    names_row: bool = False  # it is part of what a row without an id is known by: there it must be readable


@dataclass(frozen=True)
class Kind:
    """One kind of row: each group of `needs` must be told; what a table tells of `hints`, too, it is guessed by."""

    name: str
    label: StrOrPromise
    fields: tuple[Field, ...]
    needs: tuple[tuple[str, ...], ...]
    never: tuple[str, ...] = ()  # keys of headers that only another kind of table has
    hints: tuple[tuple[str, ...], ...] = ()
    by_shape: bool = False  # only the tell-tale columns of a known system make a table one of these

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)


def key(header: str) -> str:
    """Bring a header to its bare letters: “Deal - Close Date”, “close_date” and “CLOSEDATE” are one."""
    bare = BRACKETS.sub("", PREFIX.sub("", header.strip())) or header
    ascii_ = unicodedata.normalize("NFKD", bare).encode("ascii", "ignore").decode()
    return LETTERS.sub("", ascii_.casefold())


def keys_of(columns: Sequence[str]) -> list[str]:
    """Bring a table's headers to their bare letters; beside a deal's own columns, those of others keep whose they are.

    >>> keys_of(["Deal - Title", "Organization - Name"]), keys_of(["Organization - Name"])
    (['title', 'organizationname'], ['name'])
    """
    if not any(DEAL.match(column) for column in columns):
        return [key(column) for column in columns]
    return [key(column) if DEAL.match(column) else key(column.replace(" - ", " ")) for column in columns]


ACCOUNT = Kind(
    "account",
    _("Accounts"),
    (
        Field("external_id", _("Id in the source")),
        Field("name", _("Name")),
        Field("sector", _("Sector"), soft=True),
        Field("country", _("Country"), soft=True),
        Field("city", _("City"), soft=True),
        Field("website", _("Website"), soft=True),
        Field("employees", _("Employees"), "number", soft=True),
        Field("parent", _("Belongs to")),
        Field("territory", _("Territory")),
        Field("owner", _("Account manager")),
        Field("owner_id", _("Account manager’s id in the source")),
        Field("created_on", _("Created on"), "date", soft=True),
        Field("deleted", _("Deleted in the source"), "yes_no"),
    ),
    (("name",),),
    ("whatid", "opportunityid", "stagename", "contactid", "username"),
    hints=(("sector", "country", "city", "website", "employees", "parent"),),
)

CONTACT = Kind(
    "contact",
    _("Contacts at accounts"),
    (
        Field("external_id", _("Id in the source")),
        Field("name", _("Name")),
        Field("first_name", _("First name")),
        Field("last_name", _("Last name")),
        Field("account", _("Account")),
        Field("account_id", _("Account’s id in the source")),
        Field("job_title", _("Job title"), soft=True),
        Field("email", _("E-mail address"), soft=True),
        Field("phone", _("Phone"), soft=True),
        Field("opted_out", _("Wants no messages"), "yes_no", soft=True),
        Field("deleted", _("Deleted in the source"), "yes_no"),
    ),
    (("name", "last_name", "email"), ("account", "account_id")),
    ("opportunityid", "stagename", "username", "whatid"),
    hints=(("name", "last_name"), ("email", "job_title", "phone", "first_name")),
)

PERSON = Kind(
    "person",
    _("People who sell"),
    (
        Field("external_id", _("Id in the source")),
        Field("name", _("Name")),
        Field("first_name", _("First name")),
        Field("last_name", _("Last name")),
        Field("email", _("E-mail address")),
        Field("manager", _("Manager")),
        Field("territory", _("Territory")),
        Field("username", _("User name"), soft=True),
        Field("role", _("Role in the source"), soft=True),
        Field("active", _("Works here"), "yes_no", soft=True),
        Field("deleted", _("Deleted in the source"), "yes_no"),
    ),
    (("name", "last_name", "email"),),
    ("opportunityid", "stagename", "whatid"),
    hints=(("manager", "territory", "username", "role", "active"),),
)

OFFER = Kind(
    "offer",
    _("Products and services"),
    (
        Field("external_id", _("Id in the source")),
        Field("name", _("Name")),
        Field("family", _("Family"), soft=True),
        Field("price", _("List price"), "number", soft=True),
    ),
    (("name",),),
    ("opportunityid", "stagename", "dealid"),
    hints=(("family", "price"),),
)

OPPORTUNITY = Kind(
    "opportunity",
    _("Opportunities"),
    (
        Field("external_id", _("Id in the source")),
        Field("name", _("Name")),
        Field("account", _("Account"), soft=True, names_row=True),
        Field("account_id", _("Account’s id in the source"), soft=True, names_row=True),
        Field("contact_ids", _("Its contacts’ ids in the source"), soft=True),
        Field("owner", _("Salesperson"), soft=True),
        Field("owner_id", _("Salesperson’s id in the source"), soft=True),
        Field("territory", _("Territory")),
        Field("offer", _("Product or service"), soft=True),
        Field("stage", _("Stage")),
        Field("status", _("Open, won or lost")),
        Field("is_closed", _("Closed"), "yes_no"),
        Field("is_won", _("Won"), "yes_no"),
        Field("stage_order", _("Order of the stage"), "number", soft=True),
        Field("probability", _("Probability"), "percent", soft=True),
        Field("value", _("Value"), "number", soft=True),
        Field("actual_value", _("Value when won"), "number", soft=True),
        Field("currency", _("Currency")),
        Field("started_on", _("Started on"), "date", soft=True, names_row=True),
        Field("close_date", _("Close date (expected while open)"), "date", soft=True),
        Field("closed_on", _("Closed on"), "date", soft=True),
        Field("won_on", _("Won on"), "date", soft=True),
        Field("lost_on", _("Lost on"), "date", soft=True),
        Field("expected_close", _("Expected close"), "date", soft=True),
        Field("stage_since", _("In this stage since"), "date", soft=True),
        Field("changed_on", _("Last changed on"), "date", soft=True),
        Field("reason", _("Reason for the outcome"), soft=True),
        Field("source", _("Where it came from"), soft=True),
        Field("description", _("Description"), "long_text"),
        Field("next_step", _("Next step in the source"), "long_text"),
        Field("deleted", _("Deleted in the source"), "yes_no"),
    ),
    (("stage", "status", "is_won"), ("external_id", "name", "account", "value")),
    ("whatid", "username"),
)

STAGE_HISTORY = Kind(
    "stage_history",
    _("Stage history"),
    (
        Field("opportunity_id", _("Opportunity’s id in the source")),
        Field("stage", _("Stage")),
        Field("before", _("Stage before")),
        Field("field", _("What changed")),
        Field("entered_on", _("Entered on"), "moment"),
        Field("deleted", _("Deleted in the source"), "yes_no"),
    ),
    (("opportunity_id",), ("stage",), ("entered_on",)),
    ("whatid", "contactid", "username"),
)

STAGE_LIST = Kind(
    "stage_list",
    _("Names of stages"),
    (
        Field("external_id", _("Id in the source")),
        Field("name", _("Name")),
        Field("pipeline", _("Pipeline"), soft=True),
        Field("stage_order", _("Order of the stage"), "number", soft=True),
        Field("probability", _("Probability"), "number", soft=True),
        Field("is_closed", _("Closed"), "yes_no", soft=True),
        Field("is_won", _("Won"), "yes_no", soft=True),
        Field("deleted", _("Deleted in the source"), "yes_no"),
    ),
    (("external_id",), ("name",)),
    by_shape=True,
)

OPPORTUNITY_ACCOUNT = Kind(
    "opportunity_account",
    _("Accounts of opportunities"),
    (
        Field("opportunity_id", _("Opportunity’s id in the source")),
        Field("account_id", _("Account’s id in the source")),
        Field("deleted", _("Deleted in the source"), "yes_no"),
    ),
    (("opportunity_id",), ("account_id",)),
    by_shape=True,
)

ACTIVITY = Kind(
    "activity",
    _("Tasks and events"),
    (
        Field("external_id", _("Id in the source")),
        Field("opportunity_id", _("Opportunity’s id in the source")),
        Field("subject", _("Subject"), "long_text"),
        Field("description", _("Description"), "long_text"),
        Field("on", _("Day"), "moment", soft=True),
        Field("created_on", _("Created on"), "moment", soft=True),
        Field("status", _("Status"), soft=True),
        Field("type", _("Type"), soft=True),
        Field("is_closed", _("Done"), "yes_no", soft=True),
        Field("owner", _("Whose"), soft=True),
        Field("owner_id", _("Whose, id in the source"), soft=True),
        Field("deleted", _("Deleted in the source"), "yes_no"),
    ),
    (("external_id",), ("opportunity_id",), ("subject",)),
    by_shape=True,
)


CONTACT_ROLE = Kind(
    "contact_role",
    _("Contacts’ parts in opportunities"),
    (
        Field("external_id", _("Id in the source")),
        Field("opportunity_id", _("Opportunity’s id in the source")),
        Field("opportunity", _("Opportunity")),
        Field("account", _("Account")),
        Field("contact_id", _("Contact’s id in the source")),
        Field("contact", _("Contact")),
        Field("email", _("E-mail address")),
        Field("role", _("Role in the source"), soft=True),
        Field("since", _("Since"), "date", soft=True),
        Field("deleted", _("Deleted in the source"), "yes_no"),
    ),
    (("opportunity_id", "opportunity"), ("contact_id", "contact", "email")),
    ("stagename", "stage", "dealstage", "whatid", "whoid", "amount", "closedate", "username", "lastname"),
)


def synonyms_of(kind: Kind, name: str) -> tuple[str, ...]:
    """List the bare names that exports give a field, the most trusted first."""
    return SYNONYMS[kind.name].get(name, ())


def _read_headers(text: str) -> dict[str, tuple[str, ...]]:
    entries = re.findall(r"(\w+) =([^=]+)(?=\s\w+ =|\s*$)", text)
    return {name: tuple(key(" ".join(word.split())) for word in words.split("|")) for name, words in entries}


SYNONYMS = {kind: _read_headers(text) for kind, text in HEADERS.items()}
# A table is read before those that name its rows.
KINDS = {
    kind.name: kind
    for kind in (
        ACCOUNT,
        CONTACT,
        PERSON,
        OFFER,
        OPPORTUNITY,
        STAGE_HISTORY,
        STAGE_LIST,
        OPPORTUNITY_ACCOUNT,
        CONTACT_ROLE,
        ACTIVITY,
    )
}
