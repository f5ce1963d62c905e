"""`milepost import` from the command line."""

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command

from milepost.exchange.models import ImportBatch, SavedMapping
from milepost.opportunities.models import Opportunity

TEXT = "Id,Name,StageName,Amount,CloseDate,CreatedDate\n1,Line 4,Demo,5,,2026-01-02\n2,Bad,Demo,12k,,\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "Opportunity.csv"
    path.write_text(TEXT)
    return path


def run(*args, **options):
    out = io.StringIO()
    call_command("import", *map(str, args), stdout=out, **options)
    return out.getvalue()


def test_it_imports_and_tells_what_came_of_it(cast, file):
    told = run(file)
    assert "2 created" in told
    assert "line 3, Amount: '12k'" in told
    assert "Arrived without Amount" in told
    assert set(Opportunity.objects.values_list("as_of", flat=True)) == {dt.date(2026, 1, 2)}


def test_it_takes_the_day_of_the_data_and_who_imports(cast, file):
    run(file, as_of=dt.date(2026, 2, 3), by="COORDINATOR@example.com")
    batch = ImportBatch.objects.get()
    assert batch.as_of == dt.date(2026, 2, 3)
    assert batch.by == cast.coordinator


def test_it_writes_nothing_on_a_dry_run(cast, file):
    assert "opportunity" in run(file, dry_run=True)
    assert not Opportunity.objects.exists()


def test_it_reads_by_a_saved_mapping(cast, tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("A,B\nLine 4,Demo\n")
    mapping = {
        "source": "odd",
        "playbook": "Odd",
        "currency": "EUR",
        "tables": [{"table": "odd.csv", "kind": "opportunity", "columns": {"name": "A", "stage": "B"}}],
    }
    SavedMapping.keep(by=None, name="ours", mapping=mapping)
    run(path, mapping="ours")
    assert Opportunity.objects.get().name == "Line 4"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"mapping": "nothing"}, "No mapping is saved"),
        ({"by": "nobody@example.com"}, "Nobody here"),
    ],
)
def test_it_says_what_is_wrong(cast, file, options, says):
    with pytest.raises(CommandError, match=says):
        run(file, **options)


def test_it_says_when_a_file_is_missing_or_not_recognised(cast, tmp_path):
    with pytest.raises(CommandError, match="There is no file"):
        run(tmp_path / "none.csv")
    odd = tmp_path / "odd.csv"
    odd.write_text("Colour,Smell\nred,rose\n")
    with pytest.raises(CommandError, match="recognised"):
        run(odd)


def test_it_asks_for_a_company_first(db, file):
    with pytest.raises(CommandError, match="no company yet"):
        run(file)
