"""What people changed here of accounts and contacts, as files for the system they came from."""

import csv
import io

import pytest
from django.core.management import call_command

from milepost.accounts.merge import merge
from milepost.accounts.models import Account, Contact
from milepost.exchange.tests.files import bring_in, incoming
from milepost.exchange.tests.test_write_back import keep_as_uploaded
from milepost.team.models import Membership, Person

SALESFORCE = {
    "User": "Id,Username,FirstName,LastName,Email,IsActive\n0055g000001AbCdAAV,ada,Ada,Fox,ada@example.com,true\n"
    "0055g000001XyZzAAV,bob,Bob,Ray,bob@example.com,true\n",
    "Account": "Id,Name,Industry,BillingCity,BillingCountry,Website,NumberOfEmployees,OwnerId\n"
    "0015g00000AbCdEAAV,Acme,Steel,Köln,DE,acme.example,100,0055g000001AbCdAAV\n"
    "0015g00000AbCdFAAV,Bolt,Steel,Bonn,DE,bolt.example,20,0055g000001AbCdAAV\n",
    "Contact": "Id,AccountId,FirstName,LastName,Email,Title,Phone,MailingCountry,HasOptedOutOfEmail\n"
    "0035g00000AbCdEAAV,0015g00000AbCdEAAV,Helene,van der Berg,h@acme.example,CFO,+49 221 1,DE,false\n"
    "0035g00000AbCdFAAV,0015g00000AbCdEAAV,Jo,Wood,j@acme.example,CEO,+49 221 2,DE,true\n",
}
HUBSPOT = {
    "companies": "Record ID,Company name,Company Domain Name,Industry,City,Number of Employees,Company owner\n"
    "1,Acme,acme.example,Steel,Köln,100,Ada Fox\n2,Bolt,bolt.example,Steel,Bonn,20,Ada Fox\n",
    "contacts": "Record ID,First Name,Last Name,Job Title,Email,Phone Number,Company name,Unsubscribed from all email\n"
    "11,Helene,van der Berg,CFO,h@acme.example,+49 221 1,Acme,false\n"
    "12,Jo,Wood,CEO,j@acme.example,+49 221 2,Acme,true\n",
}
CHECKS = "(Do Not Modify) Row Checksum,(Do Not Modify) Modified On"
DYNAMICS = {
    "accounts": f"(Do Not Modify) Account,{CHECKS},Account Name,Industry,Address 1: City,Number of Employees,Owner\n"
    "a-1,s1==,2026-01-20 10:00,Acme,Steel,Köln,100,Ada Fox\na-2,s2==,2026-01-20 11:00,Bolt,Steel,Bonn,20,Ada Fox\n",
    "contacts": f"(Do Not Modify) Contact,{CHECKS},First Name,Last Name,Job Title,Email,Business Phone,Company Name,"
    "Do not allow Emails\n"
    "c-1,s3==,2026-01-20 10:00,Helene,van der Berg,CFO,h@acme.example,+49 221 1,Acme,Allow\n"
    "c-2,s4==,2026-01-20 11:00,Jo,Wood,CEO,j@acme.example,+49 221 2,Acme,Do Not Allow\n",
}
OTHER = {
    "kunden": "Id,Firma,Branche,Ort,Mitarbeiter\nK1,Acme,Steel,Köln,100\nK2,Bolt,Steel,Bonn,20\n",
    "kontakte": "Id,Vorname,Nachname,Funktion,E-Mail,Telefon,Firma,Keine E-Mails\n"
    "P1,Helene,van der Berg,CFO,h@acme.example,+49 221 1,Acme,nein\n"
    "P2,Jo,Wood,CEO,j@acme.example,+49 221 2,Acme,ja\n",
}
SYSTEMS = {"salesforce": SALESFORCE, "hubspot": HUBSPOT, "dynamics": DYNAMICS, "other": OTHER}


@pytest.fixture
def admin(cast, as_):
    return as_(cast.administrator)


@pytest.fixture
def bring_all(cast, tmp_path, settings):
    """Import the files of a system as the page does; tell how its source is called."""

    def bring_all(files):
        found = incoming(tmp_path, **files)
        keep_as_uploaded(found, settings)
        batch = bring_in(found, by=cast.coordinator)
        assert (batch.state, batch.refused) == ("done", 0)
        return batch.source

    return bring_all


def file_of(client, source, kind, read=False):
    answer = client.get(f"/import/write-back/{source}/?kind={kind}" + ("&as=read" if read else ""))
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode(), newline="")))


def told(client, source, kind):
    return {(row["Name"], row["Field"]): row["In the file"] for row in file_of(client, source, kind, read=True)}


def person(name):
    return Contact.objects.get(name=name)


def written_over(text, rows):
    """Return a file with the cells that were written back in the place of its own; empty ones change nothing."""
    own = list(csv.DictReader(io.StringIO(text)))
    key = next(iter(own[0]))
    by_key = {row[key]: row for row in rows}
    for row in own:
        row |= {name: cell for name, cell in by_key.get(row[key], {}).items() if cell and name in row}
    out = io.StringIO()
    sheet = csv.DictWriter(out, own[0])
    sheet.writeheader()
    sheet.writerows(own)
    return out.getvalue()


@pytest.mark.parametrize("system", SYSTEMS)
def test_what_is_written_back_and_imported_again_is_no_difference_any_more(bring_all, admin, cast, system):
    files = SYSTEMS[system]
    source = bring_all(files)
    assert [file_of(admin, source, kind) for kind in ("account", "contact")] == [[], []]
    acme, helene = Account.objects.get(name="Acme"), person("Helene van der Berg")
    acme.revise(by=cast.coordinator, name="Acme Works", sector="Rail", city="Ulm", employees=120)
    helene.revise(by=cast.coordinator, name="Helene Fox", job_title="CEO", phone="+49 221 99", email="f@acme.example")
    helene.revise(by=cast.coordinator, account=Account.objects.get(name="Bolt"), opted_out=True)
    [account], [contact] = (file_of(admin, source, kind) for kind in ("account", "contact"))
    assert set(told(admin, source, "account").values()) == set(told(admin, source, "contact").values()) == {"yes"}
    back = {
        name: [contact] if name.lower().startswith(("con", "kon")) else [account] for name in files if name != "User"
    }
    bring_all({name: written_over(text, back[name]) if name in back else text for name, text in files.items()})
    helene.refresh_from_db()
    assert helene.opted_out
    assert [file_of(admin, source, kind, read=True) for kind in ("account", "contact")] == [[], []]


def test_data_loader_gets_ids_split_names_and_opt_outs(bring_all, admin, cast):
    bring_all(SALESFORCE)
    Account.objects.get(name="Acme").revise(by=cast.coordinator, manager=Person.objects.get(name="Bob Ray"))
    person("Helene van der Berg").revise(by=cast.coordinator, name="Lena van der Berg", opted_out=True)
    [account], [contact] = (file_of(admin, "salesforce", kind) for kind in ("account", "contact"))
    assert {name: cell for name, cell in account.items() if cell} == {
        "Id": "0015g00000AbCdEAAV", "OwnerId": "0055g000001XyZzAAV",
    }  # fmt: skip
    assert {name: cell for name, cell in contact.items() if cell} == {
        "Id": "0035g00000AbCdEAAV", "FirstName": "Lena", "HasOptedOutOfEmail": "true",
    }  # fmt: skip


def test_an_opt_out_goes_back_to_a_source_that_said_nothing_of_it(bring_all, admin, cast):
    bring_all(SALESFORCE | {"Contact": SALESFORCE["Contact"].replace("HasOptedOutOfEmail", "Other")})
    person("Jo Wood").revise(by=cast.coordinator, opted_out=True)
    [row] = file_of(admin, "salesforce", "contact")
    assert (row["Id"], row["HasOptedOutOfEmail"]) == ("0035g00000AbCdFAAV", "true")


@pytest.mark.parametrize("system", ["salesforce", "dynamics"])
def test_nobody_is_let_in_again_by_a_file(bring_all, admin, cast, system):
    bring_all(SYSTEMS[system])
    person("Jo Wood").revise(by=cast.coordinator, opted_out=False)
    assert file_of(admin, system, "contact") == []
    [answer] = told(admin, system, "contact").values()
    assert answer.startswith("no: only the source itself")
    person("Jo Wood").revise(by=cast.coordinator, job_title="CTO")
    [row] = file_of(admin, system, "contact")
    assert (row.get("HasOptedOutOfEmail"), row.get("Do not allow Emails")) in (("", None), (None, "Do Not Allow"))


def test_a_name_that_cannot_be_split_is_for_people_alone(bring_all, admin, cast):
    bring_all(DYNAMICS)
    person("Jo Wood").revise(by=cast.coordinator, name="Anna Maria Holz", job_title="CTO")
    [row] = file_of(admin, "dynamics", "contact")
    assert (row["First Name"], row["Last Name"], row["Job Title"]) == ("Jo", "Wood", "CTO")
    assert (row["(Do Not Modify) Contact"], row["(Do Not Modify) Row Checksum"]) == ("c-2", "s4==")
    answers = told(admin, "dynamics", "contact")
    assert answers["Anna Maria Holz", "name"].startswith("no: which of it is the first name")
    assert answers["Anna Maria Holz", "Job Title"] == "yes"


def test_what_begins_like_a_formula_is_left_out_but_a_phone_number_is_none(bring_all, admin, cast):
    bring_all(SALESFORCE)
    person("Jo Wood").revise(by=cast.coordinator, job_title="=1+1", phone="+49 (221) 7")
    person("Helene van der Berg").revise(by=cast.coordinator, phone="+cmd|'/c calc'!A0")
    [row] = file_of(admin, "salesforce", "contact")
    assert (row["Title"], row["Phone"]) == ("", "+49 (221) 7")


def test_merged_accounts_are_left_out_and_their_contacts_have_not_moved(bring_all, admin, cast):
    bring_all(SALESFORCE)
    acme, bolt = Account.objects.get(name="Acme"), Account.objects.get(name="Bolt")
    acme.revise(by=cast.coordinator, city="Ulm")
    merge(acme, into=bolt, by=cast.coordinator)
    assert file_of(admin, "salesforce", "account", read=True) == []
    assert file_of(admin, "salesforce", "contact", read=True) == []


def test_only_what_one_sees_is_written_back(bring_all, as_, cast):
    bring_all(SALESFORCE)
    Account.objects.get(name="Acme").revise(by=cast.coordinator, city="Ulm")
    person("Jo Wood").revise(by=cast.coordinator, job_title="CTO")
    far = Person.join(by=None, name="Far", email="far@example.com")
    Membership.give(by=None, person=far, territory=cast.south, role="coordinator")
    for kind in ("account", "contact"):
        assert file_of(as_(far), "salesforce", kind) == []
        assert len(file_of(as_(cast.coordinator), "salesforce", kind)) == 1
    assert as_(cast.coordinator).get("/import/write-back/salesforce/?kind=person").status_code == 404


def test_a_later_import_of_another_kind_does_not_take_the_columns_away(bring_all, admin, cast):
    source = bring_all(OTHER)
    person("Jo Wood").revise(by=cast.coordinator, job_title="CTO")
    bring_all({"kunden": OTHER["kunden"]})
    assert [row["Funktion"] for row in file_of(admin, source, "contact")] == ["CTO"]


def test_many_differences_take_few_questions(bring_all, admin, cast, django_assert_max_num_queries):
    rows = "".join(f"1{n},Jo,Wood {n},CEO,j{n}@acme.example,1,Firm {n},false\n" for n in range(60))
    firms = "".join(f"{n},Firm {n},firm{n}.example,Steel,Bonn,20,Ada Fox\n" for n in range(60))
    heads = [HUBSPOT[name].partition("\n")[0] + "\n" for name in ("companies", "contacts")]
    bring_all({"companies": heads[0] + firms, "contacts": heads[1] + rows})
    Contact.objects.update(account=Account.objects.get(name="Firm 0"), job_title="CTO")
    Account.objects.update(city="Ulm")
    for kind in ("account", "contact"):
        file_of(admin, "hubspot", kind)
        with django_assert_max_num_queries(25):
            assert len(file_of(admin, "hubspot", kind)) == 60


def test_the_page_and_the_command_offer_each_kind_that_came(bring_all, admin, cast, tmp_path):
    bring_all(SALESFORCE)
    page = admin.get("/import/").content.decode()
    assert "/import/write-back/salesforce/?kind=contact" in page
    assert "?kind=opportunity" not in page
    assert admin.get("/import/write-back/salesforce/").status_code == 404
    person("Jo Wood").revise(by=cast.coordinator, job_title="CTO")
    out = io.StringIO()
    call_command("export", write_back="salesforce", kind="contact", to=tmp_path / "back.csv", stdout=out)
    assert "1 contacts" in out.getvalue()
