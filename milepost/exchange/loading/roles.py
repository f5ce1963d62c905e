"""Give contacts their parts in opportunities, as the source tells them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from milepost.accounts.models import Contact
from milepost.buyers.models import Lists, Stakeholder
from milepost.buyers.models.kept import warned_by_the_job
from milepost.exchange.loading.ledger import Ledger, Links, fingerprint, readable, write_in_chunks
from milepost.exchange.mapping import TableMapping
from milepost.exchange.models import SourceLink
from milepost.exchange.reading import Table
from milepost.exchange.rows import Problem, Reading, read_rows
from milepost.opportunities.models import Opportunity
from milepost.web.text import name_key

ROLE = "contact_role"


class Unknown(ValueError):
    """A row names something that is not here; the message says what, `said` how the row names it."""

    def __init__(self, reason: str, said: str | None) -> None:
        super().__init__(reason)
        self.said = said or ""


class RoleBook:
    """Write who has which part in which opportunity; what people said here stays."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.lists = Lists.read()
        self.links = Links(ledger, ROLE)
        self.opportunities, self.contacts = Links(ledger, "opportunity"), Links(ledger, "contact")

    @warned_by_the_job()
    def load(self, tables: list[tuple[TableMapping, Table]]) -> None:
        """Take over the tables of parts."""
        for mapping, table in tables:
            write_in_chunks(self.ledger, self._parts(mapping, table), partial(self._take, table.name))

    def _parts(self, mapping: TableMapping, table: Table) -> Iterator[Reading]:
        for reading in readable(self.ledger, ROLE, mapping, table):
            if own := reading.values.get("opportunity_id"):
                reading.values["opportunity_id"] = self.ledger.id_of(own)
            yield reading

    @warned_by_the_job()
    def load_beside(self, tables: list[tuple[TableMapping, Table]]) -> None:
        """Give a part to contacts whose ids stand in the opportunity's own row, as HubSpot writes them."""
        for mapping, table in tables:
            if column := mapping.columns.get("contact_ids"):
                take = partial(self._take_beside, table.name, column)
                write_in_chunks(self.ledger, self._beside(mapping, table), take, again=True)

    def _beside(self, mapping: TableMapping, table: Table) -> Iterator[Reading]:
        for reading in read_rows(table, mapping):
            values = reading.values
            if reading.refused or values.get("deleted") or not values.get("external_id"):
                continue
            own = self.ledger.id_of(str(values["external_id"]))
            for contact in dict.fromkeys(re.split(r"[;,\s]+", values.get("contact_ids") or "")):
                if contact:
                    yield Reading(reading.line, {"opportunity_id": own, "contact_id": contact}, [])

    def _take_beside(self, table: str, column: str, chunk: list[Reading]) -> None:
        """Add who has no part yet: such a column tells no role, so there is nothing to bring up to date."""
        named = self._named(chunk)
        links = self.links.of(_id_of(reading.values) for reading in chunk)
        for reading in chunk:
            own = _id_of(reading.values)
            if own in links or reading.values["opportunity_id"] not in named[0]:
                continue
            try:
                self._write(own, None, reading.values, named)
            except Unknown as unknown:
                problem = Problem(reading.line, column, unknown.said[:200], str(unknown), whole_row=False)
                self.ledger.refuse(ROLE, table, problem)

    def _take(self, table: str, chunk: list[Reading]) -> None:
        named = self._named(chunk)
        links = self.links.of(filter(None, (_id_of(reading.values) for reading in chunk)))
        for reading in chunk:
            external_id = _id_of(reading.values)
            if self.links.twice(external_id, reading.line, table):
                continue
            try:
                self._write(external_id, links.get(external_id), reading.values, named)
            except Unknown as unknown:
                self.ledger.refuse(ROLE, table, Problem(reading.line, "", unknown.said[:200], str(unknown)))

    def _named(self, chunk: list[Reading]) -> tuple[dict[str, int], dict[str, int]]:
        """Find the opportunities and contacts that rows name by the source's ids."""
        found = []
        for links, name in ((self.opportunities, "opportunity_id"), (self.contacts, "contact_id")):
            ids = {reading.values.get(name) for reading in chunk}
            found.append({one: link.object_id for one, link in links.of(filter(None, ids)).items()})
        return found[0], found[1]

    def _write(self, external_id: str, link: SourceLink | None, values: dict[str, Any], named: Any) -> None:
        opportunity = self._opportunity(values, named[0])
        contact = self._contact(values, named[1], opportunity)
        said = str(values.get("role") or "")
        given = {"opportunity": opportunity.pk, "contact": contact.pk, "role": said}
        if link is not None and link.fingerprint == fingerprint(given):
            self.ledger.count_same(ROLE, link)
            return
        row = Stakeholder.objects.filter(opportunity=opportunity, contact=contact).first()
        new = row is None
        changed = False
        on = min(values.get("since") or self.ledger.as_of, self.ledger.company.today())
        if link is None and row is None:
            row = self._add(opportunity, contact, said, on)
            self.ledger.count(ROLE, "created")
        else:
            was = self.ledger.mapping.role_of(link.given["role"]) if link else ""
            stood = self.ledger.before.picture("stakeholder", row) if row is not None else {}
            changed = row is not None and self._change(row, was, said)
            self.ledger.count(ROLE, "changed" if changed else "unchanged")
        if link is not None:
            self.links.renew(link, given)
        elif row is not None:
            self.links.make([(external_id, row.pk, given)], new=new)
        if changed and row is not None:
            self.ledger.before.keep("stakeholder", row.pk, stood, link)

    def _add(self, opportunity: Opportunity, contact: Contact, said: str, on: dt.date) -> Stakeholder:
        return Stakeholder.add(opportunity, by=self.ledger.by, on=on, contact=contact, role=self._role(said))

    def _change(self, row: Stakeholder, was: str, said: str) -> bool:
        """Say what the source says now, unless somebody here has said otherwise."""
        role = self._role(said)
        if not role or row.role not in ("", was):
            return False
        return row.say("role", role, by=self.ledger.by, on=self.ledger.as_of)

    def _role(self, said: str) -> str:
        role = self.ledger.mapping.role_of(said)
        return role if role in self.lists.answers["role"] else ""

    def _opportunity(self, values: dict[str, Any], known: dict[str, int]) -> Opportunity:
        said = values.get("opportunity_id") or values.get("opportunity")
        rows = Opportunity.objects.filter(merged_into=None)
        if values.get("opportunity_id"):
            rows = rows.filter(pk=known.get(values["opportunity_id"], 0))
        else:
            rows = rows.filter(name_key=name_key(said or ""))
            rows = rows.filter(account__name_key=name_key(values["account"])) if values.get("account") else rows
        found = list(rows[:2])
        if len(found) > 1:
            raise Unknown(_("Several opportunities have this name."), said)
        if not found or not self.ledger.seen_by_importer(found[0].territory_id):
            raise Unknown(_("The opportunity is not known."), said)
        return found[0]

    def _contact(self, values: dict[str, Any], known: dict[str, int], opportunity: Opportunity) -> Contact:
        said = values.get("contact_id") or values.get("email") or values.get("contact")
        rows = Contact.objects.select_related("account")
        if values.get("contact_id"):
            rows = rows.filter(pk=known.get(values["contact_id"], 0))
        else:
            rows = rows.filter(account=opportunity.account_id)
            by_address = values.get("email")
            rows = rows.filter(email__iexact=by_address) if by_address else rows.filter(name_key=name_key(said or ""))
        contact = rows.order_by("pk").first()
        if contact is None or not self.ledger.seen_by_importer(contact.account.territory_id):
            raise Unknown(_("The contact is not known."), said)
        return contact


def _id_of(values: dict[str, Any]) -> str:
    """Return what a row is known by: the source's id, or what it joins."""
    ends = (
        values.get("opportunity_id") or name_key(values.get("opportunity") or ""),
        values.get("contact_id") or name_key(values.get("email") or values.get("contact") or ""),
    )
    return str(values.get("external_id") or "|".join(ends))[:250]
