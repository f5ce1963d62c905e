"""The company, its currencies and its reasons."""

import datetime

from django.urls import reverse

from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Reason, Standing
from milepost.team.models import Company

COMPANY = {"name": "Northwind", "time_zone": "Asia/Tokyo", "fiscal_year_starts": 4, "fiscal_calendar": "4-4-5"}
COMPANY["delay_percent"] = 10


def test_it_keeps_the_company(cast, as_):
    said = COMPANY | {"currency": "EUR", "week_starts": 6, "version": 1}
    assert as_(cast.administrator).post(reverse("desk:company"), said).status_code == 302
    company = Company.the()
    assert (company.fiscal_calendar, company.week_starts, company.time_zone) == ("4-4-5", 6, "Asia/Tokyo")
    assert as_(cast.coordinator).post(reverse("desk:company"), said).status_code == 403


def keep_rate(as_, cast, value):
    said = {"currency": "USD", "value": value, "valid_from": cast.today}
    return as_(cast.administrator).post(reverse("desk:currencies"), said)


def test_open_opportunities_follow_a_rate_and_ended_ones_keep_theirs(cast, as_, playbook):
    kept = {"by": None, "playbook_version": playbook, "territory": cast.north, "currency": "USD"}
    going = begin(name="Going on", value_minor=100_00, **kept)
    ended = begin(name="Ended", value_minor=100_00, **kept)
    assert Standing.objects.get(pk=going.pk).value_minor is None
    assert b"USD" in as_(cast.administrator).get(reverse("desk:currencies")).content
    keep_rate(as_, cast, "0.9")
    close(ended, by=cast.coordinator, kind="lost", on=cast.today)
    keep_rate(as_, cast, "0.5")
    for opportunity in (going, ended):
        opportunity.refresh_from_db()
    assert Standing.objects.get(pk=going.pk).value_minor == 50_00
    assert (going.company_value_minor, ended.company_value_minor) == (50_00, 90_00)


def test_the_own_currency_and_nothing_take_no_rate(cast, as_):
    said = {"currency": "EUR", "value": "0", "valid_from": cast.today}
    answer = as_(cast.administrator).post(reverse("desk:currencies"), said)
    assert answer.status_code == 422
    assert b"your own currency" in answer.content


def test_a_rate_of_a_day_to_come_waits_for_that_day(cast, as_):
    said = {"currency": "USD", "value": "0.9", "valid_from": cast.today + datetime.timedelta(days=1)}
    answer = as_(cast.administrator).post(reverse("desk:currencies"), said)
    assert answer.status_code == 422
    assert "when that day has come" in answer.content.decode()


def test_it_keeps_reasons(cast, as_):
    admin = as_(cast.administrator)
    admin.post(reverse("desk:reasons"), {"outcome": "lost", "text": "Price"})
    reason = Reason.objects.get()
    for _twice in range(2):  # two administrators at once
        admin.post(reverse("desk:retire_reason", args=[reason.pk]), {"to": "retired"})
    reason.refresh_from_db()
    assert reason.retired_at is not None
    assert admin.post(reverse("desk:reasons"), {"outcome": "lost", "text": "Price"}).status_code == 422


def test_an_ended_one_without_a_rate_gets_that_of_its_day(cast, as_, playbook):
    kept = {"by": None, "playbook_version": playbook, "territory": cast.north, "currency": "USD"}
    ended = begin(name="Ended", value_minor=100_00, **kept)
    close(ended, by=cast.coordinator, kind="lost", on=cast.today)
    keep_rate(as_, cast, "0.9")
    ended.refresh_from_db()
    assert ended.company_value_minor == 90_00


def test_rates_of_an_earlier_currency_are_not_misread(cast, as_, playbook):
    keep_rate(as_, cast, "0.9")
    opportunity = begin(
        by=None, name="Dollars", playbook_version=playbook, territory=cast.north, currency="USD", value_minor=100_00
    )
    said = COMPANY | {"currency": "GBP", "week_starts": 0, "version": 1}
    as_(cast.administrator).post(reverse("desk:company"), said)
    assert Standing.objects.get(pk=opportunity.pk).value_minor is None
    assert b"USD" in as_(cast.administrator).get(reverse("desk:currencies")).content


def test_a_rate_reads_as_people_write_it(cast, as_):
    keep_rate(as_, cast, "100")
    page = as_(cast.administrator).get(reverse("desk:currencies")).text
    assert '<span class="num">100</span>' in page
    keep_rate(as_, cast, "0.90")
    assert '<span class="num">0.9</span>' in as_(cast.administrator).get(reverse("desk:currencies")).text


def test_no_menu_offers_dashes(cast, as_):
    for address in ("desk:reasons", "desk:currencies", "team:invite", "team:myself"):
        page = as_(cast.administrator).get(reverse(address)).text
        assert "Choose one" in page
        assert "---" not in page
