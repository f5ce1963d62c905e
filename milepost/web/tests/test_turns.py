"""Many rows are written in transactions that are short by the clock."""

import time

import pytest
from django.db import connection, transaction

from milepost.web.models import SearchEntry
from milepost.web.turns import FIRST, MOST, in_turns

pytestmark = pytest.mark.django_db(transaction=True)


class Written:
    """Notes how many rows each transaction had; each row takes its time."""

    def __init__(self, seconds=0.0):
        self.seconds, self.sizes = seconds, []

    def __call__(self, rows):
        assert connection.in_atomic_block
        time.sleep(self.seconds * len(rows))
        self.sizes.append(len(rows))


def test_it_writes_fewer_at_once_when_rows_take_long():
    in_turns(range(200), quick := Written())
    in_turns(range(200), slow := Written(0.004))

    assert sum(slow.sizes) == sum(quick.sizes) == 200
    assert quick.sizes[0] == slow.sizes[0] == FIRST
    assert max(slow.sizes) <= 2 * FIRST < max(quick.sizes)


def test_it_never_writes_more_at_once_than_is_sensible():
    in_turns(range(6_000), write := Written())

    assert max(write.sizes) == MOST


def test_rows_are_made_between_the_transactions():
    def made():
        for number in range(60):
            assert not connection.in_atomic_block
            yield number

    write = Written()
    in_turns(made(), write)

    assert sum(write.sizes) == 60


def test_what_was_written_stays_when_somebody_stops_the_rest():
    def write(names):
        SearchEntry.objects.bulk_create(SearchEntry(kind="x", object_id=name, text="") for name in names)

    def told(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        in_turns(range(90), write, told=told)

    assert SearchEntry.objects.count() == FIRST


def test_in_a_transaction_of_the_callers_nothing_is_cut_small():
    write = Written()

    with transaction.atomic():
        in_turns(range(300), write)

    assert write.sizes == [300]
