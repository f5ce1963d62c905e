"""What is put back is what its verbs make, and nothing is put back over something else."""

import pytest
from django.core.management.color import no_style
from django.db import connection, transaction

from milepost.accounts.models import Account
from milepost.forecasts.models import PastTouched
from milepost.opportunities.begin import begin
from milepost.team.models import Territory
from milepost.web.search import candidates
from milepost.web.tests.again import Again, everything


@pytest.fixture
def made_afresh(monkeypatch):
    """Forget what other tests have made."""
    monkeypatch.setattr(Again, "made", {})


def halden(cast):
    return {"account": Account.add(by=cast.coordinator, name="Halden", territory=cast.north)}


def test_what_is_put_back_is_what_was_made(made_afresh, cast):
    with transaction.atomic():
        Again()("halden", lambda: halden(cast))
        made = everything()
        transaction.set_rollback(True)
    found = Again()("halden", lambda: pytest.fail("It was made a second time."))
    assert everything() == made
    assert found == {"account": Account.objects.get(name="Halden")}
    assert candidates("halden", kind="account") == [found["account"].pk]
    connection.check_constraints()


def test_what_the_database_notes_of_it_is_put_back_too(made_afresh, cast, playbook):
    def one():
        return {"row": begin(by=None, name="Line 4", playbook_version=playbook, territory=cast.north)}

    with transaction.atomic():
        Again()("one", one)
        made = everything()
        transaction.set_rollback(True)
    assert PastTouched.objects.count() == 0
    Again()("one", lambda: pytest.fail("It was made a second time."))
    assert PastTouched.objects.exists()
    assert everything() == made


def test_it_is_made_by_its_verbs_where_something_else_was_written(cast, again):
    before = set(Again.made)
    Territory.add(by=None, name="East")
    assert again("halden", lambda: halden(cast)) == {"account": Account.objects.get(name="Halden")}
    assert set(Again.made) == before


def test_the_database_counts_on_after_what_is_put_back(made_afresh, cast):
    with transaction.atomic():
        Again()("halden", lambda: halden(cast))
        transaction.set_rollback(True)
    table = {"table": Account._meta.db_table, "column": "id"}
    set_back = connection.ops.sequence_reset_by_name_sql(no_style(), [table])
    with connection.cursor() as cursor:
        for statement in set_back:  # as filling an empty company does
            cursor.execute(statement)
    halden_again = Again()("halden", lambda: pytest.fail("It was made a second time."))["account"]
    assert Account.add(by=None, name="Elsewhere", territory=cast.north).pk > halden_again.pk


def test_it_refuses_what_changes_rows_of_before(made_afresh, account):
    with pytest.raises(AssertionError, match="changes a row"):
        Again()("renamed", lambda: {"rows": Account.objects.update(name="Other")})


def test_what_deleting_notes_is_emptied_last(db):
    """Tables are emptied in any order, and emptying some writes into this one."""
    if connection.vendor != "sqlite":
        pytest.skip("TRUNCATE, which empties the tables of others, notes nothing.")
    told = connection.ops.sql_flush(no_style(), connection.introspection.django_table_names())
    assert [one for one in told if one.startswith("DELETE")][-1] == "DELETE FROM forecasts_pasttouched"
