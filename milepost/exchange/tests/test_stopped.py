"""An import that went wrong counts what is here alone, and says in plain words that it stopped."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from milepost.exchange.models import ImportBatch
from milepost.exchange.prepare import prepare
from milepost.exchange.tests.deals import HEAD, ROWS
from milepost.opportunities.models import Opportunity
from milepost.web.jobs import Work, claim

BAD = "5,Fresh,Acme,Ada Fox,Proposal,abc,60,2026-01-12,2026-09-01,2026-01-19,\n"


def refuse_the_last(execute, sql, params, many, context):
    """Let the database fail after opportunities were written, in the same transaction."""
    if sql.startswith("INSERT INTO") and "exchange_refusedrow" in sql:
        raise ZeroDivisionError("raw words")
    return execute(sql, params, many, context)


@pytest.fixture
def tried(cast):
    """Import in the job process, which fails three times; return the import."""
    one = prepare([SimpleUploadedFile("deals.csv", (HEAD + ROWS + BAD).encode())], by=cast.coordinator)
    one.run_later()
    with connection.execute_wrapper(refuse_the_last):
        for _try in range(3):
            one.job.__class__.objects.filter(pk=one.job.pk).update(run_after=None)
            Work(claim("only"), "only").run()
    return ImportBatch.objects.get(pk=one.pk)


def test_what_was_rolled_back_is_not_counted(tried):
    assert not Opportunity.objects.exists()
    assert tried.counts.get("opportunity", {}).get("created", 0) == 0
    assert all(not counts.get("created") or kind in {"playbook", "person"} for kind, counts in tried.counts.items())


def test_it_goes_on_with_the_counts_of_what_is_here(tried):
    one = tried.job
    one.__class__.objects.filter(pk=one.pk).update(run_after=None)
    Work(claim("only"), "only").run()
    assert ImportBatch.objects.get(pk=tried.pk).counts["opportunity"] == {"created": 5}


def test_report_and_work_say_it_in_plain_words(tried, cast, as_):
    report = as_(cast.coordinator).get(reverse("exchange:batch", args=[tried.pk])).text
    assert "Milepost itself went wrong at it; its log says how." in report
    work = as_(cast.administrator).get("/settings/work/").text
    assert "It went wrong 3 times and is tried again at" in work
    assert "raw words" not in work + report
    assert "ZeroDivisionError" not in work
