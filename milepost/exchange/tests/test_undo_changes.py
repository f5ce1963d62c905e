"""An import that changed what was here before is taken back: every row stands again as it stood."""

from contextlib import suppress

import pytest
from django.urls import reverse

from milepost.accounts.models import Account
from milepost.exchange.before import Before
from milepost.exchange.built_on import why_not
from milepost.exchange.models import ImportBatch
from milepost.exchange.since import VERB
from milepost.exchange.tests.deals import one
from milepost.exchange.tests.files import bring_in, incoming
from milepost.exchange.tests.second_files import CHANGES, LATER, ORDER, changed
from milepost.exchange.tests.standing_rows import differences, standing_rows, standings
from milepost.exchange.undo import undo
from milepost.opportunities.begin import begin
from milepost.opportunities.models import Offer
from milepost.playbooks.models import Playbook
from milepost.team.models import Person
from milepost.web import turns
from milepost.web.history_words import tell
from milepost.web.models import Change
from milepost.web.worker import Worker

USERS = "Id,Name,Email,IsActive\nU1,{name},ada@seller.example,true\n"
ACCOUNTS = "Id,Name,BillingCountry,BillingCity,OwnerId\nA1,{account},DE,Ulm,U1\nA2,Bolt,FR,Lyon,U9\n"
CONTACTS = "Id,FirstName,LastName,AccountId,Title,Email\nC1,Ada,{last},{at},Buyer,ada@acme.example\n"
DEALS = (
    "Id,Name,AccountId,Account Name,StageName,Amount,CreatedDate,CloseDate\n"
    "O1,Line 4,A1,Acme,Discovery,1000,2026-01-05,2026-06-01\n"
)
ROLES = "Id,OpportunityId,ContactId,Role,CreatedDate,IsDeleted\nR1,O1,C1,{role},2026-01-07,false\n"
TASKS = "Id,WhatId,Subject,Status,ActivityDate,OwnerId\nT1,O1,Call them,{status},2026-03-05,U1\n"
FIRST = {"name": "Ada Fox", "account": "Acme", "last": "Fox", "at": "A1", "role": "Other", "status": "Open"}
THEN = {"account": "Acme AG", "last": "Wolf", "at": "A2", "role": "Economic Decision Maker", "status": "Completed"}
FILES = {"users": USERS, "accounts": ACCOUNTS, "contacts": CONTACTS, "deals": DEALS, "roles": ROLES, "tasks": TASKS}


def assert_nothing_is_left_of(import_it, *, by):
    """Import, take it back, compare every row with what stood before, and return what the import had made of them."""
    was, shown = standing_rows(), standings()
    batch = import_it()
    made = differences(was, standing_rows())
    assert why_not(batch) == ""
    undo(batch, by=by)
    assert differences(was, standing_rows()) == {}
    assert standings() == shown
    assert not Before.objects.filter(batch=batch).exists()
    return made


@pytest.mark.parametrize("name", CHANGES)
def test_each_kind_of_change_is_taken_back(bring, cast, name):
    bring()
    made = assert_nothing_is_left_of(lambda: bring(changed(name), as_of=LATER), by=cast.coordinator)
    assert {"exchange.SourceLink", "opportunities.Opportunity"} <= set(made)


def test_all_changes_at_once_are_taken_back_and_may_come_again(bring, cast):
    bring()
    text = changed(*ORDER)
    assert_nothing_is_left_of(lambda: bring(text, as_of=LATER), by=cast.coordinator)
    first = ImportBatch.objects.get(state=ImportBatch.State.UNDONE)
    again = bring(text, as_of=LATER)
    assert again.counts["opportunity"] == {"created": 1, "changed": 3, "unchanged": 1}
    assert again.counts == first.counts


@pytest.fixture
def bring_all(cast, tmp_path):
    """Import accounts, contacts, people, roles and tasks of a CRM, some of them as a later file says them."""

    def bring_all(*later):
        said = FIRST | {name: THEN[name] for name in later}
        files = {name: text.format(**said) for name, text in FILES.items()}
        return bring_in(incoming(tmp_path, **files), by=cast.coordinator, as_of=LATER)

    return bring_all


@pytest.mark.parametrize(
    ("later", "kind"),
    [
        ("account", "accounts.Account"),
        ("last", "accounts.Contact"),
        ("at", "accounts.Contact"),
        ("role", "buyers.StakeholderFact"),
        ("status", "opportunities.Task"),
    ],
)
def test_what_else_a_crm_tells_is_taken_back(bring_all, cast, later, kind):
    bring_all()
    made = assert_nothing_is_left_of(lambda: bring_all(later), by=cast.coordinator)
    assert kind in made


def test_the_name_of_a_person_known_by_id_alone_is_taken_back(cast, tmp_path):
    owned = DEALS.replace("CreatedDate", "OwnerId,CreatedDate").replace(",2026-01-05", ",U1,2026-01-05")
    deals = incoming(tmp_path, deals=owned)
    bring_in(deals, by=cast.coordinator)
    users = incoming(tmp_path, users=USERS.format(name="Ada Fox"))
    made = assert_nothing_is_left_of(lambda: bring_in(users, by=cast.coordinator), by=cast.coordinator)
    assert "team.Person" in made
    assert Person.objects.filter(name="Salesforce user U1").exists()


def test_the_list_price_of_an_offer_is_taken_back(cast, tmp_path):
    Offer.objects.create(name="Gear")
    text = "Product,Price\nGear,12\n"
    made = assert_nothing_is_left_of(
        lambda: bring_in(incoming(tmp_path, products=text), by=cast.coordinator), by=cast.coordinator
    )
    assert list(made) == ["opportunities.Offer"]


def test_an_account_that_was_here_is_linked_no_longer(bring_all, cast):
    Account.add(by=cast.coordinator, name="Acme", territory=cast.north)
    made = assert_nothing_is_left_of(bring_all, by=cast.coordinator)
    assert {"accounts.Account", "exchange.SourceLink"} <= set(made)
    assert Account.objects.get().city == ""


def test_the_history_says_what_was_taken_back(bring, cast):
    bring()
    undo(bring(changed("stage forward", "value"), as_of=LATER), by=cast.coordinator)
    told = tell(Change.objects.filter(verb=VERB, subject_id=one("Line 4").pk), "EUR")[0]
    assert told.sentence == f"{cast.coordinator} took an import back; this stands again as it stood before"
    assert "Stage: Discovery, was Proposal" in told.details
    assert any(line.startswith("Value: ") and "1,000.5" in line for line in told.details)


def test_a_version_of_a_playbook_stays_where_something_names_it(bring, cast, as_):
    bring()
    batch = bring(changed("new stage"), as_of=LATER)
    version = Playbook.objects.get().active
    begin(by=cast.coordinator, name="Ours", playbook_version=version, territory=cast.north)
    undo(batch, by=cast.coordinator)
    assert Playbook.objects.get().active == version
    page = as_(cast.coordinator).get(reverse("exchange:batch", args=[batch.pk])).text
    assert "The version 2 of “" in page
    assert "stays" in page


def test_an_interrupted_undoing_goes_on(bring, cast, monkeypatch):
    for name in ("FIRST", "LEAST", "MOST"):
        monkeypatch.setattr(turns, name, 1)
    monkeypatch.setattr(turns, "ALL_IN_ONE", 1)
    bring()
    was = standing_rows()
    batch = bring(changed(*ORDER), as_of=LATER)
    times = 0
    while batch.state != "undone":
        batch = ImportBatch.objects.get(pk=batch.pk)
        with suppress(KeyboardInterrupt):
            undo(batch, by=cast.coordinator, progress=_stopping_at_the_second())
        assert batch.state in ("undoing", "undone")
        times += 1
    assert times > 2
    assert differences(was, standing_rows()) == {}
    assert Change.objects.filter(verb=VERB, subject_kind="opportunity").count() == 3


def test_what_somebody_works_on_while_it_is_taken_back_is_left_as_it_is(bring, cast, monkeypatch):
    monkeypatch.setattr(turns, "ALL_IN_ONE", 1)
    for name in ("LEAST", "MOST"):
        monkeypatch.setattr(turns, name, 1)
    bring()
    batch = bring(changed("value", "lost"))  # the newest is put back first

    def progress(done):
        if done == 2:
            one("Line 4").edit(by=cast.coordinator, name="Ours")

    undo(batch, by=cast.coordinator, progress=progress)
    assert one("Ours").value_minor == 150000
    assert one("Line 5").outcome is None
    assert ImportBatch.objects.get(pk=batch.pk).state == "undone"


def _stopping_at_the_second():
    told = []

    def progress(done):
        told.append(done)
        if len(told) > 1:
            raise KeyboardInterrupt

    return progress


def test_the_report_says_how_much_goes_and_how_much_is_put_back(bring, as_, cast):
    bring()
    batch = bring(changed(*ORDER), as_of=LATER)
    me = as_(cast.coordinator)
    page = me.get(reverse("exchange:batch", args=[batch.pk])).text
    assert f"{batch.created} things go for good" in page
    assert "3 things that were here before are put back as they were" in page
    report = me.post(reverse("exchange:undo", args=[batch.pk]), follow=True).text
    assert "what it changed is as it was before" in report
    assert one("Line 4").value_minor == 100050


def test_a_large_one_is_put_back_by_the_job_process(as_, cast, bring, monkeypatch):
    me = as_(cast.coordinator)
    bring()
    was = standing_rows()
    batch = bring(changed("value", "lost"))
    monkeypatch.setattr("milepost.exchange.views.AT_ONCE", 1)
    me.post(reverse("exchange:undo", args=[batch.pk]))
    assert ImportBatch.objects.get(pk=batch.pk).state == "undoing"
    Worker("w").run_until_idle()
    assert ImportBatch.objects.get(pk=batch.pk).state == "undone"
    assert differences(was, standing_rows()) == {}
