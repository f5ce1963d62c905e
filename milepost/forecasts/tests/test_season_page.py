"""The season on the screens: told where it moves a period, month by month on Learn, and kept with each learning."""

import csv
import datetime
import io
from dataclasses import replace

import numpy as np
import pytest

from milepost.engine.season import Season
from milepost.forecasts.calendar import calendar_of
from milepost.forecasts.learn import learn_and_refresh
from milepost.opportunities import figures
from milepost.opportunities.models import FiguresRun
from milepost.opportunities.season import months_of, most_notable

EVEN = {"pace": [[1.0, 0.95, 1.05]] * 12, "moves": [30] * 12, "expected": [30.0] * 12}


def slow(month, season=EVEN):
    paces, moves = list(season["pace"]), list(season["moves"])
    paces[month - 1], moves[month - 1] = [0.42, 0.3, 0.55], 12
    return season | {"pace": paces, "moves": moves}


def words(answer):
    return " ".join(answer.content.decode().split())


@pytest.fixture
def told(cast, opportunity):
    """Let the newest learning have found that this month is slow."""
    learn_and_refresh()
    FiguresRun.objects.update(season=slow(cast.today.month))


def test_without_two_years_of_every_month_nothing_is_said(cast, as_, opportunity):
    learn_and_refresh()
    client = as_(cast.coordinator)
    assert FiguresRun.objects.first().season == {}
    assert "even year" not in words(client.get("/forecast/"))
    assert 'id="months"' not in words(client.get("/learn/"))


def test_the_forecast_says_which_month_moves_a_period(cast, as_, told):
    said = words(as_(cast.coordinator).get("/forecast/"))
    assert "steps are won 0.4 times as often as in an even year" in said
    assert "12 so far, where 30 would have been" in said
    assert said.count("Month by month") == 1


def test_an_even_year_is_not_spoken_of(cast, as_, told):
    FiguresRun.objects.update(season=EVEN)
    assert "even year" not in words(as_(cast.coordinator).get("/forecast/"))


def test_learn_shows_every_month_and_lets_it_be_taken_along(cast, as_, told):
    client = as_(cast.coordinator)
    page = client.get("/learn/")
    assert [month.number for month, _at in page.context["months"]] == list(range(1, 13))
    assert "0.42" in words(page)
    rows = list(csv.reader(io.StringIO(client.get("/learn/csv/months/").getvalue().decode("utf-8-sig"))))
    assert len(rows) == 13
    assert rows[cast.today.month][1:] == ["12", "30.0", "0.42", "0.3", "0.55"]


def test_an_opportunity_says_which_month_moves_its_closing_date(cast, as_, told, opportunity):
    said = words(as_(cast.coordinator).get(f"/opportunities/{opportunity.pk}/why/"))
    assert "steps are won 0.4 times as often as in an even year" in said


def test_only_months_that_are_still_ahead_are_spoken_of(cast):
    calendar, months = calendar_of(cast.company), months_of(slow(7))
    summer = calendar.find("2026-Q3")
    july, september = datetime.date(2026, 7, 20), datetime.date(2026, 9, 2)
    assert most_notable(months, july, summer.end).number == 7
    assert most_notable(months, september, summer.end) is None
    assert most_notable(months_of({}), july, summer.end) is None
    assert most_notable(months, september, datetime.date(2027, 7, 1)).number == 7


def test_a_learning_keeps_its_season_and_figures_count_from_its_day(cast, opportunity):
    learnt = figures.learn_nothing()
    pace = np.where(np.arange(12) == 7, 0.2, 1.07).astype(np.float32) * np.ones((learnt.draws, 1), np.float32)
    season = Season(pace, np.full(12, 9), np.full(12, 9.0))
    july, wanted = datetime.date(2026, 7, 1), [figures.Cell(("meet", "offer"), 3, None)]
    days = {}
    for name, one in (("even", learnt), ("slow", replace(learnt, season=season))):
        run = figures.keep_run(one, as_of=july, stays=0)
        (figure,) = figures.ask(run, wanted)
        by = np.frombuffer(figure.won_by, np.float16).reshape(len(run.ends), -1).mean(1)
        days[name] = figure.win, figure.close_days[1], by[1]
        assert bool(run.season) == (name == "slow")
    assert days["slow"][0] == days["even"][0]
    assert days["slow"][1] > days["even"][1]
    assert days["slow"][2] < days["even"][2]
