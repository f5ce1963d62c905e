"""What stands around every page: places, light, messages with undo, and the pages for mistakes."""

import pytest
from django.contrib import messages
from django.http import HttpResponse
from django.template import Context
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse

from milepost.web import context


@pytest.fixture
def style_page(cast, as_):
    """The style page as an administrator sees it; it stands for every page with the shell."""
    return as_(cast.administrator).get(reverse("web:look"))


def test_it_shows_the_style_page_to_administrators_only(cast, as_, style_page):
    assert style_page.status_code == 200
    assert as_(cast.coordinator).get(reverse("web:look")).status_code == 404
    assert Client().get(reverse("web:look")).status_code == 302


def test_it_offers_only_places_that_exist():
    places = context.places("")
    assert {"Desk", "My day"} <= {str(place.label) for place in places}
    assert all(place.url.startswith("/") for place in places)


def test_it_marks_the_place_we_are_in(cast, as_):
    html = as_(cast.administrator).get(reverse("team:people")).content.decode()
    assert f'<a href="{reverse("team:settings")}" aria-current="page">' in html
    assert f'<a href="{reverse("desk:desk")}" aria-current' not in html


@pytest.mark.parametrize(
    ("here", "marked"),
    [
        ("buyers:queue", ["Requests"]),
        ("buyers:people", ["Board"]),
        ("buyers:requests", ["Board"]),
        ("opportunities:page", ["Board"]),
        ("gates:gates", ["Gates"]),
        ("gates:costs", ["Settings"]),
        ("desk:currencies", ["Settings"]),
        ("desk:search", []),
        ("buyers:lists", ["Settings"]),
        ("buyers:list_answer", ["Settings"]),
        ("buyers:question_templates", ["Playbooks"]),
        ("desk:account", ["Accounts"]),
    ],
)
def test_it_marks_one_place_at_most(here, marked):
    assert [str(place.label) for place in context.places(here) if place.is_here] == marked


def test_every_page_of_the_settings_is_marked_there():
    astray = [
        name
        for name, path in paths(get_resolver().url_patterns)
        if path.startswith("settings/") and [p.url_name for p in context.places(name) if p.is_here] != ["team:settings"]
    ]
    assert not astray


def paths(patterns, space="", path=""):
    """Yield the name and the beginning of the path of every page."""
    for each in patterns:
        here = path + str(each.pattern)
        if hasattr(each, "url_patterns"):
            yield from paths(each.url_patterns, f"{space}{each.namespace}:" if each.namespace else space, here)
        elif each.name:
            yield f"{space}{each.name}", here


def test_it_carries_the_token_and_no_inline_script(style_page):
    html = style_page.content.decode()
    assert '<meta name="csrf-token" content="' in html
    assert "<script>" not in html
    assert 'style="' not in html


def test_it_follows_the_system_until_somebody_chooses(cast, as_):
    client = as_(cast.administrator)
    assert "data-bs-theme" not in client.get(reverse("web:look")).content.decode()
    answer = client.post(reverse("web:theme"), {"theme": "dark", "next": reverse("web:look")})
    assert answer["Location"] == reverse("web:look")
    assert 'data-bs-theme="dark"' in client.get(reverse("web:look")).content.decode()
    client.post(reverse("web:theme"), {"theme": ""})
    assert "data-bs-theme" not in client.get(reverse("web:look")).content.decode()


@pytest.mark.parametrize("there", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_it_leads_nowhere_else_after_the_choice(cast, there):
    assert Client().post(reverse("web:theme"), {"theme": "dark", "next": there})["Location"] == "/"


def test_it_ignores_a_light_that_does_not_exist():
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = '"><script>'
    request.resolver_match = None
    assert context.page(request)["theme"] == ""


def test_it_offers_undo_where_a_message_carries_its_address():
    message = messages.storage.base.Message(messages.SUCCESS, "Pilot is <b>reached</b>.", "/undo/7/")
    plain = messages.storage.base.Message(messages.ERROR, "Not saved.")
    html = get_template("web/_toasts.html").template.render(Context({"messages": [message, plain]}))
    assert html.count('action="/undo/7/"') == 1
    assert html.count("Undo") == 1
    assert "&lt;b&gt;" in html
    assert html.count("data-passes") == 1


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
def test_it_has_words_for_every_mistake_even_without_a_request(name):
    html = get_template(f"{name}.html").render()
    assert "<h1>" in html
    assert 'href="/"' in html


def test_it_answers_a_lost_address_in_plain_words(cast, as_):
    answer = as_(cast.coordinator).get("/no/such/page/")
    assert answer.status_code == 404
    assert b"There is nothing here that you can see" in answer.content


def test_it_shows_its_own_sign_in_page(cast):
    answer = Client().get(reverse("account_login"))
    assert isinstance(answer, HttpResponse)
    assert b'<form method="post"' in answer.content
    assert "web/bare.html" in [template.name for template in answer.templates]


def test_it_weighs_little(style_page):
    import gzip

    assert len(gzip.compress(style_page.content)) < 30_000


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("coordinator", True),
        ("sales_manager", True),
        ("administrator", True),
        ("salesperson", False),
        ("account_manager", False),
        ("team_member", False),
    ],
)
def test_it_offers_the_import_only_to_those_who_may(cast, as_, role, shown):
    client, there = as_(getattr(cast, role)), f'href="{reverse("exchange:import")}"'
    for page in (reverse("desk:board"), reverse("desk:desk") + "?of=all", reverse("desk:search") + "?q=imp"):
        assert (there in client.get(page).text) is shown, page


def test_it_says_whose_it_is_where_somebody_may_not(cast, as_):
    answer = as_(cast.salesperson).get(reverse("exchange:import"))
    assert answer.status_code == 403
    assert "Only coordinators, sales managers and administrators import files." in answer.text
    assert "web/bare.html" in [template.name for template in answer.templates]


def test_it_answers_a_form_without_its_token_in_plain_words(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.coordinator)
    answer = client.post(reverse("web:theme"), {"theme": "dark"})
    assert answer.status_code == 403
    assert "This page was open too long" in answer.text


def test_it_answers_a_fault_of_ours_in_plain_words(cast, settings):
    settings.ROOT_URLCONF = "milepost.web.tests.broken_urls"
    client = Client(raise_request_exception=False)
    client.force_login(cast.coordinator)
    answer = client.get("/broken/")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
