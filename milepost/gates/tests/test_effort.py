"""Time is logged beside what gates have released, with a warning before that is exceeded."""

import pytest
from django.urls import reverse

from milepost.gates import decide
from milepost.gates.effort import effort_of
from milepost.gates.models import Spent

LOG = "gates:log"


@pytest.fixture
def released(cast, chance):
    """The first gate is passed: 10 hours of the salesperson and 30 of the team are released."""
    gate = chance.gates.get(playbook_gate__name="Gate 1")
    decide.advance(gate, by=cast.sales_manager, on=cast.today, seen=None, reason="They asked for us")
    return chance


def log(client, opportunity, person, **values):
    data = {"opportunity": opportunity.pk, "hours": "4", "on": "2026-01-05", "person": person.pk, "role": "salesperson"}
    return client.post(reverse(LOG), data | values, follow=True)


def test_it_stands_beside_what_was_released(as_, cast, released, costs):
    client = as_(cast.salesperson)
    log(client, released, cast.salesperson, note="Call plan")

    shown = client.get(reverse("gates:gates", args=[released.pk])).content.decode()

    assert '<b class="strong">4 h</b> spent of <b class="strong">40 h</b>' in shown
    assert "4 / 10 h" in shown
    assert "Call plan" in shown
    assert "€320" in shown


@pytest.mark.parametrize(
    ("hours", "said"),
    [(2, "Logged."), (16, "8 hours are left"), (24, "has taken 8 hours more than its gates have released")],
)
def test_it_warns_before_what_was_released_is_exceeded(as_, cast, released, hours, said):
    client = as_(cast.salesperson)
    Spent.log(released, by=None, person=cast.team_member, role="team_member", hours=16, on=cast.today)
    if hours == 24:
        Spent.log(released, by=None, person=cast.team_member, role="team_member", hours=8, on=cast.today)

    assert said in log(client, released, cast.salesperson, hours=hours).content.decode()


@pytest.mark.parametrize("hours", ["0", "25", "-1", "x", ""])
def test_it_says_what_is_no_number_of_hours(as_, cast, released, hours):
    answer = log(as_(cast.salesperson), released, cast.salesperson, hours=hours, note="Call plan")

    assert answer.status_code == 422
    assert "Call plan" in answer.content.decode()
    assert not Spent.objects.exists()


def test_it_is_not_logged_on_what_one_does_not_see(as_, cast, released):
    assert log(as_(cast.outsider), released, cast.outsider).status_code == 422
    assert not Spent.objects.exists()


def test_a_wrong_entry_is_taken_out_and_stays_in_the_history(as_, cast, released):
    client = as_(cast.salesperson)
    log(client, released, cast.salesperson)
    client.post(reverse("gates:take_out", args=[Spent.objects.get().pk]))

    assert effort_of(released).whole.spent == 0
    history = client.get(reverse("opportunities:history", args=[released.pk])).content.decode()
    assert "took out logged time of Salesperson Person" in history


def test_my_day_leads_to_it(as_, cast):
    assert reverse(LOG) in as_(cast.salesperson).get(reverse("desk:my_day")).content.decode()
