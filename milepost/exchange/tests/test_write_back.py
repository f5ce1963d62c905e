"""What people changed here, as a file for the system it came from."""

import csv
import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command

from milepost.exchange.tests.deals import HEAD, ROWS, one
from milepost.exchange.tests.files import bring_in, incoming
from milepost.opportunities.close import close
from milepost.opportunities.models import Judgement, Opportunity
from milepost.team.models import Membership, Person

SALESFORCE = {
    "User": "Id,Username,FirstName,LastName,Email,IsActive\n0055g000001AbCdAAV,ada,Ada,Fox,ada@example.com,true\n"
    "0055g000001XyZzAAV,bob,Bob,Ray,bob@example.com,true\n",
    "Account": "Id,Name,BillingCountry,OwnerId\n0015g00000AbCdEAAV,Acme,DE,0055g000001AbCdAAV\n",
    "Opportunity": "Id,AccountId,Name,StageName,Amount,CloseDate,CreatedDate,OwnerId,IsClosed,IsWon\n"
    "0065g00000AbCdEAAV,0015g00000AbCdEAAV,Line 4,Discovery,1000,2026-06-01,2026-01-05,0055g000001AbCdAAV,false,false\n"
    "0065g00000AbCdFAAV,0015g00000AbCdEAAV,Line 5,Proposal,2000,2026-05-01,2026-01-05,0055g000001AbCdAAV,false,false\n"
    "0065g00000AbCdGAAV,0015g00000AbCdEAAV,Old,Closed Won,3000,2026-01-10,2025-10-05,0055g000001AbCdAAV,true,true\n",
}
DYNAMICS = (
    "(Do Not Modify) Opportunity,(Do Not Modify) Row Checksum,(Do Not Modify) Modified On,Topic,Est. Revenue,"
    "Est. Close Date,Pipeline Phase,Status,Owner\n"
    "aaaa-1,sum+1==,2026-01-20 10:00,Line 4,1000,2026-06-01,Qualify,Open,Ada Fox\n"
    "aaaa-2,sum+2==,2026-01-20 11:00,Line 5,2000,2026-05-01,Propose,Open,Ada Fox\n"
)
HUBSPOT = (
    "Record ID,Deal Name,Deal Stage,Amount,Close Date,Deal owner\n"
    "101,Line 4,Discovery,1000,2026-06-01,Ada Fox\n102,Line 5,Proposal,2000,2026-05-01,Ada Fox\n"
)


@pytest.fixture
def admin(cast, as_):
    return as_(cast.administrator)


@pytest.fixture
def salesforce(cast, tmp_path):
    bring_in(incoming(tmp_path, **SALESFORCE), by=cast.coordinator)


def file_of(client, source, read=False):
    answer = client.get(f"/import/write-back/{source}/" + ("?as=read" if read else ""))
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode(), newline="")))


def test_nothing_is_written_back_while_nothing_has_changed(salesforce, admin):
    assert file_of(admin, "salesforce") == []
    assert file_of(admin, "salesforce", read=True) == []


def test_data_loader_gets_ids_and_its_own_names(salesforce, admin, cast):
    bob = Person.objects.get(name="Bob Ray")
    one("Line 4").revise(by=cast.coordinator, value_minor=1500_50, salesperson=bob)
    Judgement.objects.create(opportunity=one("Line 4"), by=bob, on=dt.date(2026, 2, 1), close_on=dt.date(2026, 7, 31))
    close(one("Line 5"), by=cast.coordinator, kind="lost", on=cast.today)
    rows = file_of(admin, "salesforce")
    assert [row["Id"] for row in rows] == ["0065g00000AbCdEAAV", "0065g00000AbCdFAAV"]
    line4, line5 = rows
    changed = {"OwnerId": "0055g000001XyZzAAV", "Amount": "1500.50", "CloseDate": "2026-07-31"}
    assert {name: cell for name, cell in line4.items() if cell and name != "Id"} == changed
    assert line5["CloseDate"] == cast.today.isoformat()
    assert (line5["Amount"], line5["StageName"]) == ("", "")  # none of its stages was ever lost


def test_an_end_and_a_step_get_the_stage_that_the_source_has_for_them(bring, admin, cast):
    bring()
    close(one("Line 5"), by=cast.coordinator, kind="withdrawn", on=cast.today)
    step = one("Line 4").steps.get(name="Discovery")
    step.state = "won"
    step.save(update_fields=["state"])
    one("Line 4").restand()
    [source] = {row["Field"] for row in file_of(admin, "salesforce", read=True) if row["Name"] == "Line 4"}
    assert source == "StageName"
    stages = {row["Id"]: row["StageName"] for row in file_of(admin, "salesforce")}
    assert stages == {"1": "Proposal", "2": "Closed Lost"}


def test_hubspot_gets_its_record_ids_and_labels(cast, tmp_path, admin):
    bring_in(incoming(tmp_path, deals=HUBSPOT), by=cast.coordinator)
    one("Line 4").revise(by=cast.coordinator, name="Line four")
    [row] = file_of(admin, "hubspot")
    assert (row["Record ID"], row["Deal Name"], row["Amount"]) == ("101", "Line four", "")
    assert set(row) >= {"Deal Stage", "Close Date", "Deal owner"}


def test_dynamics_gets_whole_rows_with_what_it_checks(cast, tmp_path, admin, settings):
    files = incoming(tmp_path, opportunities=DYNAMICS)
    keep_as_uploaded(files, settings)
    bring_in(files, by=cast.coordinator)
    one("Line 5").revise(by=cast.coordinator, value_minor=2500_00)
    [row] = file_of(admin, "dynamics")
    assert row["(Do Not Modify) Opportunity"] == "aaaa-2"
    assert (row["(Do Not Modify) Row Checksum"], row["(Do Not Modify) Modified On"]) == ("sum+2==", "2026-01-20 11:00")
    assert (row["Topic"], row["Est. Revenue"], row["Owner"]) == ("Line 5", "2500.00", "Ada Fox")


def keep_as_uploaded(files, settings):
    """Let the files lie where the import page puts them."""
    for file in files:
        kept = settings.MEDIA_ROOT / "imports" / str(file.described()["sha256"])
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(file.path.read_bytes())


def test_what_begins_like_a_formula_is_left_to_be_changed_by_hand(bring, admin, cast):
    bring()
    one("Line 4").revise(by=cast.coordinator, name="=1+1", value_minor=5)
    [row] = file_of(admin, "salesforce")
    assert (row["Name"], row["Amount"]) == ("", "0.05")
    told = {row["Field"]: (row["Here"], row["In the file"]) for row in file_of(admin, "salesforce", read=True)}
    assert told == {"Name": ("'=1+1", "no"), "Amount": ("0.05", "yes")}


def test_only_what_one_sees_is_written_back(bring, as_, cast):
    bring()
    one("Line 4").revise(by=cast.coordinator, value_minor=5)
    far = Person.join(by=None, name="Far", email="far@example.com")
    Membership.give(by=None, person=far, territory=cast.south, role="coordinator")
    assert file_of(as_(far), "salesforce") == []
    assert len(file_of(as_(cast.coordinator), "salesforce")) == 1
    assert as_(cast.coordinator).get("/import/write-back/nothing/").status_code == 404


def test_what_a_later_file_says_as_well_is_no_difference(bring, admin, cast):
    bring()
    one("Line 4").revise(by=cast.coordinator, value_minor=1500_00)
    bring(HEAD + ROWS.replace("1000.50", "1500"))
    assert file_of(admin, "salesforce") == []


def test_many_differences_take_few_questions(bring, admin, cast, django_assert_max_num_queries):
    bring()
    Opportunity.objects.update(name="Another")
    file_of(admin, "salesforce")
    with django_assert_max_num_queries(25):
        assert len(file_of(admin, "salesforce")) == 4


def test_the_command_writes_it_too(bring, cast, tmp_path):
    bring()
    one("Line 4").revise(by=cast.coordinator, value_minor=5)
    out = io.StringIO()
    call_command("export", write_back="salesforce", to=tmp_path / "back.csv", stdout=out)
    assert "1 opportunities" in out.getvalue()
    assert (tmp_path / "back.csv").read_text().splitlines()[1].startswith("1,")
    with pytest.raises(CommandError, match="Sources are: salesforce"):
        call_command("export", write_back="other", to=tmp_path / "other.csv")
