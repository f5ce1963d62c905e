"""What every answer tells the browser: where scripts may come from, and that nobody may frame or sniff the page."""

import re

import pytest
from django.conf import settings
from django.urls import NoReverseMatch

from milepost.web.tests.screens import SCREENS

INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)|javascript:", re.IGNORECASE)


def directives(answer) -> dict[str, list[str]]:
    parts = answer["Content-Security-Policy"].split(";")
    return {name: sources for name, *sources in (part.split() for part in parts)}


def judge(answer):
    policy = directives(answer)
    assert policy["default-src"] == ["'self'"]
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
    assert not any("unsafe" in source for sources in policy.values() for source in sources)
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_it_guards_every_screen(as_, world, screen):
    person = getattr(world.cast, screen.role)
    try:
        address = screen.address(person)
    except NoReverseMatch:
        pytest.skip("this screen is not there yet")
    if address is None:
        pytest.skip("nothing for this screen in the small company")
    answer = as_(person).get(address)
    assert answer.status_code == 200
    judge(answer)
    assert not INLINE.findall(without_text(answer.content.decode()))


def without_text(html: str) -> str:
    """Keep the tags: what people write may say anything."""
    return "".join(re.findall(r"<[^>]*>", html))


@pytest.mark.parametrize("address", ["/login/", "/health", "/no/such/page/", "/desk/"])
def test_it_guards_what_strangers_see(client, cast, address):
    judge(client.get(address))


def test_it_keeps_personal_pages_out_of_shared_caches(as_, cast):
    answer = as_(cast.coordinator).get("/desk/")
    assert "Cookie" in answer["Vary"]


def test_it_marks_cookies_for_this_site_only(client, cast):
    cookie = client.get("/login/").cookies[settings.CSRF_COOKIE_NAME]
    assert cookie["samesite"] == "Lax"


def test_it_refuses_a_form_from_elsewhere(cast):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/login/", {"login": cast.coordinator.email, "password": "x"})
    assert answer.status_code == 403
    judge(answer)


def test_it_slows_down_who_guesses_passwords(client, cast):
    guess = {"login": cast.coordinator.email, "password": "wrong"}
    answers = [client.post("/login/", guess).content.decode() for _ in range(12)]
    assert "too many" in answers[-1].lower()
    assert "too many" not in answers[0].lower()


def test_its_cookies_are_its_own(client, cast):
    """Browsers send the cookies of a host to all its ports; another company there has other names for them."""
    names = set(client.get("/login/").cookies)
    assert names
    assert not names & {"sessionid", "csrftoken"}
