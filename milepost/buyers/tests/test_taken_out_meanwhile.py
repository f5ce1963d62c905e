"""A form on a part that a colleague took out meanwhile says so, and what was typed can be added anew."""

import pytest
from django.urls import reverse

from milepost.buyers.models import Stakeholder
from milepost.opportunities.models import ValueLine


@pytest.fixture
def stakeholder(cast, opportunity):
    return Stakeholder.add(opportunity, by=cast.coordinator, placeholder="A finance director")


@pytest.fixture
def line(cast, opportunity):
    return ValueLine.add(opportunity, by=cast.coordinator, name="Drives", price_minor=5_000_00)


def told(cast, what):
    return f"{cast.coordinator.name} took “{what}” out, on"


def test_a_persons_part(cast, as_, opportunity, stakeholder):
    me, address = as_(cast.salesperson), reverse("buyers:edit", args=[stakeholder.pk])
    typed = {"placeholder": "Finance director, back in May", "role": "economic_buyer", "stance": "", "access": ""}
    stakeholder.remove(by=cast.coordinator)

    answer = me.post(address, typed | {"version": 1})

    assert answer.status_code == 409
    assert told(cast, "A finance director") in answer.text
    assert "Finance director, back in May" in answer.text
    add = reverse("buyers:add", args=[opportunity.pk])
    assert f'action="{add}"' in answer.text
    assert me.post(add, typed).status_code == 302
    assert Stakeholder.objects.get().placeholder == typed["placeholder"]
    assert told(cast, "A finance director") in me.get(address, follow=True).text
    assert as_(cast.outsider).post(address, typed).status_code == 404
    assert as_(cast.outsider).get(address).status_code == 404


def test_a_value_line(cast, as_, opportunity, line):
    me, pk = as_(cast.salesperson), line.pk
    address = reverse("opportunities:edit_line", args=[pk])
    typed = {"name": "Drives and cabling", "quantity": "2", "price_minor": "7450.50", "discount": "", "rhythm": "once"}
    line.remove(by=cast.coordinator)

    answer = me.post(address, typed | {"version": 1})

    assert answer.status_code == 409
    assert told(cast, "Drives") in answer.text
    assert "Drives and cabling" in answer.text
    assert "7450.50" in answer.text
    add = reverse("opportunities:add_line", args=[opportunity.pk])
    assert f'action="{add}"' in answer.text
    assert me.post(add, typed).status_code == 302
    assert ValueLine.objects.get().price_minor == 7_450_50
    assert told(cast, "Drives") in me.get(address, follow=True).text
    assert as_(cast.outsider).post(address, typed).status_code == 404


def test_what_was_never_there_is_not_there(cast, as_):
    for name in ("buyers:edit", "opportunities:edit_line"):
        assert as_(cast.coordinator).get(reverse(name, args=[987_654])).status_code == 404
