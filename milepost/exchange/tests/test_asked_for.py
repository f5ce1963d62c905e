"""What stands for the unknown value of an imported opportunity: what its offer is usually won for, or its price."""

import pytest
from django.urls import reverse

from milepost.desk.models import Pricing
from milepost.exchange.tests.test_pages import form_of, upload
from milepost.opportunities.models import Opportunity, Standing, ValueLine
from milepost.web.worker import Worker

DEALS = (
    "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
    "W1,Ann Lee,Big,Acme,Won,2017-01-02,2017-02-02,900\n"
    "W2,Ann Lee,Big,Acme,Won,2017-01-03,2017-02-03,1000\n"
    "W3,Ann Lee,Big,Acme,Won,2017-01-04,2017-02-04,1100\n"
    "L1,Ann Lee,Big,Acme,Lost,2017-01-05,2017-02-05,0\n"
    "B1,Ann Lee,Big,Acme,Engaging,2017-01-06,,\n"
    "P1,Ann Lee,Priced,Acme,Engaging,2017-01-07,,\n"
    "N1,Ann Lee,Never sold,Acme,Engaging,2017-01-08,,\n"
)
FILES = {
    "sales_pipeline": DEALS,
    "products": "product,series,sales_price\nBig,G,1200\nPriced,G,70\n",
    "sales_teams": "sales_agent,manager,regional_office\nAnn Lee,Bo Ray,East\n",
}


def bring(client, cast, **files):
    page = upload(client, **files)
    asked = form_of(page) | {"currency": cast.company.currency, "import": "1"}
    client.post(reverse("exchange:mapping", args=[page.context["batch"].pk]), asked)
    Worker("w").run_until_idle()
    return client


@pytest.fixture
def me(as_, cast):
    return bring(as_(cast.coordinator), cast, **FILES)


def assumed(offer):
    return Standing.objects.get(name__startswith=offer).assumed_minor


def test_it_counts_an_unknown_value_as_what_its_offer_is_usually_won_for_or_costs(me):
    assert assumed("Big") == 1000_00
    assert assumed("Priced") == 70_00
    assert assumed("Never sold") == 1000_00  # the playbook's usual one
    desk = me.get(reverse("desk:desk")).text
    assert "is taken, what one like it brings" in desk
    assert set(Standing.objects.values_list("value_minor", "expected_minor")) == {(None, None)}


def test_a_value_that_is_entered_counts_for_itself(me, cast):
    one = Opportunity.objects.get(name__startswith="Priced")
    ValueLine.add(one, by=cast.coordinator, name="Priced", price_minor=60_00)
    row = Standing.objects.get(pk=one.pk)
    assert (row.value_minor, row.assumed_minor) == (60_00, None)


def test_what_the_source_says_later_stands_in_place_of_a_list_price(me, cast):
    Pricing.make(Opportunity.objects.values_list("pk", flat=True), by=cast.coordinator)
    again = DEALS.replace("Engaging,2017-01-06,,", "Won,2017-01-06,2017-03-01,1150")
    big, priced = (
        Opportunity.objects.get(name__startswith=name, value_lines__price_minor=minor)
        for name, minor in (("Big", 1200_00), ("Priced", 70_00))
    )
    bring(me, cast, **FILES | {"sales_pipeline": again})
    big, priced = (Opportunity.objects.get(pk=one.pk) for one in (big, priced))
    assert (big.value_minor, big.value_lines.get().price_minor, big.outcome.kind) == (1150_00, 1150_00, "won")
    assert priced.value_minor == 70_00  # of that one the source still says nothing


def test_a_price_that_somebody_looked_closer_at_is_theirs(me, cast):
    Pricing.make(Opportunity.objects.values_list("pk", flat=True), by=cast.coordinator)
    ValueLine.objects.get(name="Big", price_minor=1200_00).revise(by=cast.coordinator, discount=10)
    again = DEALS.replace("Engaging,2017-01-06,,", "Engaging,2017-01-06,,1150")
    bring(me, cast, **FILES | {"sales_pipeline": again})
    assert ValueLine.objects.get(name="Big", price_minor=1200_00).opportunity.value_minor == 1080_00
