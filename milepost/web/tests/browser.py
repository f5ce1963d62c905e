"""A real browser for tests: `page` on a live server, signed in with `sign_in`, judged by `axe`.

A test that takes `page` belongs to the browser part of the run; whatever the browser complains about fails it.
"""

import os

import pytest
from django.conf import settings
from django.test import Client

from milepost.web.tests import chromium

SERIOUS = ("serious", "critical")
DESKTOP, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}


def pytest_configure() -> None:
    """Let Django empty the tables after a test with a live server, though some refuse every DELETE.

    Deleting stays notes whose past changes: what is noted meanwhile goes last, or the next test would find it.
    """
    from django.db.backends.sqlite3.base import DatabaseOperations

    plain = DatabaseOperations.sql_flush

    def sql_flush(self, *args, **kwargs):
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'")
            triggers = cursor.fetchall()
        drop = [f"DROP TRIGGER {name}" for name, _sql in triggers]
        noted = "DELETE FROM forecasts_pasttouched"
        return [*drop, *plain(self, *args, **kwargs), noted, *(sql for _name, sql in triggers)]

    DatabaseOperations.sql_flush = sql_flush


def pytest_collection_modifyitems(items) -> None:
    """Mark what needs the browser, so that nobody can forget to."""
    for item in items:
        if "page" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chrome():
    """Start the system's Chromium once."""
    program = chromium.path()
    if program is None:
        pytest.skip("no Chromium is installed")
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread; the database is used between its calls, never inside one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright, program)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about; a test that provokes a complaint clears it."""
    return []


@pytest.fixture
def page(chrome, live_server, complaints):
    """Open an empty page on the live server; fail the test when scripts, loads or the content policy do."""
    # Without motion, so that no colour is judged half way from one to another.
    context = chrome.new_context(base_url=live_server.url, viewport=DESKTOP, reduced_motion="reduce")
    context.set_default_timeout(10_000)
    page = context.new_page()
    listen(page, complaints)
    yield page
    context.close()
    assert not complaints, "\n".join(complaints)


def listen(page, complaints: list[str]) -> None:
    """Note what goes wrong in the page; violations of the content policy come as errors on the console."""
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))


@pytest.fixture
def sign_in(live_server):
    """Sign a person in without the form: `sign_in(page, cast.coordinator)`."""

    def signed_in(page, person):
        client = Client()
        client.force_login(person)
        name = settings.SESSION_COOKIE_NAME
        cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
        page.context.add_cookies([cookie])

    return signed_in


@pytest.fixture
def axe():
    """Judge a page: `axe(page)` fails on every serious finding, `axe(page, rules)` on those of these rules."""
    from axe_playwright_python.sync_playwright import Axe

    def judge(page, rules=()):
        options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
        found = serious(Axe().run(page, options=options).response)
        assert not found, f"{page.url}\n" + "\n".join(found)

    return judge


def serious(response) -> list[str]:
    """Return the serious findings of a run of axe, one line for each place."""
    return [
        f"{violation['id']} ({violation['impact']}): {node['html'][:150]} {node.get('failureSummary', '')[:200]}"
        for violation in response["violations"]
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]
