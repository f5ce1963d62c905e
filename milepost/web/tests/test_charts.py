"""The frame of charts: its figures as a file, and what it refuses."""

import pytest

from milepost.web.chart import Cell, Chart

PATH = "/figures/"


def test_it_writes_figures_by_their_own_types(cast, as_):
    chart = Chart(
        name="x",
        title="x",
        said="x",
        heads=["Day", "Amount", "=What"],
        rows=[[Cell("", "2026-11-25"), Cell("", "-807.50"), Cell("", "=1+1")]],
    )
    assert chart.figures_text == '[["Day","Amount","\'=What"],["2026-11-25","-807.50","\'=1+1"]]'
    answer = as_(cast.team_member).post(PATH, {"figures": chart.figures_text})
    import io

    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    head, row = book.get_sheet_by_index(0).to_python()
    assert head == ["Day", "Amount", "'=What"]
    assert (row[0].isoformat(), *row[1:]) == ("2026-11-25", -807.5, "'=1+1")


def test_it_has_a_figure_for_each_head():
    with pytest.raises(ValueError, match="one cell for each head"):
        Chart(name="x", title="x", said="x", heads=["Day"], rows=[[Cell("", 1), Cell("", 2)]])


@pytest.mark.parametrize("sent", ["", "{", "[]", "[1]", '[["a"],[]]', '[["a"],[["b"]]]', f"[{'[1],' * 6000}[1]]"])
def test_it_refuses_what_is_no_table(cast, as_, sent):
    assert as_(cast.team_member).post(PATH, {"figures": sent}).status_code == 400
