"""The pictures of how good calls are stand in the frame of all charts, with their figures."""

import html
import json
import re

from milepost.forecasts.records import score_words
from milepost.forecasts.replay import replay
from milepost.forecasts.tests.test_peoples_calls import PAGE, a_past, sellers  # noqa: F401 - fixtures
from milepost.web.words import percent

FRAME = re.compile(r'<figure class="chart" data-name="([^"]*)" data-title="([^"]*)".*?data-figures="([^"]*)"', re.S)


def frames(answer):
    """Return what each frame of a page keeps, by the name of its file without the day."""
    found = FRAME.findall(answer.content.decode())
    return {name.rsplit("-", 3)[0]: json.loads(html.unescape(figures)) for name, _title, figures in found}


def called(cast, a_past, sellers):  # noqa: F811
    for n, person in enumerate([cast.salesperson, *sellers[:4]]):
        a_past(f"Mill {n}", by=person, said=0.6, won=n < 2)
    replay(today=cast.today)
    score_words()


def test_ones_own_chances_against_what_came_are_kept_with_their_figures(cast, as_, a_past, sellers):  # noqa: F811
    called(cast, a_past, sellers)
    answer = as_(cast.salesperson).get(PAGE)
    heads, row = frames(answer)["your-calls"]
    assert heads == ["Said", "Came in", "Low (10 %)", "High (90 %)", "Opportunities"]
    assert (row[0], row[1], row[4]) == (0.6, 1.0, 1)
    assert f"said: {percent(0.6)}" in answer.content.decode()


def test_how_groups_lean_is_kept_with_its_figures_and_told_mark_by_mark(cast, as_, a_past, sellers):  # noqa: F811
    called(cast, a_past, sellers)
    answer = as_(cast.sales_manager).get(PAGE)
    heads, row = frames(answer)["calls-by-group"]
    assert heads[:3] == ["Whose", "Ended", "Too hopeful by, in points"]
    assert row[:3] == ["North", 5, 20.0]
    assert "too hopeful by +20 points" in answer.content.decode()
    assert "calls-by-name" not in frames(answer)
    cast.company.revise(by=cast.administrator, accuracy_by_name=True)
    assert len(frames(as_(cast.sales_manager).get(PAGE))["calls-by-name"]) == 6


def test_every_drawing_of_the_page_is_in_a_frame(cast, as_, a_past, sellers):  # noqa: F811
    called(cast, a_past, sellers)
    for person in (cast.salesperson, cast.sales_manager):
        text = as_(person).get(PAGE).content.decode()
        outside = re.sub(r'<figure class="chart".*?</figure>', "", text, flags=re.S)
        assert not re.findall(r'<svg class="(mirror|calibration|leaning|dots|flow|funnel)[ "]', outside)
