"""What an hour costs is settled by an administrator, and counts from that day on."""

from django.urls import reverse

from milepost.gates.models import HourCost

COSTS = "gates:costs"


def test_it_keeps_what_an_hour_costs(as_, cast):
    as_(cast.administrator).post(reverse(COSTS), {"salesperson": "80", "team_member": "95.50"})

    assert HourCost.now() == {"salesperson": 80_00, "team_member": 95_50}
    assert b'value="95.50"' in as_(cast.administrator).get(reverse(COSTS)).content


def test_it_says_at_the_field_what_is_no_amount(as_, cast):
    answer = as_(cast.administrator).post(reverse(COSTS), {"salesperson": "a lot"})

    assert answer.status_code == 422
    assert "“a lot” is no amount" in answer.content.decode()
    assert HourCost.now() == {}


def test_who_settles_it_is_in_the_history(as_, cast):
    as_(cast.administrator).post(reverse(COSTS), {"salesperson": "80"})

    from milepost.web.models import Change

    change = Change.objects.get(verb="hour cost settled")
    assert (change.by, change.what) == (cast.administrator, {"hour_cost": [None, 80_00]})
