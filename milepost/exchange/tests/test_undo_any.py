"""Whatever a second file says otherwise than the first, taking it back leaves every row as it was."""

import datetime as dt

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost.exchange.built_on import why_not
from milepost.exchange.tests.deals import HEAD
from milepost.exchange.tests.standing_rows import differences, standing_rows
from milepost.exchange.undo import undo

LAST = dt.date(2026, 2, 10)
STAGES = ("Discovery", "Pilot run", "Proposal", "Closed Won", "Closed Lost", "No Decision", "")
DAYS = ("", "2026-01-05", "2026-01-20", "2026-02-03")


def rows():
    """Give the rows of a file of up to four opportunities, in any state, with any days that a source may name."""
    row = st.tuples(
        st.sampled_from("1234"),
        st.sampled_from(("Line", "Plant")),
        st.sampled_from(("", "Acme", "Bolt")),
        st.sampled_from(("Ada Fox", "Bob Ray", "")),
        st.sampled_from(STAGES),
        st.sampled_from(("", "0", "100", "2000.50")),
        st.just("10"),
        *(st.sampled_from(DAYS) for _n in range(3)),
        st.sampled_from(("", "too dear")),
    )
    return st.lists(row, min_size=1, max_size=4, unique_by=lambda row: row[0])


def _after(batch):
    assert batch.state == "done"
    return standing_rows()


def _day(files, one):
    return LAST - dt.timedelta(days=len(files) - files.index(one))


def text(of):
    return HEAD + "".join(",".join(row) + "\n" for row in of)


@pytest.fixture
def taken_back(bring, cast):
    """Import files in turn, take the last back twice, and return what each time is left of it, and its counts."""

    def taken_back(*files):
        with transaction.atomic():
            *_, stood = [_after(bring(text(one), as_of=_day(files, one))) for one in files[:-1]]
            left = [_left_of(lambda: bring(text(files[-1]), as_of=LAST), stood) for _time in range(2)]
            connection.check_constraints()
            transaction.set_rollback(True)
        return left

    def _left_of(import_it, stood):
        batch = import_it()
        assert why_not(batch) == ""
        undo(batch, by=cast.coordinator)
        return differences(stood, standing_rows()), batch.counts.get("opportunity")

    return taken_back


def nothing_is_left(told):
    (left, counts), (left_again, counts_again) = told
    assert left == left_again == {}
    assert counts == counts_again


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows(), rows())
def test_any_second_file_leaves_nothing_behind(taken_back, first, second):
    nothing_is_left(taken_back(first, second))


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows(), rows(), rows())
def test_any_third_file_leaves_nothing_behind(taken_back, first, second, third):
    nothing_is_left(taken_back(first, second, third))
