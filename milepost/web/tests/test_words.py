"""Numbers, money and days in words, through the filters the pages use."""

import datetime

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

NB = "\N{NO-BREAK SPACE}"
THIN = "\N{NARROW NO-BREAK SPACE}"


def show(expression, **values):
    return Template("{{ " + expression + " }}").render(Context(values))


@pytest.fixture(autouse=True)
def _on_a_day_of_2026(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC))


@pytest.mark.parametrize(
    ("minor", "currency", "said"),
    [
        (184_000_000, "EUR", "€1,840,000"),
        (184_000_050, "EUR", "€1,840,000.50"),
        (1_234, "JPY", "¥1,234"),
        (1_500, "KWD", f"KWD{NB}1.500"),
        (-150_000, "CHF", f"−CHF{NB}1,500"),
        (0, "USD", "$0"),
        (5, "GBP", "£0.05"),
    ],
)
def test_it_writes_money_in_full(minor, currency, said):
    assert show("minor|money:currency", minor=minor, currency=currency) == said


@pytest.mark.parametrize(
    ("minor", "currency", "said"),
    [
        (184_000_000, "EUR", f"€1.84{NB}M"),
        (1_660_000_000, "EUR", f"€16.60{NB}M"),
        (12_345_678_900, "USD", f"$123{NB}M"),
        (92_000_000, "EUR", f"€920{NB}k"),
        (500_000, "EUR", f"€5{NB}k"),
        (950_000, "EUR", f"€9.5{NB}k"),
        (85_000, "EUR", "€850"),
        (1_234_567, "JPY", f"¥1.23{NB}M"),
        (920_000_000, "KWD", f"KWD{NB}920{NB}k"),
        (123_456_789_012, "EUR", f"€1.23{NB}bn"),
        (-92_000_000, "EUR", f"−€920{NB}k"),
    ],
)
def test_it_writes_money_in_short(minor, currency, said):
    assert show("minor|money_short:currency", minor=minor, currency=currency) == said


@pytest.mark.parametrize(
    ("minor", "said"),
    [
        (99_949, "€999"),
        (99_950, f"€1{NB}k"),
        (99_949_999, f"€999{NB}k"),
        (99_950_000, f"€1.00{NB}M"),
        (99_999_499_999, f"€1,000{NB}M"),
        (99_999_500_000, f"€1.00{NB}bn"),
    ],
)
def test_it_never_writes_a_thousand_thousands(minor, said):
    assert show("minor|money_short:'EUR'", minor=minor) == said


def test_it_writes_money_as_the_language_does():
    with translation.override("de"):
        assert show("minor|money:'EUR'", minor=184_000_050) == f"1.840.000,50{NB}€"
        assert show("minor|money_short:'EUR'", minor=184_000_000) == f"1,84{NB}M{NB}€"


@pytest.mark.parametrize(
    "expression", ["x|money:'EUR'", "x|money_short:'EUR'", "x|day", "x|short_day", "x|month_year", "x|percent"]
)
def test_it_says_unknown_and_never_zero(expression):
    assert show(expression, x=None) == '<span class="faint">unknown</span>'


def test_it_writes_days_with_the_year_only_when_it_is_another():
    assert show("d|day", d=datetime.date(2026, 11, 24)) == "Tue 24 Nov"
    assert show("d|day", d=datetime.date(2027, 2, 1)) == "Mon 1 Feb 2027"
    assert show("d|short_day", d=datetime.date(2026, 11, 24)) == "24 Nov"
    assert show("d|month_year", d=datetime.date(2027, 2, 1)) == "Feb 2027"


def test_it_takes_the_day_of_a_moment_where_the_reader_is():
    moment = datetime.datetime(2026, 11, 23, 23, 30, tzinfo=datetime.UTC)
    with timezone.override("Europe/Berlin"):
        assert show("d|day", d=moment) == "Tue 24 Nov"
    with timezone.override("America/New_York"):
        assert show("d|day", d=moment) == "Mon 23 Nov"


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.58, "58"), (0, "0"), (1, "100"), (0.001, "&lt;1"), (0.999, "&gt;99"), (0.005, "0"), (0.125, "12")],
)
def test_it_writes_a_chance_in_whole_percent(share, said):
    assert show("p|percent", p=share) == f"{said}{THIN}%"


def test_it_draws_a_range_within_its_line():
    bar = Template("{% range_bar low mid high %}").render(Context({"low": 0.41, "mid": 0.58, "high": 1.4}))
    assert 'x1="41.0%" x2="100.0%"' in bar
    assert 'cx="58.0%"' in bar
    thin = Template("{% range_bar 10 20 30 of=40 thin=True %}").render(Context())
    assert "range-thin" in thin
    assert 'cx="50.0%"' in thin
    assert Template("{% range_bar x x x %}").render(Context({"x": None})) == ""


@pytest.mark.parametrize(
    ("level", "word", "bars"), [("omitted", "Omitted", 0), ("best_case", "Best case", 2), ("commit", "Commit", 3)]
)
def test_it_draws_a_category_with_its_word(level, word, bars):
    drawn = Template("{% category level %}").render(Context({"level": level}))
    assert drawn.count('class="on"') == bars
    assert drawn.endswith(f"</svg>{word}</span>")


def test_it_names_an_icon_only_where_no_word_stands_beside_it():
    assert "aria-hidden" in Template('{% icon "x" %}').render(Context())
    assert 'role="img" aria-label="Close &lt;it&gt;"' in Template('{% icon "x" name %}').render(
        Context({"name": "Close <it>"})
    )


def test_it_says_what_a_seal_means():
    assert "Plan confirmed v4" in Template('{% seal "agreed" 4 %}').render(Context())


@pytest.mark.parametrize(
    ("many", "said"), [(0, "0"), (999, "999"), (2089, "2,089"), (1_000_000, "1,000,000"), (None, "0")]
)
def test_a_large_count_has_its_thousands_apart(many, said):
    assert show("many|counted", many=many) == said
