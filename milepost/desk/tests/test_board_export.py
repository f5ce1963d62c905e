"""What is on the Board, taken along as CSV and Excel."""

import csv
import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from milepost.desk.tests.boards import many, numbered, walk
from milepost.opportunities.models import Standing

CSV, XLSX = reverse("desk:board_csv"), reverse("desk:board_xlsx")


@pytest.fixture
def rows(cast, playbook, account, again):
    return list(again("rows-60", lambda: numbered(many(cast, playbook, account, 60))).values())


def read_csv(client, url=CSV, **query):
    answer = client.get(url, query)
    assert answer.status_code == 200
    text = answer.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def read_xlsx(client, url=XLSX, **query):
    answer = client.get(url, query)
    assert answer.status_code == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.getvalue()))
    return book.get_sheet_by_index(0).to_python()


def test_it_has_every_row_in_the_order_of_the_screen(as_, cast, rows):
    admin = as_(cast.administrator)
    names = dict(Standing.objects.values_list("pk", "name"))

    for query in ({}, {"group": "person", "sort": "name"}, {"group": "none", "category": "commit"}):
        text = "&".join(f"{name}={value}" for name, value in query.items())
        shown = [names[pk] for pk in walk(admin, text)]
        assert [row["Opportunity"] for row in read_csv(admin, **query)] == shown
        assert [row[0] for row in read_xlsx(admin, **query)[1:]] == shown


def test_its_figures_are_those_of_the_rows(as_, cast, opportunity):
    (row,) = read_csv(as_(cast.administrator))
    stands = Standing.objects.get()

    assert row["Account"] == "Brennholt Paper"
    assert row["Value (EUR)"] == "120000.00"
    assert float(row["Win chance"]) == pytest.approx(stands.win, abs=1e-4)
    assert row["Close, middle"] == stands.close_on.isoformat()
    assert row["Coordinator"] == cast.coordinator.name
    assert row["Next date"] == ""


def test_unknown_is_empty_and_not_zero(as_, cast, rows):
    (row, *_rest) = read_csv(as_(cast.administrator), unknown="value")

    assert (row["Value (EUR)"], row["Expected value (EUR)"]) == ("", "")


def test_it_has_nothing_an_outsider_may_not_see(as_, cast, opportunity):
    assert read_csv(as_(cast.outsider)) == []
    assert len(read_xlsx(as_(cast.outsider))) == 1


@pytest.mark.parametrize("name", ["=1+1", "+49 deal", "-cmd", "@SUM(A1)", "\t=1", "  =1"])
def test_names_are_never_formulas(as_, cast, opportunity, name):
    Standing.objects.update(name=name, account_name=name)

    (row,) = read_csv(as_(cast.administrator))
    _head, line = read_xlsx(as_(cast.administrator))

    assert row["Opportunity"] == row["Account"] == f"'{name}"
    assert line[0] == name


def test_amounts_are_numbers_in_excel(as_, cast, opportunity):
    head, line = read_xlsx(as_(cast.administrator))

    assert line[head.index("Value (EUR)")] == 120000.0


def test_a_wrong_filter_is_left_out_here_too(as_, cast, rows):
    assert len(read_csv(as_(cast.administrator), category="sure")) == len(rows)
