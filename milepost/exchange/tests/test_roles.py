"""Contacts' parts in opportunities come in from a CRM, dated, and people's own words about them stay."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from milepost.accounts.models import Contact
from milepost.buyers.models import ListedAnswer, Stakeholder, StakeholderFact
from milepost.exchange.models import ImportBatch
from milepost.exchange.survey import propose
from milepost.exchange.tests.files import bring_in, incoming, tables
from milepost.web.models import Change

ACCOUNTS = "Id,Name,BillingCountry,OwnerId\nA1,Acme,DE,U1\n"
CONTACTS = (
    "Id,FirstName,LastName,AccountId,Title,Email\n"
    "C1,Ada,Fox,A1,Works manager,ada@acme.example\nC2,Bob,Ray,A1,Buyer,bob@acme.example\n"
)
DEALS = "Id,Name,AccountId,StageName,Amount,CreatedDate,CloseDate\nO1,Line 4,A1,Discovery,1000,2026-01-05,2026-06-01\n"
ROLES = (
    "Id,OpportunityId,ContactId,Role,CreatedDate,IsDeleted\n"
    "R1,O1,C1,Economic Decision Maker,2026-01-07,false\nR2,O1,C2,Other,2026-01-09,false\n"
)
HUBSPOT = (
    "Deal ID,Contact ID,Association label\n31,101,Champion;Decision maker\n31,102,\n31,909,Blocker\n77,101,Blocker\n"
)


@pytest.fixture
def bring(cast, tmp_path):
    def bring(roles=ROLES, deals=DEALS, **more):
        files = {"accounts": ACCOUNTS, "contacts": CONTACTS, "deals": deals} | {"roles": roles}
        return bring_in(incoming(tmp_path, **files), **{"by": cast.coordinator} | more)

    return bring


def parts():
    return dict(Stakeholder.objects.values_list("contact__name", "role"))


def test_a_salesforce_file_of_contact_roles_is_known(db):
    survey = propose(tables(roles=ROLES), today=dt.date(2026, 3, 1))

    assert [mapping.kind for mapping, _table in survey.tables] == ["contact_role"]
    assert survey.mapping.source == "salesforce"  # also alone: it joins what came from there before
    assert survey.mapping.roles == {"Economic Decision Maker": "economic_buyer", "Other": ""}
    assert survey.latest == dt.date(2026, 1, 9)


def test_each_contact_has_a_part_from_the_day_the_source_tells(bring, cast):
    batch = bring()

    assert batch.counts["contact_role"] == {"created": 2}
    assert parts() == {"Ada Fox": "economic_buyer", "Bob Ray": ""}
    fact = StakeholderFact.objects.get()
    assert (fact.answer, fact.said_on, fact.by) == ("economic_buyer", dt.date(2026, 1, 7), cast.coordinator)
    assert Change.objects.filter(verb="stakeholder added", by=cast.coordinator).count() == 2


def test_the_same_file_twice_changes_nothing(bring):
    bring()
    assert bring().counts["contact_role"] == {"unchanged": 2}
    assert StakeholderFact.objects.count() == 1


def test_a_newer_role_is_taken_over_unless_somebody_here_has_said_otherwise(bring, cast):
    bring()
    Stakeholder.objects.get(contact__name="Ada Fox").revise(by=cast.salesperson, role="champion")
    newer = ROLES.replace("Other", "Evaluator").replace("Economic Decision Maker", "Technical Buyer")

    assert bring(newer).counts["contact_role"] == {"unchanged": 1, "changed": 1}
    assert parts() == {"Ada Fox": "champion", "Bob Ray": "evaluator"}


def test_who_was_taken_out_here_stays_out(bring, cast):
    bring()
    Stakeholder.objects.get(contact__name="Ada Fox").remove(by=cast.salesperson)
    bring(ROLES.replace("Economic Decision Maker", "Approver"))

    assert parts() == {"Bob Ray": ""}


HUBSPOT_CONTACTS = "Record ID,First Name,Last Name,Associated Company IDs\n101,Ada,Fox,7\n102,Bob,Ray,7\n"
HUBSPOT_DEALS = (
    "Record ID,Deal Name,Deal Stage,Amount,Create Date,Close Date,Associated Company IDs,Associated Contact IDs\n"
    "31,Line 4,Discovery,1000,2026-01-05,2026-06-01,7,101;102;999\n32,Line 5,Discovery,900,2026-01-06,2026-06-02,7,\n"
)
WITHOUT_CONTACTS = HUBSPOT_DEALS.replace("101;102;999", "")


@pytest.fixture
def bring_hubspot(cast, tmp_path):
    def bring(**more):
        files = {
            "companies": "Record ID,Company name,Industry\n7,Acme,Steel\n",
            "contacts": HUBSPOT_CONTACTS,
            "deals": HUBSPOT_DEALS,
        }
        return bring_in(incoming(tmp_path, **files | more), by=cast.coordinator)

    return bring


def test_hubspots_associations_with_labels_are_taken_over_and_what_is_unknown_is_refused_by_name(bring_hubspot):
    batch = bring_hubspot(roles=HUBSPOT, deals=WITHOUT_CONTACTS)

    assert parts() == {"Ada Fox": "champion", "Bob Ray": ""}
    told = list(batch.refused_rows.values_list("line", "value", "reason"))
    assert told == [(4, "909", "The contact is not known."), (5, "77", "The opportunity is not known.")]


def test_contacts_whose_ids_stand_in_the_deals_own_row_have_a_part_in_it(bring_hubspot):
    batch = bring_hubspot()

    assert batch.counts["contact_role"] == {"created": 2}
    assert dict(Stakeholder.objects.values_list("contact__name", "opportunity__name")) == {
        "Ada Fox": "Line 4",
        "Bob Ray": "Line 4",
    }
    told = list(batch.refused_rows.values_list("line", "column", "value", "reason", "whole_row"))
    assert told == [(2, "Associated Contact IDs", "999", "The contact is not known.", False)]
    assert batch.counts["opportunity"] == {"created": 2}


def test_contacts_in_the_deals_own_row_are_added_once_and_who_was_taken_out_here_stays_out(bring_hubspot, cast):
    bring_hubspot()
    Stakeholder.objects.get(contact__name="Ada Fox").remove(by=cast.salesperson)

    assert "contact_role" not in bring_hubspot().counts
    assert parts() == {"Bob Ray": ""}


def test_a_role_told_by_another_file_stays(bring_hubspot):
    roles = "Deal ID,Contact ID,Association label\n31,101,Champion\n"

    bring_hubspot(roles=roles)
    assert parts() == {"Ada Fox": "champion", "Bob Ray": ""}
    bring_hubspot()
    assert parts() == {"Ada Fox": "champion", "Bob Ray": ""}


def test_salesforces_long_ids_mean_the_same_opportunity(bring):
    long = "006A000000LINE4IAB"
    bring(ROLES.replace("O1", long), deals=DEALS.replace("O1", long))

    assert parts() == {"Ada Fox": "economic_buyer", "Bob Ray": ""}


def test_names_do_where_there_are_no_ids(bring):
    bring(
        "Opportunity Name,Account Name,Contact Name,Role\nLine 4,Acme,Ada Fox,Evaluator\nLine 4,Acme,Nobody,Evaluator\n"
    )

    assert parts() == {"Ada Fox": "evaluator"}


def test_what_is_not_the_importers_is_not_known_to_them(bring, cast, tmp_path):
    bring("Deal ID,Contact ID,Association label\n")
    files = incoming(tmp_path, roles=ROLES)
    named = bring_in(files, by=cast.outsider, change=lambda mapping: setattr(mapping, "source", "salesforce"))

    assert named.counts["contact_role"] == {"refused": 2}
    assert not Stakeholder.objects.exists()


def test_a_companys_own_words_come_first(bring_hubspot, cast):
    ListedAnswer.add("role", text="Decision maker", means="economic_buyer", by=cast.administrator)
    bring_hubspot(roles=HUBSPOT.replace("Champion;", ""))

    assert parts()["Ada Fox"] == "own_1"


def test_a_person_says_on_the_page_what_a_role_is_here(as_, cast):
    client, files = as_(cast.coordinator), {"contacts": CONTACTS, "deals": DEALS, "roles": ROLES}
    uploads = [SimpleUploadedFile(f"{name}.csv", text.encode()) for name, text in files.items()]
    client.post(reverse("exchange:add"), {"files": uploads})
    batch = ImportBatch.objects.get()
    page = client.get(reverse("exchange:batch", args=[batch.pk]))
    assert "Roles become buying roles" in page.text
    form = page.context["form"]
    said = {name: form[name].value() or "" for name in form.fields} | {"r1": "evaluator"}
    client.post(reverse("exchange:mapping", args=[batch.pk]), said)

    batch.refresh_from_db()
    assert batch.mapping["roles"] == {"Economic Decision Maker": "economic_buyer", "Other": "evaluator"}
    assert Contact.objects.count() == 0
