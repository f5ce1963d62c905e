"""What an import leaves to people: who coordinates, figures that follow, days that count anew."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from milepost.exchange.models import ImportBatch
from milepost.exchange.tests.test_pages import form_of, upload
from milepost.opportunities.models import Offer, Opportunity, Standing
from milepost.team.models import Company, Role

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/board/"}
DESK, BOARD = "desk:desk", "desk:board"


@pytest.fixture
def me(as_, cast):
    return as_(cast.coordinator)


def bring_in(client, **said):
    page = upload(client)
    answer = form_of(page) | {"as_of": "2026-02-03", "import": "1"} | said
    return client.post(reverse("exchange:mapping", args=[page.context["batch"].pk]), answer, follow=True)


def test_the_history_ends_with_where_it_came_from(me, cast, opportunity):
    bring_in(me)
    one = Opportunity.objects.get(name="Line 4")
    text = me.get(reverse("opportunities:history", args=[one.pk])).text
    assert re.search(f"Imported from “[^”]+”, where it is 1; last read on .* by {cast.coordinator.name}", text)
    assert "Imported from" not in me.get(reverse("opportunities:history", args=[opportunity.pk])).text


def test_it_asks_who_coordinates_and_begins_with_whoever_imports(me, cast):
    page = upload(me)
    assert page.context["form"]["coordinator"].value() == "me"
    report = bring_in(me)
    assert set(Opportunity.objects.values_list("coordinator", flat=True)) == {cast.coordinator.pk}
    assert f"wait on the Desk of {cast.coordinator.name}" in report.text


def test_the_report_leads_to_those_whose_value_is_unknown(me):
    report, link = bring_in(me), reverse(BOARD) + "?unknown=value"
    assert link in report.text
    Standing.objects.update(value_minor=1_00)
    assert link not in me.get(reverse("exchange:batch", args=[ImportBatch.objects.get().pk])).text


def test_the_report_offers_list_prices_at_once_and_their_button_once_the_figures_are_there(me, cast):
    pump = Offer.objects.create(name="Pump", price_minor=5_000_00, currency="EUR")
    bring_in(me)
    Opportunity.objects.update(value_minor=None, asked_for=pump, currency="EUR")
    address, fill_in = reverse("exchange:batch", args=[ImportBatch.objects.get().pk]), reverse("desk:price")
    Standing.objects.update(value_minor=None)
    report = me.get(address)
    assert report.context["fillable"].sums == {"EUR": 5_000_00 * report.context["fillable"].count}
    assert fill_in in report.text
    Standing.objects.all().delete()
    report = me.get(address)
    assert report.context["fillable"].count
    assert fill_in not in report.text
    assert "look again in a moment" in report.text


def test_only_the_last_import_that_made_some_offers_list_prices(me, cast):
    pump = Offer.objects.create(name="Pump", price_minor=5_000_00, currency="EUR")
    bring_in(me)
    first = reverse("exchange:batch", args=[ImportBatch.objects.get().pk])
    bring_in(me, source="another")
    Opportunity.objects.update(value_minor=None, asked_for=pump, currency="EUR")
    Standing.objects.update(value_minor=None)
    assert me.get(reverse("exchange:batch", args=[ImportBatch.objects.first().pk])).context["fillable"].count
    page = me.get(first)
    assert not page.context["fillable"]
    assert reverse("desk:price") not in page.text


def test_nobody_may_coordinate_yet_and_the_board_finds_them(me):
    report = bring_in(me, coordinator="nobody")
    assert not Opportunity.objects.exclude(coordinator=None).exists()
    there = reverse(BOARD) + "?unknown=coordinator"
    assert there in report.text
    assert "Line 4" in me.get(there).text
    Opportunity.objects.get(name="Line 5").restand()
    assert "Line 4" not in me.get(reverse(DESK)).text


def test_somebody_else_may(me, cast, as_):
    choices = dict(upload(me).context["form"].fields["coordinator"].choices)
    others = [pk for pk in choices if pk not in ("me", "nobody")]
    assert str(cast.salesperson.pk) not in others
    assert len(others) >= 1
    bring_in(me, coordinator=others[0])
    assert set(Opportunity.objects.values_list("coordinator", flat=True)) == {int(others[0])}


def test_who_coordinates_nothing_is_not_taken_for_a_coordinator(as_, cast):
    page = upload(as_(cast.sales_manager))
    choices = dict(page.context["form"].fields["coordinator"].choices)
    assert "me" not in choices
    assert Role.COORDINATOR not in cast.sales_manager.sight.roles
    refused = bring_in(as_(cast.sales_manager), coordinator=str(cast.salesperson.pk))
    assert refused.status_code == 422
    assert not Opportunity.objects.exists()


def test_every_page_says_that_figures_follow_until_they_are_there(me, cast):
    Company.let_figures_lag()
    assert "are being worked out" in me.get(reverse(BOARD)).text
    assert "are being worked out" in me.get(reverse("team:figures"), headers=HTMX).text
    bring_in(me)
    assert "are being worked out" not in me.get(reverse(BOARD)).text
    done = me.get(reverse("team:figures"), headers=HTMX).text
    assert "All figures are there." in done
    assert 'href="/board/"' in done
    assert me.get(reverse("team:figures")).status_code == 302


def test_a_process_that_died_does_not_say_so_for_ever(me, cast):
    Company.objects.update(figures_behind_since=timezone.now() - dt.timedelta(hours=2))
    assert "are being worked out" not in me.get(reverse(BOARD)).text


def test_an_import_that_stops_at_a_bad_file_leaves_no_figures_behind(me, cast):
    page = upload(me)
    ImportBatch.objects.update(files=[])
    me.post(reverse("exchange:run", args=[page.context["batch"].pk]))
    assert Company.the().figures_behind_since is None


def test_whoever_takes_it_in_hand_is_told_that_its_days_go_on(me, cast):
    bring_in(me)
    one = Opportunity.objects.get(name="Line 4")
    address = reverse("opportunities:schedule", args=[one.current_step.pk])
    days = one.standing.entered_on
    assert "Its days have stood still since" in me.get(address).text
    soon = cast.today + dt.timedelta(days=3)
    me.post(address, {"on": soon, "time": "", "minutes": 60, "zone": "Europe/Berlin"})
    kept = me.get(reverse("opportunities:history", args=[one.pk])).text
    assert "Until then they counted to: 3 Feb" in kept
    assert "From here on its days go on" in me.get(reverse("opportunities:history", args=[one.pk])).text
    assert "have stood still" not in me.get(address).text
    stood = cast.today - dt.date(2026, 2, 3)
    assert Opportunity.objects.get(pk=one.pk).standing.entered_on == days + stood


def test_what_is_reported_of_an_earlier_day_counts_to_that_day(me, cast):
    bring_in(me)
    one = Opportunity.objects.get(name="Line 4")
    entered, on = one.standing.entered_on, dt.date(2026, 2, 10)
    me.post(reverse("opportunities:report", args=[one.current_step.pk]), {"result": "won", "on": on})
    first = one.stays.order_by("pk")[0]
    assert (first.entered_on, first.left_on) == (entered + dt.timedelta(days=7), on)
