"""Foretell which opportunities an import will add and change, by the comparison it makes itself; write nothing.

Accounts, contacts and people are not compared here: only whether opportunities name others than before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from milepost.exchange.as_it_will_be import FirstOfBoth
from milepost.exchange.here import in_company_time
from milepost.exchange.load import accounts_of
from milepost.exchange.loading.changing import as_stored
from milepost.exchange.loading.compare import find_others, told_apart
from milepost.exchange.loading.drafts import Draft, Drafter
from milepost.exchange.loading.history import read_history
from milepost.exchange.loading.in_words import otherwise
from milepost.exchange.loading.people import Territories
from milepost.exchange.loading.playbook import StepsToBe
from milepost.exchange.loading.rates import Rates
from milepost.exchange.loading.to_be import AccountsToBe, LedgerToBe, LinksToBe, OffersToBe, PeopleToBe
from milepost.exchange.loading.update import VERB, Updater, expected, expects_otherwise, moved
from milepost.exchange.mapping import Mapping, TableMapping
from milepost.exchange.models import ImportBatch, SourceLink
from milepost.exchange.reading import Table
from milepost.opportunities.models import Opportunity
from milepost.team.models import Company, Person
from milepost.web.history import plain
from milepost.web.history_words import details
from milepost.web.models import Change
from milepost.web.turns import chunks

AT_ONCE = 2_000
LISTED, FEW = 20, 8
MOST = 100_000  # opportunities, and moves in histories, that a person waits for: about twenty seconds
FIELD_BY_FIELD = 500  # of those that differ are looked at field by field; others count by what the source says
Pairs = Sequence[tuple[TableMapping, Table]]


@dataclass
class Foretold:
    """Count what an import will do to opportunities, and list the first.

    `left` stay as people here have made them, `unseen` are not the importer's to change, `unsure` is how many of
    `changed` were counted by what the source says alone, `rest` tells that the files hold more opportunities than were
    compared, `too_long` that their histories kept any from being compared. `rows` and `first` are the
    first that change and the first that are new; `will_be` are some new ones as they will become, and
    `kept` the first cells that cannot be read and whose rows keep what they have: table, line, column.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    left: int = 0
    unseen: int = 0
    unsure: int = 0
    rest: bool = False
    too_long: bool = False
    rows: list[dict[str, Any]] = field(default_factory=list)
    first: list[dict[str, str]] = field(default_factory=list)
    will_be: list[dict[str, Any]] = field(default_factory=list)
    kept: list[tuple[str, int, str]] = field(default_factory=list)


@in_company_time
def foretell(mapping: Mapping, pairs: Pairs, *, moves: int, by: Person | None, as_of: dt.date) -> dict[str, Any]:
    """Compare the files with what their source said last; {} where it has brought no opportunity yet.

    `moves` is the number of rows in their histories, all of which have to be read before the first can be compared.
    """
    known = SourceLink.objects.filter(source=mapping.source, kind="opportunity")
    if not any(one.kind == "opportunity" for one, _table in pairs) or not known.exists():
        return {}
    if moves > MOST:
        return asdict(Foretold(too_long=True))
    batch = ImportBatch(source=mapping.source, by=by)  # for the books alone: it is never saved
    ledger = LedgerToBe(batch, mapping, Company.the(), as_of, by)
    return asdict(Foreteller(ledger, pairs).told())


class Foreteller:
    """Draft every opportunity as the import does, and tell apart what is new, said again, and said otherwise."""

    def __init__(self, ledger: LedgerToBe, pairs: Pairs) -> None:
        self.pairs, self.found, self.looked_at, self.new = pairs, Foretold(), 0, FirstOfBoth()
        self.differing: list[dict[str, Any]] = []  # where something stays as people here have made it: listed first
        territories = Territories(ledger)
        self.people = PeopleToBe(ledger, territories)
        self.people.load(self._of("person"))
        self.accounts = AccountsToBe(ledger, territories, self.people)
        self.accounts.load(self._of("account"))
        self.offers = OffersToBe(ledger)
        self.offers.load(self._of("offer"))
        self.links = LinksToBe(ledger, "opportunity")
        steps = StepsToBe(ledger.mapping)
        self.updater = Updater(ledger, self.links, Rates(ledger.company), steps)
        history, named = read_history(ledger, list(pairs)), accounts_of(ledger, self._of("opportunity_account"))
        self.drafter = Drafter(ledger, steps, history, named)

    def told(self) -> Foretold:
        """Go through all opportunities, some thousands at a time."""
        drafts = (draft for one, table in self._of("opportunity") for draft in self.drafter.drafts(one, table))
        for chunk in chunks(islice(drafts, MOST), AT_ONCE):
            self._compare(chunk)
        self.found.rest = next(drafts, None) is not None
        self.found.will_be = [row.as_json() for row in self.new.rows(self.drafter, self.drafter.ledger.as_of)]
        self.found.rows = [*self.differing, *self.found.rows][:LISTED]
        return self.found

    def _of(self, kind: str) -> list[tuple[TableMapping, Table]]:
        return [pair for pair in self.pairs if pair[0].kind == kind]

    def _compare(self, chunk: list[Draft]) -> None:
        drafts = [draft for draft in chunk if not self.links.twice(draft.external_id, draft.line, draft.table)]
        find_others(drafts, self.accounts, self.people, self.offers)
        apart = told_apart(drafts, self.links.of(draft.external_id for draft in drafts))
        found = self.found
        found.new += len(apart.new)
        self.new.add(apart.new)
        found.first += [self._first(draft) for draft in apart.new[: LISTED - len(found.first)]]
        found.same += len(apart.same)
        found.kept += list(_kept(drafts))[: LISTED - len(found.kept)]
        near = apart.changed[: FIELD_BY_FIELD - self.looked_at]
        self.looked_at += len(near)
        for draft, link in near:
            self._look(draft, link)
        found.changed += len(apart.changed) - len(near)
        found.unsure += len(apart.changed) - len(near)

    def _first(self, draft: Draft) -> dict[str, str]:
        own = [draft.values.get("external_id"), draft.account_name]
        without = ", ".join(f"{problem.column} (“{problem.value}”)" for problem in draft.without)
        return {"name": draft.name, "about": ", ".join(filter(None, own)), "stage": draft.stage, "without": without}

    def _look(self, draft: Draft, link: SourceLink) -> None:
        """Foretell what becomes of one that the source says something else of."""
        opportunity = Opportunity.objects.get(pk=link.object_id)
        if opportunity.merged_into_id is not None:
            self.found.same += 1
        elif not self.updater.may_change(opportunity):
            self.found.unseen += 1
        else:
            what, left = self._what(opportunity, draft, link.given)
            self.found.changed += bool(what)
            self.found.left += bool(left and not what)
            self.found.same += not what and not left
            own = draft.values.get("external_id") or ""
            rows = self.differing if left else self.found.rows
            if (what or left) and len(rows) < LISTED:
                rows.append({"pk": opportunity.pk, "own": own, "what": what, "stays": left})

    def _what(
        self, opportunity: Opportunity, draft: Draft, was: dict[str, Any]
    ) -> tuple[dict[str, Any], list[dict[str, str]]]:
        """Say, as the history will, what changes; and as the report will, what stays as people here have made it."""
        changing, kept = self.updater.differences(opportunity, draft, was.get("fields", {}))
        given = self.updater.said(opportunity, draft, was.get("fields", {}))
        left = [self._otherwise(opportunity, name, given[name]) for name in kept]
        what: dict[str, Any] = {}
        for name in changing:
            what |= self._pair(opportunity, name, given[name])
        if draft.progress() != was.get("progress"):
            steps = list(opportunity.steps.order_by("position"))
            if self.updater.managed_here(opportunity, was.get("progress", {}), opportunity.outcome, steps):
                said = self.updater.left(opportunity, draft)
                left += [said] if said else []
            elif self.updater.moves(opportunity, draft, was.get("progress", {}), steps):
                what |= moved(draft, was.get("progress", {}))
        if expects_otherwise(draft, was):
            what |= expected(draft, was)
        return what, left

    def _coming(self, name: str) -> dict[int, str]:
        """Give the names of those a field may link to that are not here yet."""
        return {"account_id": self.accounts.coming, "salesperson_id": self.people.coming}.get(name, {})

    def _otherwise(self, opportunity: Opportunity, name: str, value: Any) -> dict[str, str]:
        coming = self._coming(name)
        if value not in coming:
            return otherwise(opportunity, name, value)
        return otherwise(opportunity, name, None) | {"theirs": coming[value]}

    def _pair(self, opportunity: Opportunity, name: str, value: Any) -> dict[str, Any]:
        coming = self._coming(name)
        if value in coming:
            field_name = name.removesuffix("_id")
            return {field_name: [plain(getattr(opportunity, field_name)), coming[value]]}
        stored = as_stored(opportunity, {name: value})
        return {key: [plain(getattr(opportunity, key)), plain(after)] for key, after in stored.items()}


def _kept(drafts: list[Draft]) -> Iterator[tuple[str, int, str]]:
    """Name the cells that cannot be read, and whose rows keep what they have."""
    return (
        (draft.table[:200], cell.line, cell.column[:200]) for draft in drafts for cell in draft.without if cell.kept
    )


class ChangedRow(NamedTuple):
    """Say what changes of one opportunity, line by line; `own` is its id in the source, `stays` what does not."""

    opportunity: Opportunity
    details: list[str]
    own: str = ""
    stays: Sequence[dict[str, str]] = ()


def shown(foretold: dict[str, Any], person: Person) -> dict[str, Any]:
    """Give what the page shows of it; a long list is folded, so that what has to be answered stays near."""
    coming = rows_told(foretold, person)
    first = foretold.get("first", [])
    few = len(coming) + len(first) <= FEW
    differing = foretold.get("changed", 0) + foretold.get("left", 0)
    more = differing > len(coming) or foretold.get("new", 0) > len(first)
    return {"told": foretold, "coming": coming, "few": few, "more": more, "compared": MOST}


def rows_told(foretold: dict[str, Any], person: Person) -> list[ChangedRow]:
    """Put what changes into the words of the history, as far as a person sees the opportunities."""
    seen = Opportunity.objects.visible_to(person).in_bulk([row["pk"] for row in foretold.get("rows", [])])
    return [
        ChangedRow(seen[row["pk"]], in_history_words(seen[row["pk"]], row["what"]), row["own"], row.get("stays", ()))
        for row in foretold.get("rows", [])
        if row["pk"] in seen
    ]


def in_history_words(opportunity: Opportunity, what: dict[str, Any]) -> list[str]:
    """Say what changes field by field, as the history of the opportunity will."""
    change = Change(subject_kind="opportunity", subject_id=opportunity.pk, verb=VERB, what=what)
    return details(change, opportunity.currency)
