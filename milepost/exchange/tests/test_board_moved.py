"""The report says what an import did to the totals of the Board, as they stand there."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from milepost.desk.board.draws import DRAWS
from milepost.desk.board.totals import quick_ranges
from milepost.exchange.jobs import run
from milepost.exchange.models import ImportBatch
from milepost.exchange.tests.deals import HEAD, ROWS
from milepost.opportunities.models import Opportunity
from milepost.team.models import Company

MORE = "5,Line 9,Acme,Ada Fox,Discovery,4000,10,2026-01-05,2026-06-01,2026-01-20,\n"


@pytest.fixture(autouse=True)
def own_ranges():
    """Forget what tests before this one were expected to bring: each test numbers its figures anew."""
    DRAWS.forget()
    quick_ranges.cache_clear()


def report(client, batch):
    text = client.get(reverse("exchange:batch", args=[batch.pk])).text
    return " ".join(re.sub(r"<[^>]+>", "", text).split())


def on_the_board(client):
    """Give what the Board says: what is open is worth, and what is expected of it."""
    text = client.get(reverse("desk:board")).text
    found = (re.search(rf"<dt>{name}.*?</dt><dd>([^<]+)</dd>", text, re.DOTALL)[1] for name in ("in all", "expected"))
    return [" ".join(amount.split()) for amount in found]


def test_it_says_how_the_totals_moved_and_why_what_is_expected_did(cast, as_, bring):
    me = as_(cast.coordinator)
    first = bring()
    value, expected = on_the_board(me)
    assert f"On your Board: 0 → 2 open, €0 → {value} in all, €0 → {expected} expected." in report(me, first)
    won = bring(HEAD + ROWS.replace("Ada Fox,Proposal,2000,60", "Ada Fox,Closed Won,2000,100"))
    now = on_the_board(me)
    text = report(me, won)
    assert f"2 → 1 open, {value} → {now[0]} in all, {expected} → {now[1]} expected." in text
    assert "Chances were learnt anew" in text
    assert f"On the Board of {cast.coordinator.name}:" in report(as_(cast.administrator), won)


def test_it_says_nothing_where_nothing_moved(cast, as_, bring):
    bring()
    assert "Board:" not in report(as_(cast.coordinator), bring())


def test_an_import_that_was_interrupted_before_the_figures_says_it_later(cast, as_, bring):
    batch = bring()
    whole = batch.board
    ImportBatch.objects.update(board={"before": whole["before"]})
    Company.objects.update(figures_behind_since=timezone.now())
    assert "as soon as the figures of what was imported are worked out" in report(as_(cast.coordinator), batch)
    run(None, batch=batch.pk)
    assert ImportBatch.objects.get().board == whole
    assert "0 → 2 open" in report(as_(cast.coordinator), batch)


def test_what_the_importer_does_not_see_is_not_counted(cast, as_, bring):
    bring()
    Opportunity.objects.filter(name="Line 4").update(confidential=True, coordinator=cast.sales_manager)
    Opportunity.objects.get(name="Line 4").restand()
    batch = bring(HEAD + ROWS + MORE)
    assert "1 → 2 open" in report(as_(cast.coordinator), batch)
