"""Targets and submitted numbers follow the company's currency at the rate of that day; what was given stays."""

import datetime

import pytest
from django.urls import reverse

from milepost.forecasts.calendar import calendar_of
from milepost.forecasts.models import Submission, Target
from milepost.team.models import Company, Rate
from milepost.web.models import Change
from milepost.web.worker import Worker

COMPANY = {
    "name": "Northwind Controls", "time_zone": "Europe/Berlin", "fiscal_year_starts": 1,
    "fiscal_calendar": "months", "week_starts": 0, "delay_percent": 10,
}  # fmt: skip


@pytest.fixture
def quarter(cast):
    return calendar_of(cast.company).period("quarter", cast.today)


@pytest.fixture
def numbers(cast, as_, opportunity, quarter):
    """A target of 200,000 EUR and a number of 120,000 EUR, given while the company reckons in EUR."""
    Target.set(by=cast.sales_manager, period=quarter.key, territory=cast.north, amount_minor=200_000_00)
    as_(cast.sales_manager).post(f"/forecast/rollup/submit/{cast.north.pk}/", {"amount": "120 k"})
    return Submission.objects.get()


def change_to(cast, as_, currency):
    version = Company.the().version
    answer = as_(cast.administrator).post(reverse("desk:company"), COMPANY | {"currency": currency, "version": version})
    assert answer.status_code == 302
    Worker().run_until_idle()


def keep(cast, as_, currency, value):
    sent = {"currency": currency, "valid_from": cast.today.isoformat(), "value": value}
    assert as_(cast.administrator).post(reverse("desk:currencies"), sent).status_code == 302


def line(cast, as_):
    rollup = as_(cast.sales_manager).get("/forecast/rollup/").context["rollup"]
    return rollup, next(each for each in rollup.lines if each.place.key == (cast.north.pk, None))


def test_they_count_at_the_rate_of_the_change_and_keep_what_was_given(cast, as_, numbers):
    change_to(cast, as_, "CHF")
    keep(cast, as_, "EUR", "0.95")
    rollup, north = line(cast, as_)
    assert (north.target_minor, north.said.own.amount_minor, north.said.own.currency) == (190_000_00, 114_000_00, "CHF")
    assert rollup.notes == [
        f"Numbers made in EUR count in CHF at 0.95, the rate of {cast.today.day} Nov; each keeps what was given."
    ]
    numbers.refresh_from_db()
    assert (numbers.amount_minor, numbers.currency) == (120_000_00, "EUR")
    page = as_(cast.sales_manager).get(f"/forecast/rollup/numbers/{cast.north.pk}/").text
    assert "given as €120" in page
    assert Change.objects.filter(verb="restated").count() == 2


def test_what_the_model_said_beside_a_number_follows_too(cast, as_, numbers):
    change_to(cast, as_, "JPY")
    keep(cast, as_, "EUR", "160")
    told = Submission.objects.get().restated("JPY")
    assert told.amount_minor == 19_200_000
    assert told.model_middle_minor == round(numbers.model_middle_minor * 160 / 100)


def test_without_a_rate_they_are_left_out_and_it_is_said(cast, as_, numbers):
    change_to(cast, as_, "CHF")
    rollup, north = line(cast, as_)
    assert (north.target_minor, north.said.own) == (None, None)
    assert rollup.notes == [
        "1 of 1 open opportunities has no known value, or no rate for it, and counts in no total.",
        "2 numbers made in EUR are left out: there is no rate of it in CHF.",
    ]
    assert "1 number made in EUR is left out" in as_(cast.sales_manager).get("/forecast/targets/").text


def test_a_later_rate_does_not_move_them_again(cast, as_, numbers):
    change_to(cast, as_, "CHF")
    keep(cast, as_, "EUR", "0.95")
    keep(cast, as_, "EUR", "0.5")
    assert line(cast, as_)[1].target_minor == 190_000_00


def test_back_in_the_first_currency_they_are_what_they_were_to_the_cent(cast, as_, numbers):
    change_to(cast, as_, "CHF")
    keep(cast, as_, "EUR", "0.9333333333")
    change_to(cast, as_, "EUR")
    rollup, north = line(cast, as_)
    assert (north.target_minor, north.said.own.amount_minor, rollup.notes) == (200_000_00, 120_000_00, [])


def test_a_number_given_since_stands_beside_those_of_before(cast, as_, numbers):
    change_to(cast, as_, "CHF")
    keep(cast, as_, "EUR", "0.95")
    sent = {"amount": "100 k", "previous": numbers.pk}
    assert as_(cast.sales_manager).post(f"/forecast/rollup/submit/{cast.north.pk}/", sent).status_code == 302
    newest = Submission.objects.newest().get()
    assert (newest.currency, newest.amount_minor, newest.previous) == ("CHF", 100_000_00, numbers)
    Submission.objects.filter(pk=numbers.pk).update(on=cast.today - datetime.timedelta(days=8))
    assert line(cast, as_)[1].change_minor == -14_000_00


def test_a_target_that_is_set_anew_is_in_the_new_currency(cast, as_, numbers, quarter):
    change_to(cast, as_, "CHF")
    keep(cast, as_, "EUR", "0.95")
    name = f"t0_{quarter.key.replace('-', '_')}"
    page = as_(cast.sales_manager).get("/forecast/targets/")
    assert page.context["form"][name].value() in ("190000", "190,000", 190_000_00)
    as_(cast.sales_manager).post("/forecast/targets/", {name: "180000", f"{name}_was": "19000000"})
    target = Target.objects.get()
    assert (target.amount_minor, target.currency, target.rate) == (180_000_00, "CHF", None)


def test_a_target_that_nobody_touches_keeps_its_currency(cast, as_, numbers, quarter):
    change_to(cast, as_, "CHF")
    keep(cast, as_, "EUR", "0.95")
    name = f"t0_{quarter.key.replace('-', '_')}"
    as_(cast.sales_manager).post("/forecast/targets/", {name: "190000", f"{name}_was": "19000000"})
    assert Target.objects.get().currency == "EUR"


def test_an_absurd_rate_moves_nothing(cast, as_, numbers):
    Rate.objects.create(currency="EUR", base="CHF", valid_from=cast.today, value="9999999999")
    change_to(cast, as_, "CHF")
    assert line(cast, as_)[1].target_minor is None


def test_the_history_tells_both_amounts(cast, as_, numbers):
    change_to(cast, as_, "CHF")
    keep(cast, as_, "EUR", "0.95")
    page = as_(cast.sales_manager).get("/forecast/rollup/history/").text
    assert "Milepost counts the number of North, Q4 2026 in another currency" in page
    assert "Worth: CHF\N{NO-BREAK SPACE}190,000, was €200,000" in page
