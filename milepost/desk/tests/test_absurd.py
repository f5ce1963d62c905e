"""Nonsense in addresses and forms: it is left out or refused in words, and never breaks a page."""

import pytest
from django.urls import reverse

HUGE = "9" * 5000  # Python itself refuses to read it as a number
NONSENSE = ["\x00", HUGE, "9" * 30, "²", "%_'\"\\", "0001-01-01", "9999-12-31", "‮<b>"]
ADDRESSES = [
    ("desk:search", "", "q"),
    ("desk:accounts", "", "q"),
    ("desk:accounts", "", "sector"),
    ("desk:accounts", "", "manager"),
    ("desk:accounts", "", "territory"),
    ("desk:accounts", "", "after"),
    ("desk:accounts_export", "", "q"),
    ("desk:board", "", "q"),
    ("desk:board", "", "after"),
    ("desk:board", "", "person"),
    ("desk:board", "", "min_value"),
    ("desk:board", "", "closes_before"),
    ("desk:board_csv", "", "q"),
    ("desk:ended", "", "after"),
    ("desk:ended", "", "year"),
    ("desk:desk", "", "after"),
    ("desk:account", "account", "after"),
    ("desk:account_history", "account", "before"),
    ("desk:account_merge", "account", "other"),
    ("accounts:names", "", "account"),
    ("accounts:twins", "", "name"),
    ("accounts:twins", "", "but"),
    ("accounts:new", "", "name"),
    ("opportunities:new", "", "account"),
    ("opportunities:new", "", "came_back_from"),
    ("opportunities:new", "", "name"),
    ("opportunities:accounts", "", "account_name"),
    ("opportunities:alike", "", "name"),
    ("opportunities:alike", "", "account"),
    ("opportunities:history", "opportunity", "before"),
    ("opportunities:end", "opportunity", "kind"),
    ("opportunities:add_task", "opportunity", "step"),
]


@pytest.mark.parametrize(("name", "of", "parameter"), ADDRESSES)
def test_it_makes_nothing_of_nonsense_in_an_address(world, as_, name, of, parameter):
    client = as_(world.cast.coordinator)
    address = reverse(name, args=[getattr(world, of).pk] if of else [])
    answers = [client.get(address, {parameter: text}) for text in NONSENSE]
    for answer in answers:
        b"".join(answer) if answer.streaming else answer.content  # an export is written while it is read
    assert {answer.status_code for answer in answers} <= {200, 404}


@pytest.mark.parametrize("amount", ["9" * 16, "9" * 30, "1" + "0" * 39, "1" * 21 + "M"])
def test_it_refuses_an_amount_that_nobody_can_mean(world, as_, amount):
    client = as_(world.cast.coordinator)
    address = reverse("opportunities:edit", args=[world.opportunity.pk])
    answer = client.post(address, {"value_minor": amount, "currency": "EUR"})
    assert answer.status_code == 422
    assert "This amount is too large." in answer.text
