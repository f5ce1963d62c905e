"""Views of the Board kept under a name."""

import pytest
from django.urls import reverse

from milepost.desk.models import SavedView
from milepost.desk.tests.boards import BOARD

SAVE = reverse("desk:view_save")


@pytest.fixture
def me(as_, cast):
    return as_(cast.coordinator)


@pytest.fixture
def view(cast):
    return SavedView.objects.create(owner=cast.coordinator, name="Late ones", query="stalled=1")


def test_it_keeps_the_view_and_goes_there(me, cast, opportunity):
    answer = me.post(SAVE, {"query": "stalled=1&sort=name&after=x&foo=1", "name": " My  late ones "})

    view = SavedView.objects.get()
    assert (view.owner, view.name, view.query) == (cast.coordinator, "My late ones", "stalled=1&sort=name")
    assert answer.url == f"{BOARD}?stalled=1&sort=name"


def test_it_says_before_what_is_kept_the_group_and_the_order_too(me, opportunity):
    page = me.get(f"{SAVE}?query=stalled%3D1%26group%3Dnone%26sort%3D-name").content.decode()
    assert "Over time" in page
    assert "Group: <b>No groups</b>" in page
    assert "Order: <b>Name, turned round</b>" in page


def test_it_is_in_the_menu_and_named_where_one_is(me, view, opportunity):
    page = me.get(f"{BOARD}?stalled=1").content.decode()

    assert "<b>Late ones</b>" in page
    assert "Save this view" not in page
    assert "Save this view" in me.get(f"{BOARD}?no_date=1").content.decode()


def test_a_name_is_used_once(me, view):
    answer = me.post(SAVE, {"query": "no_date=1", "name": "Late ones"})

    assert answer.status_code == 422
    assert "You have a view of this name already." in answer.content.decode()
    assert SavedView.objects.count() == 1


def test_only_what_is_for_everybody_is_seen_by_others(as_, cast, view, opportunity):
    assert "Late ones" not in as_(cast.salesperson).get(BOARD).content.decode()
    view.shared = True
    view.save()
    assert "Late ones" in as_(cast.salesperson).get(BOARD).content.decode()


def test_only_who_saved_it_changes_it(as_, cast, view):
    urls = [reverse("desk:view_rename", args=[view.pk]), reverse("desk:view_delete", args=[view.pk])]
    for url in urls:
        assert as_(cast.salesperson).post(url, {"name": "Mine"}).status_code == 404
    SavedView.objects.update(shared=True)
    for url in urls:
        assert as_(cast.salesperson).post(url, {"name": "Mine"}).status_code == 403
    assert SavedView.objects.get().name == "Late ones"


def test_it_is_renamed_and_deleted(me, view):
    me.post(reverse("desk:view_rename", args=[view.pk]), {"name": "Over time", "shared": "on"})
    view.refresh_from_db()
    assert (view.name, view.shared, view.query) == ("Over time", True, "stalled=1")

    me.post(reverse("desk:view_delete", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_a_hostile_name_is_escaped(me, view, opportunity):
    SavedView.objects.update(name="<script>alert(1)</script>", query='stalled=1&"><script>')

    page = me.get(BOARD).content.decode()

    assert "<script>alert" not in page
    assert '"><script>' not in page
