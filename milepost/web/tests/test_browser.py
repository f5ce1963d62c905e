"""Every screen in a real browser: it loads without a complaint and everybody can use it."""

import pytest
from django.urls import NoReverseMatch, reverse

from milepost.web.tests.browser import DESKTOP, PHONE
from milepost.web.tests.cast import PASSWORD
from milepost.web.tests.screens import SCREENS
from milepost.web.tests.shots import PEOPLE

COLOURS = ("color-contrast", "link-in-text-block")  # all of axe's rules that a theme can change


def test_it_signs_in_and_shows_the_board(page, cast, opportunity):
    cast.coordinator.set_password(PASSWORD)
    cast.coordinator.save(update_fields=["password"])
    page.goto("/board/")
    page.get_by_label("E-mail").or_(page.get_by_label("Email")).first.fill(cast.coordinator.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/board/")
    assert page.get_by_role("link", name=opportunity.name).first.is_visible()


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_it_is_usable_by_everybody(page, sign_in, axe, world, screen):
    person = getattr(world.cast, screen.role)
    sign_in(page, person)
    assert page.goto(address_of(screen, person)).status == 200
    for theme, size, rules in (("light", DESKTOP, ()), ("dark", DESKTOP, COLOURS), ("light", PHONE, ())):
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], "the page scrolls sideways"
        axe(page, rules)


def address_of(screen, person):
    try:
        address = screen.address(person)
    except NoReverseMatch:
        pytest.skip("this screen is not there yet")
    return address or pytest.skip("nothing for this screen in the small company")


def test_it_is_usable_before_signing_in(page, cast, axe):
    for name in ("account_login", "account_inactive"):
        page.goto(reverse(name))
        axe(page)


def test_somebody_of_the_example_company_can_take_a_picture_of_every_screen():
    assert {screen.role for screen in SCREENS} <= {*PEOPLE, ""}
