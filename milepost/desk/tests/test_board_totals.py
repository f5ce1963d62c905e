"""Totals over the whole filter: exact, with the engine's own interval, and never of what a person may not see."""

import numpy as np
import pytest

from milepost.desk.board import query
from milepost.desk.board.asked import Asked
from milepost.desk.board.known import Known
from milepost.desk.board.query import Board
from milepost.desk.board.totals import FEW
from milepost.desk.tests.boards import BOARD, ids_in, many, numbered, walk
from milepost.engine.portfolio import Range, total, total_of_few
from milepost.opportunities.begin import begin
from milepost.opportunities.models import Figure, Standing
from milepost.opportunities.models.figures import NEVER
from milepost.opportunities.models.opportunity import TeamMember
from milepost.web.words import money_short


@pytest.fixture
def rows(cast, playbook, account, again):
    again("rows-80", lambda: numbered(many(cast, playbook, account, 80)))
    return list(Standing.objects.all())


def asked(person, cast, text=""):
    known = Known(person, cast.company)
    return Board(Asked.read_query(text, known), known)


def plain(rows):
    """Add up what will be won, one opportunity at a time."""
    valued = [row for row in rows if row.value_minor is not None]
    draws = dict(Figure.objects.values_list("pk", "win_draws"))
    if not valued:
        return Range(0, 0, 0, 0)
    p = np.stack([np.frombuffer(draws[row.figure_id], np.float32) for row in valued])
    amounts = np.array([row.value_minor / 100 for row in valued])
    worth = amounts > 0
    return total_of_few(amounts[worth], p[worth]) if 0 < worth.sum() <= FEW else total(amounts, amounts**2, p)


@pytest.mark.parametrize("group", ["none", "territory", "person", "category"])
def test_it_adds_up_as_plain_python_does(cast, rows, group):
    sums = asked(cast.administrator, cast, f"group={group}").totals.all

    assert sums.count == len(rows)
    assert sums.value == sum(row.value_minor or 0 for row in rows)
    assert sums.unvalued == sum(row.value_minor is None for row in rows)
    assert sums.stalled == sum(row.over_from < NEVER for row in rows)
    assert sums.undated == sum(row.step_state == "planned" for row in rows)
    late = [row for row in rows if row.next_at and row.next_at < Known(cast.administrator, cast.company).now]
    assert sums.unreported == len(late)


def test_its_interval_is_the_engines(cast, rows):
    expected = asked(cast.administrator, cast).expected[""]

    answer = plain(rows)
    assert expected.value == pytest.approx(answer.mean * 100, abs=2)
    assert expected.low == pytest.approx(answer.p10 * 100, abs=2)
    assert expected.high == pytest.approx(answer.p90 * 100, abs=2)


@pytest.mark.parametrize("group", ["territory", "person", "category", "playbook"])
def test_a_groups_interval_is_that_of_its_rows_alone(cast, rows, group):
    board = asked(cast.administrator, cast, f"group={group}")

    for key, expected in board.totals.expected(board.totals.by_group).items():
        answer = plain([row for row in rows if not key or board.group.of(row) == key])
        assert (expected.value, expected.low, expected.high) == pytest.approx(
            (answer.mean * 100, answer.p10 * 100, answer.p90 * 100), abs=2
        )


def test_what_was_kept_of_an_earlier_look_never_outlives_a_change(cast, rows):
    before = asked(cast.administrator, cast).expected[""]
    again = asked(cast.administrator, cast).expected[""]
    dearest = max(rows, key=lambda row: row.value_minor or 0)
    Standing.objects.filter(pk=dearest.pk).update(value_minor=dearest.value_minor * 2)

    after = asked(cast.administrator, cast).expected[""]

    assert again == before
    assert after.value == pytest.approx(before.value + dearest.value_minor * dearest.win, abs=2)
    assert after.high > before.high


def test_its_mean_is_the_sum_of_the_rows(cast, rows):
    expected = asked(cast.administrator, cast).expected[""]

    assert expected.value == pytest.approx(sum(row.expected_minor or 0 for row in rows), abs=len(rows))


def test_totals_are_of_the_whole_filter_not_of_the_page(as_, cast, rows, monkeypatch):
    monkeypatch.setattr(query, "PAGE", 5)

    page = as_(cast.administrator).get(BOARD).content.decode()

    assert len(ids_in(page)) == 5
    assert "<dd>80</dd>" in page
    assert money_short(sum(row.value_minor or 0 for row in rows), "EUR") in page


def test_squares_of_large_amounts_do_not_overflow(cast, rows):
    Standing.objects.filter(pk__in=[rows[0].pk, rows[1].pk]).update(value_minor=4 * 10**17, figure=rows[0].figure)

    board = asked(cast.administrator, cast)

    assert board.totals.all.value > 8 * 10**17
    assert board.expected[""].high > 10**15


def test_it_still_knows_the_chance_when_a_figures_run_is_gone(cast, rows):
    whole = asked(cast.administrator, cast).expected[""]
    Figure.objects.all().delete()

    without = asked(cast.administrator, cast).expected[""]

    assert Standing.objects.filter(figure=None).count() == len(rows)
    assert without.value == pytest.approx(whole.value, rel=0.01)


def test_nothing_is_said_of_nothing(as_, cast):
    page = as_(cast.administrator).get(BOARD).content.decode()

    assert "No open opportunities yet" in page
    assert 'class="totals"' not in page


def test_unknown_values_are_counted_and_never_zero(as_, cast, rows):
    Standing.objects.update(value_minor=None, value_key=-1, expected_minor=None, expected_key=-1)

    page = as_(cast.administrator).get(BOARD).content.decode()

    assert "<dt>of unknown value</dt><dd>80</dd>" in page
    assert "€0" not in page
    assert "unknown</span></td>" in page


PLACES = ["", "group=none", "group=person", "q=a", "unknown=value", "stalled=1", "no_date=1", "sort=name"]


@pytest.mark.parametrize("place", PLACES)
def test_an_outsider_sees_only_their_own(as_, cast, rows, place):
    own = {row.pk for row in rows if row.territory_id == cast.south.pk}
    board = asked(cast.outsider, cast, place)
    kept = {row.pk for row in board.rows}

    assert set(walk(as_(cast.outsider), place)) == kept <= own
    assert board.totals.all.count == len(kept)
    assert board.totals.all.value == sum(row.value_minor or 0 for row in rows if row.pk in kept)


def test_a_confidential_one_counts_for_its_team_alone(as_, cast, rows):
    Standing.objects.update(confidential=True, coordinator=None, salesperson=None)
    mine = rows[0]
    TeamMember.objects.create(opportunity_id=mine.pk, person=cast.outsider)

    assert walk(as_(cast.outsider)) == [mine.pk]
    assert asked(cast.outsider, cast).totals.all.count == 1
    assert walk(as_(cast.administrator)) == []


def test_limits_that_read_alike_are_one_figure_on_the_page(cast, as_, playbook):
    opportunity = begin(by=None, name="Nothing", playbook_version=playbook, territory=cast.north, value_minor=0)
    page = as_(cast.coordinator).get(BOARD).text
    assert "about €0" in page
    assert "between" not in page
    opportunity.revise(by=cast.coordinator, value_minor=900_000_00)
    assert "80 % between €0 and €900 k" in as_(cast.coordinator).get(BOARD).text.replace("\xa0", " ")
    unlikely = Figure.objects.get()
    unlikely.pk, unlikely.key, unlikely.win_draws = None, "unlikely", np.full(200, 0.04, np.float32).tobytes()
    unlikely.save()
    Standing.objects.update(figure=unlikely)
    assert "most likely €0" in as_(cast.coordinator).get(BOARD).text
