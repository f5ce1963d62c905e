"""The Desk over very many opportunities comes with its things to do, and how many there are follows."""

import html
import re

import pytest
from django.urls import reverse

from milepost.desk import large
from milepost.desk.tests.boards import many, numbered
from milepost.opportunities.models import Standing

ALL = f"{reverse('desk:desk')}?of=all"
HTMX = {"HX-Request": "true"}
PARTS = (
    r'<p id="said".*?</p>',
    r'<div class="filters" id="kinds".*?</div>',
    r'<section class="sheet gap" id="imported">.*?</section>',
)
DIFFERS = r' hx-swap-oob="true"|name="csrfmiddlewaretoken" value="[^"]*"'


@pytest.fixture(autouse=True)
def rows(cast, playbook, account, again, monkeypatch):
    monkeypatch.setattr(large, "MANY", 10)
    large.forget()
    again("rows-80", lambda: numbered(many(cast, playbook, account, 80)))
    imported = Standing.objects.filter(step_state="planned").order_by("pk").values_list("pk", flat=True)[:8]
    Standing.objects.filter(pk__in=list(imported)).update(as_of=cast.today)
    yield list(Standing.objects.all())
    large.forget()


def follows(page):
    """Return where a page has its counts from, "" if it has them."""
    found = re.search(r'hx-get="([^"]*)" hx-trigger="load"', page)
    return html.unescape(found[1]) if found else ""


def parts(page):
    """Return what is counted on a page, without what differs with every answer."""
    found = [re.search(pattern, page, re.DOTALL) for pattern in PARTS]
    return [re.sub(DIFFERS, "", each[0]) if each else "" for each in found]


@pytest.mark.parametrize("kind", ["", "no_date"])
def test_what_follows_is_what_the_whole_page_counts(as_, cast, kind):
    client = as_(cast.administrator)
    page = client.get(f"{ALL}&kind={kind}").text

    counted = client.get(follows(page), headers=HTMX).text
    whole = client.get(f"{ALL}&kind={kind}&counted=1").text

    assert "<b>" not in parts(page)[1]
    assert "<b>" in parts(whole)[1]
    assert parts(counted) == parts(whole)
    assert bool(parts(whole)[2]) == (kind == "")


def test_the_things_to_do_come_at_once(as_, cast):
    client = as_(cast.administrator)
    page, whole = (client.get(f"{ALL}{more}").text for more in ("", "&counted=1"))

    things = re.findall(r'<li class="todo[^>]*>|href="/opportunities/\d+/"', page)
    assert things
    assert [each for each in things if each in whole] == things


def test_ones_own_are_counted_at_once(as_, cast):
    assert follows(as_(cast.coordinator).get(reverse("desk:desk")).text) == ""


def test_an_outsider_counts_their_own_alone(as_, cast):
    address = follows(as_(cast.administrator).get(ALL).text)
    before = parts(as_(cast.outsider).get(address, headers=HTMX).text)
    Standing.objects.filter(territory=cast.north).exclude(coordinator=cast.outsider).delete()

    assert parts(as_(cast.outsider).get(address, headers=HTMX).text) == before


def test_without_scripts_its_address_leads_to_the_whole_page(as_, cast):
    client = as_(cast.administrator)
    whole = client.get(f"{ALL}&counted=1").text

    assert parts(client.get(follows(client.get(ALL).text), follow=True).text) == parts(whole)
