"""What stands for the unknown value of an imported opportunity: what its offer is usually won for, or its price."""

import pytest
from django.urls import reverse

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


@pytest.fixture
def me(as_, cast):
    page = upload(as_(cast.coordinator), **FILES)
    asked = form_of(page) | {"currency": cast.company.currency, "import": "1"}
    as_(cast.coordinator).post(reverse("exchange:mapping", args=[page.context["batch"].pk]), asked)
    Worker("w").run_until_idle()
    return as_(cast.coordinator)


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
