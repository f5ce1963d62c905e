"""An import is taken back as a whole until something else was built on it; what people changed stays, and is shown."""

import pytest
from django.urls import reverse

from milepost.accounts.models import Account, Contact
from milepost.buyers.models import Stakeholder
from milepost.exchange.models import ImportBatch, SourceLink
from milepost.exchange.tests.deals import HEAD, ROWS, one
from milepost.exchange.tests.files import bring_in, incoming
from milepost.exchange.tests.test_formats import HS_COMPANIES, HS_CONTACTS, HS_DEALS
from milepost.exchange.undo import undo, why_not
from milepost.opportunities.models import Offer, Opportunity, Standing, Step
from milepost.playbooks.models import Playbook
from milepost.team.models import Person, Territory
from milepost.web import turns
from milepost.web.models import SearchEntry
from milepost.web.worker import Worker

COUNTED = (Opportunity, Account, Contact, Stakeholder, Offer, Playbook, Person, Territory, SearchEntry, Step, Standing)


def counts():
    return {model.__name__: model.objects.count() for model in COUNTED}


@pytest.fixture
def hubspot(cast, tmp_path):
    def bring():
        return bring_in(
            incoming(tmp_path, deals=HS_DEALS, companies=HS_COMPANIES, contacts=HS_CONTACTS), by=cast.coordinator
        )

    return bring


def test_an_import_is_taken_back_as_a_whole_and_may_come_again(hubspot, cast):
    before = counts()
    batch = hubspot()
    made = counts()
    assert made != before
    assert why_not(batch) == ""
    undo(batch, by=cast.coordinator)
    assert counts() == before
    assert not SourceLink.objects.exists()
    assert ImportBatch.objects.get().state == "undone"
    hubspot()
    assert counts() == made


def test_companies_go_before_or_after_those_they_belong_to(cast, tmp_path, monkeypatch):
    for name in ("FIRST", "LEAST", "MOST"):
        monkeypatch.setattr(turns, name, 1)
    text = "Id,Name,Parent Account,City\n1,Above,,Ulm\n2,Below,Above,Ulm\n3,Deep,Below,Ulm\n"
    batch = bring_in(incoming(tmp_path, accounts=text), by=cast.coordinator)
    assert Account.objects.exclude(parent=None).count() == 2
    undo(batch, by=cast.coordinator)
    assert not Account.objects.exists()


def test_what_was_here_before_stays(bring, cast):
    Account.add(by=cast.coordinator, name="Acme", territory=cast.north)
    batch = bring()
    undo(batch, by=cast.coordinator)
    assert Account.objects.get().name == "Acme"
    assert not Opportunity.objects.exists()


def test_what_was_worked_on_or_built_on_stands_against_it(hubspot, cast):
    batch = hubspot()
    one("Line 4").edit(by=cast.coordinator, name="Line 4 b")
    assert "worked on since" in why_not(batch)
    with pytest.raises(ValueError, match="worked on since"):
        undo(batch, by=cast.coordinator)
    assert Opportunity.objects.count() == 2


def test_an_account_that_something_else_hangs_on_stands_against_it(hubspot, cast, opportunity):
    batch = hubspot()
    Opportunity.objects.filter(pk=opportunity.pk).update(account=Account.objects.get(name="Acme"))
    assert "hang on its accounts" in why_not(batch)


def test_it_is_taken_back_from_its_report(as_, cast, bring):
    batch = bring()
    me = as_(cast.coordinator)
    page = me.get(reverse("exchange:batch", args=[batch.pk]))
    assert "as if it had never been imported" in page.text
    report = me.post(reverse("exchange:undo", args=[batch.pk]), follow=True)
    assert "was taken back" in report.text
    assert not Opportunity.objects.exists()
    assert "This import was taken back" in me.get(reverse("exchange:batch", args=[batch.pk])).text
    assert as_(cast.outsider).post(reverse("exchange:undo", args=[batch.pk])).status_code in (403, 404)


def test_a_large_one_is_taken_back_by_the_job_process(as_, cast, bring, monkeypatch):
    monkeypatch.setattr("milepost.exchange.views.AT_ONCE", 1)
    batch = bring()
    as_(cast.coordinator).post(reverse("exchange:undo", args=[batch.pk]))
    assert ImportBatch.objects.get().state == "undoing"
    Worker("w").run_until_idle()
    assert ImportBatch.objects.get().state == "undone"
    assert not Opportunity.objects.exists()


def test_fields_that_people_changed_are_shown_beside_what_the_source_says(bring, as_, cast):
    bring()
    one("Line 4").edit(by=cast.coordinator, name="Line 4 ours")
    batch = bring(HEAD + ROWS.replace("Line 4", "Line 4 theirs"))
    assert [(kept["field"], kept["ours"], kept["theirs"]) for kept in batch.kept] == [
        ("name", "Line 4 ours", "Line 4 theirs")
    ]
    text = as_(cast.coordinator).get(reverse("exchange:batch", args=[batch.pk])).text
    assert "Left as people here have made it" in text
    assert "Line 4 theirs" in text
