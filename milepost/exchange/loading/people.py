"""Find the people and territories a file names; those not known here are added, without a sign-in."""

from __future__ import annotations

import re
import secrets
from functools import partial

from django.db import models, transaction
from django.utils.translation import gettext as _

from milepost.exchange.loading.ledger import Ledger, Links, readable, write_in_chunks
from milepost.exchange.mapping import TableMapping
from milepost.exchange.models import MAY_IMPORT
from milepost.exchange.reading import Table
from milepost.exchange.rows import Reading
from milepost.team.models import Membership, Person, Role, Territory
from milepost.web.text import NO_ADDRESS, name_key

# Nobody can receive mail there (RFC 2606); an administrator gives the real address with the invitation.


ME, NOBODY = "me", "nobody"


def coordinators() -> models.QuerySet[Person]:
    """Return the people who may coordinate what is imported, by name."""
    held = Membership.objects.filter(role=Role.COORDINATOR)
    return Person.objects.working().filter(pk__in=held.values("person")).order_by("name")


def coordinator_of(chosen: str, *, by: Person | None) -> Person | None:
    """Return who coordinates the open opportunities that an import makes; None while nobody does."""
    if chosen == ME:
        return by if by is not None and by.sight.holds(Role.COORDINATOR) else None
    return coordinators().filter(pk=int(chosen)).first() if chosen.isdecimal() else None


class Territories:
    """Find territories by name among those the importer looks after."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.home = home_of(ledger)
        rows = Territory.objects.filter(path__startswith=self.home.path).order_by("-path")
        self.by_name = {name_key(territory.name): territory for territory in rows}

    def find_or_make(self, name: str | None) -> Territory:
        """Find a territory by its name, or add it below the importer's own."""
        if not name:
            return self.home
        key = name_key(name)
        if key not in self.by_name:
            with transaction.atomic():
                self.by_name[key] = Territory.add(by=self.ledger.by, name=name[:120], parent=self.home)
                self.ledger.count("territory", "created")
                self.ledger.made("territory", self.by_name[key].pk)
                self.ledger.flush()
            if self.ledger.by is not None:
                self.ledger.by.__dict__.pop("sight", None)  # the importer sees the new territory from now on
        return self.by_name[key]


def home_of(ledger: Ledger) -> Territory:
    """Give the topmost territory the importer looks after; for the command line the root of all."""
    territories = Territory.objects.order_by("path")
    if ledger.by is not None:
        ids = set().union(*(ledger.by.sight.roles.get(role, frozenset()) for role in MAY_IMPORT))
        territories = territories.filter(pk__in=ids)
    found = min(territories, key=lambda territory: territory.depth, default=None)
    return found or Territory.add(by=ledger.by, name=ledger.company.name)


class People:
    """Find people by the source's id, their address or their name."""

    def __init__(self, ledger: Ledger, territories: Territories) -> None:
        self.ledger = ledger
        self.territories = territories
        self.links = Links(ledger, "person")
        self.by_id: dict[str, int] = {}
        self.by_name: dict[str, int] = {}
        self.by_email: dict[str, int] = {}
        self.office: dict[int, str] = {}
        for pk, key, email in Person.objects.order_by("is_active", "-id").values_list("id", "name_key", "email"):
            self.by_name[key] = self.by_email[email] = pk
        for link in self.links.all():
            self._learn(link.external_id, link.object_id, link.given)

    def _learn(self, external_id: str, pk: int, given: dict[str, str]) -> None:
        self.by_id[external_id] = pk
        self.by_name[name_key(given["name"])] = pk
        if given.get("territory"):
            self.office[pk] = given["territory"]

    def load(self, tables: list[tuple[TableMapping, Table]]) -> None:
        """Take over the tables of people."""
        for mapping, table in tables:
            rows = readable(self.ledger, "person", mapping, table)
            write_in_chunks(self.ledger, rows, partial(self._take_all, table.name))

    def _take_all(self, table: str, chunk: list[Reading]) -> None:
        for reading in chunk:
            self._take(reading.values, reading.line, table)

    def _take(self, values: dict[str, str | None], line: int, table: str) -> None:
        name = values.get("name") or " ".join(filter(None, [values.get("first_name"), values.get("last_name")]))
        email = (values.get("email") or "").casefold()
        if not name and not email:
            return
        external_id = values.get("external_id") or (f"email:{email}" if email else f"name:{name_key(name)}")
        if self.links.twice(external_id, line, table):
            return
        given = {"name": name or email, "territory": values.get("territory") or ""}
        known = self.by_id.get(external_id)
        if known is None:
            known = self.by_email.get(email) or self.by_name.get(name_key(name))
            pk = known or self._add(name or email, email, given["territory"], Role.SALESPERSON)
            self.links.make([(external_id, pk, given)], new=known is None)
            self._learn(external_id, pk, given)
            if known:
                self.ledger.count("person", "unchanged")
        else:
            self._rename(known, external_id, given)
        self._manager(values.get("manager"), given["territory"])

    def _rename(self, pk: int, external_id: str, given: dict[str, str]) -> None:
        """Give a person who was known only by the source's id the name the source now tells."""
        person = Person.objects.get(pk=pk)
        link = self.links.of([external_id])[external_id]
        self.ledger.count_same("person", link)
        if person.name == link.given["name"] != given["name"] and person.is_from_import:
            stood = self.ledger.before.picture("person", person)
            person.revise(by=self.ledger.by, verb="renamed", name=given["name"][:120])
            self.links.renew(link, given)
            self.ledger.before.keep("person", pk, stood, link)
        if link.given != given:
            self.links.renew(link, given)
        self._learn(external_id, pk, given)

    def _manager(self, name: str | None, territory: str) -> None:
        if name and name_key(name) not in self.by_name:
            manager = self.by_name[name_key(name)] = self._add(name, "", territory, Role.SALES_MANAGER)
            self.ledger.made("person", manager)

    def find_or_make(self, name: str | None, external_id: str | None = None) -> int | None:
        """Find who a row names; somebody unknown is added as a person who cannot sign in yet."""
        if not name and not external_id:
            return None
        key = name_key(name or "")
        found = self.by_id.get(external_id or "") or self.by_name.get(key) or self.by_email.get(key)
        if found is None:
            shown = name or _("%(source)s user %(id)s") % {"source": self.ledger.source.title(), "id": external_id}
            external_id = external_id or f"name:{key}"
            given = {"name": shown, "territory": ""}
            found = self._make(external_id, given)
            self._learn(external_id, found, given)
        return found

    def _make(self, external_id: str, given: dict[str, str]) -> int:
        """Add somebody whom no file lists, linked to the source's id."""
        with transaction.atomic():
            found = self._add(given["name"], "", "", Role.SALESPERSON)
            self.links.make([(external_id, found, given)])
            self.ledger.flush()
        return found

    def _add(self, name: str, email: str, territory: str, role: str) -> int:
        """Add a person who cannot sign in until an administrator invites them."""
        slug = re.sub(r"[^a-z0-9]+", ".", name_key(name)).strip(".")[:60] or "person"
        address = email or f"{slug}.{secrets.token_hex(3)}{NO_ADDRESS}"
        person = Person(name=name[:120], name_key=name_key(name)[:120], email=address)
        person.set_unusable_password()
        person.save()
        place = self.territories.find_or_make(territory)
        Membership.objects.create(person=person, territory=place, role=role)
        self.by_email[address] = person.pk
        self.ledger.count("person", "created")
        return person.pk
