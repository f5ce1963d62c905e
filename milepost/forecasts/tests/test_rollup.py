"""The roll-up: territories and those who sell in them, in one table, each range computed for its own line."""

import csv
import datetime
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from milepost.forecasts.calendar import calendar_of
from milepost.forecasts.models import KeptRange, Target
from milepost.forecasts.ready import make_ready
from milepost.opportunities.begin import begin
from milepost.opportunities.models import Judgement, Opportunity, Outcome
from milepost.team.models import Company, Membership, Person, Role
from milepost.web.jobs import ask
from milepost.web.worker import Worker

DAY = datetime.timedelta(days=1)


@pytest.fixture
def quarter(cast):
    return calendar_of(cast.company).period("quarter", cast.today)


def lines(as_, person, query=""):
    answer = as_(person).get(f"/forecast/rollup/{query}")
    assert answer.status_code == 200
    return {line.place.key: line for line in answer.context["rollup"].lines}


def another(cast, playbook, name, territory=None, seller=None, **values):
    one = begin(
        by=None, name=name, playbook_version=playbook, territory=territory or cast.north, salesperson=seller,
        started_on=cast.today,
    )  # fmt: skip
    one.revise(by=cast.coordinator, **values)
    return one


def test_it_has_a_line_for_a_territory_and_for_each_who_sells_there(cast, as_, opportunity):
    found = lines(as_, cast.sales_manager)
    assert list(found) == [(cast.north.pk, None), (cast.north.pk, cast.salesperson.pk)]
    assert [line.open.count for line in found.values()] == [1, 1]


def test_a_territory_counts_those_below_it(cast, as_, playbook, opportunity):
    another(cast, playbook, "Southern one", cast.south, value_minor=5_000_00)
    found = lines(as_, cast.administrator)
    assert found[cast.world.pk, None].open.count == 2
    assert found[cast.south.pk, None].open.count == 1
    assert found[cast.south.pk, 0].place.is_nobody


def test_it_says_what_the_forecast_page_says_of_the_same_opportunities(cast, as_, opportunity, quarter):
    Target.set(by=None, period=quarter.key, territory=cast.north, amount_minor=100)
    lines(as_, cast.sales_manager)[cast.north.pk, None].limits  # noqa: B018 the quick answer is kept
    as_(cast.sales_manager).get("/forecast/")
    KeptRange.objects.filter(dots__isnull=False).update(low=11.5, reach=0.5)
    line = lines(as_, cast.sales_manager)[cast.north.pk, None]
    assert (line.limits[0], line.reach) == (11_50, 0.5)


def test_it_says_how_many_count_nowhere(cast, as_, playbook, opportunity):
    another(cast, playbook, "Worth nobody knows", value_minor=None)
    text = as_(cast.sales_manager).get("/forecast/rollup/").text
    assert "1 of 2 open opportunities has no known value, or no rate for it, and counts in no total." in text
    opportunity.revise(by=cast.coordinator, value_minor=None)
    text = as_(cast.sales_manager).get("/forecast/rollup/").text
    assert "2 of 2 open opportunities have no known value, or no rate for it, and count in no total." in text
    assert "€0 – €0" not in text


def test_it_says_why_commit_and_best_case_are_empty_beside_a_middle(cast, as_, playbook, opportunity, quarter):
    far, late = quarter.end + 200 * DAY, quarter.start - 3 * DAY
    Judgement.give(opportunity, by=cast.coordinator, on=cast.today, category="commit", close_on=far)
    other = another(cast, playbook, "Late", value_minor=1_00)
    Judgement.give(other, by=cast.coordinator, on=cast.today, category="best_case", close_on=late)
    page = as_(cast.sales_manager).get(f"/forecast/rollup/?territory={cast.north.pk}")
    found = page.context["rollup"].elsewhere
    assert (found.commit, found.best_case, found.late) == (1, 1, 1)
    assert "1 in Commit" in page.text
    assert f"?category=best_case&amp;territory={cast.north.pk}" in page.text
    assert "1 of them was to close before today" in page.text
    for one in (opportunity, other):
        Judgement.give(one, by=cast.coordinator, on=cast.today, close_on=cast.today)
    assert as_(cast.sales_manager).get("/forecast/rollup/").context["rollup"].elsewhere is None


def test_it_shows_nothing_of_other_territories(cast, as_, opportunity):
    answer = as_(cast.outsider).get(f"/forecast/rollup/?territory={cast.north.pk}")
    assert answer.context["rollup"].lines == []
    assert "North" not in answer.content.decode()
    assert cast.north.pk not in {where for where, _who in lines(as_, cast.outsider)}


def test_who_sees_only_their_own_has_their_own_line_alone(cast, as_, opportunity):
    Membership.objects.filter(person=cast.salesperson).update(scope="own")
    Target.set(by=None, period="2026-Q4", territory=cast.north, amount_minor=999_00)
    found = lines(as_, cast.salesperson)
    assert found[cast.north.pk, None].place.is_heading
    assert found[cast.north.pk, None].target_minor is None
    assert found[cast.north.pk, cast.salesperson.pk].open.count == 1


def test_it_counts_peoples_calls_and_names_what_the_model_proposed(cast, as_, playbook, quarter):
    said = another(cast, playbook, "Called", seller=cast.salesperson, value_minor=1_000_00)
    Judgement.give(said, by=cast.salesperson, on=cast.today, category="commit", close_on=quarter.end)
    quiet = another(cast, playbook, "Not called", seller=cast.salesperson, value_minor=2_000_00)
    type(quiet.standing).objects.filter(pk=quiet.pk).update(category="commit", close_key=quarter.end)
    line = lines(as_, cast.sales_manager)[cast.north.pk, cast.salesperson.pk]
    assert (line.open.commit.minor, line.open.commit.proposed_minor, line.open.closing) == (3_000_00, 2_000_00, 2)


def test_nobody_called_shows_none_of_it(cast, as_, opportunity):
    type(opportunity.standing).objects.update(category="pipeline")
    line = lines(as_, cast.sales_manager)[cast.north.pk, None]
    assert (line.open.commit.minor, line.open.best_case.minor) == (0, 0)


def test_it_counts_what_is_won_and_what_is_missing(cast, as_, opportunity, quarter):
    Opportunity.objects.filter(pk=opportunity.pk).update(company_value_minor=500_00)
    Outcome.objects.create(opportunity=opportunity, kind="won", on=cast.today)
    Target.set(by=None, period=quarter.key, territory=cast.north, amount_minor=800_00)
    line = lines(as_, cast.sales_manager)[cast.north.pk, None]
    assert (line.won.value_minor, line.gap_minor) == (500_00, 300_00)
    assert line.limits[0] >= 500_00


def test_a_period_without_a_target_has_no_gap(cast, as_, opportunity):
    line = lines(as_, cast.sales_manager)[cast.north.pk, None]
    assert (line.target_minor, line.gap_minor, line.reach) == (None, None, None)


def test_the_range_of_a_line_is_that_of_the_forecast_of_the_same(cast, as_, playbook, opportunity):
    for number in range(5):
        another(cast, playbook, f"One {number}", seller=cast.salesperson, value_minor=1_000_00 * (number + 1))
    line = lines(as_, cast.sales_manager, "?by=year")[cast.north.pk, None]
    view = as_(cast.sales_manager).get("/forecast/?by=year").context["views"][0]
    assert line.limits == view.limits


def test_it_knows_a_currency_without_decimals(cast, as_, playbook, quarter):
    Company.objects.update(currency="JPY")
    said = another(cast, playbook, "Yen", seller=cast.salesperson, value_minor=7_000_000, currency="JPY")
    Judgement.give(said, by=cast.salesperson, on=cast.today, category="commit", close_on=quarter.end)
    assert lines(as_, cast.sales_manager)[cast.north.pk, None].open.commit.minor == 7_000_000
    text = as_(cast.sales_manager).get("/forecast/rollup/").content.decode()
    assert "¥7.00" in text


@pytest.mark.parametrize(
    "query", ["?by=week", "?from=2999-Q9", "?territory=x", "?by=month", "?by=year", "?from=2020-Q1"]
)
def test_it_takes_any_address(cast, as_, opportunity, query):
    assert lines(as_, cast.sales_manager, query)


def test_it_asks_few_questions_whatever_the_number_of_rows(cast, as_, playbook, django_assert_max_num_queries):
    for number in range(12):
        seller = Person.join(by=None, name=f"Seller {number}", email=f"s{number}@example.com")
        Membership.give(by=None, person=seller, territory=cast.north, role=Role.SALESPERSON)
        another(cast, playbook, f"One {number}", seller=seller, value_minor=1_000_00 * number)
    client = as_(cast.sales_manager)
    client.get("/forecast/rollup/")
    with django_assert_max_num_queries(16):
        client.get("/forecast/rollup/")


def test_it_can_be_taken_along(cast, as_, opportunity):
    answer = as_(cast.sales_manager).get("/forecast/rollup/csv/")
    told = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [row[:2] for row in told[1:]] == [["North", ""], ["North", cast.salesperson.name]]
    sheet = as_(cast.sales_manager).get("/forecast/rollup/xlsx/")
    assert b"".join(sheet.streaming_content).startswith(b"PK")
    sheet.close()


def test_after_learning_the_ranges_are_there_before_anybody_looks(cast, as_, playbook, opportunity):
    for number in range(5):
        another(cast, playbook, f"One {number}", seller=cast.salesperson, value_minor=1_000_00 * (number + 1))
    ask("learn", by=cast.sales_manager)
    Worker("test").run_until_idle()
    kept = set(KeptRange.objects.values_list("key", flat=True))
    assert kept
    with CaptureQueriesContext(connection) as asked:
        found = lines(as_, cast.sales_manager)
    assert found[cast.north.pk, None].limits is not None
    assert set(KeptRange.objects.values_list("key", flat=True)) == kept
    assert not [query for query in asked.captured_queries if "won_by" in query["sql"]]


def test_a_changed_value_has_another_range_at_once(cast, as_, opportunity):
    lines(as_, cast.sales_manager)
    kept = KeptRange.objects.count()
    opportunity.revise(by=cast.coordinator, value_minor=240_000_00)
    lines(as_, cast.sales_manager)
    assert KeptRange.objects.count() > kept


def test_ranges_of_days_ago_are_let_go(cast, as_, opportunity):
    lines(as_, cast.sales_manager)
    KeptRange.objects.update(made_at=timezone.now() - datetime.timedelta(days=4))
    old = set(KeptRange.objects.values_list("key", flat=True))
    make_ready()
    assert KeptRange.objects.filter(key__in=old, made_at__lt=timezone.now() - datetime.timedelta(days=1)).count() == 0


def test_a_file_says_when_its_totals_mix_two_currencies(cast, as_, opportunity):
    Company.objects.update(currency="CHF", former_currency="EUR")
    answer = as_(cast.sales_manager).get("/forecast/rollup/csv/")
    assert "Target (CHF, some still EUR)" in b"".join(answer.streaming_content).decode("utf-8-sig")
    answer = as_(cast.sales_manager).get("/forecast/csv/")
    assert "CHF, some still EUR" in b"".join(answer.streaming_content).decode("utf-8-sig")
