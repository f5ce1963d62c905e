"""List the tables that known systems write, each by its tell-tale columns (as bare letters)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Shape:
    """Describe a table that a known system writes: its tell-tale columns and what they are."""

    name: str
    kind: str
    signature: frozenset[str]
    columns: dict[str, str] = field(default_factory=dict)
    stage_dates: dict[str, str] = field(default_factory=dict)
    known_order: tuple[str, ...] = ()
    exact: bool = False
    prefix: str = ""  # what most of its columns begin with

    def fits(self, columns: Sequence[str], keys: Sequence[str]) -> bool:
        """Tell whether a table's columns are those of this shape."""
        if self.prefix and 2 * sum(column.startswith(self.prefix) for column in columns) <= len(columns):
            return False
        return self.signature == set(keys) if self.exact else self.signature <= set(keys)


def _shape(name: str, kind: str, signature: str, **more: object) -> Shape:
    return Shape(name, kind, frozenset(signature.split()), **more)  # type: ignore[arg-type]


SHAPES = (
    _shape(
        "maven",
        "account",
        "account sector yearestablished revenue employees officelocation subsidiaryof",
        exact=True,
    ),
    _shape("maven", "offer", "product series salesprice", exact=True),
    _shape("maven", "person", "salesagent manager regionaloffice", exact=True),
    _shape(
        "maven",
        "opportunity",
        "opportunityid salesagent product account dealstage engagedate closedate closevalue",
        exact=True,
        # The day a deal was engaged is the day it entered that stage, and the first day known of it.
        stage_dates={"Engaging": "engagedate"},
        known_order=("Prospecting", "Engaging"),
    ),
    _shape(
        "salesforce",
        "stage_history",
        "fivetranstart stagename id",
        columns={"opportunity_id": "id", "entered_on": "fivetranstart"},
    ),
    _shape("salesforce", "stage_history", "opportunityid stagename createddate"),
    _shape("salesforce", "stage_history", "opportunityid field newvalue createddate"),
    _shape("salesforce", "contact_role", "opportunityid contactid role"),
    _shape("salesforce", "opportunity", "id name stagename closedate"),
    _shape("salesforce", "opportunity", "name stagename closedate"),
    _shape("salesforce", "opportunity", "opportunityname stage closedate"),
    _shape("salesforce", "opportunity", "opportunityname stage accountname"),
    _shape("salesforce", "account", "id name billingcountry ownerid"),
    _shape("salesforce", "contact", "id lastname accountid mailingcountry"),
    _shape("salesforce", "person", "id username lastname isactive"),
    _shape("salesforce", "activity", "id whatid subject activitydate"),
    # HubSpot: its pages' exports, then the warehouse form.
    _shape("hubspot", "opportunity", "recordid dealname"),
    _shape("hubspot", "opportunity", "dealname dealstage"),
    _shape("hubspot", "account", "recordid companyname companydomainname"),
    _shape("hubspot", "account", "recordid companyname companyowner"),
    _shape("hubspot", "contact", "recordid firstname lastname"),
    _shape("hubspot", "contact", "recordid email contactowner"),
    _shape("hubspot", "opportunity", "dealid dealname"),
    _shape("hubspot", "stage_history", "dealid timestamp name value source", columns={"field": "name"}),
    _shape("hubspot", "stage_list", "stageid label pipelineid"),
    _shape("hubspot", "opportunity_account", "dealid companyid"),
    _shape("hubspot", "contact_role", "dealid contactid"),
    _shape("hubspot", "account", "fivetransynced id name createdate industry"),
    _shape("hubspot", "contact", "fivetransynced id firstname lastname email createdate"),
    _shape("hubspot", "person", "ownerid email firstname lastname"),
    # Pipedrive
    _shape("pipedrive", "opportunity", "title", prefix="Deal - "),
    _shape("pipedrive", "account", "name", prefix="Organization - "),
    _shape("pipedrive", "contact", "name", prefix="Person - "),
    _shape("pipedrive", "opportunity", "title weightedvalue stage status"),
    # Dynamics: three hidden columns begin every sheet.
    _shape("dynamics", "opportunity", "donotmodifyopportunity"),
    _shape("dynamics", "account", "donotmodifyaccount"),
    _shape("dynamics", "contact", "donotmodifycontact"),
    _shape("dynamics", "opportunity", "opportunityid name estimatedvalue"),
    _shape("dynamics", "opportunity", "topic estrevenue"),
)


def shape_of(columns: Sequence[str], keys: Sequence[str]) -> Shape | None:
    """Find the known table that columns, and their bare letters, are those of."""
    return next((shape for shape in SHAPES if shape.fits(columns, keys)), None)
