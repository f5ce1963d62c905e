"""Targets: set in a sheet, by managers, and never over somebody else's newer one."""

import pytest

from milepost.forecasts.calendar import calendar_of
from milepost.forecasts.models import Snapshot, Submission, Target
from milepost.forecasts.models.targets import target_of
from milepost.opportunities.models import Offer, Outcome, ValueLine
from milepost.team.models import Company, Membership
from milepost.web.models import Change


@pytest.fixture
def calendar(cast):
    return calendar_of(cast.company)


@pytest.fixture
def quarter(cast, calendar):
    return calendar.period("quarter", cast.today)


def cell(quarter, person=None):
    return f"t{person.pk if person else 0}_{quarter.key.replace('-', '_')}"


def test_it_keeps_what_a_manager_sets(cast, as_, quarter):
    client = as_(cast.sales_manager)
    sent = {cell(quarter): "1.2 M", cell(quarter, cast.salesperson): "400,000"}
    assert client.post("/forecast/targets/", sent).status_code == 302
    found = {(t.person, t.territory, t.amount_minor) for t in Target.objects.all()}
    assert found == {(None, cast.north, 120_000_000), (cast.salesperson, cast.north, 40_000_000)}
    assert Change.objects.filter(subject_kind="target").count() == 2


def test_it_takes_an_emptied_one_away_and_remembers_it(cast, as_, quarter):
    Target.set(by=None, period=quarter.key, territory=cast.north, amount_minor=100_00)
    as_(cast.sales_manager).post("/forecast/targets/", {cell(quarter): "", f"{cell(quarter)}_was": "10000"})
    assert not Target.objects.exists()
    last = Change.objects.filter(subject_kind="territory", subject_id=cast.north.pk).latest("id")
    assert last.what == {"target": ["€100", None]}


def test_it_shows_what_somebody_else_set_meanwhile_and_keeps_what_was_typed(cast, as_, quarter):
    Target.set(by=cast.administrator, period=quarter.key, territory=cast.north, amount_minor=777_00)
    answer = as_(cast.sales_manager).post("/forecast/targets/", {cell(quarter): "555", f"{cell(quarter)}_was": ""})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Somebody has set €777 here meanwhile" in text
    assert 'value="555"' in text
    again = {cell(quarter): "555", f"{cell(quarter)}_was": "77700"}
    assert as_(cast.sales_manager).post("/forecast/targets/", again).status_code == 302
    assert Target.objects.get().amount_minor == 555_00


@pytest.mark.parametrize("typed", ["much", "-5", "9" * 30])
def test_it_says_at_its_place_what_is_no_amount(cast, as_, quarter, typed):
    answer = as_(cast.sales_manager).post("/forecast/targets/", {cell(quarter): typed})
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.content.decode()
    assert not Target.objects.exists()


def test_it_sets_nothing_in_a_territory_that_is_not_ones_own(cast, as_, quarter):
    as_(cast.sales_manager).post(f"/forecast/targets/?territory={cast.south.pk}", {cell(quarter): "5"})
    assert set(Target.objects.values_list("territory", flat=True)) <= {cast.north.pk}


def test_people_have_their_targets_where_they_sell(cast, as_, quarter):
    client, address = as_(cast.administrator), f"/forecast/targets/?territory={cast.world.pk}"
    assert client.get(address).context["form"].sellers == []
    Target.set(by=None, period=quarter.key, territory=cast.world, person=cast.salesperson, amount_minor=1)
    assert client.get(address).context["form"].sellers == [cast.salesperson]


def test_a_year_without_its_own_has_the_sum_of_its_quarters(cast, calendar, quarter):
    year = calendar.period("year", quarter.start)
    quarters = [each.key for each in calendar.within("quarter", year)]
    amounts = dict.fromkeys(quarters[:3], 10)
    assert target_of(calendar, year, amounts) is None
    assert target_of(calendar, year, amounts | {quarters[3]: 5}) == 35
    assert target_of(calendar, year, amounts | {quarters[3]: 5, year.key: 50}) == 50
    assert target_of(calendar, calendar.find(quarters[3]), {year.key: 50}) is None


@pytest.fixture
def sold(cast, opportunity, quarter):
    """An offer that makes half of an opportunity won in the quarter."""
    offer, other = (Offer.objects.create(name=name) for name in ("Controls", "Service"))
    for each in (offer, other):
        ValueLine.add(opportunity, by=None, name=each.name, offer=each, price_minor=60_000_00)
    Outcome.objects.create(opportunity=opportunity, kind="won", on=cast.today)
    return offer


def test_an_offer_has_targets_of_its_own_beside_what_was_won_of_it(cast, as_, sold, quarter):
    manager, address = as_(cast.sales_manager), f"/forecast/targets/?offer={sold.pk}"
    assert "Controls" in manager.get("/forecast/targets/").text
    answer = manager.post(address, {cell(quarter): "100 k", f"{cell(quarter)}_was": ""})
    assert (answer.status_code, answer["Location"]) == (302, address)
    assert Target.objects.get().offer == sold
    rollup = manager.get("/forecast/rollup/").context["rollup"]
    (line,) = rollup.offers
    assert (line.offer, line.whose, line.target_minor, line.won_minor, line.gap_minor) == (
        "Controls", "North", 100_000_00, 60_000_00, 40_000_00,
    )  # fmt: skip
    assert next(iter(rollup.lines)).target_minor is None


def test_a_target_of_an_offer_is_seen_where_its_line_is(cast, as_, sold, quarter):
    Target.set(by=None, period=quarter.key, territory=cast.north, offer=sold, amount_minor=1)
    assert as_(cast.outsider).get("/forecast/rollup/").context["rollup"].offers == []
    Membership.objects.filter(person=cast.salesperson).update(scope="own")
    assert as_(cast.salesperson).get("/forecast/rollup/").context["rollup"].offers == []


def test_months_of_four_four_and_five_weeks_have_targets_numbers_and_ranges(cast, as_, opportunity):
    Company.objects.update(fiscal_calendar="4-4-5", fiscal_year_starts=2, week_starts=6)
    company = Company.the()
    month = calendar_of(company).period("month", cast.today)
    assert month.start.weekday() == 6
    assert month.days in (28, 35)
    quarter = calendar_of(company).period("quarter", cast.today)
    assert [part.days for part in calendar_of(company).within("month", quarter)][:2] == [28, 28]
    manager = as_(cast.sales_manager)
    page = manager.get("/forecast/targets/?by=month")
    assert page.context["form"].heads[0][1:] == (month.start, month.end)
    manager.post("/forecast/targets/?by=month", {cell(month): "70 k", f"{cell(month)}_was": ""})
    manager.post(f"/forecast/rollup/submit/{cast.north.pk}/?by=month", {"amount": "50 k"})
    rollup = manager.get("/forecast/rollup/?by=month").context["rollup"]
    line = next(each for each in rollup.lines if each.place.key == (cast.north.pk, None))
    assert (rollup.period, line.target_minor, line.said.own.amount_minor) == (month, 70_000_00, 50_000_00)
    assert Submission.objects.get().period == month.key
    pdf = manager.get("/forecast/pack/pdf/")
    assert pdf.content.startswith(b"%PDF-")


def test_what_was_submitted_keeps_how_everything_looked_then(cast, as_, opportunity, quarter):
    as_(cast.sales_manager).post(f"/forecast/rollup/submit/{cast.north.pk}/", {"amount": "50 k"})
    opportunity.revise(by=cast.coordinator, value_minor=1_00)
    day = Submission.objects.get().snapshot.on
    assert Snapshot.objects.on(day).get(opportunity=opportunity).amount_minor == 120_000_00
