"""`milepost rebuild`: the reading rows come out the same, and a wrong one is found and mended."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from milepost.opportunities.figures import keep_run, learn_nothing
from milepost.opportunities.models import Standing
from milepost.team.models import Company


def test_it_finds_and_mends_a_wrong_row(opportunity, capsys):
    call_command("rebuild", "--check")
    assert "as a rebuild would make it" in capsys.readouterr().out
    Standing.objects.update(value_minor=1)
    with pytest.raises(CommandError, match="1 rows differ"):
        call_command("rebuild", "--check")
    assert Standing.objects.get().value_minor == 1
    call_command("rebuild")
    assert Standing.objects.get().value_minor == opportunity.value_minor


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_while_figures_are_computed(opportunity):
    """They are kept in a transaction of their own, before the one that writes the rows."""
    keep_run(learn_nothing(), as_of=Company.the().today(), stays=0)

    with CaptureQueriesContext(connection) as asked:
        call_command("rebuild")

    said = [query["sql"] for query in asked]
    figures = next(at for at, sql in enumerate(said) if 'INTO "opportunities_figure"' in sql)
    rows = next(at for at, sql in enumerate(said) if 'INTO "opportunities_standing"' in sql)
    assert "COMMIT" in said[figures:rows]


@pytest.mark.django_db
def test_it_says_when_there_is_no_company():
    with pytest.raises(CommandError, match="no company here yet"):
        call_command("rebuild")
