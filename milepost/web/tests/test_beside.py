"""What other connections write is kept in order, once, and what goes wrong at it is not lost."""

import sys
import threading

import pytest
from django.db import connection, transaction

from milepost.web.beside import USUAL, Beside, may_write_beside
from milepost.web.models import Job

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time"),
]


def asking(kind):
    return lambda: Job.objects.create(kind=kind)


def nothing():
    """Be all that is left to do when the lots before are kept."""


def test_lots_end_in_the_order_they_were_handed_over():
    with Beside() as beside:
        for n in range(20):
            beside.hand_over(nothing, asking(f"lot {n}"))
    assert list(Job.objects.order_by("pk").values_list("kind", flat=True)) == [f"lot {n}" for n in range(20)]


def test_a_quick_lot_waits_for_the_slow_one_before_it():
    go = threading.Event()
    with Beside() as beside:
        beside.hand_over(lambda: go.wait(60), asking("slow"))
        beside.hand_over(asking("quick"), nothing)
        assert not Job.objects.exists()
        go.set()
    assert Job.objects.count() == 2


def test_the_one_who_hands_over_goes_on_meanwhile():
    go = threading.Event()
    with Beside() as beside:
        beside.hand_over(lambda: go.wait(60), asking("slow"))
        assert not Job.objects.exists()
        go.set()
        beside.settle()
        assert Job.objects.exists()
        assert beside.took > 0


def test_a_lot_that_fails_is_rolled_back_and_told_of_and_so_is_what_came_after():
    beside = Beside()

    def write():
        with beside:
            beside.hand_over(asking("first"), nothing)
            beside.hand_over(asking("second"), lambda: 1 / 0)
            beside.hand_over(asking("third"), asking("fourth"))
            beside.hand_over(asking("fifth"), nothing)

    with pytest.raises(ZeroDivisionError):
        write()
    assert list(Job.objects.values_list("kind", flat=True)) == ["first"]
    with pytest.raises(ZeroDivisionError):
        beside.settle()


def test_a_last_lot_that_fails_is_told_of_at_the_end():
    with pytest.raises(ZeroDivisionError), Beside() as beside:
        beside.hand_over(nothing, lambda: 1 / 0)
    assert sys.getswitchinterval() == USUAL


def test_what_is_under_way_is_written_though_something_else_goes_wrong():
    def go_wrong():
        with Beside() as beside:
            beside.hand_over(asking("under way"), nothing)
            raise KeyError

    with pytest.raises(KeyError):
        go_wrong()
    assert Job.objects.filter(kind="under way").exists()


def test_another_may_write_until_this_transaction_has_written():
    with transaction.atomic():
        list(Job.objects.all())
        assert may_write_beside()
        Job.objects.create(kind="look")
        assert not may_write_beside()


def test_nobody_writes_beside_a_transaction_within_another():
    with transaction.atomic(), transaction.atomic():
        assert not may_write_beside()
    assert connection.get_autocommit()
