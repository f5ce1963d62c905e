"""What currencies count in a year's plan."""

import pytest

from milepost.team.models import PlanRate
from milepost.web.models import Change

PATH = "/settings/currencies/plan/"


@pytest.fixture
def client(cast, as_):
    return as_(cast.administrator)


def test_it_keeps_a_rate_and_tells_it_in_the_history(cast, client):
    year = cast.today.year
    assert client.post(PATH, {"currency": "USD", "year": year, "value": "0.9"}).status_code == 302
    assert client.post(PATH, {"currency": "USD", "year": year, "value": "0.95"}).status_code == 302
    rate = PlanRate.objects.get()
    assert (rate.year, rate.currency, rate.base, rate.worth) == (year, "USD", "EUR", "0.95")
    told = Change.objects.filter(verb="plan rate kept").order_by("pk")
    assert [change.what["rate"] for change in told] == [
        [None, f"{year}: USD 0.9 EUR"],
        [f"{year}: USD 0.9 EUR", f"{year}: USD 0.95 EUR"],
    ]
    assert "0.95" in client.get(PATH).content.decode()


@pytest.mark.parametrize("wrong", [{"currency": "EUR"}, {"value": "0"}, {"value": "x"}, {"year": 1999}])
def test_it_says_what_is_wrong_and_keeps_nothing(cast, client, wrong):
    answer = client.post(PATH, {"currency": "USD", "year": cast.today.year, "value": "0.9", **wrong})
    assert answer.status_code == 422
    assert not PlanRate.objects.exists()
