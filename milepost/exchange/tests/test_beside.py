"""On PostgreSQL a second connection writes new opportunities: all of them, once, and only those here are counted."""

import pytest
from django.db import connection, connections

from milepost.exchange.load import load
from milepost.exchange.models import ImportBatch, SourceLink
from milepost.exchange.survey import propose
from milepost.exchange.tests.deals import AS_OF
from milepost.exchange.tests.files import incoming, tables_in
from milepost.opportunities.models import Opportunity, Step
from milepost.team.models import Company
from milepost.web.models import SearchEntry

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time"),
]
COUNT, REFUSED = 900, 9
HEAD = "Id,Name,Account,StageName,Amount,CreatedDate\n"
ROWS = "".join(
    f"{n},Deal {n},Acme {n % 50},Demo,{n},2026-01-02\n" if n % 100 else ",,Acme,Demo,1,2026-01-02\n"
    for n in range(1, COUNT + 1)
)
MADE = COUNT - REFUSED
REFUSE_ONE = """
    CREATE FUNCTION refuse_one() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN IF NEW.name = 'Deal 777' THEN RAISE 'not this one'; END IF; RETURN NEW; END $$;
    CREATE TRIGGER refuse_one BEFORE INSERT ON opportunities_opportunity FOR EACH ROW EXECUTE FUNCTION refuse_one()
"""
TAKE_ALL = "DROP FUNCTION refuse_one CASCADE"


@pytest.fixture
def files(tmp_path):
    Company.objects.update_or_create(pk=1, defaults={"name": "Acorn", "currency": "EUR", "time_zone": "Europe/Berlin"})
    return incoming(tmp_path, deals=HEAD + ROWS)


@pytest.fixture
def take(files):
    """Import the files, or go on with an import of them."""
    mapping = propose(tables_in(files), today=AS_OF, currency="EUR").mapping
    return lambda batch=None: load(files, mapping, as_of=AS_OF, by=None, batch=batch)


def sql(text):
    with connection.cursor() as cursor:
        cursor.execute(text)


def here():
    links = SourceLink.objects.filter(kind="opportunity").values("external_id").distinct()
    found = SearchEntry.objects.filter(kind="opportunity")
    return Opportunity.objects.count(), links.count(), found.count()


def test_all_is_written_once_and_what_is_refused_is_told(take):
    batch = take()
    assert (batch.state, batch.counts["opportunity"]) == ("done", {"created": MADE, "refused": REFUSED})
    assert ImportBatch.objects.get(pk=batch.pk).refused_rows.count() == REFUSED
    assert here() == (MADE, MADE, MADE)
    assert not Step.objects.exclude(opportunity__name__startswith="Deal").exists()
    assert take().counts["opportunity"] == {"unchanged": MADE, "refused": REFUSED}
    assert len(connections.all(initialized_only=True)) == 1


def test_what_the_second_connection_could_not_write_is_not_counted_and_comes_later(take):
    sql(REFUSE_ONE)
    try:
        with pytest.raises(Exception, match="not this one"):
            take()
    finally:
        sql(TAKE_ALL)
    batch = ImportBatch.objects.get()
    written = Opportunity.objects.count()
    assert batch.state == "failed"
    assert 0 < written < MADE
    assert batch.counts["opportunity"]["created"] == written
    assert take(batch).counts["opportunity"] == {"created": MADE, "refused": REFUSED}
    assert here() == (MADE, MADE, MADE)
