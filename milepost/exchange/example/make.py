"""Make the example company, in chunks, so that a million opportunities fit into a small memory."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Iterator
from functools import partial
from operator import itemgetter
from typing import Any

from django.apps import apps
from django.db import transaction

from milepost.buyers.found import put_into_the_index
from milepost.exchange.example.clock import Clock
from milepost.exchange.example.deals import Deal, Dealer
from milepost.exchange.example.details import Writer
from milepost.exchange.example.gates import Gatekeeper, Kept, put_gates, settle_costs
from milepost.exchange.example.lessons import write_lessons
from milepost.exchange.example.life import Life, World, current, live
from milepost.exchange.example.market import Trader
from milepost.exchange.example.numbers import set_targets, submit_numbers
from milepost.exchange.example.plans import share_plans
from milepost.exchange.example.playbooks import make_playbooks
from milepost.exchange.example.rivals import Rivalry
from milepost.exchange.example.setting import PASSWORD, Setting, set_the_scene
from milepost.exchange.example.specials import Stage, came_back, keep_for_later
from milepost.exchange.example.tables import analyse, count_on
from milepost.exchange.example.telling import Teller, Told
from milepost.exchange.example.work import Worker
from milepost.forecasts.learn import learn_and_refresh
from milepost.forecasts.recall import recall
from milepost.forecasts.replay import replay
from milepost.forecasts.totals import keep_totals
from milepost.gates import found as competitors
from milepost.team.models import Company
from milepost.web.history import record
from milepost.web.models import SearchEntry

YEARS = 4
CHUNK = 2_000
WEEKS_KEPT = 8
PILOT = 2_000
TOLD_WHOLE = 2_000
"""Of a larger company, closed ones are told in numbers only: their line, how they ended, and what was stopped early."""
RECENT = 90.0
"""Mean age in days of what a company that has grown of late has begun of late."""

Say = Callable[[str], None]
Place = tuple[int, int | None]
Lived = tuple[random.Random, Deal, Life]


def open_of(total: int) -> int:
    """Return how many of so many opportunities are open.

    >>> open_of(1_650), open_of(20_000), open_of(1_000_000)
    (150, 10000, 100000)
    """
    if total <= 2_000:
        return round(total / 11)
    return min(total // 2, max(50_000, total // 10))


def people_of(total: int) -> int:
    """Return how many people so many opportunities keep busy.

    >>> people_of(1_650), people_of(20_000)
    (40, 139)
    """
    return max(40, round(40 * (total / 1_650) ** 0.5))


def accounts_of(total: int) -> int:
    """Return how many accounts so many opportunities are tried with.

    >>> accounts_of(1_650), accounts_of(20_000)
    (120, 780)
    """
    return max(120, round(120 * (total / 1_650) ** 0.75))


def make_company(
    *, total: int, seed: int, today: datetime.date, password: str = PASSWORD, say: Say = lambda text: None
) -> None:
    """Make the example company in an empty database; raises ValueError where there is a company already."""
    if Company.objects.exists():
        raise ValueError("There is a company here already. Make the example in an empty home (MILEPOST_HOME).")
    rng = random.Random(f"{seed}")  # noqa: S311 a story, not a secret
    with transaction.atomic():
        setting = set_the_scene(rng=rng, today=today, people=people_of(total), password=password)
        books = make_playbooks(today)
        gates = put_gates(books)
        settle_costs(setting)
        trader = Trader(rng, setting)
        market = trader.trade(accounts_of(total))
        say(f"{len(setting.people)} people, {len(market.clients)} accounts")
    dealer = Dealer(setting, books, market)
    company = Telling(setting, dealer, rng, gates, whole=total <= TOLD_WHOLE)
    made = 0
    for chunk in Lives(dealer, seed, today, total).chunks():
        with transaction.atomic():
            company.tell(chunk)
        made += len(chunk)
        say(f"{made:,} of {total:,} opportunities")
    with transaction.atomic():
        company.finish()
        count_on([trader.accounts, trader.contacts, *company.tables])
        put_into_the_index(SearchEntry, partial(apps.get_model, "buyers"))
        competitors.put_into_the_index(SearchEntry, partial(apps.get_model, "gates"))
        what = {"opportunities": [None, total], "open": [None, open_of(total)]}
        record(setting.company, "example made", by=None, what=what)
        analyse([trader.accounts, trader.contacts, *company.tables])
    if total <= TOLD_WHOLE:
        say("looking back at past quarters …")
        replay(today=today)
    say("learning from the past …")
    learn_and_refresh(today=today)
    if total <= TOLD_WHOLE:
        recall(_weeks_ends(today), today=today)
        keep_totals(today)
    with transaction.atomic():
        set_targets(setting, today)
        write_lessons(setting, random.Random(f"{seed}/lessons"))  # noqa: S311 a story, not a secret
        if company.whole:
            share_plans(setting)
            submit_numbers(setting, random.Random(f"{seed}/numbers"))  # noqa: S311 a story, not a secret


def _weeks_ends(today: datetime.date) -> list[datetime.date]:
    """Return the last Sundays before today: of these the example keeps how everything looked."""
    sunday = today - datetime.timedelta(days=today.weekday() + 1)
    return [sunday - datetime.timedelta(weeks=n) for n in range(WEEKS_KEPT)]


class Telling:
    """Makes rows of lives, chunk by chunk; `whole` tells the closed ones in full too."""

    def __init__(
        self, setting: Setting, dealer: Dealer, rng: random.Random, gates: dict[int, list[Kept]], *, whole: bool
    ) -> None:
        self.dealer, self.rng, self.whole = dealer, rng, whole
        self.rivalry = Rivalry(setting)  # before the tables: it writes lines of history of its own
        self.teller, self.writer, self.worker = Teller(setting, dealer), Writer(setting), Worker(setting)
        self.keeper = Gatekeeper(setting, gates)
        # In the order in which rows refer to each other; the history last.
        kept = [*self.writer.tables(), *self.worker.tables(), *self.keeper.tables(), *self.rivalry.tables()]
        self.tables = [*self.teller.tables(), *kept, self.teller.changes]
        self.first = True

    def tell(self, chunk: list[Lived]) -> None:
        """Make and write the rows of one chunk."""
        stage = Stage(self.dealer, chunk if self.first else [], self.rng)
        marks = stage.set() if self.first else {}
        self.first = False
        for place, (rng, deal, life) in enumerate(chunk):
            in_full = self.whole or not life.kind
            told = self._tell_one(rng, deal, life, marks.get(place, {}), in_full=in_full)
            for person, role in stage.after(place, told):
                self.teller.team.add(told.id, person.pk, role)
                told.tell(life.start, "team member added", deal.coordinator, what={"team": [None, person.name]})
            if in_full:
                self.teller.remember(told)
        self._flush()

    def _tell_one(self, rng: random.Random, deal: Deal, life: Life, marks: dict[str, Any], *, in_full: bool) -> Told:
        before = None if marks else came_back(rng, deal)
        self.dealer.complete(rng, deal, in_full=in_full)
        told = self.teller.tell(rng, deal, life, came_back_from=before, **marks)
        keep_for_later(told)
        if in_full:
            self.writer.write(told)
            self.worker.work(told)
        if in_full or life.kind == "withdrawn":  # what was stopped early is judged for years
            self.keeper.keep(told)
        if in_full:
            self.rivalry.write(told)
        return told

    def finish(self) -> None:
        """Add what belongs to accounts alone."""
        self.writer.write_of_accounts(self.rng, self.dealer.market.clients)
        self.worker.work_for_accounts(self.rng, self.dealer.market.clients)
        self._flush()

    def _flush(self) -> None:
        self.teller.changes.rows.sort(key=itemgetter(1))  # the whole company's history reads in order of time
        for table in self.tables:
            table.flush()
        self.keeper.flush()


class Lives:
    """Deals out lives until there are as many open and closed ones as are wanted.

    Beginnings spread over four years. Where more are to be open than four even years leave open, more have begun of
    late, as in a company that grows: picking out the open ones would bend what can be learnt.
    """

    def __init__(self, dealer: Dealer, seed: int, today: datetime.date, total: int) -> None:
        self.dealer, self.seed, self.today = dealer, seed, today.toordinal()
        self.open, self.closed = open_of(total), total - open_of(total)
        self.first = self.today - YEARS * 365
        clocks = [Clock(self.first, self.today + 400, closing=closing) for closing in (False, True)]
        self.world = World(self.today, *clocks)
        self.lately = 0.0
        self.lately = self._share_begun_lately()

    def one(self, number: int) -> Lived:
        """Live the life of this number; the same for the same seed, whatever came before."""
        rng = random.Random(f"{self.seed}/{number}")  # noqa: S311 a story, not a secret
        if rng.random() < self.lately:
            start = self.today - 1 - int(rng.expovariate(1 / RECENT))
        else:
            # A little more every year.
            start = self.first + int((self.today - self.first) * rng.random() ** 0.85)
        start = max(self.first, start)
        deal = self.dealer.deal(rng, start)
        return rng, deal, live(rng, self.world, deal.line.truths, start, deal.odds)

    def chunks(self) -> Iterator[list[Lived]]:
        """Yield the lives in chunks, each in the order of their beginnings."""
        left = {True: self.open, False: self.closed}
        missing = self._places() if self.open >= 100 else set()
        number, chunk = 0, []
        while any(left.values()):
            rng, deal, life = self.one(number)
            number += 1
            place = None if life.kind else _place(deal, life)
            last_places = not life.kind and left[True] <= len(missing) and place not in missing
            if not left[not life.kind] or last_places:
                continue
            left[not life.kind] -= 1
            missing.discard(place)
            chunk.append((rng, deal, life))
            if len(chunk) == CHUNK or not any(left.values()):
                yield sorted(chunk, key=lambda one: one[1].start)
                chunk = []

    def _places(self) -> set[Place | None]:
        """Return the places where an opportunity can be: the last ones open are kept for those still empty."""
        newest = [book.lines[-1] for book in self.dealer.books]
        return {(line.version.pk, at) for line in newest for at in range(len(line.truths))}

    def _share_begun_lately(self) -> float:
        """Find, from a few trial lives, the share of late beginnings that leaves as many open as wanted."""
        wanted = self.open / (self.open + self.closed)
        even = self._share_open()
        self.lately = 1.0
        late = self._share_open()
        return min(1.0, max(0.0, (wanted - even) / (late - even)))

    def _share_open(self) -> float:
        return sum(not self.one(-1 - number)[2].kind for number in range(PILOT)) / PILOT


def _place(deal: Deal, life: Life) -> Place:
    return deal.line.version.pk, current(life, deal.line.truths)
