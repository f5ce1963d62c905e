"""What a period brings, from the figures that open opportunities have."""

import datetime

import numpy as np
import pytest

from milepost.engine.period import period_total
from milepost.engine.string_forecast import Cell
from milepost.engine.won_by import won_by
from milepost.forecasts import periods
from milepost.forecasts.drift import shaken
from milepost.forecasts.learn import learn_and_refresh
from milepost.opportunities import figures
from milepost.opportunities.begin import begin
from milepost.opportunities.models import FiguresRun, Standing


@pytest.fixture
def many(cast, playbook, account):
    """Six opportunities of different ages; one has no value."""
    for n in range(6):
        value = None if n == 5 else (n + 1) * 10_000_00
        started = cast.today - datetime.timedelta(days=20 * n)
        said = {"playbook_version": playbook, "coordinator": cast.coordinator, "salesperson": cast.salesperson}
        begin(
            by=cast.coordinator, name=f"Line {n}", account=account, territory=cast.north, **said,
            started_on=started, value_minor=value,
        )  # fmt: skip
    return learn_and_refresh(today=cast.today)


def pairs(rows):
    return periods.numbers(rows.order_by().values_list("figure_id", "value_minor"))


def quarters(cast, count=5):
    return cast.company.fiscal.following("quarter", cast.today, count)


def test_a_quarter_is_the_difference_of_two_ends(cast, many):
    second = quarters(cast)[1]
    parts = periods.parts(pairs(Standing.objects.all()), many, second)
    row = Standing.objects.get(name="Line 2")
    keys = tuple(step["key"] for step in row.figure.steps)
    days = [(day - cast.today).days for day in (second.start - datetime.timedelta(days=1), second.end)]
    by = won_by(figures.learnt_of(many.pk, many.made_at), [Cell(keys, 40)], days)[0]
    here = parts.cell[list(parts.amounts).index(row.value_minor)]
    wanted = shaken(by[1] - by[0], many.drift)
    np.testing.assert_allclose(parts.p[here], wanted, atol=1e-3)
    assert parts.p[here].mean() == pytest.approx((by[1] - by[0]).mean(), abs=1e-4)


def test_its_total_holds_what_is_closed_and_counts_missing_amounts(cast, many):
    total = period_total(periods.parts(pairs(Standing.objects.all()), many, quarters(cast)[0], closed=500))
    assert (total.counted, total.missing) == (5, 1)
    assert total.limits[0] >= 500
    assert total.x[-1] == 500 + 150_000_00


def test_all_quarters_come_to_no_more_than_the_chance_to_win(cast, many):
    rows = Standing.objects.all()
    together = sum(periods.parts(pairs(rows), many, quarter).mean for quarter in quarters(cast))
    assert 0 < together <= sum(row.expected_minor or 0 for row in rows) * 1.001


def test_a_second_look_reads_no_figure_again(cast, many, django_assert_num_queries):
    with django_assert_num_queries(4):  # rows, month ends, figures, and no more for another filter
        periods.parts(pairs(Standing.objects.all()), many, quarters(cast)[0])
        periods.parts(pairs(Standing.objects.filter(territory=cast.south)), many, quarters(cast)[0])
    with django_assert_num_queries(1):
        periods.parts(pairs(Standing.objects.filter(territory=cast.north)), many, quarters(cast)[0])


def test_it_knows_the_year_and_a_quarter_to_come(cast, many):
    assert all(periods.covers(many, quarter) for quarter in quarters(cast))
    beyond = cast.company.fiscal.move(quarters(cast)[0], 6)
    past = cast.company.fiscal.move(quarters(cast)[0], -1)
    for period in (beyond, past):
        assert not periods.covers(many, period)
        with pytest.raises(LookupError, match=period.key):
            periods.parts(pairs(Standing.objects.all()), many, period)


def test_one_that_stands_at_a_no_has_no_chance(cast, many):
    Standing.objects.filter(name="Line 0").update(figure=None)
    parts = periods.parts(pairs(Standing.objects.filter(name="Line 0")), many, quarters(cast)[0])
    assert period_total(parts).limits == (0, 0, 0)
    assert parts.amounts.tolist() == [10_000_00]


def test_nothing_is_nothing(cast, many):
    assert periods.parts(pairs(Standing.objects.none()), many, quarters(cast)[0], closed=7).mean == 7


def test_figures_of_a_run_that_is_gone_count_with_no_chance(cast, many):
    FiguresRun.objects.filter(pk=many.pk).update(period_ends=[])
    parts = periods.parts(pairs(Standing.objects.all()), many, quarters(cast)[2])
    assert not parts.p.any()
