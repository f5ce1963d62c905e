"""`milepost backtest`, as people run it: a file in; tables, forecasts and a page out; plain words for what is wrong."""

import csv
import datetime
import gzip
import re
import shlex
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from milepost.engine.tests.simulated import company
from milepost.forecasts.backtest.predictions import COLUMNS

GUIDE = (Path(__file__).resolve().parents[3] / "docs/how-to/backtest.md").read_text()
HEAD = "opportunity_id,step,entered_at,outcome,outcome_at\n"
FIRST = datetime.date(2024, 1, 1)


def run(path, *options):
    out, err = StringIO(), StringIO()
    call_command("backtest", str(path), *options, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def history(seed=5, opportunities=250):
    """Write a simulated company down, one row per step."""
    import numpy as np

    rng = np.random.default_rng(seed)
    truth = company(rng, steps=3)
    rows = []
    for n in range(opportunities):
        day, mine, outcome = int(rng.integers(0, 500)), [], ""
        for step in range(3):
            mine.append((day, step))
            took = int(rng.choice(len(truth.ends[step]), p=truth.ends[step] / truth.ends[step].sum()))
            day += took
            if rng.random() > truth.won[step, took]:
                outcome = "lost"
                break
        end = FIRST + datetime.timedelta(days=day)
        for at, step in mine:
            entered = FIRST + datetime.timedelta(days=at)
            rows.append(f"O{n},step {step},{entered},{outcome or 'won'},{end}\n")
    return rows


@pytest.fixture(scope="module")
def past(tmp_path_factory):
    path = tmp_path_factory.mktemp("backtest") / "history.csv.gz"
    with gzip.open(path, "wt") as file:
        file.write(HEAD + "".join(history()))
    return path


def forecasts(path, out, *options):
    run(path, "--as-of", "2024-12-01", "2025-01-01", "--output", str(out), *options)
    with out.open() as file:
        return list(csv.DictReader(file))


def test_the_example_in_the_guide_runs(tmp_path):
    (tmp_path / "history.csv").write_text(re.search(r"```csv\n(.*?)```", GUIDE, re.DOTALL).group(1))
    line = re.search(r"^milepost backtest (.*)$", GUIDE, re.MULTILINE).group(1)
    name, *options = shlex.split(line)
    out, _ = run(tmp_path / name, *options)
    assert "2 of 4 forecasts known by 2026-04-30" in out


def test_it_stands_beside_what_others_would_have_said(past):
    out, _ = run(past, "--as-of", "2024-12-01", "2025-01-01", "--scored-until", "2025-12-31")
    for name in ("Milepost", "base rate", "stage-weighted", "naive Bayes", "ridge logistic"):
        assert len(re.findall(rf"^{name} ", out, re.MULTILINE)) == 2
    assert "80 % range of the closing date" in out


def test_everything_open_is_forecast_and_never_surely(past, tmp_path):
    rows = forecasts(past, tmp_path / "out.csv")
    assert tuple(rows[0]) == COLUMNS
    opened = {row.split(",")[0] for row in history() if is_open(row, "2024-12-01")}
    assert {row["opportunity_id"] for row in rows if row["as_of"] == "2024-12-01"} == opened
    for row in rows:
        assert 0 < float(row["p_win_within"]) <= float(row["p_win"]) < 1
        assert row["as_of"] <= row["close_p10"] <= row["close_p50"] <= row["close_p90"]


def is_open(row, day):
    _, _, entered, _, closed = row.strip().split(",")
    return entered < day <= closed


def test_it_sees_nothing_of_the_future(past, tmp_path):
    whole = forecasts(past, tmp_path / "whole.csv")
    rows = [row.strip().split(",") for row in history()]
    hidden = [[*r[:3], *(["", ""] if r[4] >= "2024-12-01" else r[3:])] for r in rows if r[2] < "2024-12-01"]
    (tmp_path / "cut.csv").write_text(HEAD + "".join(",".join(row) + "\n" for row in hidden))
    cut = forecasts(tmp_path / "cut.csv", tmp_path / "then.csv")
    day = [[row for row in told if row["as_of"] == "2024-12-01"] for told in (whole, cut)]
    assert sorted(map(str, day[0])) == sorted(map(str, day[1]))


def test_its_page_has_pictures_and_no_script(past, tmp_path):
    run(past, "--as-of", "2024-12-01", "--report", str(tmp_path / "page.html"))
    page = (tmp_path / "page.html").read_text()
    assert page.count("<svg") == page.count("</svg>") == 3
    assert "<script" not in page
    assert "http" not in page
    assert "light dark" in page


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1: column opportunity_id, step, entered_at is missing"),
        (HEAD, "no rows"),
        (HEAD + "1,a,31.12.2025,,\n", "line 2, column entered_at: “31.12.2025” is not a date"),
        (HEAD + "1,a,2025-01-01,perhaps,\n", "line 2, column outcome: “perhaps” is none of won"),
        (HEAD + "1,,2025-01-01,,\n", "line 2, column step: is empty"),
        (HEAD + "1,a,2025-01-01\n", "line 2, column -: 3 values, but the head has 5"),
        (HEAD + "1,a,2025-01-01,,2025-02-01\n", "line 2, column outcome: is empty, but"),
        (HEAD + "1,a,2025-01-01,won,2025-02-01\n1,b,2025-01-02,lost,2025-02-01\n", "line 3, column outcome: differs"),
        (HEAD + "1,a,,,\n", "No row has a date"),
        (HEAD + "1,a,2025-01-01,,\n", "--as-of 2024-12-01: nothing was known yet"),
        (
            "opportunity_id,step,entered_at,amount\n1,a,2025-01-01,many\n",
            "line 2, column amount: “many” is not a number",
        ),
    ],
)
def test_it_says_what_is_wrong_with_a_file(tmp_path, text, words):
    (tmp_path / "wrong.csv").write_text(text)
    with pytest.raises(CommandError) as refused:
        run(tmp_path / "wrong.csv", "--as-of", "2024-12-01")
    assert words in str(refused.value)


@pytest.mark.parametrize("raw", [b"\x1f\x8bnothing", b"\xff\xfe\x00a", b"a\x00b"])
def test_it_says_that_a_file_is_no_text(tmp_path, raw):
    (tmp_path / "wrong.csv").write_bytes(raw)
    with pytest.raises(CommandError, match=r"cannot be read|not UTF-8|not text"):
        run(tmp_path / "wrong.csv")


def test_it_makes_do_with_little(tmp_path):
    (tmp_path / "odd.csv").write_text(
        HEAD
        + "1,a,2025-01-01,won,\n2,a,2025-01-02,lost,2025-01-20\n2,b,2025-02-20,lost,2025-01-20\n"
        + "3,a,2025-01-03,,\n3,b,,,\n3,c,2025-03-01,,\n4,c,2025-01-05,,\n4,a,2025-01-30,,\n"
    )
    out, err = run(tmp_path / "odd.csv", "--as-of", "2025-02-15", "2025-03-20", "--output", str(tmp_path / "out.csv"))
    assert "0 of 4 forecasts" in out
    assert "1 rows have no date" in err
    assert "1 rows are dated after their opportunity's outcome" in err
    assert "1 outcomes have no date" in err
    assert [line.split(",")[1] for line in (tmp_path / "out.csv").read_text().splitlines()[1:]] == ["3", "4", "3", "4"]


def test_boosted_trees_answer_where_there_is_something_to_tell():
    import numpy as np

    from milepost.engine.replay.known import attempts, states_before, states_on
    from milepost.engine.replay.rivals import lesson
    from milepost.forecasts.backtest.boosting import boosted, rivals

    assert set(rivals()) >= {"base rate", "ridge logistic"}
    rows = [line.strip().split(",") for line in history()]
    log, _ = make_log_of(rows)
    day = datetime.date(2025, 1, 1).toordinal()
    then = log.as_of(day)
    known = attempts(then)
    asked = lesson(then, known, day, None, states_before(known, day), states_on(known, day))
    answers = boosted(lambda X, y, now: np.full(len(now), y.mean()), asked)
    assert answers == pytest.approx(asked.y.mean())
    nothing = lesson(then, known, day, 5000, states_before(known, day), states_on(known, day))
    assert ((boosted(None, nothing) > 0) & (boosted(None, nothing) < 1)).all()


def make_log_of(rows):
    from milepost.forecasts.backtest.reading import Complaints, Row, make_log

    at = datetime.datetime.fromisoformat
    made = [Row(n, o, s, at(e), None, float("nan"), "", w, at(c)) for n, (o, s, e, w, c) in enumerate(rows)]
    return make_log(made, Complaints())
