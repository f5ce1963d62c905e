"""Import files: read them through a mapping and write what they hold, once however often they come."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from django.utils.translation import gettext as _

from milepost.exchange.board_moved import keep_after, keep_before
from milepost.exchange.here import in_company_time
from milepost.exchange.letting_go import let_go
from milepost.exchange.loading.accounts import AccountBook, ContactBook
from milepost.exchange.loading.activities import ActivityBook
from milepost.exchange.loading.drafts import Drafter, end_of
from milepost.exchange.loading.history import History, read_history
from milepost.exchange.loading.ledger import Ledger, readable
from milepost.exchange.loading.offers import Offers
from milepost.exchange.loading.opportunities import OpportunityBook
from milepost.exchange.loading.people import People, Territories
from milepost.exchange.loading.playbook import Durations, Steps, settle_playbook
from milepost.exchange.loading.roles import RoleBook
from milepost.exchange.mapping import Mapping, MappingFault, TableMapping, match_tables
from milepost.exchange.models import ImportBatch
from milepost.exchange.reading import Table, UnreadableFile, read_tables, told_apart
from milepost.exchange.rows import STAGE_DATE, read_rows
from milepost.exchange.stages import WON, outcome_of
from milepost.forecasts.learn import learn_and_refresh
from milepost.team.models import Company, Person
from milepost.web.jobs import CancelAsked, LeaseLost, Stopping, ask
from milepost.web.many import sparing_the_disk

Pairs = list[tuple[TableMapping, Table]]


@dataclass(frozen=True)
class Incoming:
    """Hold a file that was handed in: what it is called and where it lies."""

    name: str
    path: Path

    def tables(self) -> list[Table]:
        return read_tables(self.path, self.name)

    def described(self) -> dict[str, str | int]:
        """Name the file by its content, as the import keeps it."""
        digest = hashlib.sha256()
        with self.path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
        return {"name": self.name, "sha256": digest.hexdigest(), "size": self.path.stat().st_size}


def tables_in(files: Iterable[Incoming]) -> list[Table]:
    """Read the tables of all files, each under a name of its own; raises UnreadableFile."""
    return told_apart(table for file in files for table in file.tables())


@in_company_time
def load(
    files: Sequence[Incoming],
    mapping: Mapping,
    *,
    as_of: dt.date,
    by: Person | None,
    batch: ImportBatch | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> ImportBatch:
    """Import files as the mapping says; refused rows are listed in the batch and never stop the rest.

    The same files twice change nothing; newer ones update what the source owns and leave what people changed here.
    What was written before an error stays, and is not written twice when the import is run again.
    `progress` is told the number of rows done; what it raises stops the import between two transactions.
    """
    mapping.check()
    batch = batch or ImportBatch(by=by, files=[file.described() for file in files])
    batch.source, batch.mapping, batch.as_of = mapping.source, mapping.as_json(), as_of
    keep_before(batch)
    batch.begin()
    lagged = Company.the().figures_behind_since is not None  # an import that died left figures behind
    Company.let_figures_lag()
    ledger = Ledger(batch, mapping, Company.the(), as_of, by, progress=progress)
    ledger.go_on()
    try:
        with sparing_the_disk(), ledger.beside:
            _write(ledger, match_tables(mapping, tables_in(files)))
    except (UnreadableFile, MappingFault) as problem:
        ledger.flush()
        batch.fail(str(problem), counts=ledger.totals())
        Company.figures_are_back()
        return batch
    except CancelAsked:
        batch.fail(_("Somebody stopped it."), counts=batch.kept_counts)
        Company.figures_are_back()
        raise
    except (Stopping, LeaseLost):
        raise  # the import goes on in another process
    except Exception:
        batch.fail(_("Milepost itself went wrong at it; its log says how."), counts=batch.kept_counts)
        Company.figures_are_back()
        raise
    batch.finish(counts=ledger.totals(), notes=ledger.notes(), kept=ledger.kept)
    let_go(batch)
    if batch.created or batch.changed or lagged:
        reckon()
        keep_after(batch)
        ask("replay", by=by, unique_key="replay:anew")
    else:
        Company.figures_are_back()  # nothing was written: no figure moves
    return batch


def reckon() -> None:
    """Learn from what has arrived, give every open opportunity its figures, and say that they are there."""
    learn_and_refresh()
    Company.figures_are_back()


def _write(ledger: Ledger, pairs: Pairs) -> None:
    """Write kind by kind, each before those that name its rows."""
    territories = Territories(ledger)
    people = People(ledger, territories)
    people.load(_of(pairs, "person"))
    accounts = AccountBook(ledger, territories, people)
    accounts.load(_of(pairs, "account"))
    offers = Offers(ledger)
    offers.load(_of(pairs, "offer"))
    history = read_history(ledger, pairs)
    tables = _of(pairs, "opportunity")
    if any(_holds_something(pair) for pair in tables):
        steps = Steps(ledger.mapping, settle_playbook(ledger, lambda: _durations(ledger.mapping, tables, history)))
        book = OpportunityBook(ledger, steps, territories=territories, people=people, accounts=accounts, offers=offers)
        drafter = Drafter(ledger, steps, history, accounts_of(ledger, _of(pairs, "opportunity_account")))
        for one, table in tables:
            book.load(drafter.drafts(one, table))
    else:
        for one, table in tables:
            list(readable(ledger, "opportunity", one, table))  # they are counted all the same
    # Some parents and contacts' accounts are named by opportunities alone.
    accounts.hang_under_parents()
    ContactBook(ledger, accounts).load(_of(pairs, "contact"))
    roles = RoleBook(ledger)
    roles.load(_of(pairs, "contact_role"))
    roles.load_beside(tables)
    ActivityBook(ledger, people).load(_of(pairs, "activity"))
    ledger.flush()


def accounts_of(ledger: Ledger, tables: Pairs) -> dict[str, str]:
    """Read which account each opportunity belongs to, where a table of its own says so; of several, the first."""
    found: dict[str, str] = {}
    for one, table in tables:
        for reading in readable(ledger, "opportunity_account", one, table):
            ledger.done += 1
            own, account = reading.values.get("opportunity_id"), reading.values.get("account_id")
            if own and account:
                found.setdefault(ledger.id_of(own), account)
    return found


def _holds_something(pair: tuple[TableMapping, Table]) -> bool:
    """Tell whether a table has a row to take over: of one whose rows are all deleted no playbook is made."""
    one, table = pair
    return any(not reading.refused and not reading.values.get("deleted") for reading in read_rows(table, one))


def _of(pairs: Pairs, kind: str) -> Pairs:
    return [pair for pair in pairs if pair[0].kind == kind]


def _durations(mapping: Mapping, tables: Pairs, history: History) -> dict[str, list[int]]:
    """Gather how long the steps took, where the files date them: the usual days of a new playbook."""
    found = Durations()
    for dated in history.some():
        for (entered, stage), (left, _next) in pairwise(dated):
            found.add(_step(mapping, stage), entered, left)
    for one, table in tables:
        if one.stage_dates:
            for reading in read_rows(table, one):
                _last_stay(mapping, reading.values, found)
    return found.days


def _last_stay(mapping: Mapping, values: dict[str, object], found: Durations) -> None:
    """Take the stay in the last dated stage of an opportunity that was won."""
    plan = mapping.plan_of(str(values.get("stage") or ""))
    dated = [(day, name) for name, day in values.items() if name.startswith(STAGE_DATE) and isinstance(day, dt.date)]
    ended = end_of(values, WON)
    if dated and isinstance(ended, dt.date) and outcome_of(values, plan.means if plan else "step") == WON:
        entered, name = max(dated)
        found.add(_step(mapping, name.removeprefix(STAGE_DATE)), entered, ended)


def _step(mapping: Mapping, stage: str) -> str:
    plan = mapping.plan_of(stage)
    return (plan.step or plan.stage) if plan else stage
