"""The real exports, where they are at hand."""

import csv
import datetime as dt
import io
import time

import pytest

from milepost.exchange.load import Incoming
from milepost.exchange.tests.files import bring_in, shared
from milepost.opportunities.models import Offer, Opportunity, Outcome, Standing, Stay
from milepost.team.models import Person, Territory

pytestmark = pytest.mark.slow


@pytest.fixture
def maven(cast):
    return [Incoming(path.name, path) for path in sorted(shared("maven_crm").glob("*.csv"))]


def test_it_imports_maven_whole_in_time_and_changes_nothing_the_second_time(cast, maven):
    start = time.process_time()
    batch = bring_in(maven, by=cast.administrator)
    took = time.process_time() - start
    assert took < 20  # seconds of work, whatever else the machine does
    assert batch.counts["opportunity"] == {"created": 8800}
    assert batch.counts["account"] == {"created": 85}
    assert batch.as_of == dt.date(2017, 12, 31)
    assert Outcome.objects.filter(kind="won").count() == 4238
    assert Outcome.objects.filter(kind="lost").count() == 2473
    assert Standing.objects.count() == Opportunity.objects.open().count() == 2089
    assert Opportunity.objects.open().filter(account=None).count() == 1425
    assert not Opportunity.objects.open().exclude(value_minor=None).exists()
    assert not Opportunity.objects.filter(value_minor=0).exists()
    assert Offer.objects.filter(name="GTX Pro").exists()
    assert not Offer.objects.filter(name="GTXPro").exists()
    assert set(Territory.objects.filter(parent=cast.world).values_list("name", flat=True)) >= {
        "Central",
        "East",
        "West",
    }
    assert Person.objects.filter(email__endswith="@no-address.invalid").count() == 41
    assert Stay.objects.filter(end="won").count() == 4238
    again = bring_in(maven, by=cast.administrator)
    assert again.counts["opportunity"] == {"unchanged": 8800}
    assert again.created == again.changed == 0


def test_it_imports_salesforces_warehouse_rows(cast, tmp_path):
    for path in shared("fivetran_fixtures").glob("salesforce__sf_*.csv"):
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
        with (tmp_path / path.name).open("w", encoding="utf-8", newline="") as copy:
            sheet = csv.DictWriter(copy, rows[0])
            sheet.writeheader()
            # Nearly all of them are deleted in the source; here they stay.
            sheet.writerows(row | ({"is_deleted": "false"} if "is_deleted" in row else {}) for row in rows)
    batch = bring_in([Incoming(path.name, path) for path in sorted(tmp_path.glob("*.csv"))])
    assert batch.state == "done"
    assert batch.counts["opportunity"] == {"created": 10}
    assert Opportunity.objects.open().get().name == "Testing Order from Process"
    assert Outcome.objects.filter(kind="won").count() == 5
    assert Opportunity.objects.get(name="$1m deal").value_minor == 24_120_000_00
