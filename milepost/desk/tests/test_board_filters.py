"""Filters, groups and orders in the address: what each keeps, and what a wrong one says."""

import datetime

import pytest

from milepost.desk.tests.boards import BOARD, ids_in, many, numbered, walk
from milepost.opportunities.models import Standing
from milepost.opportunities.models.figures import NEVER
from milepost.team.models import Territory


@pytest.fixture
def rows(cast, playbook, account, again):
    return list(again("rows-30", lambda: numbered(many(cast, playbook, account, 30))).values())


@pytest.fixture
def admin(as_, cast):
    return as_(cast.administrator)


def keeping(rows, condition):
    return sorted(row.pk for row in rows if condition(row))


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("stalled=1", lambda row: row.over_from < NEVER),
        ("no_date=1", lambda row: row.step_state == "planned"),
        ("unknown=value", lambda row: row.value_minor is None),
        ("unknown=account", lambda row: row.account is None),
        ("unknown=start", lambda row: row.started_on is None),
        ("unknown=value&unknown=start", lambda row: row.value_minor is None and row.started_on is None),
        ("category=commit", lambda row: row.category == "commit"),
        ("min_value=1", lambda row: (row.value_minor or 0) >= 100),
        ("min_value=100", lambda row: (row.value_minor or 0) >= 100_00),
        ("q=ALPHA", lambda row: row.name == "Älpha"),
        ("q=brennholt", lambda row: row.account is not None),
        ("person=nobody", lambda row: row.coordinator is None and row.salesperson is None),
        ("stalled=1&category=commit", lambda row: row.over_from < NEVER and row.category == "commit"),
        ("stalled=", lambda row: True),
    ],
)
def test_it_keeps_what_is_asked(admin, rows, text, condition):
    kept = keeping(rows, condition)

    assert 0 < len(kept) <= len(rows)
    assert sorted(walk(admin, text)) == kept


def test_it_keeps_a_persons(admin, cast, rows):
    kept = keeping(rows, lambda row: cast.salesperson in (row.salesperson, row.coordinator))

    assert sorted(walk(admin, f"person={cast.salesperson.pk}")) == kept


def test_me_is_whoever_looks(as_, cast, rows):
    kept = keeping(rows, lambda row: cast.coordinator in (row.salesperson, row.coordinator))

    assert sorted(walk(as_(cast.coordinator), "person=me")) == kept


def test_a_territory_has_those_below_in_it(admin, cast, rows):
    assert len(walk(admin, f"territory={cast.world.pk}")) == len(rows)
    assert sorted(walk(admin, f"territory={cast.south.pk}")) == keeping(rows, lambda row: row.territory == cast.south)


def test_it_keeps_what_closes_before_a_month(admin, rows):
    Standing.objects.filter(pk=rows[0].pk).update(close_key=datetime.date(2001, 2, 28))
    Standing.objects.filter(pk=rows[1].pk).update(close_key=datetime.date(2001, 3, 1))

    assert walk(admin, "closes_before=2001-03") == [rows[0].pk]


def test_a_result_that_is_missing_can_be_asked_for(admin, rows):
    Standing.objects.update(step_state="planned")
    Standing.objects.filter(pk=rows[3].pk).update(step_state="held")

    assert walk(admin, "result=1") == [rows[3].pk]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("person=7000000", "Person is left out: there is nobody with number 7000000."),
        ("person=x", "“x” is not a number"),
        ("person=%D9%A1", "is not a number"),
        ("territory=999", "there is no territory with number 999"),
        ("category=sure", "“sure” is not a category"),
        ("playbook=0", "there is no playbook"),
        ("closes_before=soon", "“soon” is not a month"),
        ("closes_before=2027-13", "is not a month"),
        ("min_value=lots", "“lots” is not an amount"),
        ("min_value=nan", "is not an amount"),
        ("min_value=-1", "is not an amount"),
        ("min_value=1e99", "is not an amount"),
        ("stalled=yes", "it can only be 1"),
        ("unknown=all", "“all” is none of value, account, start"),
        ("group=colour", "“colour” is not a group of the Board."),
        ("sort=luck", "“luck” is not an order of the Board."),
        ("catgory=commit", "“catgory” is not a filter of the Board."),
        ("q=%01", "it holds no letters"),
        ("category=%3Cscript%3E", "“&lt;script&gt;” is not a category"),
    ],
)
def test_a_wrong_parameter_says_so_and_is_left_out(admin, rows, text, said):
    page = admin.get(f"{BOARD}?{text}").content.decode()

    assert said in page
    assert len(ids_in(page)) == len(rows)


def test_a_territory_of_others_is_unknown_to_an_outsider(as_, cast, rows):
    page = as_(cast.outsider).get(f"{BOARD}?territory={cast.north.pk}").content.decode()

    assert "there is no territory with number" in page
    assert "North" not in page


def test_a_filter_that_fits_nothing_says_so(admin, rows):
    page = admin.get(f"{BOARD}?q=zebra").content.decode()

    assert "No open opportunity that you may see fits all of these filters." in page


def test_a_chip_takes_its_filter_off_and_leaves_the_rest(admin, rows):
    page = admin.get(f"{BOARD}?stalled=1&category=commit&group=none&sort=name").content.decode()

    assert 'href="?stalled=1&amp;group=none&amp;sort=name"' in page
    assert "Take off: Category Commit" in page


def test_groups_stand_in_the_order_of_their_names(admin, cast, rows):
    Territory.objects.filter(pk=cast.south.pk).update(name="Aarhus")

    page = admin.get(BOARD).content.decode()

    assert page.index(f'id="group-{cast.south.pk}"') < page.index(f'id="group-{cast.north.pk}"')


def test_names_of_people_and_playbooks_are_escaped(admin, cast, rows):
    type(cast.coordinator).objects.filter(pk=cast.coordinator.pk).update(name="<b>Eve</b>")

    page = admin.get(f"{BOARD}?group=person").content.decode()

    assert "<b>Eve</b>" not in page
    assert "&lt;b&gt;Eve" in page
