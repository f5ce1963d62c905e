"""Targets: set in a sheet, by managers, and never over somebody else's newer one."""

import pytest

from milepost.forecasts.calendar import calendar_of
from milepost.forecasts.models import Target
from milepost.forecasts.models.targets import target_of
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


def test_a_year_without_its_own_has_the_sum_of_its_quarters(cast, calendar, quarter):
    year = calendar.period("year", quarter.start)
    quarters = [each.key for each in calendar.within("quarter", year)]
    amounts = dict.fromkeys(quarters[:3], 10)
    assert target_of(calendar, year, amounts) is None
    assert target_of(calendar, year, amounts | {quarters[3]: 5}) == 35
    assert target_of(calendar, year, amounts | {quarters[3]: 5, year.key: 50}) == 50
    assert target_of(calendar, calendar.find(quarters[3]), {year.key: 50}) is None
