"""List prices filled in where the value is unknown, and taken back."""

import pytest
from django.urls import reverse

from milepost.desk.models import Pricing
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Offer, Opportunity, Standing, ValueLine
from milepost.team.models import Company
from milepost.web.models import Change
from milepost.web.worker import Worker

ASK, DO, BOARD = reverse("desk:price"), reverse("desk:price_do"), reverse("desk:board")


@pytest.fixture
def pump(db):
    return Offer.objects.create(name="Pump", price_minor=5_000_00, currency="EUR")


@pytest.fixture
def three(cast, playbook, opportunity, pump):
    """One with a value, and two of unknown value, of which one asks for a pump."""
    more = [
        begin(by=None, name=name, territory=cast.north, playbook_version=playbook, coordinator=cast.coordinator)
        for name in ("Kiln", "Pumps")
    ]
    Opportunity.objects.filter(name="Pumps").update(asked_for=pump)
    return [opportunity, *more]


@pytest.fixture
def manager(as_, cast):
    return as_(cast.sales_manager)


def ids_of(opportunities):
    return ",".join(str(one.pk) for one in opportunities)


def fill_in(client, opportunities):
    answer = client.post(DO, {"ids": ids_of(opportunities)})
    assert answer.status_code == 302
    return Pricing.objects.first()


def take_back(client, done):
    client.post(reverse("desk:price_undo", args=[done.pk]))
    done.refresh_from_db()
    return done


def test_it_says_what_it_will_do_before_it_does_anything(manager, three):
    page = manager.post(ASK, {"ids": ids_of(three)}).text
    assert "Pump" in page
    assert "€5,000" in page
    assert "Fill in 1" in page
    assert "2 are left out" in page
    assert not Pricing.objects.exists()


def test_the_whole_view_is_taken_where_none_is_chosen(manager, three):
    assert "Fill in 1" in manager.post(ASK, {"query": "unknown=value"}).text


def test_where_there_is_no_list_price_it_says_so(manager, three):
    assert "No list price to fill in" in manager.post(ASK, {"ids": three[1].pk}).text


def test_each_gets_its_price_as_a_line_and_a_line_of_history(manager, three, cast):
    done = fill_in(manager, three)
    pumps = Opportunity.objects.get(name="Pumps")
    assert (pumps.value_minor, pumps.company_value_minor, pumps.standing.value_minor) == (5_000_00, 5_000_00, 5_000_00)
    assert [(line.name, line.total_minor) for line in pumps.value_lines.all()] == [("Pump", 5_000_00)]
    told = Change.objects.get(verb="priced from the list")
    assert (told.subject_id, told.by, told.what) == (pumps.pk, cast.sales_manager, {"value_minor": [None, 5_000_00]})
    assert "gave it the list price of “Pump”" in manager.get(reverse("opportunities:history", args=[pumps.pk])).text
    assert "1 opportunity has its list price" in manager.get(reverse("desk:priced", args=[done.pk])).text


def test_the_desk_does_not_tell_each_among_what_was_done_today(manager, three):
    fill_in(manager, three)
    assert "Done today" not in manager.get(reverse("desk:desk")).text


def test_a_known_value_is_never_overwritten(manager, three, pump):
    Opportunity.objects.update(asked_for=pump)
    known = Opportunity.objects.get(pk=three[0].pk).value_minor
    fill_in(manager, three)
    assert Opportunity.objects.get(pk=three[0].pk).value_minor == known
    assert Opportunity.objects.filter(value_minor=5_000_00).count() == 2


def test_a_price_in_another_currency_is_no_value(manager, three, pump):
    Offer.objects.update(currency="USD")
    fill_in(manager, three)
    assert not Change.objects.filter(verb="priced from the list").exists()


def test_only_who_moves_it_fills_it_in(as_, cast, three):
    fill_in(as_(cast.team_member), three)
    assert Opportunity.objects.get(name="Pumps").value_minor is None


def test_it_is_taken_back_as_a_whole(manager, three):
    before = Standing.objects.get(name="Pumps")
    done = take_back(manager, fill_in(manager, three))
    pumps = Opportunity.objects.get(name="Pumps")
    assert (pumps.value_minor, pumps.company_value_minor, pumps.value_lines.count(), done.restored) == (
        None,
        None,
        0,
        1,
    )
    assert Standing.objects.get(name="Pumps").expected_minor == before.expected_minor
    assert "took the list price of “Pump” back" in manager.get(reverse("opportunities:history", args=[pumps.pk])).text


def test_what_somebody_looked_closer_at_stays(manager, three, cast):
    done = fill_in(manager, three)
    ValueLine.objects.get().revise(by=cast.coordinator, quantity=2)
    assert take_back(manager, done).restored == 0
    assert Opportunity.objects.get(name="Pumps").value_minor == 10_000_00
    assert "1 stays as it is" in manager.get(reverse("desk:priced", args=[done.pk])).text


def test_what_has_ended_since_stays(manager, three, cast):
    done = fill_in(manager, three)
    close(three[2], by=cast.coordinator, kind="lost", on=cast.today, words="Price")
    assert take_back(manager, done).restored == 0
    assert Opportunity.objects.get(name="Pumps").value_minor == 5_000_00


def test_winning_asks_what_it_was_in_the_end(manager, three, pump):
    fill_in(manager, three)
    address = reverse("opportunities:end", args=[three[2].pk])
    page = manager.get(address).text
    assert "still the list price" in page
    assert 'value="5,000"' in page
    won = {"kind": "won", "words": "Fit"}
    today = Company.the().today()
    answer = manager.post(address, won | {"on": today, "override": "One meeting", "value_minor": "4,200"})
    assert answer.status_code == 302
    pumps = Opportunity.objects.get(name="Pumps")
    assert (pumps.value_minor, pumps.company_value_minor) == (4_200_00, 4_200_00)
    assert pumps.value_lines.get().price_minor == 4_200_00


def test_it_is_taken_back_once(manager, three):
    done = take_back(manager, fill_in(manager, three))
    assert manager.post(reverse("desk:price_undo", args=[done.pk])).status_code == 403


def test_many_are_a_job(manager, three, monkeypatch):
    monkeypatch.setattr("milepost.desk.models.at_once.MANY", 0)
    done = fill_in(manager, three)
    assert "it goes on" in manager.get(reverse("desk:priced", args=[done.pk])).text
    Worker().run_until_idle()
    assert Opportunity.objects.get(name="Pumps").value_minor == 5_000_00
    take_back(manager, done)
    Worker().run_until_idle()
    assert Opportunity.objects.get(name="Pumps").value_minor is None


def test_the_board_offers_it_where_values_are_unknown(manager, three):
    assert ASK in manager.get(BOARD).text
    assert ASK not in manager.get(BOARD + "?q=coating").text


def test_the_forecast_offers_it_where_nothing_can_be_added_up(manager, three):
    Opportunity.objects.update(value_minor=None)
    Standing.objects.update(value_minor=None)
    page = manager.get(reverse("forecasts:forecast"))
    assert page.context["fillable"].sums == {"EUR": 5_000_00}
    assert f'action="{ASK}"' in page.text
    assert "Fill in 1" in manager.post(ASK, {"query": "unknown=value"}).text


def test_the_forecast_of_somebody_who_moves_none_leads_to_the_board_alone(as_, cast, three):
    Opportunity.objects.update(value_minor=None, coordinator=None, salesperson=cast.salesperson)
    Standing.objects.update(value_minor=None, coordinator=None, salesperson=cast.salesperson)
    page = as_(cast.salesperson).get(reverse("forecasts:forecast"))
    assert page.context["none_valued"]
    assert page.context["fillable"].count == 0
    assert f'action="{ASK}"' not in page.text


@pytest.mark.parametrize("name", ["price", "price_do", "reassign", "reassign_do"])
def test_an_address_opened_without_a_choice_leads_to_the_board(manager, name):
    answer = manager.get(reverse(f"desk:{name}"))
    assert (answer.status_code, answer["Location"]) == (302, BOARD)
