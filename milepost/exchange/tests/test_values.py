"""Cells in the ways people and systems write them are read, or refused with a reason."""

import datetime as dt
from decimal import Decimal

import pytest

from milepost.exchange.dates import DateStyle, read_date, settle_dates
from milepost.exchange.values import (
    NumberStyle,
    Unreadable,
    currency_in,
    read_number,
    read_percent,
    read_text,
    read_yes_no,
    settle_numbers,
)

COMMA = NumberStyle(",")


@pytest.mark.parametrize(
    ("text", "style", "value"),
    [
        ("1054", NumberStyle(), "1054"),
        ("$125,000.00", NumberStyle(), "125000.00"),
        ("USD 1,234.5", NumberStyle(), "1234.5"),
        ("1 234,50 €", COMMA, "1234.50"),
        ("1.234.567,89", COMMA, "1234567.89"),
        ("1\u202f234,5", COMMA, "1234.5"),
        ("1'234.50", NumberStyle(), "1234.50"),
        ("12,34,567", NumberStyle(), "1234567"),
        ("(1,200)", NumberStyle(), "-1200"),
        ("($5.00)", NumberStyle(), "-5.00"),
        ("-7", NumberStyle(), "-7"),
        ("7-", NumberStyle(), "-7"),
        ("+7", NumberStyle(), "7"),
        (".5", NumberStyle(), "0.5"),
        ("1.2E+5", NumberStyle(), "120000"),
        ("0", NumberStyle(), "0"),
    ],
)
def test_it_reads_amounts(text, style, value):
    assert read_number(text, style) == Decimal(value)


@pytest.mark.parametrize("text", ["", " ", "-", "n/a", "NULL", "None", "#N/A"])
def test_it_reads_nothing_as_unknown_and_never_as_zero(text):
    assert read_number(text) is None
    assert read_date(text) is None
    assert read_yes_no(text) is None
    assert read_text(text) is None


@pytest.mark.parametrize("text", ["12k", "1.5 Mio", "abc", "1,23", "1.2.3", "12 pieces", "1,234,5", "٣", "9" * 16, "$"])
def test_it_refuses_what_is_no_plain_number(text):
    assert isinstance(read_number(text), Unreadable)


def test_it_says_what_to_do_about_shorthand():
    assert "write the number out" in read_number("12k").reason


@pytest.mark.parametrize(
    ("texts", "decimal", "doubtful"),
    [
        (["1.234,50", "12"], ",", False),
        (["1,234.50", "12"], ".", False),
        (["3,5", "1.000"], ",", False),
        (["1.000.000", "1.000"], ",", False),
        (["1.000", "12.500"], ",", True),
        (["1,000", "12,500", "7"], ".", True),
        (["0.125", "7"], ".", False),
        (["1", "2"], ".", False),
        ([], ".", False),
    ],
)
def test_it_settles_the_decimal_sign_from_the_whole_column(texts, decimal, doubtful):
    assert settle_numbers(texts) == NumberStyle(decimal, doubtful)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("€ 5", "EUR"),
        ("5 £", "GBP"),
        ("EUR 5", "EUR"),
        ("5 CHF", "CHF"),
        ("US$5", "USD"),
        ("$5", None),
        ("5", None),
        ("GTX 4514", None),
    ],
)
def test_it_names_a_currency_only_beyond_doubt(text, currency):
    assert currency_in(text) == currency


def test_it_reads_percentages_between_0_and_100():
    assert read_percent("65 %") == 65
    assert isinstance(read_percent("650%"), Unreadable)


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("1", True), ("Ja", True), ("x", True), ("0", False), ("No", False), ("faux", False)],
)
def test_it_reads_yes_and_no(text, value):
    assert read_yes_no(text) is value


def test_it_refuses_what_is_neither_yes_nor_no():
    assert isinstance(read_yes_no("perhaps"), Unreadable)


DAY = dt.date(2026, 3, 4)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("2026-03-04", "mdy"),
        ("2026/3/4", "dmy"),
        ("2026-03-04 00:00:00", "mdy"),
        ("2026-03-04T20:47:49.000Z", "mdy"),
        ("2026-03-04T20:47:49+02:00", "mdy"),
        ("3/4/2026", "mdy"),
        ("03/04/26", "mdy"),
        ("4/3/2026", "dmy"),
        ("04.03.2026", "dmy"),
        ("04-03-2026", "dmy"),
        ("3/4/2026 3:45 PM", "mdy"),
        ("3/4/2026, 15:45", "mdy"),
        ("4 Mar 2026", "mdy"),
        ("04-MAR-26", "mdy"),
        ("4. März 2026", "mdy"),
        ("Mar 4, 2026", "mdy"),
        ("March 4th, 2026", "dmy"),
        ("20260304", "mdy"),
        ("46085", "mdy"),
    ],
)
def test_it_reads_dates(text, order):
    assert read_date(text, DateStyle(order)) == DAY


@pytest.mark.parametrize(
    "text",
    ["31/02/2026", "2026-13-01", "soon", "3/4", "0001-01-01", "9999-12-31", "4 Foo 2026", "2026-03-04 lunch"],
)
def test_it_refuses_what_is_no_day(text):
    assert isinstance(read_date(text), Unreadable)


@pytest.mark.parametrize(
    ("texts", "style"),
    [
        (["3/4/2026", "13/4/2026"], DateStyle("dmy")),
        (["3/4/2026", "4/13/2026"], DateStyle("mdy")),
        (["3/4/2026", "5/6/2026"], DateStyle("mdy", doubtful=True)),
        (["3.4.2026", "5.6.2026"], DateStyle("dmy")),
        (["5/5/2026", "2026-01-02"], DateStyle("mdy")),
        (["13/4/2026", "14/4/2026", "4/15/2026"], DateStyle("dmy")),
    ],
)
def test_it_settles_day_and_month_from_the_whole_column(texts, style):
    assert settle_dates(texts) == style


def test_it_takes_the_house_order_when_a_column_leaves_it_open():
    assert settle_dates(["3/4/2026"], default="dmy") == DateStyle("dmy", doubtful=True)


def test_it_refuses_a_text_that_does_not_fit():
    assert isinstance(read_text("x" * 201), Unreadable)
    assert read_text(" a \n b ") == "a b"


@pytest.mark.parametrize("text", ["12345678901234", "1e30", "9" * 40])
def test_a_number_that_is_no_amount_but_an_identifier_is_refused(text):
    refused = read_number(text)
    assert isinstance(refused, Unreadable)
    assert "too large" in refused.reason
