"""The Board tells quietly how many rules warn of an opportunity's people, and keeps those of which they do."""

import csv
import re

import pytest
from django.urls import reverse

from milepost.buyers.models import KeptWarning
from milepost.desk.tests.boards import BOARD, many, walk


@pytest.fixture
def rows(cast, playbook, account):
    rows = many(cast, playbook, account, 6)
    kinds = [(0, "economic"), (0, "quiet"), (1, "quiet")]
    KeptWarning.objects.bulk_create(KeptWarning(opportunity_id=rows[at].pk, kind=kind) for at, kind in kinds)
    return rows


def marks(page):
    return sorted(re.findall(r'<a class="warned" href="([^"]+)" title="([^"]+)"', page))


def test_a_quiet_mark_says_which_and_leads_to_them(as_, cast, rows):
    page = as_(cast.administrator).get(BOARD).text
    both = "Warnings: The economic buyer is not known; It has gone quiet with somebody"
    where = [f"{reverse('buyers:people', args=[row.pk])}#warnings" for row in rows[:2]]
    assert marks(page) == sorted(zip(where, [both, "Warnings: It has gone quiet with somebody"], strict=True))


@pytest.mark.parametrize(
    ("asked", "places"), [("any", [0, 1]), ("none", [2, 3, 4, 5]), ("quiet", [0, 1]), ("economic", [0])]
)
def test_it_keeps_those_with_warnings_without_or_by_rule(as_, cast, rows, asked, places):
    client = as_(cast.administrator)
    assert sorted(walk(client, f"warns={asked}")) == sorted(rows[at].pk for at in places)


def test_the_menu_leads_there_and_the_chip_says_it(as_, cast, rows):
    client = as_(cast.administrator)
    assert 'href="?warns=opponent"' in client.get(BOARD).text
    page = client.get(f"{BOARD}?warns=quiet").text
    assert "Take off: Warnings It has gone quiet with somebody" in page
    wrong = client.get(f"{BOARD}?warns=loud").text
    assert "Warnings is left out: “loud” is none of any, none, economic" in wrong


def test_the_export_says_it_in_words(as_, cast, rows):
    answer = as_(cast.administrator).get(reverse("desk:board_csv") + "?warns=economic&group=none")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    (line,) = csv.DictReader(text.splitlines(), delimiter=";" if ";Value" in text else ",")
    assert line["Warnings"] == "The economic buyer is not known; It has gone quiet with somebody"


def test_a_page_of_rows_asks_one_question_more(as_, cast, rows, django_assert_max_num_queries):
    client = as_(cast.administrator)
    client.get(BOARD)
    with django_assert_max_num_queries(12):
        client.get(BOARD)
