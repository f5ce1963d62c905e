"""What every page carries is drawn once, and still says the right thing to everybody."""

import re

from django.test import Client
from django.urls import reverse
from django.utils import translation

from milepost.web import kept

ADA = {"name": "Ada", "email": "ada@one.example", "initials": "A"}
RAIL = {"here": "", "shut": (), "signed_in": True, **ADA, "theme": ""}


def drawn(**given):
    return kept.draw("web/_rail.html", RAIL | given, token="t" * 64, address="/here/")


def test_it_shows_everybody_their_own_name(cast, as_):
    for person in (cast.coordinator, cast.salesperson, cast.coordinator):
        html = as_(person).get(reverse("desk:my_day")).content.decode()
        rail = html[html.index('<nav class="rail"') : html.index("</nav>")]
        assert person.email in rail
        others = {each.email for each in (cast.coordinator, cast.salesperson)} - {person.email}
        assert not [email for email in others if email in rail]


def test_it_gives_every_answer_its_own_token_and_address(cast, as_):
    client = as_(cast.coordinator)
    pages = [client.get(reverse("desk:my_day"), {"n": n}).content.decode() for n in (1, 2)]
    tokens = [re.findall(r'name="csrf-token" content="(\w{64})"', html) for html in pages]
    assert len(tokens[0]) == 1
    assert tokens[0] != tokens[1]
    for n, html in enumerate(pages, start=1):
        assert f'name="next" value="/my-day/?n={n}"' in html
        assert kept.TOKEN not in html
        assert kept.ADDRESS not in html


def test_its_token_lets_a_form_through(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.coordinator)
    html = client.get(reverse("desk:my_day")).content.decode()
    token = re.search(r'action="/theme/"><input type="hidden" name="csrfmiddlewaretoken" value="(\w+)"', html)[1]
    answer = client.post(reverse("web:theme"), {"csrfmiddlewaretoken": token, "theme": "dark", "next": "/my-day/"})
    assert answer.status_code == 302


def test_it_escapes_what_it_is_given():
    assert "<script>" not in drawn(name="<script>")
    assert 'value="/?q=&quot;&gt;"' in kept.draw("web/_rail.html", RAIL, token="", address='/?q=">')


def test_it_keeps_languages_apart():
    kept._kept.cache_clear()
    for language in ("en", "de", "en"):
        with translation.override(language):
            drawn()
    assert kept._kept.cache_info().currsize == 2


def test_it_marks_each_page_as_the_place_it_is():
    here = drawn(here="desk:board")
    assert re.search(rf'href="{reverse("desk:board")}" aria-current="page"', here)
    assert f'href="{reverse("desk:desk")}" aria-current' not in here
