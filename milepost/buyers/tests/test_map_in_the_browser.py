"""The map in a real browser: by mouse, by keys, at phone width, on paper, with two hundred people."""

import pytest
from django.urls import reverse

from milepost.buyers.models import Evidence, MapLayout, Stakeholder, Vision
from milepost.buyers.tests.test_map import crowd, pair  # noqa: F401 - fixtures
from milepost.web.tests.browser import DESKTOP, PHONE

STANDS = "window.peopleMap?.nodes().map(n => [n.renderedPosition('x'), n.renderedPosition('y')])"


@pytest.fixture
def opened(page, sign_in, cast, opportunity):
    def visit():
        sign_in(page, cast.coordinator)
        page.goto(reverse("buyers:people", args=[opportunity.pk]))
        page.locator("#people-map[data-ready]").wait_for()
        return page

    return visit


def test_a_person_is_dragged_and_stays_there(opened, pair):  # noqa: F811
    page = opened()
    box = page.locator("[data-stage]").bounding_box()
    x, y = page.evaluate(STANDS)[1]
    page.mouse.move(box["x"] + x, box["y"] + y)
    page.mouse.down()
    page.mouse.move(box["x"] + x + 60, box["y"] + y + 30, steps=4)
    with page.expect_response("**/people/map/") as answer:
        page.mouse.up()
    assert answer.value.ok
    kept = MapLayout.objects.get().places[str(pair[1].pk)]
    page.reload()
    page.locator("#people-map[data-ready]").wait_for()
    assert page.evaluate("window.peopleMap.nodes()[1].position()") == {"x": kept[0], "y": kept[1]}


def test_a_click_shows_a_person_beside_the_map(opened, pair):  # noqa: F811
    page = opened()
    box = page.locator("[data-stage]").bounding_box()
    x, y = page.evaluate(STANDS)[0]
    page.mouse.click(box["x"] + x, box["y"] + y)
    page.locator("#person-card", has_text="Economic buyer").wait_for()


def test_arrow_keys_go_from_person_to_person_and_move_them(opened, pair):  # noqa: F811
    page = opened()
    page.locator("[data-stage]").focus()
    page.keyboard.press("ArrowRight")
    assert "Dr Helene Brandt, Economic buyer, For" in page.locator("[data-says]").text_content()
    page.keyboard.press("ArrowDown")
    assert "A finance director" in page.locator("[data-says]").text_content()
    with page.expect_response("**/people/map/"):
        page.keyboard.press("Alt+ArrowDown")
    assert str(pair[1].pk) in MapLayout.objects.get().places
    page.keyboard.press("Enter")
    page.locator("#person-card", has_text="A finance director").wait_for()
    before = page.evaluate("window.peopleMap.zoom()")
    page.keyboard.press("-")
    assert page.evaluate("window.peopleMap.zoom()") < before


def test_who_is_second_is_shown_the_places_of_the_first(opened, cast, opportunity, pair, complaints):  # noqa: F811
    page = opened()
    MapLayout.arrange(opportunity, by=cast.salesperson, version=0, moved={str(pair[0].pk): [700, 400]})
    page.locator("[data-stage]").focus()
    page.keyboard.press("ArrowRight")
    with page.expect_response("**/people/map/"):
        page.keyboard.press("Alt+ArrowUp")
    page.locator("[data-note]", has_text="Somebody else has moved people").wait_for()
    assert page.evaluate("window.peopleMap.nodes()[0].position()") == {"x": 700, "y": 400}
    with page.expect_response("**/people/map/") as answer:
        page.keyboard.press("Alt+ArrowUp")
    assert answer.value.ok
    complaints.clear()  # the browser reports the 409 that was asked for


def test_on_a_phone_the_list_is_read_and_the_map_opens_on_request(page, sign_in, cast, opportunity, pair):  # noqa: F811
    page.set_viewport_size(PHONE)
    sign_in(page, cast.coordinator)
    page.goto(reverse("buyers:people", args=[opportunity.pk]))
    assert not page.locator("[data-stage]").is_visible()
    assert page.locator(".people-t").is_visible()
    page.get_by_role("button", name="Show the map").click()
    page.locator("#people-map[data-ready]").wait_for()
    assert page.locator("[data-stage]").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_it_is_printed_as_a_picture_of_the_whole(opened, pair):  # noqa: F811
    page = opened()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("[data-paper]").get_attribute("src").startswith("data:image/png")


def test_it_loads_the_library_only_where_there_is_a_map(page, sign_in, cast, opportunity):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page, cast.coordinator)
    page.goto(reverse("buyers:people", args=[opportunity.pk]))
    page.goto(reverse("opportunities:page", args=[opportunity.pk]))
    assert not [address for address in asked if "cytoscape" in address]


def test_two_hundred_people_move_smoothly(opened, crowd):  # noqa: F811
    page = opened()
    assert page.evaluate("window.peopleMap.nodes().length") == Stakeholder.objects.count() == 200
    took = page.evaluate(
        """async () => {
          const cy = window.peopleMap, began = performance.now();
          for (let n = 0; n < 30; n++) {
            cy.panBy({ x: n % 2 ? 6 : -6, y: 2 });
            await new Promise(requestAnimationFrame);
          }
          return (performance.now() - began) / 30;
        }"""
    )
    assert took < 120, f"{took:.0f} ms a frame"  # without a graphics card; 17 ms with one


def test_what_is_written_about_the_buyer_is_usable_by_everybody(page, sign_in, axe, cast, opportunity, pair):  # noqa: F811
    wish = Vision.begin(opportunity, by=cast.salesperson, words="One crew", whose="The director")
    Evidence.add(wish, by=cast.salesperson, question="whose", confidence=2, message="She said so")
    wish.change(by=cast.salesperson, words="One crew on both lines")
    sign_in(page, cast.coordinator)
    addresses = [reverse(f"buyers:{name}", args=[pair[0].pk]) for name in ("tie", "relate")]
    addresses += [reverse(f"buyers:{name}", args=[opportunity.pk]) for name in ("vision", "add_request")]
    addresses += [reverse("buyers:change_vision", args=[wish.pk])]
    for address in addresses:
        assert page.goto(address).status == 200
        for theme, size in (("light", DESKTOP), ("dark", PHONE)):
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size(size)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], address
            axe(page)
