"""Every figure knows by which fiscal month its opportunities are won."""

import datetime

import numpy as np
import pytest

from milepost.engine.string_forecast import Cell
from milepost.engine.won_by import won_by
from milepost.forecasts.learn import learn_and_refresh
from milepost.opportunities import figures
from milepost.opportunities.models import Figure, FiguresRun, Standing


def chances(figure):
    return np.frombuffer(figure.won_by, np.float16).reshape(len(figure.run.ends), -1)


def test_a_run_knows_the_ends_of_the_fiscal_months_to_come(cast, opportunity):
    run = learn_and_refresh(today=cast.today)
    assert len(run.ends) == figures.PERIODS
    assert run.ends[0] >= cast.today
    assert (run.ends[0] + datetime.timedelta(days=1)).day == 1
    assert run.ends == sorted(set(run.ends))


def test_its_months_are_the_company_s_own(cast, opportunity):
    assert cast.company.revise(by=cast.administrator, fiscal_year_starts=2, fiscal_calendar="4-4-5", week_starts=6)
    run = learn_and_refresh(today=cast.today)
    assert {day.weekday() for day in run.ends} == {5}  # weeks begin on Sundays
    assert {(b - a).days for a, b in zip(run.ends, run.ends[1:], strict=False)} <= {28, 35, 42}


def test_a_figure_tells_the_chance_to_be_won_by_each_of_them(cast, opportunity):
    run = learn_and_refresh(today=cast.today)
    figure = Standing.objects.get().figure
    by, win = chances(figure), np.frombuffer(figure.win_draws, np.float32)
    assert by.shape == (figures.PERIODS, len(win))
    assert (np.diff(by, axis=0) >= 0).all()
    assert (by <= win + 1e-3).all()
    keys = tuple(step["key"] for step in figure.steps)
    days = [(end - run.as_of).days for end in run.ends]
    learnt = figures.learnt_of(run.pk, run.made_at)
    np.testing.assert_allclose(by, won_by(learnt, [Cell(keys, 10)], days)[0], atol=5e-4)


def test_the_first_figures_know_it_too_before_anything_was_learnt(cast, opportunity):
    assert Figure.objects.exists()
    assert all(chances(figure).shape[0] == figures.PERIODS for figure in Figure.objects.all())


@pytest.mark.django_db
def test_figures_of_a_run_without_ends_know_none(cast, opportunity):
    run = learn_and_refresh(today=cast.today)
    FiguresRun.objects.filter(pk=run.pk).update(period_ends=[])
    figures.figures_for(FiguresRun.objects.get(pk=run.pk), [figures.cell(["first"], 77, None)])
    assert bytes(Figure.objects.latest("pk").won_by) == b""
