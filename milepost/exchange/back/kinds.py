"""Describe, kind by kind, what is written back: what is compared, and what each system calls it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from milepost.accounts.models import Account, Contact
from milepost.exchange.back import opportunities
from milepost.exchange.back.accounts import FIRST, LAST, OPTED_OUT, sides_of_accounts, sides_of_contacts
from milepost.exchange.back.opportunities import CLOSE, STAGE
from milepost.opportunities.models import Opportunity
from milepost.team.models import Person

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ID = "id"
Heads = Mapping[str, str]


@dataclass(frozen=True)
class BackKind:
    """One kind of row that is written back.

    fields  our names of what is compared, each by the names under which a mapping knows its columns: of several, the
    first that the file had; in the order of the file
    heads  what the systems that are known call their columns
    only_if_had  fields for which a system's file has a column only where its export had one
    links  fields that name another row: the kind of that row, and its model
    """

    name: str
    label: StrOrPromise
    counted: str
    model: Any
    unmerged: dict[str, Any]
    sides: Callable[..., dict[int, Any]]
    fields: dict[str, tuple[str, ...]]
    heads: dict[str, Heads]
    links: dict[str, tuple[str, Any]]
    only_if_had: dict[str, tuple[str, ...]]


OPPORTUNITY = BackKind(
    "opportunity", _("Opportunities"), "opportunities", Opportunity, {"merged_into": None}, opportunities.sides,
    {
        "name": ("name",), "account_id": ("account",), "salesperson_id": ("owner", "owner_id"),
        "value_minor": ("value",), "currency": ("currency",), "description": ("description",), STAGE: ("stage",),
        CLOSE: ("close_date", "expected_close"),
    },
    {
        "salesforce": {
            ID: "Id", "name": "Name", "account_id": "AccountId", "salesperson_id": "OwnerId", "value_minor": "Amount",
            "currency": "CurrencyIsoCode", "description": "Description", STAGE: "StageName", CLOSE: "CloseDate",
        },
        "hubspot": {
            ID: "Record ID", "name": "Deal Name", "salesperson_id": "Deal owner", "value_minor": "Amount",
            "currency": "Currency", "description": "Deal Description", STAGE: "Deal Stage", CLOSE: "Close Date",
        },
        "dynamics": {
            ID: "(Do Not Modify) Opportunity", "name": "Topic", "account_id": "Account", "salesperson_id": "Owner",
            "value_minor": "Est. Revenue", "currency": "Currency", "description": "Description",
            STAGE: "Pipeline Phase", CLOSE: "Est. Close Date",
        },
    },
    {"account_id": ("account", Account), "salesperson_id": ("person", Person)},
    # Systems that keep but one currency have no column for it.
    dict.fromkeys(("salesforce", "hubspot", "dynamics"), ("currency",)),
)  # fmt: skip
ACCOUNT = BackKind(
    "account", _("Accounts"), "accounts", Account, {"merged_into": None}, sides_of_accounts,
    {
        "name": ("name",), "sector": ("sector",), "city": ("city",), "country": ("country",), "website": ("website",),
        "employees": ("employees",), "manager_id": ("owner", "owner_id"),
    },
    {
        "salesforce": {
            ID: "Id", "name": "Name", "sector": "Industry", "city": "BillingCity", "country": "BillingCountry",
            "website": "Website", "employees": "NumberOfEmployees", "manager_id": "OwnerId",
        },
        "hubspot": {
            ID: "Record ID", "name": "Company name", "sector": "Industry", "city": "City", "country": "Country/Region",
            "website": "Website URL", "employees": "Number of Employees", "manager_id": "Company owner",
        },
        "dynamics": {
            ID: "(Do Not Modify) Account", "name": "Account Name", "sector": "Industry", "city": "Address 1: City",
            "country": "Address 1: Country/Region", "website": "Website", "employees": "Number of Employees",
            "manager_id": "Owner",
        },
    },
    {"manager_id": ("person", Person)},
    {},
)  # fmt: skip
CONTACT = BackKind(
    "contact", _("Contacts"), "contacts", Contact, {"account__merged_into": None}, sides_of_contacts,
    {
        "name": ("name",), FIRST: ("first_name",), LAST: ("last_name",), "job_title": ("job_title",),
        "email": ("email",), "phone": ("phone",), "account_id": ("account", "account_id"), OPTED_OUT: ("opted_out",),
    },
    # None of the three takes a whole name: each makes it of the two.
    {
        "salesforce": {
            ID: "Id", FIRST: "FirstName", LAST: "LastName", "job_title": "Title", "email": "Email", "phone": "Phone",
            "account_id": "AccountId", OPTED_OUT: "HasOptedOutOfEmail",
        },
        "hubspot": {
            ID: "Record ID", FIRST: "First Name", LAST: "Last Name", "job_title": "Job Title", "email": "Email",
            "phone": "Phone Number", "account_id": "Associated Company", OPTED_OUT: "Unsubscribed from all email",
        },
        "dynamics": {
            ID: "(Do Not Modify) Contact", FIRST: "First Name", LAST: "Last Name", "job_title": "Job Title",
            "email": "Email", "phone": "Business Phone", "account_id": "Company Name",
            OPTED_OUT: "Do not allow Emails",
        },
    },
    {"account_id": ("account", Account)},
    # Dynamics takes rows as a whole: in a column that its export did not have, others would be let in again.
    {"dynamics": (FIRST, LAST, OPTED_OUT)},
)  # fmt: skip
KINDS = {kind.name: kind for kind in (OPPORTUNITY, ACCOUNT, CONTACT)}
