"""What pages say of the category once the client said no to what must be reached."""

import pytest
from django.urls import reverse

from milepost.desk.tests.boards import BOARD
from milepost.opportunities.models import Judgement, Opportunity
from milepost.opportunities.report import report

STILL = "still counts<"
AS_SUCH = "it counts as such, at 0\u202f%, until"


@pytest.fixture
def page(opportunity):
    return reverse("opportunities:page", args=[opportunity.pk])


def no(cast, opportunity, name="First talk"):
    step = Opportunity.objects.get(pk=opportunity.pk).steps.get(name=name)
    report(step, by=cast.salesperson, result="lost", on=cast.today)


def test_it_is_said_that_a_no_leaves_the_category_as_it_was_and_how_to_end_it(cast, as_, opportunity, page):
    Judgement.give(opportunity, by=cast.coordinator, on=cast.today, category="commit")
    me = as_(cast.coordinator)
    assert STILL not in me.get(BOARD).text
    assert AS_SUCH not in me.get(page).text
    no(cast, opportunity)
    assert STILL in me.get(BOARD).text
    end = reverse("opportunities:end", args=[opportunity.pk])
    assert f'{AS_SUCH} you <a href="{end}?kind=lost">end it</a>' in me.get(page).text
    opportunity.standing.refresh_from_db()
    assert opportunity.standing.category == "commit"


def test_who_may_not_end_it_is_not_offered_to(cast, as_, opportunity, page):
    no(cast, opportunity)
    assert f"{AS_SUCH} it is ended" in as_(cast.salesperson).get(page).text


def test_nothing_is_said_where_it_is_omitted(cast, as_, opportunity, page):
    no(cast, opportunity)
    Judgement.give(opportunity, by=cast.coordinator, on=cast.today, category="omitted")
    me = as_(cast.coordinator)
    assert STILL not in me.get(BOARD).text
    assert AS_SUCH not in me.get(page).text
