"""A Board of very many rows comes with its counts, and its sums follow: exact, and never of what one may not see."""

import html
import re

import pytest

from milepost.desk import large
from milepost.desk.board import query
from milepost.desk.tests.boards import BOARD, ids_in, many, next_in, numbered, walk
from milepost.opportunities.models import Standing

HTMX = {"HX-Request": "true"}
HEAD = r'<tr class="group" role="row" id="group-{key}".*?</tr>'
TOTALS = r'<dl class="totals".*?</dl>'


@pytest.fixture(autouse=True)
def rows(cast, playbook, account, again, monkeypatch):
    monkeypatch.setattr(large, "MANY", 10)
    monkeypatch.setattr(query, "PAGE", 20)
    large.forget()
    again("rows-80", lambda: numbered(many(cast, playbook, account, 80)))
    yield list(Standing.objects.all())
    large.forget()


def follows(page):
    """Return where a page has its sums from, "" if it has them."""
    found = re.search(r'hx-get="([^"]*)" hx-trigger="load"', page)
    return html.unescape(found[1]) if found else ""


def shown(pattern, page):
    """Return a part of a page without what tells where it is put."""
    return re.search(pattern, page, re.DOTALL)[0].replace(' hx-swap-oob="true"', "")


def the_whole(client, place=""):
    """Return the page as it is where nothing has to follow."""
    return client.get(f"{BOARD}?{place}&sums=1").text


@pytest.mark.parametrize("place", ["", "group=none", "group=person", "group=category&sort=name", "q=a", "shut=1"])
def test_what_follows_is_what_the_whole_page_says(as_, cast, place):
    client = as_(cast.administrator)
    page, whole = client.get(f"{BOARD}?{place}").text, the_whole(client, place)

    sums = client.get(follows(page), headers=HTMX).text

    assert ids_in(page) == ids_in(whole)
    assert "…</dd>" in shown(TOTALS, page)
    assert shown(TOTALS, sums) == shown(TOTALS, whole)
    heads = re.findall(r'id="group-([^"]*)"', page)
    assert heads == re.findall(r'id="group-([^"]*)"', whole) == re.findall(r'id="group-([^"]*)"', sums)
    for key in heads:
        assert shown(HEAD.format(key=key), sums) == shown(HEAD.format(key=key), whole)


def test_the_page_itself_counts_exactly(as_, cast, rows):
    page = as_(cast.administrator).get(BOARD).text

    unknown = sum(row.value_minor is None for row in rows)
    assert f"<dt>open</dt><dd>{len(rows)}</dd>" in page
    assert f"{unknown} unknown" in page


def test_its_pages_hold_every_row_once(as_, cast, rows):
    assert sorted(walk(as_(cast.administrator))) == sorted(row.pk for row in rows)


def test_the_heads_of_a_further_page_follow_too(as_, cast, monkeypatch):
    client, link = as_(cast.administrator), BOARD
    for _page in range(10):
        page = client.get(link, headers=HTMX).text
        if link != BOARD and 'class="group"' in page:
            break
        link = BOARD + next_in(page)

    key = re.search(r'id="group-([^"]*)"', page)[1]
    sums = client.get(follows(page), headers=HTMX).text
    monkeypatch.setattr(query, "PAGE", 1000)
    assert shown(HEAD.format(key=key), sums) == shown(HEAD.format(key=key), the_whole(client))


def test_sums_follow_a_change(as_, cast, rows):
    client = as_(cast.administrator)
    address = follows(client.get(BOARD).text)
    before = client.get(address, headers=HTMX).text
    assert client.get(address, headers=HTMX).text == before

    dearest = max(rows, key=lambda row: row.value_minor or 0)
    Standing.objects.filter(pk=dearest.pk).update(value_minor=dearest.value_minor * 50)

    after = client.get(address, headers=HTMX).text
    assert shown(TOTALS, after) == shown(TOTALS, the_whole(client)) != shown(TOTALS, before)


def test_an_outsider_hears_nothing_of_others(as_, cast, rows):
    address = follows(as_(cast.administrator).get(BOARD).text)
    own = [row for row in rows if row.territory_id == cast.south.pk]

    theirs = as_(cast.outsider).get(address, headers=HTMX).text

    assert f"<dt>open</dt><dd>{len(own)}</dd>" in theirs
    assert f'id="group-{cast.north.pk}"' not in theirs


def test_few_rows_of_a_large_company_have_their_sums_at_once(as_, cast, rows):
    Standing.objects.filter(pk__in=[row.pk for row in rows[:7]]).update(name="Zeta", name_key="zeta")

    page = as_(cast.administrator).get(f"{BOARD}?q=zeta").text

    assert len(ids_in(page)) == 7
    assert follows(page) == ""
    assert "…</dd>" not in shown(TOTALS, page)


def test_without_scripts_a_link_leads_to_the_whole(as_, cast):
    client = as_(cast.administrator)
    page = client.get(f"{BOARD}?group=category").text
    link = html.unescape(re.search(r'So many take a moment.*?href="([^"]*)"', page, re.DOTALL)[1])

    whole = client.get(BOARD + link).text
    led = client.get(follows(page), follow=True).text

    assert "…</dd>" not in shown(TOTALS, whole)
    assert shown(TOTALS, whole) == shown(TOTALS, led)


def test_neither_part_takes_many_queries(as_, cast, django_assert_max_num_queries):
    client = as_(cast.administrator)
    page = client.get(BOARD).text
    client.get(follows(page), headers=HTMX)

    with django_assert_max_num_queries(13):
        client.get(BOARD)
    with django_assert_max_num_queries(13):
        client.get(follows(page), headers=HTMX)
