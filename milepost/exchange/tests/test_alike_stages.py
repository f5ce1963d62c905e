"""Stages whose names differ by signs alone, or far behind, are steps of their own, the same ones at every import."""

import pytest

from milepost.exchange.tests.deals import one
from milepost.opportunities.models import Opportunity

HEAD = "Id,Name,StageName,CreatedDate\n"
LONG = "Waiting for the written approval of the board"
STAGES = ("Demo", "Demo!", f"{LONG} of directors", f"{LONG} of trustees")


def rows(stages):
    return HEAD + "".join(f"{n},Deal {n},{stage},2026-01-05\n" for n, stage in stages.items())


def steps():
    return [step.name for step in one("Deal 0").steps_in_order]


def here():
    return {deal.name: deal.current_step.name for deal in Opportunity.objects.all()}


@pytest.mark.parametrize("order", [STAGES, STAGES[::-1]])
def test_each_is_a_step_of_its_own(bring, order):
    batch = bring(rows(dict(enumerate(order))))
    assert batch.counts["opportunity"]["created"] == 4
    assert sorted(steps()) == sorted(STAGES)
    assert here() == {f"Deal {n}": stage for n, stage in enumerate(order)}


def test_a_later_file_finds_its_own_whatever_else_it_names(bring):
    bring(rows(dict(enumerate(STAGES))))
    bring(rows({7: "Demo!", 8: STAGES[3]}))
    bring(rows({9: "demo", 10: STAGES[2]}))
    assert len(steps()) == 4
    assert here() | {"Deal 7": "Demo!", "Deal 8": STAGES[3], "Deal 9": "Demo", "Deal 10": STAGES[2]} == here()


def test_one_that_comes_later_becomes_a_step_beside_the_one_that_is_there(bring):
    bring(rows({0: "Demo!"}))
    bring(rows({1: "Demo", 2: "Demo!"}))
    assert here() == {"Deal 0": "Demo!", "Deal 1": "Demo", "Deal 2": "Demo!"}
