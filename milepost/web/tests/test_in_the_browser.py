"""What scripts and styles do, in a real browser: keys, menus, light and dark, and the widths pages must fit."""

import pytest
from django.urls import reverse

from milepost.team.models import AccessLink

PHONE = 390


@pytest.fixture
def visit(page, sign_in):
    """Open a page as a person: `visit(cast.coordinator, "/desk/")`."""

    def open_page(person, path, width=1280, light=None):
        if person is not None:
            sign_in(page, person)
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=light)
        page.goto(path)
        return page

    return open_page


def test_it_walks_a_row_of_beads_with_the_arrow_keys(cast, visit):
    page = visit(cast.administrator, "/look/")
    page.locator('.string[data-size="row"] .bead--now').nth(1).focus()
    page.keyboard.press("ArrowLeft")
    assert "Gate 1, passed" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("End")
    assert "Contract" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Home")
    assert "First talk" in page.evaluate("document.activeElement.textContent")


def test_it_mirrors_the_arrow_keys_where_one_reads_from_the_right(cast, visit):
    page = visit(cast.administrator, "/look/")
    page.locator('[dir="rtl"] .bead--now').focus()
    page.keyboard.press("ArrowRight")
    assert "Needs workshop" in page.evaluate("document.activeElement.textContent")


def test_it_shows_the_name_of_a_bead_on_focus(cast, visit):
    page = visit(cast.administrator, "/look/")
    page.locator('.string[data-size="row"] .bead--now').nth(1).focus()
    tip = page.locator('.string[data-size="row"] .bead--now .string__tip').nth(1)
    assert tip.bounding_box()["width"] > 50


def test_it_finds_with_ctrl_k_and_the_arrow_keys(cast, opportunity, visit):
    page = visit(cast.coordinator, "/desk/")
    page.keyboard.press("Control+k")
    page.keyboard.type("coating")
    page.locator("#find-results a").first.wait_for()
    page.keyboard.press("ArrowDown")
    assert "Coating line 4" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Escape")
    assert not page.locator("#find").is_visible()


def test_it_closes_the_search_on_escape_while_there_are_words_in_it(cast, visit):
    page = visit(cast.coordinator, "/desk/")
    page.keyboard.press("Control+k")
    page.keyboard.type("coating")
    page.keyboard.press("Escape")
    assert not page.locator("#find").is_visible()


def test_it_closes_a_menu_on_escape_and_gives_the_focus_back(cast, visit):
    page = visit(cast.coordinator, "/desk/")
    menu = page.locator(".rail details.menu")
    menu.locator("summary").click()
    menu.locator("a").first.focus()
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_a_step_of_a_draft_keeps_the_focus_when_it_is_saved(cast, playbook, visit):
    draft = playbook.playbook.new_draft(by=cast.administrator)
    page = visit(cast.administrator, reverse("playbooks:version", args=[draft.pk]))
    edit = f"#edit-{draft.steps.first().pk}"
    page.locator(edit).press("Enter")
    page.locator("[name=milestone]").fill("They showed us the site")
    page.locator("[name=milestone]").press("Enter")
    page.locator(f"{edit}:focus").wait_for()


def test_it_leaves_a_row_of_the_board_on_escape_and_gives_the_focus_back(cast, opportunity, visit):
    page = visit(cast.coordinator, "/board/")
    page.locator(f"#row-{opportunity.pk} a.cell").last.press("Enter")
    page.locator(".row-form select").wait_for()
    page.keyboard.press("Escape")
    page.locator(".row-form").wait_for(state="detached")
    page.locator("a.cell[href*=category]:focus").wait_for()


def test_what_is_swapped_in_works_from_its_first_moment(cast, opportunity, visit):
    page = visit(cast.coordinator, "/board/")
    page.evaluate("""document.addEventListener('htmx:afterSwap', () => setTimeout(() => {
        document.body.dataset.left = 'at once';
        document.querySelector('.board [data-cancel]').click();
    }), { once: true })""")
    page.locator(f"#row-{opportunity.pk} a.cell").last.press("Enter")
    # a link that htmx does not know yet would load the page anew
    page.locator("[data-left] .board:not(:has(form)) a.cell[href*=category]:focus").wait_for()


@pytest.mark.parametrize("system", ["light", "dark"])
def test_it_follows_the_light_of_the_system(cast, visit, system):
    page = visit(cast.coordinator, "/desk/", light=system)
    assert page.evaluate("document.documentElement.dataset.bsTheme") == system
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == system


def test_it_keeps_the_light_that_was_chosen(cast, visit):
    page = visit(cast.coordinator, "/desk/", light="light")
    page.locator(".rail details.menu summary").click()
    page.locator(".rail .light button", has_text="Dark").click()
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    assert page.url.endswith("/desk/")


def test_it_says_when_a_request_failed_and_keeps_the_page(cast, visit, complaints):
    page = visit(cast.coordinator, "/desk/")
    page.evaluate("htmx.ajax('GET', '/no/such/part/', '#main')")
    page.locator(".toast", has_text="no longer there").wait_for()
    assert page.locator("h1").is_visible()
    page.locator(".toast [data-dismiss]").click()
    assert page.locator(".toast").count() == 0
    complaints.clear()  # the browser reports the 404 that was asked for


def test_it_opens_and_closes_a_dialog(cast, visit):
    page = visit(cast.administrator, "/look/")
    page.locator('[data-opens="sample-dialog"]').click()
    assert page.locator("#sample-dialog").is_visible()
    page.locator("#sample-dialog [data-closes]").first.click()
    assert not page.locator("#sample-dialog").is_visible()


@pytest.mark.parametrize("width", [360, 390, 721, 820, 1024, 1280, 1440])
def test_it_fits_every_width(cast, visit, width):
    page = visit(cast.administrator, "/look/", width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_stands_the_large_string_up_on_a_phone(cast, visit):
    page = visit(cast.administrator, "/look/", width=PHONE)
    beads = page.locator('.string[data-size="large"] .bead')
    first, second = beads.nth(0).bounding_box(), beads.nth(1).bounding_box()
    assert abs(first["x"] - second["x"]) < 8
    assert second["y"] > first["y"] + 20


CUT = """[...document.querySelectorAll('.string[data-size="large"] .string__label b')].flatMap(b =>
  [...b.textContent.matchAll(/\\S+/g)].filter(word => {
    const range = document.createRange();
    range.setStart(b.firstChild, word.index);
    range.setEnd(b.firstChild, word.index + word[0].length);
    return range.getClientRects().length > 1;
  }).map(word => word[0]))"""
LENGTHEN = """() => {
  const line = document.querySelector('.string[data-size="large"]');
  const last = [...line.querySelectorAll('.string__step:not([aria-current])')].at(-2);
  while (line.querySelectorAll('.string__step').length < 14) last.before(last.cloneNode(true));
  const names = ['Executive meeting', 'Negotiation', 'Implementation', 'Security assessment'];
  line.querySelectorAll('.string__step .string__label b').forEach((b, at) => b.textContent = names[at % names.length]);
}"""


@pytest.mark.parametrize("width", [390, 1024, 1366, 1920])
def test_it_cuts_no_word_of_a_line_of_fourteen_steps(cast, visit, width):
    page = visit(cast.administrator, "/look/", width=width)
    page.evaluate(LENGTHEN)
    assert page.evaluate(CUT) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_offers_every_place_on_a_phone(cast, visit):
    page = visit(cast.coordinator, "/desk/", width=PHONE)
    assert not page.locator(".rail").is_visible()
    page.locator(".tabbar summary").click()
    assert page.locator(".tabbar .menu-list a", has_text="Accounts").is_visible()


@pytest.mark.parametrize("system", ["light", "dark"])
@pytest.mark.parametrize("path", ["/look/", "/desk/", "/login/"])
def test_it_leaves_nothing_serious_to_axe(cast, visit, axe, path, system):
    axe(visit(None if path == "/login/" else cast.administrator, path, light=system))


def test_it_lets_in_by_an_invitation_link(cast, page):
    token = AccessLink.make(by=cast.administrator, person=cast.salesperson, purpose="invitation")
    page.goto(reverse("team:enter", args=[token]))
    page.get_by_label("Password", exact=True).fill("a short sentence")
    page.get_by_label("Password again").fill("a short sentence")
    page.get_by_role("button", name="Set the password and come in").click()
    page.wait_for_url("**/my-day/")


@pytest.mark.django_db
def test_the_first_run_proposes_the_time_zone_of_the_browser(chrome, page, live_server):
    there = chrome.new_context(base_url=live_server.url, timezone_id="America/Chicago").new_page()
    there.goto(reverse("team:first_run"))
    assert there.locator("[name=time_zone]").input_value() == "America/Chicago"
    there.locator("[name=time_zone]").select_option("Asia/Tokyo")
    there.locator("[name=company]").fill("Kestermann")
    there.evaluate("document.querySelector('form').noValidate = true")
    there.locator(".form-acts button").click()
    assert there.locator("[name=time_zone]").input_value() == "Asia/Tokyo"
    there.context.close()
