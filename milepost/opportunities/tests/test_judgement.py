"""A person's own judgement stands beside the model's figure, dated, and is never overwritten."""

import datetime

import pytest
from django.urls import reverse

from milepost.opportunities.close import close
from milepost.opportunities.models import Judgement, Standing


def url(name, *args):
    return reverse(f"opportunities:{name}", args=args)


def test_it_stands_beside_the_models_and_changes_it_not(cast, as_, opportunity):
    before = Standing.objects.get(pk=opportunity.pk)
    client = as_(cast.salesperson)
    client.post(url("judge", opportunity.pk), {"category": "commit", "chance": "70", "note": "She is with us"})
    after = Standing.objects.get(pk=opportunity.pk)
    assert (after.win, after.model_category) == (before.win, before.model_category)
    assert (after.category, after.judged_win) == ("commit", 0.7)
    text = client.get(url("page", opportunity.pk)).content.decode()
    assert cast.salesperson.name in text
    assert "Commit" in text


def test_earlier_ones_stay(cast, as_, opportunity):
    client = as_(cast.salesperson)
    client.post(url("judge", opportunity.pk), {"category": "pipeline", "note": "Too early"})
    client.post(url("judge", opportunity.pk), {"category": "commit"})
    assert Judgement.objects.count() == 2
    assert "Too early" in client.get(url("judge", opportunity.pk)).content.decode()


@pytest.mark.parametrize("data", [{}, {"chance": "101"}, {"chance": "much"}, {"category": "sure"}])
def test_nothing_said_or_nothing_that_can_be_is_refused(cast, as_, opportunity, data):
    assert as_(cast.salesperson).post(url("judge", opportunity.pk), data).status_code == 422
    assert not Judgement.objects.exists()


def test_what_is_open_closes_on_no_day_that_is_past(cast, as_, opportunity):
    past = cast.today - datetime.timedelta(days=1)
    answer = as_(cast.salesperson).post(url("judge", opportunity.pk), {"close_on": past})
    assert answer.context["form"].errors == {"close_on": ["This day is past, and it is still open."]}
    assert as_(cast.salesperson).post(url("judge", opportunity.pk), {"close_on": cast.today}).status_code == 302


@pytest.mark.parametrize("chance", ["101", "-1", "much"])
def test_a_chance_that_is_none_is_answered_in_plain_words(cast, as_, opportunity, chance):
    answer = as_(cast.salesperson).post(url("judge", opportunity.pk), {"chance": chance})
    assert "Write a whole number from 0 to 100." in answer.text


def test_what_has_ended_is_not_judged(cast, as_, opportunity):
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today)
    client, address = as_(cast.coordinator), url("judge", opportunity.pk)
    assert client.get(address).status_code == 302
    answer = client.post(address, {"category": "commit", "note": "They like us"})
    assert answer.status_code == 422
    assert "They like us" in answer.text
    assert not Judgement.objects.exists()


def test_only_who_works_on_it_judges_it(cast, as_, opportunity):
    assert as_(cast.team_member).post(url("judge", opportunity.pk), {"category": "commit"}).status_code == 403
    assert as_(cast.outsider).post(url("judge", opportunity.pk), {"category": "commit"}).status_code == 404
