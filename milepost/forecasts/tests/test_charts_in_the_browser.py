"""What a chart does in a real browser: its values by keys and pointer, and what is kept of it."""

import csv
import datetime

import pytest

from milepost.forecasts.snapshots import take

DAY = datetime.timedelta(days=1)


@pytest.fixture
def timeline(cast, opportunity, page, sign_in):
    """Open the page with an opportunity's win chance over time, of two kept days and today."""
    take(today=cast.today - 9 * DAY)
    opportunity.revise(by=cast.coordinator, value_minor=999_00)
    take(today=cast.today - 4 * DAY)
    sign_in(page, cast.salesperson)
    page.goto(f"/opportunities/{opportunity.pk}/why/")
    page.locator(".chart-host svg").wait_for()
    return page


def keep(page, kind):
    page.locator(".chart-save > summary").click()
    with page.expect_download() as caught:
        page.locator(f"[data-save={kind}]").click()
    return caught.value


def test_it_tells_its_values_by_keys_and_under_the_pointer(cast, timeline):
    tip = timeline.locator(".chart-tip")
    assert not tip.is_visible()
    timeline.locator(".chart-pic").focus()
    newest = tip.inner_text()
    assert "%" in newest
    timeline.keyboard.press("Home")
    assert tip.inner_text().splitlines()[0] != newest.splitlines()[0]
    timeline.keyboard.press("Escape")
    assert not tip.is_visible()
    box = timeline.locator(".chart-pic").bounding_box()
    timeline.mouse.move(box["x"] + box["width"] - 16, box["y"] + 60)
    assert tip.inner_text() == newest


def test_it_keeps_a_picture_that_needs_nothing_else(cast, timeline, opportunity):
    kept = keep(timeline, "svg")
    assert kept.suggested_filename.endswith(f"{cast.today.isoformat()}.svg")
    text = kept.path().read_text()
    assert f"Win chance of {opportunity.name}" in text
    assert f"Northwind Controls, as of {cast.today.day} " in text
    assert "data:font/woff2;base64," in text or "data:application/octet-stream;base64," in text
    assert "var(" not in text
    assert "http" not in text.replace("http://www.w3.org/", "")


def test_it_keeps_a_picture_of_dots(timeline):
    assert keep(timeline, "png").path().read_bytes().startswith(b"\x89PNG")


def test_it_keeps_its_figures(cast, timeline):
    with keep(timeline, "csv").path().open(encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    assert rows[0][:2] == ["Day", "Win chance"]
    assert rows[-1][0] == cast.today.isoformat()
    assert 0 < float(rows[-1][1]) < 1


def test_it_keeps_its_figures_as_a_sheet(cast, timeline):
    kept = keep(timeline, "xlsx")
    assert kept.suggested_filename.endswith(".xlsx")
    assert kept.path().read_bytes().startswith(b"PK")


def test_it_follows_light_and_dark(timeline):
    line = timeline.locator('.chart-host svg path[stroke-width="2"]').first
    light = line.get_attribute("stroke")
    timeline.emulate_media(color_scheme="dark")
    timeline.locator(f'.chart-host svg path[stroke-width="2"]:not([stroke="{light}"])').first.wait_for(state="attached")


def test_the_line_of_learn_tells_its_beads_wide_and_narrow(cast, opportunity, page, sign_in):
    sign_in(page, cast.coordinator)
    for width, drawn in ((1280, "along"), (390, "down")):
        page.set_viewport_size({"width": width, "height": 860})
        page.goto("/learn/")
        assert page.locator("svg.funnel:visible").get_attribute("class").split() == ["funnel", drawn]
        page.locator(".chart-pic").focus()
        page.keyboard.press("Home")
        tip = page.locator(".chart-tip")
        assert tip.inner_text().startswith("1 First talk")
        for _step in range(3):
            page.keyboard.press("ArrowRight")
        assert tip.inner_text().startswith("4 Contract")
        page.keyboard.press("ArrowRight")
        assert tip.inner_text().startswith("4 Contract")  # the hidden drawing is not read
