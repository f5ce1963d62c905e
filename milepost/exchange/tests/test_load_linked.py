"""Files that are linked by their ids."""

import datetime as dt

import pytest

from milepost.accounts.models import Account, Contact
from milepost.exchange.models import ImportBatch, SourceLink
from milepost.exchange.tests.deals import one, states
from milepost.exchange.tests.files import bring_in, incoming
from milepost.opportunities.models import Opportunity
from milepost.web.search import candidates

ACCOUNTS = (
    "Id,Name,Industry,BillingCountry,Website,NumberOfEmployees,OwnerId,ParentId\n"
    "001A,Acme Group,Steel,Germany,acme.example,1200,005A,\n001B,Acme Nord,Steel,Germany,,lots,005A,001A\n"
)
CONTACTS = (
    "Id,FirstName,LastName,Email,AccountId,Title\n003A,Helene,Brandt,h@acme.example,001A,CFO\n003B,No,Body,,0ZZ,\n"
)
USERS = "Id,Username,FirstName,LastName,Email,IsActive,ManagerId\n005A,ada@x.example,Ada,Fox,ada@x.example,1,\n"
DEALS = (
    "Id,Name,AccountId,OwnerId,StageName,Amount,CloseDate,CreatedDate\n"
    "006A,Line 4,001B,005A,Proposal,10,2026-09-01,2026-01-02\n"
    "006B,Line 5,001Z,005Z,Closed Won,20,2026-01-31,2026-01-02\n"
)
HISTORY = (
    "Id,OpportunityId,StageName,CreatedDate\nh1,006A,Discovery,2026-01-02\nh2,006A,Proposal,2026-01-12\n"
    "h3,006B,Discovery,2026-01-02\nh4,006B,Proposal,2026-01-20\nh5,006B,Closed Won,2026-01-31\n"
)


@pytest.fixture
def salesforce(cast, tmp_path):
    def bring(**files):
        named = {"Account": ACCOUNTS, "Contact": CONTACTS, "User": USERS, "Opportunity": DEALS} | files
        return bring_in(incoming(tmp_path, **{n: t for n, t in named.items() if t}), by=cast.coordinator)

    return bring


def test_it_links_files_by_id(salesforce):
    salesforce()
    line4 = one("Line 4")
    assert line4.account.name == "Acme Nord"
    assert line4.account.parent.name == "Acme Group"
    assert line4.account.parent.manager.name == "Ada Fox"
    assert line4.account.parent.employees == 1200
    assert line4.account.parent.website == "https://acme.example"
    assert line4.salesperson.email == "ada@x.example"
    assert Contact.objects.get().account.name == "Acme Group"


def test_search_finds_an_opportunity_by_the_account_that_its_row_names_by_id(salesforce):
    salesforce()
    assert candidates("acme nord", kind="opportunity") == [one("Line 4").pk]
    assert candidates("line acme", kind="opportunity") == [one("Line 4").pk]
    salesforce(Account=ACCOUNTS + "001Z,Zeta,,,,,,\n")
    assert candidates("zeta", kind="opportunity") == [one("Line 5").pk]


def test_it_keeps_a_place_for_accounts_and_people_whose_files_are_missing(salesforce):
    salesforce()
    assert one("Line 5").account.name == "Salesforce account 001Z"
    assert one("Line 5").salesperson.name == "Salesforce user 005Z"
    salesforce(Account=ACCOUNTS + "001Z,Zeta,,,,,,\n", User=USERS + "005Z,zoe@x.example,Zoe,Zed,zoe@x.example,1,\n")
    assert one("Line 5").account.name == "Zeta"
    assert one("Line 5").salesperson.name == "Zoe Zed"


def test_it_takes_stage_history_into_steps_and_stays(salesforce):
    discovery = "006C,Line 6,001A,005A,Discovery,10,2026-09-01,2026-01-02\n"
    salesforce(Opportunity=DEALS + discovery, History=HISTORY)
    line4, line5 = one("Line 4"), one("Line 5")
    assert states(line4) == ["won", "planned"]
    assert line4.standing.entered_on == dt.date(2026, 1, 12)
    assert states(line5) == ["won", "won"]
    ends = list(line5.stays.order_by("entered_on").values_list("entered_on", "left_on", "end"))
    assert ends == [
        (dt.date(2026, 1, 2), dt.date(2026, 1, 20), "won"),
        (dt.date(2026, 1, 20), dt.date(2026, 1, 31), "won"),
    ]


def test_it_refuses_a_contact_without_an_account_and_a_headcount_that_is_none(salesforce):
    batch = salesforce()
    rows = {row.table: row for row in batch.refused_rows.all()}
    assert "account is not known" in rows["Contact.csv"].reason
    assert not rows["Account.csv"].whole_row
    assert Account.objects.filter(name="Acme Nord").exists()


def test_it_reads_salesforces_long_and_short_ids_as_one(cast, tmp_path):
    short, long = "0061G00000HhviA", "0061G00000HhviAQAR"
    head = "Id,Name,StageName,CloseDate\n"
    bring_in(incoming(tmp_path, a=f"{head}{long},Line 4,Demo,\n"))
    bring_in(incoming(tmp_path, b=f"{head}{short},Line 4b,Demo,\n"))
    assert list(Opportunity.objects.values_list("name", flat=True)) == ["Line 4b"]


def test_it_keeps_links_to_what_rows_became(salesforce):
    batch = salesforce()
    link = SourceLink.objects.get(source="salesforce", kind="opportunity", external_id="006A")
    assert link.object_id == one("Line 4").pk
    assert link.seen == batch
    assert ImportBatch.objects.get().files[0]["sha256"]
