"""The Forecast page: what will come in, beside what people call and the targets."""

import csv
import datetime
import io
import re

import pytest

from milepost.forecasts.calendar import calendar_of
from milepost.forecasts.models import KeptRange, SnapshotDay, Target
from milepost.forecasts.snapshots import take
from milepost.opportunities.begin import begin
from milepost.opportunities.models import Judgement, Opportunity, Outcome, Standing
from milepost.playbooks.models import Playbook
from milepost.team.models import Membership, Role
from milepost.web.jobs import ask
from milepost.web.words import day
from milepost.web.worker import Worker

DAY = datetime.timedelta(days=1)


@pytest.fixture
def quarter(cast):
    return calendar_of(cast.company).period("quarter", cast.today)


def page(as_, person, query=""):
    answer = as_(person).get(f"/forecast/{query}")
    assert answer.status_code == 200
    return answer


def words(answer):
    return " ".join(answer.content.decode().split())


def another(cast, playbook, name, **values):
    one = begin(by=None, name=name, playbook_version=playbook, territory=cast.north, started_on=cast.today)
    one.revise(by=cast.coordinator, **values)
    return one


def test_it_shows_three_periods_with_their_ranges(cast, as_, opportunity, quarter):
    views = page(as_, cast.coordinator).context["views"]
    assert [view.period for view in views] == [quarter, *(calendar_of(cast.company).move(quarter, n) for n in (1, 2))]
    low, middle, high = views[1].limits
    assert low <= middle <= high
    assert views[1].distribution.mean > 0


def test_it_says_why_its_periods_are_less_sure_than_the_board(cast, as_, opportunity):
    said = "The Board’s total is usually surer than these: whether something is won is surer than when"
    assert said in words(page(as_, cast.coordinator))
    assert said not in words(page(as_, cast.outsider))


def test_it_expects_of_all_time_what_the_win_chance_says(cast, as_, opportunity):
    views = page(as_, cast.coordinator, "?by=year").context["views"]
    whole = sum(view.minor(view.distribution.mean) for view in views if view.distribution)
    assert whole <= opportunity.standing.expected_minor * 1.01


def test_it_counts_what_is_won_already(cast, as_, opportunity, quarter):
    Opportunity.objects.filter(pk=opportunity.pk).update(company_value_minor=500_00)
    Outcome.objects.create(opportunity=opportunity, kind="won", on=cast.today)
    view = page(as_, cast.coordinator).context["views"][0]
    assert (view.won.number, view.won.value_minor) == (1, 500_00)
    assert view.limits[0] >= 500_00


def test_it_says_how_many_of_fifty_results_reach_the_target(cast, as_, opportunity, quarter):
    Target.set(by=None, period=quarter.key, territory=cast.world, amount_minor=0)
    answer = page(as_, cast.administrator)
    assert answer.context["views"][0].hits == 50
    assert "50 of 50 dots reach the target" in words(answer)


def test_it_shows_a_target_only_to_those_of_its_territory(cast, as_, opportunity, quarter):
    Target.set(by=None, period=quarter.key, territory=cast.world, amount_minor=100)
    assert page(as_, cast.coordinator).context["views"][0].target_minor is None


def test_who_sees_one_territory_is_told_its_target(cast, as_, opportunity, quarter):
    Target.set(by=None, period=quarter.key, territory=cast.north, amount_minor=100)
    assert target(as_, cast.coordinator) == 100
    assert target(as_, cast.administrator) is None


def test_several_territories_have_the_sum_of_their_targets_if_each_has_one(cast, as_, opportunity, quarter):
    Membership.give(by=None, person=cast.outsider, territory=cast.north, role=Role.COORDINATOR)
    Target.set(by=None, period=quarter.key, territory=cast.north, amount_minor=100)
    assert target(as_, cast.outsider) is None
    Target.set(by=None, period=quarter.key, territory=cast.south, amount_minor=11)
    assert target(as_, cast.outsider) == 111


def test_a_sellers_target_is_the_one_where_they_sell(cast, as_, opportunity, quarter):
    seller = cast.salesperson
    Target.set(by=None, period=quarter.key, territory=cast.north, person=seller, amount_minor=70)
    for query in (f"?person={seller.pk}", f"?person={seller.pk}&territory={cast.world.pk}"):
        assert target(as_, cast.administrator, query) == 70
    Membership.objects.filter(person=seller).update(scope="own")
    assert target(as_, seller) == 70


def target(as_, person, query=""):
    return page(as_, person, query).context["views"][0].target_minor


@pytest.mark.parametrize("query", ["", "?playbook="])
def test_it_says_who_sets_targets_and_what_has_none(cast, as_, opportunity, playbook, query):
    query = query and f"{query}{playbook.playbook_id}"
    said = words(page(as_, cast.coordinator, query))
    assert ("Sales managers set targets." in said, "a playbook has none" in said) == (not query, bool(query))


def test_it_sets_peoples_calls_beside_the_model(cast, as_, playbook, quarter):
    said = another(cast, playbook, "Called one", value_minor=1_000_00)
    another(cast, playbook, "Not called", value_minor=2_000_00)
    Judgement.give(said, by=cast.salesperson, on=cast.today, category="commit", close_on=quarter.end)
    (call,) = page(as_, cast.coordinator).context["calls"]
    assert (call.category, call.said_minor, len(call.rows)) == ("commit", 1_000_00, 1)
    assert call.limits[2] <= 1_000_00
    assert call.explained_by is None or call.explained_by.name == "Called one"


def test_it_names_what_the_period_hangs_on(cast, as_, playbook):
    another(cast, playbook, "Small", value_minor=1_000_00)
    another(cast, playbook, "Large", value_minor=50_000_00)
    first = page(as_, cast.coordinator, "?by=year").context["deciding"][0]
    assert first.row.name == "Large"
    assert first.share > 0.9


def test_it_adds_nothing_up_where_no_value_is_known_and_leads_to_them(cast, as_, playbook):
    another(cast, playbook, "Worth nobody knows", value_minor=None)
    shown = page(as_, cast.coordinator)
    assert "Nothing can be added up yet" in words(shown)
    assert "80 % between" not in words(shown)
    assert "?unknown=value" in shown.content.decode()


def test_it_draws_no_doubt_where_there_is_none(cast, as_, playbook):
    ended = another(cast, playbook, "Won already", value_minor=27_000_00)
    Outcome.objects.create(opportunity=ended, kind="won", on=cast.today)
    Standing.objects.filter(pk=ended.pk).delete()
    another(cast, playbook, "Worth nobody knows", value_minor=None)
    shown = words(page(as_, cast.coordinator))
    assert "Nothing open with a known value can still be won in it." in shown
    assert "80 % between" not in shown
    assert "€27.0 k</div>" in shown or "€27 k</div>" in shown


def test_it_says_how_many_have_no_value(cast, as_, playbook, opportunity):
    another(cast, playbook, "Worth nobody knows", value_minor=None)
    assert "of 2 open opportunities has no known value" in words(page(as_, cast.coordinator))


@pytest.mark.parametrize("address", ["/forecast/", "/forecast/moved/"])
def test_its_filters_are_offered(cast, as_, opportunity, address):
    Playbook.add(by=None, name="Another one")
    text = as_(cast.coordinator).get(address).content.decode()
    for asked in (
        "by=month",
        "from=",
        f"territory={cast.north.pk}",
        f"person={cast.salesperson.pk}",
        f"playbook={opportunity.playbook_version.playbook_id}",
    ):
        assert re.search(rf'href="\?(?:[^"]*&amp;)?{asked}', text), asked


@pytest.mark.parametrize("name", ["territory", "person", "playbook"])
def test_it_filters(cast, as_, opportunity, name):
    mine = {"territory": cast.north.pk, "person": opportunity.salesperson_id, "playbook": 999_999}[name]
    other = {"territory": cast.south.pk, "person": cast.outsider.pk, "playbook": 999_998}[name]
    kept = page(as_, cast.coordinator, f"?{name}={mine}").context["any_open"]
    assert kept is (name != "playbook" and mine is not None)
    assert page(as_, cast.coordinator, f"?{name}={other}").context["any_open"] is False


def test_it_counts_nothing_of_other_territories(cast, as_, opportunity):
    answer = page(as_, cast.outsider)
    assert answer.context["any_open"] is False
    assert opportunity.name not in answer.content.decode()


@pytest.mark.parametrize("query", ["?by=week", "?from=2999-Q9", "?territory=x&since=no", f"?person={'9' * 30}"])
def test_it_takes_an_address_it_does_not_understand_for_the_usual_one(cast, as_, opportunity, query):
    assert len(page(as_, cast.coordinator, query).context["views"]) == 3


def test_it_shows_a_period_that_is_over_as_it_ended(cast, as_, opportunity, quarter):
    before = calendar_of(cast.company).move(quarter, -1)
    assert "This period is over" in words(page(as_, cast.coordinator, f"?from={before.key}"))


def test_it_says_what_is_too_far_off(cast, as_, opportunity, quarter):
    far = calendar_of(cast.company).move(quarter, 12)
    assert "Too far off" in words(page(as_, cast.coordinator, f"?from={far.key}"))


def test_it_asks_few_questions_whatever_the_number_of_rows(cast, as_, playbook, django_assert_max_num_queries):
    for number in range(12):
        another(cast, playbook, f"One {number}", value_minor=1_000_00 * number)
    client = as_(cast.coordinator)
    client.get("/forecast/")
    with django_assert_max_num_queries(15):
        client.get("/forecast/")


def test_it_can_be_taken_along(cast, as_, opportunity, quarter):
    answer = as_(cast.coordinator).get("/forecast/csv/")
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert len(lines) == 4
    assert lines[1][0].startswith("Q")
    sheet = as_(cast.coordinator).get("/forecast/xlsx/")
    assert b"".join(sheet.streaming_content).startswith(b"PK")
    sheet.close()


def test_a_manager_takes_a_snapshot(cast, as_, opportunity):
    assert as_(cast.sales_manager).post("/forecast/snapshot/").status_code == 302
    assert SnapshotDay.objects.get().by == cast.sales_manager


def test_it_says_what_was_pushed_out_and_how_often(cast, as_, playbook, quarter):
    later = calendar_of(cast.company).move(quarter)
    end, query = later.end, f"?from={later.key}"
    stays, goes = (another(cast, playbook, name, value_minor=300_00) for name in ("stays", "goes"))
    for one in (stays, goes):
        Judgement.give(one, by=cast.salesperson, on=cast.today, close_on=end)
    take(today=cast.today - 9 * DAY)
    for days, ago in ((20, 8), (60, 6)):
        Judgement.give(goes, by=cast.salesperson, on=cast.today, close_on=end + days * DAY)
        take(today=cast.today - ago * DAY)
    answer = page(as_, cast.coordinator, query)
    assert (answer.context["slipped"].whole_minor, answer.context["slipped"].out_minor) == (300_00, 0)
    SnapshotDay.objects.exclude(on=cast.today - 9 * DAY).delete()
    answer = page(as_, cast.coordinator, query)
    assert answer.context["slipped"].share == 0.5
    assert "50 % of what was to close in it has been pushed out" in words(answer)
    decides = {each.row.name: each for each in answer.context["deciding"]}
    assert decides["goes"].pushed == 2
    assert decides["stays"].pace["usual_days"]
    assert "pushed 2×" in as_(cast.coordinator).get("/board/").content.decode()


def test_it_says_how_near_anyone_could_come(cast, as_, opportunity):
    answer = page(as_, cast.coordinator)
    view = answer.context["views"][1]
    low, _middle, high = view.limits
    assert 0 < view.floor_minor <= max(high - low, opportunity.company_value_minor)
    assert "Best anyone could do" in words(answer)


def test_a_total_is_computed_once_and_then_read(cast, as_, playbook, opportunity):
    first = page(as_, cast.coordinator).context["views"]
    kept = set(KeptRange.objects.values_list("key", flat=True))
    KeptRange.objects.filter(dots__isnull=False).update(low=1.0)
    again = page(as_, cast.coordinator).context["views"]
    assert first[1].limits[0] != again[1].limits[0] == 100
    assert set(KeptRange.objects.values_list("key", flat=True)) == kept


def test_after_learning_the_forecast_is_there_before_anybody_looks(cast, as_, opportunity):
    ask("learn", by=cast.sales_manager)
    Worker("test").run_until_idle()
    kept = set(KeptRange.objects.values_list("key", flat=True))
    page(as_, cast.sales_manager)
    as_(cast.sales_manager).get("/forecast/rollup/?by=month")
    assert set(KeptRange.objects.values_list("key", flat=True)) == kept


def test_it_says_what_was_to_close_before_today(cast, as_, opportunity):
    on_time = words(page(as_, cast.coordinator))
    assert "was to close before today" not in on_time
    assert "Those that were to close before today" not in on_time
    Judgement.give(opportunity, by=cast.coordinator, on=cast.today, close_on=cast.today - DAY)
    late = words(page(as_, cast.coordinator))
    assert "1 open one was to close before today" in late
    assert "This comes from the 1 open one that was to close before today, and may close in it." in late
    assert "0 open ones" not in late


def test_it_names_all_that_a_period_comes_from_in_which_none_is_expected(cast, as_, playbook, opportunity, quarter):
    Judgement.give(opportunity, by=cast.coordinator, on=cast.today, close_on=cast.today - 100 * DAY)
    other = another(cast, playbook, "Far", value_minor=1_000_00)
    Judgement.give(other, by=cast.coordinator, on=cast.today, close_on=quarter.end + 700 * DAY)
    both = words(page(as_, cast.coordinator))
    assert "from the 1 open one that was to close before today, and from 1 expected earlier or later: each may" in both
    Judgement.give(opportunity, by=cast.coordinator, on=cast.today, close_on=quarter.end + 700 * DAY)
    far = words(page(as_, cast.coordinator))
    assert "The open ones are expected to close in other periods" in far
    assert "before today" not in far
    Judgement.give(opportunity, by=cast.coordinator, on=cast.today, close_on=cast.today - 100 * DAY)
    Standing.objects.exclude(pk=opportunity.pk).update(figure=None)
    assert "expected earlier or later" not in words(page(as_, cast.coordinator))


def test_it_says_that_those_that_are_late_may_close_beside_the_ones_expected(cast, as_, playbook, opportunity, quarter):
    Judgement.give(opportunity, by=cast.coordinator, on=cast.today, close_on=quarter.start - DAY)
    other = another(cast, playbook, "On time", value_minor=1_000_00)
    Judgement.give(other, by=cast.coordinator, on=cast.today, close_on=cast.today)
    found = words(page(as_, cast.coordinator))
    assert "1 open one is expected to close in it, by people’s own dates where they gave one. Those that were" in found
    assert "Those that were to close before today may close in it, too." in found
    Judgement.give(other, by=cast.coordinator, on=cast.today, close_on=quarter.end + 700 * DAY)
    third = another(cast, playbook, "In it", value_minor=1_000_00)
    Judgement.give(third, by=cast.coordinator, on=cast.today, close_on=cast.today)
    told = words(page(as_, cast.coordinator))
    assert "Those that were to close before today, and those expected earlier or later, may close in it, too." in told
    Judgement.give(opportunity, by=cast.coordinator, on=cast.today, close_on=cast.today)
    assert "where they gave one. Those expected earlier or later may close in it, too." in words(
        page(as_, cast.coordinator)
    )


def test_before_anything_is_learnt_it_is_as_of_today(cast, as_):
    told = page(as_, cast.coordinator)
    assert f"as of {day(cast.today)}" in words(told)
