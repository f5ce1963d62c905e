"""Take over accounts and their contacts; find the account a row names."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.accounts.models import Account, Contact
from milepost.exchange.loading.changing import what_to_change
from milepost.exchange.loading.ledger import Ledger, Links, plain, readable, write_in_chunks
from milepost.exchange.loading.people import People, Territories
from milepost.exchange.mapping import TableMapping
from milepost.exchange.models import SourceLink
from milepost.exchange.reading import Table
from milepost.exchange.rows import Problem, Reading
from milepost.web.many import Row, Rows, numbers
from milepost.web.models import SearchEntry
from milepost.web.text import name_key

LONGEST = {"job_title": 200, "email": 254, "phone": 60}
PARTS = ("first_name", "last_name")
MOST_EMPLOYEES = 2_000_000_000
TEXTS = ("sector", "city", "country", "website")
ACCOUNTS = Rows(Account, "id", "name", "name_key", "territory_id", "manager_id", "employees", *TEXTS)
SEARCH = Rows(SearchEntry, "kind", "object_id", "territory_id", "text")


class AccountBook:
    """Find accounts by the source's id or their name, and write them."""

    def __init__(self, ledger: Ledger, territories: Territories, people: People) -> None:
        self.ledger = ledger
        self.territories = territories
        self.people = people
        self.links = Links(ledger, "account")
        self.by_id: dict[str, int] = {}
        self.by_name: dict[str, int] = {}
        self.with_id: set[int] = set()
        self.seen: set[int] = set()  # by the importer
        self.same_as = ledger.mapping.same_as.get("account", {})
        self.sectors = ledger.mapping.same_as.get("sector", {})
        self.parents: list[tuple[int, str]] = []
        rows = Account.objects.all() if ledger.by is None else Account.objects.visible_to(ledger.by)
        for pk, key in rows.filter(merged_into=None).order_by("-id").values_list("id", "name_key"):
            self.by_name[key] = pk
            self.seen.add(pk)
        merged = dict(Account.objects.exclude(merged_into=None).values_list("id", "merged_into_id"))
        for link in self.links.all():
            self._learn(link.external_id, merged.get(link.object_id, link.object_id), link.given.get("name", ""))

    def _learn(self, external_id: str, pk: int, name: str) -> None:
        self.by_id[external_id] = pk
        if name:
            self.by_name[name_key(name)] = pk
        if not external_id.startswith("name:"):
            self.with_id.add(pk)

    def load(self, tables: list[tuple[TableMapping, Table]]) -> None:
        """Take over the tables of accounts."""
        for mapping, table in tables:
            rows = readable(self.ledger, "account", mapping, table)
            write_in_chunks(self.ledger, rows, partial(self._take, table.name))

    def _take(self, table: str, chunk: list[Reading]) -> None:
        new: list[tuple[str, dict[str, Any], str]] = []
        drafts = [(self._external_id(reading.values), reading) for reading in chunk if reading.values.get("name")]
        links = self.links.of(external_id for external_id, _reading in drafts)
        for external_id, reading in drafts:
            if self.links.twice(external_id, reading.line, table):
                continue
            given = self._given(reading.values)
            link = links.get(external_id) or self._adopt(external_id, given)
            if link is None:
                new.append((external_id, given, reading.values.get("parent") or ""))
            else:
                self._update(link, given, reading, table)
        self._create(new)

    def _external_id(self, values: dict[str, Any]) -> str:
        return values.get("external_id") or f"name:{name_key(values['name'])}"

    def _given(self, values: dict[str, Any]) -> dict[str, Any]:
        """Say what the source says of an account, field by field."""
        given: dict[str, Any] = {"name": values["name"]}
        for name in ("sector", "city", "country"):
            if name in values:
                given[name] = (values[name] or "")[:120]
        if given.get("sector"):
            given["sector"] = self.sectors.get(given["sector"], given["sector"])
        if "website" in values:
            given["website"] = _address(values["website"])
        if values.get("employees") is not None and 0 <= values["employees"] < MOST_EMPLOYEES:
            given["employees"] = int(values["employees"])
        if values.get("owner") or values.get("owner_id"):
            given["manager_id"] = self.people.find_or_make(values.get("owner"), values.get("owner_id"))
        if values.get("territory"):
            given["territory_id"] = self.territories.find_or_make(values["territory"]).pk
        return given

    def _adopt(self, external_id: str, given: dict[str, Any]) -> SourceLink | None:
        """Link a row to the account that is here already under its name, unless another row has it."""
        pk = self._adoptable(given["name"])
        if pk is None:
            return None
        self.links.make([(external_id, pk, {})], new=False)
        return self.links.of([external_id])[external_id]

    def _adoptable(self, name: str) -> int | None:
        pk = self.by_name.get(name_key(name))
        return None if pk in self.with_id else pk

    def _create(self, new: list[tuple[str, dict[str, Any], str]]) -> None:
        """Write new accounts, their links and what search knows of them."""
        own = numbers(Account, len(new))
        places = [given.get("territory_id", self.territories.home.pk) for _id, given, _parent in new]
        ACCOUNTS.write([_row(pk, given, place) for pk, (_id, given, _p), place in zip(own, new, places, strict=True)])
        self.links.make((one[0], pk, one[1]) for pk, one in zip(own, new, strict=True))
        SEARCH.write(
            [("account", pk, place, _found(given)) for pk, (_i, given, _p), place in zip(own, new, places, strict=True)]
        )
        for pk, (external_id, given, parent) in zip(own, new, strict=True):
            self._learn(external_id, pk, given["name"])
            self.seen.add(pk)
            if parent:
                self.parents.append((pk, parent))
        self.ledger.count("account", "created", len(new))

    def _update(self, link: SourceLink, given: dict[str, Any], reading: Reading, table: str) -> None:
        """Bring an account up to what the source says now, except for what people changed here."""
        self._learn(link.external_id, link.object_id, given["name"])
        if link.given == given:
            self.ledger.count_same("account", link)
            if link.made_by_id == self.ledger.batch.pk and reading.values.get("parent"):
                self.parents.append((link.object_id, reading.values["parent"]))  # made before an interruption
            return
        account = Account.objects.get(pk=self.by_id[link.external_id])
        if not self.ledger.seen_by_importer(account.territory_id):
            reason = _("This account belongs to a territory you do not look after.")
            self.ledger.refuse("account", table, Problem(reading.line, "", given["name"], reason))
            return
        changes, kept = what_to_change(account, link.given, given)
        stood = self.ledger.before.picture("account", account) if changes else {}
        if changes:
            account.revise(by=self.ledger.by, **changes)
        if kept:
            self.ledger.keep("account", account, kept, given)
            self.ledger.note(_("Accounts that keep what was changed here since the last import: %(n)s."))
        self.links.renew(link, given)
        if changes:
            self.ledger.before.keep("account", account.pk, stood, link)
        self.ledger.count("account", "changed" if changes else "unchanged")

    def hang_under_parents(self) -> None:
        """Hang new accounts under the company they belong to, unless that would make a ring."""
        above: dict[int, int] = {}
        for pk, parent in self.parents:
            found = self.by_id.get(parent) or self.by_name.get(name_key(parent))
            if found is None:
                self.ledger.leave_out(_("Accounts whose parent company is not in the files: %(n)s."))
            elif not _is_below(found, pk, above):
                above[pk] = found
        with transaction.atomic():
            for pk, found in above.items():
                Account.objects.filter(pk=pk, parent=None).update(parent=found)

    def find(self, name: str | None, external_id: str | None) -> int | None:
        """Find the account a row names, without adding one."""
        name = self.same_as.get(name or "", name)
        return self.by_id.get(external_id or "") or self.by_name.get(name_key(name or ""))

    def find_or_make_all(self, wanted: list[tuple[str | None, str | None]]) -> list[int | None]:
        """Find the accounts some rows name; those that no file lists are added by name."""
        new: dict[str, tuple[str, dict[str, Any], str]] = {}
        for name, external_id in wanted:
            if (name or external_id) and self.find(name, external_id) is None:
                shown = self.same_as.get(name or "", name) or _("%(source)s account %(id)s") % {
                    "source": self.ledger.source.title(),
                    "id": external_id,
                }
                key = external_id or f"name:{name_key(shown)}"
                new.setdefault(key, (key, {"name": shown}, ""))
        if new:
            self._create(list(new.values()))
            self.ledger.note(_("Accounts that only opportunities name, added by name: %(n)s."), len(new))
        return [self.find(name, external_id) if name or external_id else None for name, external_id in wanted]


def _row(pk: int, given: dict[str, Any], territory: int) -> Row:
    name, texts = given["name"], (given.get(one, "") for one in TEXTS)
    return (pk, name, name_key(name)[:200], territory, given.get("manager_id"), given.get("employees"), *texts)


def _found(given: dict[str, Any]) -> str:
    """Give what search finds an account by."""
    return name_key(f"{given['name']} {given.get('city', '')} {given.get('sector', '')}")


def _own(given: dict[str, Any]) -> dict[str, Any]:
    """Keep of what the source says of a contact what is a field of ours."""
    return {name: value for name, value in given.items() if name not in PARTS}


def _address(text: str | None) -> str:
    """Make a web address out of what the source says, or nothing."""
    if not text or " " in text:
        return ""
    return (text if "://" in text else f"https://{text}")[:300]


def _is_below(found: int, pk: int, above: dict[int, int]) -> bool:
    while found != pk:
        if found not in above:
            return False
        found = above[found]
    return True


class ContactBook:
    """Write the contacts at accounts."""

    def __init__(self, ledger: Ledger, accounts: AccountBook) -> None:
        self.ledger = ledger
        self.accounts = accounts
        self.links = Links(ledger, "contact")

    def load(self, tables: list[tuple[TableMapping, Table]]) -> None:
        """Take over the tables of contacts."""
        for mapping, table in tables:
            rows = readable(self.ledger, "contact", mapping, table)
            write_in_chunks(self.ledger, rows, partial(self._take, table.name))

    def _take(self, table: str, chunk: list[Reading]) -> None:
        new: list[tuple[str, dict[str, Any]]] = []
        drafts = []
        for reading in chunk:
            given = self._given(reading, table)
            if given:
                own = f"name:{name_key(given['name'])}|{given['account_id']}"
                drafts.append((reading.values.get("external_id") or own, given, reading))
        links = self.links.of(external_id for external_id, _given, _reading in drafts)
        for external_id, given, reading in drafts:
            if self.links.twice(external_id, reading.line, table):
                continue
            if external_id in links:
                self._update(links[external_id], given, reading, table)
            else:
                new.append((external_id, given))
        self._create(new)

    def _given(self, reading: Reading, table: str) -> dict[str, Any] | None:
        values = reading.values
        named = " ".join(filter(None, [values.get("first_name"), values.get("last_name")]))
        name = values.get("name") or named or values.get("email") or ""
        if ";" in (values.get("account_id") or ""):  # of several, the first
            values["account_id"] = values["account_id"].partition(";")[0].strip()
        account = self.accounts.find(values.get("account"), values.get("account_id"))
        if not name or account is None:
            said = values.get("account") or values.get("account_id") or ""
            reason = _("The contact’s account is not known.") if name else _("The contact has no name.")
            self.ledger.refuse("contact", table, Problem(reading.line, "", said, reason))
            return None
        if account not in self.accounts.seen:
            reason = _("The contact’s account belongs to a territory you do not look after.")
            self.ledger.refuse("contact", table, Problem(reading.line, "", name, reason))
            return None
        given = {"name": name, "account_id": account}
        given |= {field: plain(values.get(field) or "")[: LONGEST[field]] for field in LONGEST if field in values}
        if not values.get("name"):  # kept as it was split, to be written back so
            given |= {part: values[part] or "" for part in PARTS if part in values}
        # Who wants no messages gets none from the first day on; no source lets them be written to again.
        return given | ({"opted_out": True} if values.get("opted_out") else {})

    def _create(self, new: list[tuple[str, dict[str, Any]]]) -> None:
        rows = [Contact(**_own(given), name_key=name_key(given["name"])[:200]) for _id, given in new]
        Contact.objects.bulk_create(rows)
        self.links.make((one[0], row.pk, one[1]) for row, one in zip(rows, new, strict=True))
        for row in Contact.objects.filter(pk__in=[row.pk for row in rows]).select_related("account"):
            row.be_found()
        self.ledger.count("contact", "created", len(rows))

    def _update(self, link: SourceLink, given: dict[str, Any], reading: Reading, table: str) -> None:
        if link.given == given:
            self.ledger.count_same("contact", link)
            return
        contact = Contact.objects.get(pk=link.object_id)
        if contact.account_id not in self.accounts.seen:
            reason = _("This contact belongs to a territory you do not look after.")
            self.ledger.refuse("contact", table, Problem(reading.line, "", given["name"], reason))
            return
        changes, kept = what_to_change(contact, link.given, _own(given))
        if given.get("opted_out") and not contact.opted_out:
            changes["opted_out"] = True
        if kept := [name for name in kept if name not in changes]:
            self.ledger.keep("contact", contact, kept, given)
            self.ledger.note(_("Contacts that keep what was changed here since the last import: %(n)s."))
        stood = self.ledger.before.picture("contact", contact) if changes else {}
        if changes:
            contact.revise(by=self.ledger.by, **changes)
        self.links.renew(link, given)
        if changes:
            self.ledger.before.keep("contact", contact.pk, stood, link)
        self.ledger.count("contact", "changed" if changes else "unchanged")
