"""Rows read many together come out as those read one by one."""

import csv
import io
import random

from milepost.exchange.reading import read_table
from milepost.exchange.recognise import recognise
from milepost.exchange.rows import cells_of, read_alone, read_rows, read_together

HEAD = ["Id", "Opportunity Name", "Account Name", "Stage", "Amount", "Created Date", "Close Date"]


def table_of(rows):
    text = io.StringIO()
    csv.writer(text).writerows([HEAD, *rows])
    return read_table(text.getvalue().encode(), "deals.csv")


def some(number, *, created="2026-01-02T08:30:00.000Z"):
    return [f"D{number}", f"Deal {number}", "Acme", "Demo", number * 7, created, "02.03.2026"]


def one_by_one(table, mapping):
    cells, width = cells_of(table, mapping), len(table.columns)
    return [read_alone(row, cells, width) for row in table.rows()]


def test_many_rows_read_together_are_what_each_is_alone():
    table = table_of(some(number) for number in range(50))
    mapping, _shape = recognise(table)
    together = read_together(list(table.rows()), cells_of(table, mapping), len(table.columns))
    assert len(together) == 50
    assert together == one_by_one(table, mapping)


def test_what_is_wrong_with_a_row_is_said_of_it_alone_wherever_it_stands():
    rows = [some(number) for number in range(1_000)]
    rows[3] = rows[3][:5]
    rows[250] = [*rows[250], "one too many"]
    rows[251] = [*rows[251], ""]
    rows[640] = some(640, created="yesterday")
    table = table_of(rows)
    mapping, _shape = recognise(table)
    readings = list(read_rows(table, mapping))
    assert readings == one_by_one(table, mapping)
    assert [reading.line for reading in readings if reading.problems] == [252, 642]


def test_a_long_text_is_cut_into_the_rows_that_a_reader_of_single_lines_finds():
    dice = random.Random(5)
    parts = ["a", "1", "ü", "", '"x\ny"', '"x\r\ny,"', '"say ""so"""']
    ends = ["\n", "\r\n", "\r"]
    text = "a,b,c,d\n" + "".join(
        ",".join([f"r{number}", *dice.choices(parts, k=3)]) + dice.choice(ends) for number in range(20_000)
    )
    rows, line, expected = csv.reader(io.StringIO(text, newline="")), 1, []
    for cells in rows:
        expected.append((line, cells))
        line = rows.line_num + 1
    assert [tuple(row) for row in read_table(text.encode(), "long.csv").rows()] == expected[1:]
