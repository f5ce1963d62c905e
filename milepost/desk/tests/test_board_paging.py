"""Pages by key: whatever the order and the groups, every row comes once, in order."""

import itertools

import pytest
from django.urls import reverse

from milepost.desk.board import query
from milepost.desk.board.sorts import SORTS, Place, ordering
from milepost.desk.tests.boards import BOARD, ids_in, many, next_in, numbered, walk
from milepost.opportunities.models import Standing

GROUPS = ["none", "territory", "person", "playbook", "category"]
ORDERS = [sign + name for name in SORTS for sign in ("", "-")]


@pytest.fixture
def rows(cast, playbook, account, again):
    return list(again("rows-33", lambda: numbered(many(cast, playbook, account, 33))).values())


@pytest.fixture
def admin(as_, cast):
    return as_(cast.administrator)


@pytest.mark.parametrize("order", ORDERS)
def test_it_shows_every_row_once_and_in_order(admin, rows, order, monkeypatch):
    monkeypatch.setattr(query, "PAGE", 7)

    assert walk(admin, f"group=none&sort={order}") == list(
        Standing.objects.order_by(*ordering(order)).values_list("pk", flat=True)
    )


@pytest.mark.parametrize(("group", "order"), list(itertools.product(GROUPS, ["expected", "name", "-win", "next"])))
def test_it_shows_every_row_once_in_groups(admin, rows, group, order, monkeypatch):
    monkeypatch.setattr(query, "PAGE", 7)
    whole = walk(admin, f"group={group}&sort={order}")
    monkeypatch.setattr(query, "PAGE", 1000)

    assert sorted(whole) == sorted(row.pk for row in rows)
    assert whole == walk(admin, f"group={group}&sort={order}")


@pytest.mark.parametrize("size", range(1, 9))
def test_a_page_may_end_anywhere(admin, cast, playbook, account, size, monkeypatch):
    rows = many(cast, playbook, account, 12, seed=size)
    monkeypatch.setattr(query, "PAGE", size)

    assert sorted(walk(admin, "group=person")) == sorted(row.pk for row in rows)


def test_rows_of_a_group_stand_together(admin, rows, monkeypatch):
    monkeypatch.setattr(query, "PAGE", 5)
    territory = dict(Standing.objects.values_list("pk", "territory_id"))

    runs = [key for key, _run in itertools.groupby(territory[pk] for pk in walk(admin, "group=territory"))]

    assert len(runs) == len(set(runs)) == 2


def test_show_more_brings_rows_alone_to_htmx(admin, rows, monkeypatch):
    monkeypatch.setattr(query, "PAGE", 7)
    first = admin.get(BOARD).content.decode()

    more = admin.get(BOARD + next_in(first), headers={"HX-Request": "true"})

    assert len(ids_in(more.content.decode())) == 7
    assert "<html" not in more.content.decode()
    assert "HX-Request" in more["Vary"]


def test_show_more_is_a_page_without_scripts(admin, rows, monkeypatch):
    monkeypatch.setattr(query, "PAGE", 7)
    first = admin.get(BOARD).content.decode()

    second = admin.get(BOARD + next_in(first)).content.decode()

    assert "<html" in second
    assert not set(ids_in(first)) & set(ids_in(second))


def test_a_row_that_moves_between_two_pages_does_not_hide_others(admin, rows, monkeypatch):
    monkeypatch.setattr(query, "PAGE", 7)
    first = admin.get(BOARD + "?group=none&sort=name").content.decode()
    Standing.objects.filter(pk=ids_in(first)[2]).delete()

    second = ids_in(admin.get(BOARD + next_in(first)).content.decode())

    whole = list(Standing.objects.order_by("name_key", "pk").values_list("pk", flat=True))
    assert second == whole[6:13]


def test_a_group_can_be_folded_and_is_still_counted(admin, cast, rows):
    page = admin.get(f"{BOARD}?shut={cast.north.pk}").content.decode()

    shown = set(Standing.objects.filter(pk__in=ids_in(page)).values_list("territory_id", flat=True))
    assert shown == {cast.south.pk}
    assert f'id="group-{cast.north.pk}"' in page
    assert "<dd>33</dd>" in page


def test_everything_can_be_folded(admin, cast, rows):
    page = admin.get(f"{BOARD}?shut={cast.north.pk},{cast.south.pk}").content.decode()

    assert ids_in(page) == []
    assert page.count('class="group"') == 2


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "%00",
        "WyJleHBlY3RlZCJd",
        "é",
        "a" * 5000,
        Place("1", "text", 3).token("expected", "territory"),
        Place("1", 2**70, 3).token("expected", "territory"),
        Place("1", 5, 3).token("name", "territory"),
        "W10",
    ],
)
def test_a_wrong_place_says_so_and_begins_at_the_beginning(admin, rows, token):
    answer = admin.get(BOARD, {"after": token})

    assert answer.status_code == 200
    assert "Here is the beginning" in answer.content.decode()
    assert len(ids_in(answer.content.decode())) == query.PAGE


def test_a_place_in_a_group_that_is_gone_goes_on_with_the_next(admin, cast, rows):
    place = Place(str(cast.north.pk), -1, 0).token("expected", "territory")
    Standing.objects.filter(territory=cast.north).delete()

    shown = ids_in(admin.get(BOARD, {"after": place}).content.decode())

    assert set(shown) == set(Standing.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("group", GROUPS)
def test_it_takes_few_queries_however_many_rows(admin, cast, playbook, account, group, django_assert_max_num_queries):
    many(cast, playbook, account, 300)
    admin.get(reverse("desk:board"), {"group": group})  # a process reads the team once
    with django_assert_max_num_queries(17):
        admin.get(reverse("desk:board"), {"group": group})
