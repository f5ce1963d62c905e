"""Read amounts as people write them."""

import re
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from milepost.opportunities.amounts import AmountField, Unclear, read_amount, to_exact_minor, without_currency


@pytest.mark.parametrize(
    ("text", "mark", "amount"),
    [
        ("1,250,000.50", ".", "1250000.50"),
        ("1.250.000,50", ".", "1250000.50"),
        ("1 250 000", ".", "1250000"),
        ("1\u202f250\u00a0000,5", ",", "1250000.5"),
        ("1'250'000.–".rstrip("–"), ".", "1250000"),
        ("12.34.567,5".replace("12.34.567", "12.34.567"), ",", "1234567.5"),
        ("€ 1,250", ".", "1250"),
        ("1.250", ",", "1250"),
        ("12,5", ".", "12.5"),
        ("0.5", ",", "0.5"),
        ("1.25M", ",", "1250000"),
        ("920 k", ".", "920000"),
        ("12 million", ".", "12000000"),
        ("1,5 Millionen", ",", "1500000"),
        ("250 thousand", ".", "250000"),
        ("1.2 bn", ".", "1200000000"),
        ("-40", ".", "-40"),
        ("−40", ".", "-40"),
    ],
)
def test_it_reads(text, mark, amount):
    assert read_amount(text, decimal_mark=mark) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "abc", "1e5", "1,2,3.4", "1.2.3", "12,34,5", "--4", "NaN", "1,250,00.5.1"])
def test_it_refuses_what_is_no_amount(text):
    with pytest.raises(Unclear, match="no amount"):
        read_amount(text)


@pytest.mark.parametrize(("text", "mark"), [("1.250", "."), ("1,250", ",")])
def test_it_asks_when_it_could_be_two(text, mark):
    with pytest.raises(Unclear, match="1250 or about 1"):
        read_amount(text, decimal_mark=mark)


def test_three_decimals_are_no_question_where_the_currency_has_them():
    assert read_amount("1.250", decimal_mark=".", places=3) == Decimal("1.250")


def test_it_never_rounds_what_was_typed():
    assert to_exact_minor(Decimal("12.34"), "EUR") == 1234
    with pytest.raises(Unclear, match="0 decimals"):
        to_exact_minor(Decimal("12.5"), "JPY")
    with pytest.raises(Unclear, match="too large"):
        to_exact_minor(Decimal(10) ** 16, "EUR")


@pytest.mark.parametrize(
    ("text", "currency"), [("EUR 9000", "EUR"), ("9000 eur", "EUR"), ("$9,000", "CAD"), ("£9", "GBP")]
)
def test_its_own_currency_may_stand_beside_it(text, currency):
    assert read_amount(without_currency(text, currency)) in (9000, 9)


@pytest.mark.parametrize(
    ("text", "currency", "named"),
    [("€ 12.500,50", "USD", "€"), ("£ 9000", "USD", "£"), ("$5", "EUR", "$"), ("GBP 7", "EUR", "GBP")],
)
def test_another_currency_is_refused_and_not_left_out(text, currency, named):
    with pytest.raises(Unclear, match=re.escape(f"“{named}” is not {currency}")):
        without_currency(text, currency)


def test_thousands_and_millions_are_no_currency():
    assert without_currency("920k", "EUR") == "920k"


def test_it_is_written_with_the_decimals_of_its_currency():
    field = AmountField()
    assert [field.prepare_value(minor) for minor in (1250050, 1250000, 5)] == ["12,500.50", "12,500", "0.05"]


@pytest.mark.parametrize("text", ["12 million", "12 million USD", "USD 12 Mio.", "$12m", "12000 tsd"])
def test_a_unit_is_no_currency(text):
    field = AmountField()
    field.currency = "USD"
    assert field.clean(text) == 12_000_000_00


def test_what_is_neither_a_unit_nor_a_currency_is_said_to_be_no_amount():
    with pytest.raises(ValidationError, match="“12 dozen” is no amount"):
        AmountField().clean("12 dozen")
