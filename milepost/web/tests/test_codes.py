"""Codes by mail: used once, for their own matter and address, for a while, with few tries and few an hour."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from milepost.web.codes import LIFE, MOST_AN_HOUR, MOST_TRIES, TooManyCodes, make, use
from milepost.web.models import MailedCode

pytestmark = pytest.mark.django_db
PLAN, ADA = "plan 7, version 3", "ada@mill.example"


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_it_has_six_digits_and_counts_once_however_it_is_spaced():
    code = make(PLAN, ADA)
    assert (len(code), code.isdigit()) == (6, True)
    assert use(PLAN, ADA, f" {code[:3]} {code[3:]}\n")
    assert not use(PLAN, ADA, code)


def test_it_counts_for_its_own_matter_and_address_alone():
    code = make(PLAN, ADA)
    assert not use("plan 7, version 4", ADA, code)
    assert not use(PLAN, "eve@mill.example", code)
    assert use(PLAN, ADA, code)


def test_after_five_wrong_tries_the_right_one_is_too_late():
    code = make(PLAN, ADA)
    for _each in range(MOST_TRIES - 1):
        assert not use(PLAN, ADA, wrong(code))
    assert use(PLAN, ADA, code)
    code = make(PLAN, ADA)
    for _each in range(MOST_TRIES):
        assert not use(PLAN, ADA, wrong(code))
    assert not use(PLAN, ADA, code)


def test_it_ends_after_a_quarter_of_an_hour():
    code = make(PLAN, ADA)
    with time_machine.travel(timezone.now() + LIFE, tick=False):
        assert not use(PLAN, ADA, code)


def test_a_newer_one_ends_it():
    first, second = make(PLAN, ADA), make(PLAN, ADA)
    if first != second:  # once in a million they are the same
        assert not use(PLAN, ADA, first)
    assert use(PLAN, ADA, second)


def test_only_a_few_are_made_in_an_hour():
    for _each in range(MOST_AN_HOUR):
        make(PLAN, ADA)
    with pytest.raises(TooManyCodes):
        make(PLAN, ADA)
    assert make(PLAN, "bo@mill.example")
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=1, seconds=1), tick=False):
        assert make(PLAN, ADA)


def test_the_code_itself_is_nowhere_kept():
    code = make(PLAN, ADA)
    row = MailedCode.objects.get()
    assert (len(row.hash), code in row.hash) == (64, False)


@pytest.mark.parametrize("typed", ["", "abc", "１２３４５６", "1" * 10_000])
def test_what_is_no_code_is_refused(typed):
    make(PLAN, ADA)
    assert not use(PLAN, ADA, typed)
