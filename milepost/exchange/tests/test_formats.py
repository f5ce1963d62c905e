"""The exports of each known system, in their own headers, become linked opportunities with the history they tell."""

import datetime as dt

import pytest

from milepost.accounts.models import Account, Contact
from milepost.buyers.models import Stakeholder
from milepost.exchange.load import Incoming
from milepost.exchange.mapping import missing_columns
from milepost.exchange.models import ImportBatch
from milepost.exchange.survey import propose
from milepost.exchange.tests.books import workbook, zipped
from milepost.exchange.tests.deals import one
from milepost.exchange.tests.files import bring_in, incoming, tables
from milepost.exchange.undo import undo
from milepost.opportunities.models import Note, Opportunity, Stay, Task
from milepost.team.models import Person

TODAY = dt.date(2026, 3, 1)


@pytest.fixture
def bring(cast, tmp_path):
    """Import files by their recognised shape: texts as CSV, bytes under the name given."""

    def bring(**files):
        found = incoming(tmp_path, **{name: text for name, text in files.items() if isinstance(text, str)})
        for name, data in files.items():
            if isinstance(data, bytes):
                path = tmp_path / ".".join(name.rsplit("_", 1))
                path.write_bytes(data)
                found.append(Incoming(path.name, path))
        return bring_in(found, by=cast.coordinator)

    return bring


def stays(name):
    rows = Stay.objects.filter(opportunity=one(name)).order_by("id")
    return [(stay.step.name, str(stay.entered_on or ""), str(stay.left_on or ""), stay.end) for stay in rows]


def steps(name):
    return [step.name for step in one(name).steps.order_by("position")]


# ---------------------------------------------------------------- Salesforce

SF_DEALS = (
    '"Id","IsDeleted","AccountId","Name","StageName","Amount","Probability","CloseDate","IsClosed","IsWon",'
    '"CurrencyIsoCode","OwnerId","CreatedDate","LastModifiedDate"\n'
    '"0065g00000AbCdEAAV","0","0015g00000AbCdEAAV","Line 4","Proposal","1000.0","60.0","2026-05-01 00:00:00","0","0",'
    '"EUR","0055g00000AbCdEAAV","2026-01-02 10:00:00","2026-02-20 10:00:00"\n'
    '"0065g00000AbCdFAAV","0","0015g00000AbCdEAAV","Line 5","Closed Won","500.5","100.0","2026-02-01 00:00:00","1","1",'
    '"EUR","0055g00000AbCdEAAV","2025-11-02 10:00:00","2026-02-01 10:00:00"\n'
)
SF_FIELDS = (
    '"Id","IsDeleted","OpportunityId","CreatedById","CreatedDate","Field","DataType","OldValue","NewValue"\n'
    '"017A","0","0065g00000AbCdEAAV","005","2026-01-20 09:00:00","StageName","DynamicEnum","Discovery","Demo"\n'
    '"017B","0","0065g00000AbCdEAAV","005","2026-01-25 09:00:00","Amount","Currency","900","1000"\n'
    '"017C","0","0065g00000AbCdEAAV","005","2026-02-10 09:00:00","StageName","DynamicEnum","Demo","Proposal"\n'
    '"017D","0","0065g00000AbCdFAAV","005","2025-12-02 09:00:00","StageName","DynamicEnum","Discovery","Proposal"\n'
    '"017E","0","0065g00000AbCdFAAV","005","2026-02-01 09:00:00","StageName","DynamicEnum","Proposal","Closed Won"\n'
)
SF_ACCOUNTS = (
    '"Id","IsDeleted","Name","ParentId","BillingCity","BillingCountry","Industry","OwnerId"\n'
    '"0015g00000AbCdEAAV","0","Müller & Söhne","000000000000000AAA","Köln","Germany","Steel","0055g00000AbCdEAAV"\n'
)
SF_CONTACTS = (
    '"Id","IsDeleted","AccountId","FirstName","LastName","Email","Title","MailingCountry","HasOptedOutOfEmail"\n'
    '"0035g00000AbCdEAAV","0","0015g00000AbCdEAAV","Helene","Brandt","h@mueller.example","CFO","Germany","1"\n'
)
SF_ROLES = (
    '"Id","OpportunityId","ContactId","Role","CreatedDate","IsDeleted"\n'
    '"00K1","0065g00000AbCdEAAV","0035g00000AbCdEAAV","Decision Maker","2026-01-05 10:00:00","0"\n'
)
SF_USERS = (
    '"Id","Username","FirstName","LastName","Email","IsActive","UserRoleId","ManagerId"\n'
    '"0055g00000AbCdEAAV","ada@x.example","Ada","Fox","ada@x.example","1","00E","000000000000000AAA"\n'
)


def test_salesforces_weekly_zip_comes_in_whole_with_its_field_history(bring):
    weekly = zipped(
        **{
            f"{name}_csv": text.encode("cp1252")
            for name, text in {
                "Account": SF_ACCOUNTS,
                "Contact": SF_CONTACTS,
                "Opportunity": SF_DEALS,
                "OpportunityContactRole": SF_ROLES,
                "OpportunityFieldHistory": SF_FIELDS,
                "User": SF_USERS,
            }.items()
        }
    )
    batch = bring(WE_00D_1_zip=weekly)
    assert batch.source == "salesforce"
    assert batch.refused == 0
    assert one("Line 4").account.name == "Müller & Söhne"
    assert one("Line 4").salesperson.name == "Ada Fox"
    assert steps("Line 4") == ["Discovery", "Demo", "Proposal"]
    assert stays("Line 4") == [
        ("Discovery", "2026-01-02", "2026-01-20", "won"),
        ("Demo", "2026-01-20", "2026-02-10", "won"),
        ("Proposal", "2026-02-10", "", ""),
    ]
    assert stays("Line 5")[-1] == ("Proposal", "2025-12-02", "2026-02-01", "won")
    assert Stakeholder.objects.get().contact.name == "Helene Brandt"
    assert Contact.objects.get().opted_out
    again = bring(WE_00D_1_zip=weekly)
    assert again.created == again.changed == 0


def test_a_lone_salesforce_file_is_known_by_its_ids(bring):
    bring(Opportunity=SF_DEALS)
    batch = bring(
        people="Id,First Name,Last Name,Account ID,Email,Phone\n0035g00000AbCdE,Jo,Ash,0015g00000AbCdE,j@x.example,1\n"
    )
    assert batch.source == "salesforce"
    assert Contact.objects.get().account == one("Line 4").account


SF_TASKS = (
    '"Id","WhoId","WhatId","Subject","ActivityDate","Status","OwnerId","Description","TaskSubtype","IsDeleted",'
    '"IsClosed","CreatedDate"\n'
    '"00T1","","0065g00000AbCdEAAV","Send the draft","2026-03-05","Not Started","0055g00000AbCdEAAV","","Task","0","0",'
    '"2026-02-01 10:00:00"\n'
    '"00T2","","0065g00000AbCdEAAV","Rang Helene","2026-02-05","Completed","0055g00000AbCdEAAV","All fine","Call","0",'
    '"1","2026-02-05 10:00:00"\n'
    '"00T3","","0015g00000AbCdEAAV","Its account","2026-02-05","Completed","0055g00000AbCdEAAV","","Task","0","1",'
    '"2026-02-05 10:00:00"\n'
)
SF_EVENTS = (
    '"Id","WhoId","WhatId","Subject","Location","IsAllDayEvent","ActivityDateTime","ActivityDate","DurationInMinutes",'
    '"Description","OwnerId","IsDeleted","CreatedDate"\n'
    '"00U1","","0065g00000AbCdEAAV","First visit","Köln","0","2026-01-20T09:00:00.000Z","2026-01-20","60","",'
    '"0055g00000AbCdEAAV","0","2026-01-02 10:00:00"\n'
    '"00U2","","0065g00000AbCdEAAV","Second visit","Köln","0","2026-04-20T09:00:00.000Z","2026-04-20","60","",'
    '"0055g00000AbCdEAAV","0","2026-01-02 10:00:00"\n'
)


def test_salesforces_tasks_and_events_are_tasks_and_notes_of_their_opportunity(bring, cast):
    files = {"Opportunity": SF_DEALS, "User": SF_USERS, "Task": SF_TASKS, "Event": SF_EVENTS}
    batch = bring(**files)
    assert batch.counts["activity"] == {"created": 4}
    assert [note for note in batch.notes if "belong to no opportunity" in note]
    assert [(task.title, task.due_on, task.owner.name) for task in Task.objects.order_by("due_on")] == [
        ("Send the draft", dt.date(2026, 3, 5), "Ada Fox"),
        ("Second visit", dt.date(2026, 4, 20), "Ada Fox"),
    ]
    notes = Note.objects.order_by("at")
    assert [(note.text, note.kind, note.by.name) for note in notes] == [
        ("First visit", "note", "Ada Fox"),
        ("Rang Helene\n\nAll fine", "call", "Ada Fox"),
    ]
    assert notes[0].opportunity == one("Line 4")
    assert bring(**files).counts["activity"] == {"unchanged": 4}
    changed = SF_TASKS.replace('"Task","0","0",', '"Task","0","1",')
    assert bring(**files | {"Task": changed}).counts["activity"] == {"changed": 1, "unchanged": 3}
    assert Task.objects.get(title="Send the draft").done_at


def test_tasks_and_events_go_with_an_import_that_is_taken_back(bring, cast):
    batch = bring(Opportunity=SF_DEALS, User=SF_USERS, Task=SF_TASKS, Event=SF_EVENTS)
    undo(batch, by=cast.coordinator)
    assert not Task.objects.exists()
    assert not Note.objects.exists()
    assert not Person.objects.filter(name="Ada Fox").exists()


# ---------------------------------------------------------------- HubSpot

HS_DEALS = (
    "Record ID,Deal Name,Deal Stage,Pipeline,Amount,Deal owner,Create Date,Close Date,Associated Company,"
    "Associated Company IDs,Associated Contact IDs,"
    '"Date entered ""Qualified (Sales)""","Date entered ""Demo (Sales)"""\n'
    '501,Line 4,Demo,Sales,"$125,000",Ada Fox,2026-01-02 09:10,2026-06-30 09:10,Acme;Acme Nord,701;702,801,'
    "2026-01-02 09:10,2026-02-03 10:00\n"
    '502,Line 5,Closed Won,Sales,"$5,000",Ada Fox,2025-11-02 09:10,2026-01-31 09:10,Acme,701,801,'
    "2025-11-02 09:10,2025-12-03 10:00\n"
)
HS_COMPANIES = (
    "Record ID,Company name,Company Domain Name,Company owner,Industry,City,Country/Region\n"
    "701,Acme,acme.example,Ada Fox,STEEL,Köln,Germany\n702,Acme Nord,,Ada Fox,STEEL,Kiel,Germany\n"
)
HS_CONTACTS = (
    "Record ID,First Name,Last Name,Email,Phone Number,Job Title,Contact owner,Associated Company IDs,"
    "Unsubscribed from all email\n801,Helene,Brandt,h@acme.example,+49 221 1,CFO,Ada Fox,701;702,Yes\n"
)


def test_hubspots_deals_companies_and_contacts_with_a_date_for_every_stage(bring):
    batch = bring(deals=HS_DEALS, companies=HS_COMPANIES, contacts=HS_CONTACTS)
    assert batch.source == "hubspot"
    assert batch.refused == 0
    assert one("Line 4").account.name == "Acme"
    assert one("Line 4").value_minor == 125_000_00
    assert stays("Line 4") == [("Qualified", "2026-01-02", "2026-02-03", "won"), ("Demo", "2026-02-03", "", "")]
    assert stays("Line 5")[-1] == ("Demo", "2025-12-03", "2026-01-31", "won")
    assert Contact.objects.get().opted_out
    assert Stakeholder.objects.count() == 2


def test_hubspots_long_form_has_a_row_for_every_stage(bring):
    text = (
        "Record ID,Deal Name,Deal Stage,Date entered stage,Original Source,Amount,Deal owner\n"
        "501,Line 4,Qualified,2026-01-02,Referral,9000,Ada Fox\n501,Line 4,Demo,2026-02-03,Referral,9000,Ada Fox\n"
        "502,Line 5,Demo,2026-01-10,Organic,100,Ada Fox\n502,Line 5,Closed Lost,2026-02-01,Organic,100,Ada Fox\n"
        "502,Line 5,Qualified,2026-01-03,Organic,100,Ada Fox\n"
    )
    batch = bring(stages=text)
    assert batch.refused == 0
    assert batch.counts["opportunity"] == {"created": 2}
    assert stays("Line 4") == [("Qualified", "2026-01-02", "2026-02-03", "won"), ("Demo", "2026-02-03", "", "")]
    assert stays("Line 5") == [("Qualified", "2026-01-03", "2026-01-10", "won")]
    assert one("Line 5").outcome.kind == "lost"


def test_hubspots_property_history_is_read_for_the_stage_alone(bring):
    history = (
        "Object ID,Property,Value,Timestamp,Source\n501,dealstage,qualifiedtobuy,2026-01-02T09:10:00Z,CRM_UI\n"
        "501,amount,9000,2026-01-12T09:10:00Z,CRM_UI\n501,dealstage,contractsent,2026-02-03T23:30:00Z,CRM_UI\n"
    )
    deals = "Record ID,Deal Name,Deal Stage,Amount\n501,Line 4,contractsent,9000\n"
    batch = bring(deals=deals, history=history)
    assert batch.refused == 0
    assert [(step, entered) for step, entered, *_rest in stays("Line 4")] == [
        ("qualifiedtobuy", "2026-01-02"),
        ("contractsent", "2026-02-04"),  # half past midnight where the company is
    ]


def test_hubspots_warehouse_tables_hang_together(bring):
    batch = bring(
        deal=(
            "deal_id,is_deleted,deal_pipeline_id,deal_pipeline_stage_id,owner_id,portal_id,property_dealname,"
            "property_description,property_amount,property_closedate,property_createdate\n"
            "501,false,p1,s2,901,1,Line 4,,9000,2026-06-01 00:00:00,2026-01-02 09:00:00\n"
            "502,false,p1,s3,901,1,Line 5,,100,2026-02-01 09:00:00,2025-12-02 09:00:00\n"
        ),
        stage=(
            "_fivetran_deleted,_fivetran_synced,active,closed_won,is_closed,display_order,probability,stage_id,label,"
            "pipeline_id,created_at,updated_at\nFALSE,x,TRUE,FALSE,FALSE,1,0.4,s2,Proposal,p1,,\n"
            "FALSE,x,TRUE,FALSE,FALSE,0,0.2,s1,First talk,p1,,\nFALSE,x,TRUE,TRUE,TRUE,2,1.0,s3,Signed,p1,,\n"
        ),
        history=(
            "deal_id,timestamp,_fivetran_synced,source,name,source_id,value\n"
            "501,2026-01-02 09:17:37.819,x,CRM,dealstage,u,s1\n501,2026-01-02 09:17:37.819,x,CRM,amount,u,9000\n"
            "501,2026-02-02 09:17:37.819,x,CRM,dealstage,u,s2\n"
            "502,2026-01-02 09:17:37.819,x,CRM,dealstage,u,s2\n502,2026-02-01 09:17:37.819,x,CRM,dealstage,u,s3\n"
        ),
        deal_company="company_id,deal_id,type_id,category\n701,501,5,HUBSPOT_DEFINED\n",
        company=(
            "id,is_deleted,_fivetran_synced,property_name,property_createdate,property_industry,property_city,"
            "property_country\n701,false,x,Acme,2019-07-05 20:35:26,STEEL,Köln,Germany\n"
        ),
        owner=(
            "owner_id,_fivetran_synced,created_at,portal_id,type,updated_at,email,first_name,last_name,active_user_id\n"
            "901,x,x,1,PERSON,x,ada@x.example,Ada,Fox,1\n"
        ),
    )
    assert batch.source == "hubspot"
    assert batch.refused == 0
    assert one("Line 4").account.name == "Acme"
    assert one("Line 4").salesperson.name == "Ada Fox"
    assert stays("Line 4") == [("First talk", "2026-01-02", "2026-02-02", "won"), ("Proposal", "2026-02-02", "", "")]
    assert one("Line 5").outcome.kind == "won"


# ---------------------------------------------------------------- Pipedrive

PD_DEALS = (
    "Deal - ID;Deal - Title;Deal - Creator;Deal - Owner;Deal - Value;Deal - Currency of Value;Deal - Weighted value;"
    "Deal - Probability;Deal - Organization;Deal - Organization ID;Deal - Pipeline;Deal - Contact person;"
    "Deal - Contact person ID;Deal - Stage;Deal - Status;Deal - Deal created;Deal - Update time;"
    "Deal - Last stage change;Deal - Won time;Deal - Lost time;Deal - Lost reason;Deal - Expected close date\n"
    "11;Line 4;Ada Fox;Ada Fox;9000,50;EUR;4500;;Acme;31;Sales;Helene Brandt;41;Proposal Made;Open;2026-01-02 09:10:00;"
    "2026-02-20 09:10:00;2026-02-03 10:00:00;;;;2026-06-30\n"
    "12;Line 5;Ada Fox;Ada Fox;100;EUR;100;;Acme;31;Sales;;;Negotiations Started;Won;2025-11-02 09:10:00;"
    "2026-01-31 10:00:00;2026-01-03 10:00:00;2026-01-31 10:00:00;;;\n"
    "13;Line 6;Ada Fox;Ada Fox;100;EUR;0;;Acme;31;Sales;;;Contact Made;Lost;2025-11-02 09:10:00;2026-01-30 10:00:00;;;"
    "2026-01-30 10:00:00;Too expensive;\n"
)
PD_PEOPLE = (
    "Person - ID,Person - Name,Person - Organization,Person - Organization ID,Person - Email - Work,"
    "Person - Phone - Work,Person - Marketing status\n41,Helene Brandt,Acme,31,h@acme.example,1,Unsubscribed\n"
)
PD_COMPANIES = (
    "Organization - ID,Organization - Name,Organization - Owner,Organization - Address\n31,Acme,Ada Fox,Köln\n"
)


def test_pipedrives_deals_people_and_organizations(bring):
    batch = bring(deals=PD_DEALS, people=PD_PEOPLE, organizations=PD_COMPANIES)
    assert batch.source == "pipedrive"
    assert batch.refused == 0
    assert steps("Line 4") == ["Contact Made", "Proposal Made", "Negotiations Started"]
    assert one("Line 4").value_minor == 9000_50
    assert one("Line 4").account == Account.objects.get(name="Acme")
    assert (one("Line 5").outcome.kind, one("Line 5").outcome.on) == ("won", dt.date(2026, 1, 31))
    assert stays("Line 5") == [("Negotiations Started", "2026-01-03", "2026-01-31", "won")]
    assert (one("Line 6").outcome.kind, one("Line 6").outcome.words) == ("lost", "Too expensive")
    assert Contact.objects.get().opted_out
    assert Stakeholder.objects.get().opportunity == one("Line 4")


def test_pipedrives_import_template_names_the_organization_it_sells_to(bring):
    bring(
        template=(
            "Deal - Title*,Deal - Value,Deal - Currency of value,Deal - Expected close date,Deal - Stage (pipeline),"
            "Deal - Status,Deal - Owner,Deal - Pipedrive System ID,Organization - Name*,Person - Name*,"
            "Person - Email (Work)\nLine 4,900,EUR,2026-06-30,Demo,Open,Ada Fox,11,Acme,Helene Brandt,h@acme.example\n"
        )
    )
    assert one("Line 4").account.name == "Acme"


# ---------------------------------------------------------------- Dynamics


def dynamics(sheet):
    """Write Dynamics' sheet: three hidden columns, days as serial numbers."""
    sheet.set_column(0, 2, None, None, {"hidden": True})
    head = (
        "(Do Not Modify) Opportunity|(Do Not Modify) Row Checksum|(Do Not Modify) Modified On|Topic|Potential Customer|"
        "Est. Revenue|Est. Close Date|Actual Revenue|Actual Close Date|Probability|Status|Status Reason|Sales Stage|"
        "Currency|Owner|Created On"
    )
    sheet.write_row(0, 0, head.split("|"))
    first = ["0a1b-1", "aa==", 46073.5, "Line 4", "Acme", 9000, 46203, None, None, 60, "Open", "In Progress", "Propose"]
    second = ["0a1b-2", "bb==", 46054.5, "Line 5", "Acme", 100, 46050, 90, 46053, 100, "Won", "Won", "Close"]
    sheet.write_row(1, 0, [*first, "Euro", "Ada Fox", 46024.25])
    sheet.write_row(2, 0, [*second, "EUR", "Ada Fox", 45963])


def test_dynamics_sheet_is_known_by_its_hidden_columns(bring):
    batch = bring(Opportunities_xlsx=workbook(dynamics))
    assert batch.source == "dynamics"
    assert batch.refused == 0
    assert one("Line 4").started_on == dt.date(2026, 1, 2)
    assert one("Line 4").value_minor == 9000_00
    assert one("Line 4").account.name == "Acme"
    assert one("Line 5").value_minor == 90_00
    assert (one("Line 5").outcome.kind, one("Line 5").outcome.on) == ("won", dt.date(2026, 1, 31))
    again = bring(Opportunities_xlsx=workbook(dynamics))
    assert again.counts["opportunity"] == {"unchanged": 2}


# ---------------------------------------------------------------- plain histories


def test_a_plain_history_orders_the_stages_and_gives_those_nobody_is_in(bring):
    batch = bring(
        deals="Deal ID,Title,Stage,Value\nA,Line 4,Gamma,5\nB,Line 5,Beta,6\n",
        moves=(
            "deal_id,stage,entered_on\nA,Gamma,2026-02-01\nA,Alpha,2026-01-02\nA,Beta,2026-01-12\nB,Beta,2026-01-20\n"
            "B,Alpha,2026-01-20\nX,Delta,2026-01-20\n"
        ),
    )
    assert batch.refused == 0
    assert steps("Line 4") == ["Alpha", "Beta", "Gamma"]
    assert stays("Line 4")[0] == ("Alpha", "2026-01-02", "2026-01-12", "won")
    assert Opportunity.objects.count() == 2
    assert ImportBatch.objects.get().state == "done"


def test_a_known_table_is_imported_however_little_it_tells_and_a_lone_dollar_is_asked_about(db):
    files = {"deals": HS_DEALS, "organizations": PD_COMPANIES}
    for name, text in files.items():
        survey = propose(tables(**{name: text}), today=TODAY, currency="EUR")
        assert not [what for one, _table in survey.tables for what in missing_columns(one)]
        assert [note for note in survey.notes if "$ alone" in note] == (
            ["Amounts are marked with $ alone. Is their currency right?"] if name == "deals" else []
        )
        assert survey.mapping.currency == ("USD" if name == "deals" else "EUR")
    assert propose(tables(deals=HS_DEALS), today=TODAY, currency="CAD").mapping.currency == "CAD"
    # The day a stage was entered is a day the files know.
    assert propose(tables(deals=HS_DEALS), today=TODAY).latest == dt.date(2026, 2, 3)


def test_files_of_two_systems_are_not_mixed_up(db):
    survey = propose(tables(people=PD_PEOPLE, deals=HS_DEALS, companies=HS_COMPANIES), today=TODAY)
    assert survey.mapping.source == "hubspot"
    assert [table.name for table in survey.left_out] == ["people.csv"]
    assert survey.notes[0].startswith("people.csv comes from another system")
