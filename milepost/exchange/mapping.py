"""Say which column is what: a plain value that can be proposed, edited by a person, saved and used again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from milepost.exchange.fields import KINDS, key
from milepost.exchange.reading import Table
from milepost.exchange.stages import MEANINGS, StagePlan

FORMAT = 1
SHORT, LONG = 15, 18
SHORT_ID = re.compile(r"^[A-Za-z0-9]{15}$")
CHECKING = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


class MappingFault(ValueError):
    """Say in plain words what is wrong with a mapping."""


@dataclass
class TableMapping:
    """Say what one table holds and where."""

    table: str
    kind: str
    columns: dict[str, str] = field(default_factory=dict)
    # Only for opportunities: the column that dates the entry into a stage.
    stage_dates: dict[str, str] = field(default_factory=dict)
    date_orders: dict[str, str] = field(default_factory=dict)
    decimals: dict[str, str] = field(default_factory=dict)
    # Only for opportunities: each has a row for every stage it came to.
    by_stage: bool = False

    @property
    def read_columns(self) -> set[str]:
        """Give the columns of the file that are read."""
        return {*self.columns.values(), *self.stage_dates.values()}

    def fits(self, table: Table) -> bool:
        """Tell whether the table has every column this mapping names."""
        return self.read_columns <= set(table.columns)


@dataclass
class Mapping:
    """Say how the files of one source become accounts, people, offers and opportunities."""

    source: str
    shape: str = ""
    tables: list[TableMapping] = field(default_factory=list)
    stages: list[StagePlan] = field(default_factory=list)
    playbook: str = ""
    currency: str = ""
    same_as: dict[str, dict[str, str]] = field(default_factory=dict)
    # What the source calls a contact's part, as it is written there, and our answer; "" where it says nothing to us.
    roles: dict[str, str] = field(default_factory=dict)
    zero_is_unknown: bool = True
    # Who coordinates the open ones that are new: "me" (whoever imports), "nobody", or a person's number.
    coordinator: str = "me"

    def as_json(self) -> dict[str, Any]:
        """Give the mapping as plain values."""
        return {"format": FORMAT, **asdict(self)}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Mapping:
        """Read a mapping back; raises MappingFault when it is not one."""
        try:
            known = {name: plain[name] for name in cls.__dataclass_fields__ if name in plain}
            known["tables"] = [TableMapping(**one) for one in known.get("tables", [])]
            known["stages"] = [StagePlan(**one) for one in known.get("stages", [])]
            mapping = cls(**known)
        except (TypeError, KeyError, AttributeError) as problem:
            raise MappingFault(_("This is not a mapping that Milepost has saved.")) from problem
        mapping.check()
        return mapping

    def check(self) -> None:
        """Raise MappingFault for the first thing that cannot be right."""
        for table in self.tables:
            kind = KINDS.get(table.kind)
            if kind is None or not set(table.columns) <= set(kind.names):
                raise MappingFault(_("The mapping of %(table)s names something unknown.") % {"table": table.table})
        for plan in self.stages:
            if plan.means not in MEANINGS:
                raise MappingFault(_("The stage “%(stage)s” is neither a step nor an end.") % {"stage": plan.stage})
            if plan.meant and self.plan_of(plan.meant) is None:
                raise MappingFault(_("The stage “%(stage)s” is read as one that is not there.") % {"stage": plan.stage})

    def steps(self) -> list[str]:
        """List the steps of the playbook in order, each once."""
        return list(dict.fromkeys(plan.step or plan.stage for plan in self.stages if plan.means == "step"))

    def plan_of(self, stage: str | None) -> StagePlan | None:
        """Find what a stage of the source becomes, whatever its case."""
        wanted = (stage or "").casefold()
        return next((plan for plan in self.stages if plan.stage.casefold() == wanted), None)

    def role_of(self, said: str | None) -> str:
        """Return the buying role that a part in the source stands for; of several, the first that stands for one."""
        roles = {key(text): role for text, role in self.roles.items()}
        return next((role for one in (said or "").split(";") if (role := roles.get(key(one)))), "")

    def id_of(self, own: str) -> str:
        """Return an id as it is kept: Salesforce writes 15 signs in reports, and 3 more for checking in exports."""
        return own[:SHORT] if len(own) == LONG and self.source == "salesforce" and own.isalnum() else own

    def kept_in_full(self, table: TableMapping) -> list[str]:
        """Name the fields of a table with Salesforce's ids of accounts, contacts and people: kept with all 18 signs."""
        if self.source != "salesforce":
            return []
        own = ("external_id",) if table.kind in ("account", "contact", "person") else ()
        return [name for name in (*own, "account_id", "contact_id", "owner_id", "parent") if name in table.columns]

    def of_kind(self, kind: str) -> list[TableMapping]:
        return [table for table in self.tables if table.kind == kind]


def in_full(own: str) -> str:
    """Return a Salesforce id with its three signs for checking, of which reports write none.

    >>> in_full("0065g00000AbCdE"), in_full("Deal 1")
    ('0065g00000AbCdEAAV', 'Deal 1')
    """
    return own + _checking(own) if len(own) == SHORT and SHORT_ID.match(own) else own


def _checking(own: str) -> str:
    """Return the signs that tell which letters of a Salesforce id are capitals, five letters each.

    >>> _checking("0015g00000AbCdE")
    'AAV'
    """
    fives = (own[start : start + 5] for start in (0, 5, 10))
    return "".join(CHECKING[sum(1 << place for place, sign in enumerate(five) if sign.isupper())] for five in fives)


def missing_columns(mapping: TableMapping) -> list[str]:
    """List in words what a table of its kind must say and does not."""
    kind = KINDS[mapping.kind]
    return [
        " / ".join(str(kind.field(name).label) for name in one_of)
        for one_of in kind.needs
        if not any(name in mapping.columns for name in one_of)
    ]


def match_tables(mapping: Mapping, tables: Iterable[Table]) -> list[tuple[TableMapping, Table]]:
    """Pair each mapped table with the file it fits: by its name first, then by its columns."""
    left = list(tables)
    pairs = []
    for wanted in mapping.tables:
        fitting = [table for table in left if wanted.fits(table)]
        if fitting:
            found = next((table for table in fitting if table.name == wanted.table), fitting[0])
            left.remove(found)
            pairs.append((wanted, found))
    return pairs
