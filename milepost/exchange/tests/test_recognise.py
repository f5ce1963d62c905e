"""Exports are recognised, and what is doubtful is said rather than settled in silence."""

import datetime as dt
import json

import pytest

from milepost.exchange.mapping import Mapping, MappingFault, match_tables, missing_columns
from milepost.exchange.recognise import guess, recognise
from milepost.exchange.rows import read_rows
from milepost.exchange.survey import propose, survey_with
from milepost.exchange.tests.files import shared_tables, tables

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 1)


def kinds(survey):
    return {table.name: mapping.kind for mapping, table in survey.tables}


def test_it_knows_mavens_four_files_and_how_they_hang_together():
    survey = propose(shared_tables("maven_crm"), today=TODAY)
    assert survey.mapping.shape == "maven"
    assert kinds(survey) == {
        "accounts.csv": "account",
        "products.csv": "offer",
        "sales_pipeline.csv": "opportunity",
        "sales_teams.csv": "person",
    }
    assert [table.name for table in survey.left_out] == ["data_dictionary.csv"]
    assert [(plan.stage, plan.means) for plan in survey.mapping.stages] == [
        ("Prospecting", "step"),
        ("Engaging", "step"),
        ("Won", "won"),
        ("Lost", "lost"),
    ]
    assert survey.latest == dt.date(2017, 12, 31)
    assert survey.counts["opportunity"] == 8800
    assert survey.counts["open"] == 2089
    assert survey.mapping.currency == "USD"


def test_it_proposes_gtx_pro_for_gtxpro_and_says_so():
    survey = propose(shared_tables("maven_crm"), today=TODAY)
    assert survey.proposals == {"offer": {"GTXPro": ("GTX Pro", 1480)}, "sector": {"technolgy": ("technology", 12)}}
    assert survey.mapping.same_as == {"offer": {"GTXPro": "GTX Pro"}, "sector": {"technolgy": "technology"}}


def test_it_proposes_the_sector_that_a_slip_of_the_pen_means_and_leaves_the_choice():
    text = "Name,Industry,City\nAlfa,technolgy,Ulm\nBeta,Retail,Ulm\nGamma,Fishery,Ulm\n"
    survey = propose(tables(accounts=text), today=TODAY)
    assert survey.proposals == {"sector": {"technolgy": ("technology", 1)}}
    assert survey.mapping.same_as == {"sector": {"technolgy": "technology"}}


def test_it_knows_hubspots_warehouse_form():
    found = {name.split("__")[1]: kind for name, kind in kinds(propose(hubspot_tables(), today=TODAY)).items()}
    assert found == {
        "deal_data.csv": "opportunity",
        "deal_property_history_data.csv": "stage_history",
        "deal_pipeline_stage_data.csv": "stage_list",
        "deal_company_data.csv": "opportunity_account",
        "deal_contact_data.csv": "contact_role",
        "company_data.csv": "account",
        "contact_data.csv": "contact",
        "owner_data.csv": "person",
    }


def hubspot_tables():
    return shared_tables("fivetran_fixtures", "hubspot__*.csv")


def test_it_knows_salesforces_warehouse_form():
    survey = propose(shared_tables("fivetran_fixtures", "salesforce__sf_*.csv"), today=TODAY)
    assert kinds(survey) == {
        "salesforce__sf_opportunity_data.csv": "opportunity",
        "salesforce__sf_opportunity_history_data.csv": "stage_history",
        "salesforce__sf_account_data.csv": "account",
        "salesforce__sf_contact_data.csv": "contact",
        "salesforce__sf_user_data.csv": "person",
        "salesforce__sf_task_data.csv": "activity",
        "salesforce__sf_event_data.csv": "activity",
    }
    assert survey.mapping.shape == "salesforce"
    # The source has deleted every opportunity of this file: none is taken over, so no stage needs a step.
    assert survey.counts["opportunity"] == 0
    assert survey.counts["opportunity:deleted"] > 0
    assert survey.mapping.stages == []


API = (
    '"Id","IsDeleted","AccountId","Name","StageName","StageSortOrder","Amount","Probability","CloseDate",'
    '"IsClosed","IsWon","CurrencyIsoCode","OwnerId","CreatedDate","LastModifiedDate","LastStageChangeDate"\n'
    '"006A","0","001A","Alfa","Negotiation","3","1000.0","80.0","2026-05-01 00:00:00","0","0","EUR","005A",'
    '"2026-01-02 10:00:00","2026-02-20 10:00:00","2026-02-10 10:00:00"\n'
    '"006B","0","001A","Beta","Closed Won","4","500.5","100.0","2026-02-01 00:00:00","1","1","EUR","005A",'
    '"2025-11-02 10:00:00","2026-02-01 10:00:00","2026-02-01 10:00:00"\n'
    '"006C","0","000000000000000AAA","Gamma","Discovery","1","","10.0","2026-06-01 00:00:00","0","0","EUR","005B",'
    '"2026-01-12 10:00:00","2026-01-20 10:00:00",""\n'
)
REPORT = (
    '"Opportunity Owner","Account Name","Opportunity Name","Stage","Amount",'
    '"Probability (%)","Close Date","Created Date"\n'
    '"Ada Fox","Acme","Alfa","Negotiation","EUR 1,000.00","80%","5/13/2026","1/2/2026"\n'
    '"Ada Fox","Acme","Beta","Closed Lost","EUR 500.00","0%","2/1/2026","11/2/2025"\n'
)


@pytest.mark.parametrize("text", [API, API.replace("Id", "ID").upper().replace("2026-", "2026-")])
def test_it_knows_salesforces_weekly_export_whatever_its_case(text):
    survey = propose(tables(Opportunity=text), today=TODAY)
    columns = {name: column.upper() for name, column in survey.mapping.tables[0].columns.items()}
    assert survey.mapping.shape == "salesforce"
    assert columns["stage"] == "STAGENAME"
    assert columns["value"] == "AMOUNT"
    assert columns["started_on"] == "CREATEDDATE"
    assert [plan.step.upper() for plan in survey.mapping.stages if plan.means == "step"] == [
        "DISCOVERY",
        "NEGOTIATION",
    ]


def test_it_counts_the_data_to_the_last_day_that_has_happened_not_to_an_expected_close():
    assert propose(tables(Opportunity=API), today=TODAY).latest == dt.date(2026, 2, 20)


def test_it_reads_the_empty_lookup_of_salesforce_as_unknown():
    survey = propose(tables(Opportunity=API), today=TODAY)
    mapping, table = survey.tables[0]
    assert [reading.values["account_id"] for reading in read_rows(table, mapping)] == ["001A", "001A", None]


def test_it_knows_a_salesforce_report_by_its_labels():
    survey = propose(tables(report=REPORT), today=TODAY)
    mapping = survey.mapping.tables[0]
    assert survey.mapping.shape == "salesforce"
    assert mapping.columns["owner"] == "Opportunity Owner"
    assert mapping.columns["probability"] == "Probability (%)"
    assert survey.mapping.currency == "EUR"


def test_it_takes_an_unknown_file_by_its_headers():
    text = "Kunde;Bezeichnung;Phase;Betrag;Abschlussdatum\nMeyer;Halle 3;Angebot;1.234,50;13.02.2026\n"
    survey = propose(tables(export=text), today=TODAY)
    mapping = survey.mapping.tables[0]
    assert mapping.columns == {
        "name": "Bezeichnung",
        "account": "Kunde",
        "stage": "Phase",
        "value": "Betrag",
        "close_date": "Abschlussdatum",
    }
    assert mapping.decimals["value"] == ","
    assert mapping.date_orders["close_date"] == "dmy"


def test_it_finds_the_stage_by_its_words_when_the_header_does_not_say():
    text = "Deal name,Where it stands\nAlfa,Demo\nBeta,Closed Won\nGamma,Closed Lost\n"
    assert propose(tables(deals=text), today=TODAY).mapping.tables[0].columns["stage"] == "Where it stands"


def test_it_does_not_take_a_column_for_a_date_when_its_cells_are_none():
    text = "Name,Stage,Close Date\nAlfa,Demo,soon\nBeta,Demo,later\n"
    assert "close_date" not in propose(tables(deals=text), today=TODAY).mapping.tables[0].columns


def test_it_finds_a_date_for_every_stage_in_a_wide_export():
    text = 'Record ID,Deal Name,Deal Stage,"Date entered ""Demo (Sales)"""\n1,Alfa,Demo,2026-01-02\n'
    assert propose(tables(deals=text), today=TODAY).mapping.tables[0].stage_dates == {
        "Demo": 'Date entered "Demo (Sales)"'
    }


def test_it_asks_about_days_that_fit_both_orders():
    text = "Name,Stage,Close Date\nAlfa,Demo,3/4/2026\n"
    doubts = propose(tables(deals=text), today=TODAY).doubts
    assert [(doubt.column, doubt.read_as) for doubt in doubts] == [("Close Date", "mdy")]


def test_it_leaves_out_what_it_does_not_know():
    survey = propose(tables(things="Colour,Smell\nred,rose\n"), today=TODAY)
    assert survey.tables == []
    assert [table.name for table in survey.left_out] == ["things.csv"]


def test_it_does_not_take_contacts_for_sellers_or_line_items_for_products():
    contacts = "Id,FirstName,LastName,Email,AccountId,Title\n1,Ada,Fox,a@b.example,001,CFO\n"
    items = "Id,OpportunityId,Name,UnitPrice\n1,006,Thing,5\n"
    assert kinds(propose(tables(Contact=contacts, items=items), today=TODAY)) == {"Contact.csv": "contact"}


def test_it_guesses_columns_for_a_kind_a_person_names():
    (table,) = tables(things="Title,Where\nAlfa,x\n")
    assert guess(table, "opportunity").columns == {"name": "Title"}
    assert missing_columns(guess(table, "opportunity"))[0].startswith("Stage")
    assert recognise(table) == (None, None)


# ---------------------------------------------------------------- a mapping is a plain value


def test_it_survives_being_saved_and_used_on_next_weeks_files():
    first = propose(tables(Opportunity=API), today=TODAY)
    saved = json.loads(json.dumps(first.mapping.as_json()))
    again = survey_with(Mapping.from_json(saved), tables(Opportunity_2=API.replace("Alfa", "Delta")), today=TODAY)
    assert again.mapping.as_json() == saved
    assert kinds(again) == {"Opportunity_2.csv": "opportunity"}


def test_it_adds_a_stage_the_saved_mapping_has_not_seen():
    mapping = propose(tables(Opportunity=API), today=TODAY).mapping
    later = survey_with(mapping, tables(Opportunity=API.replace("Discovery", "Pilot")), today=TODAY)
    assert "Pilot" in later.mapping.steps()
    assert "Discovery" in later.mapping.steps()


def test_it_leaves_out_a_file_that_lacks_a_mapped_column():
    mapping = propose(tables(Opportunity=API), today=TODAY).mapping
    assert match_tables(mapping, tables(other="a,b\n1,2\n")) == []


@pytest.mark.parametrize(
    "plain",
    [
        {},
        {"source": "x", "tables": [{"table": "t", "kind": "nonsense"}]},
        {"source": "x", "tables": [{"table": "t", "kind": "account", "columns": {"nonsense": "a"}}]},
        {"source": "x", "tables": [{"what": 1}]},
        {"source": "x", "stages": [{"stage": "a", "means": "maybe"}]},
    ],
)
def test_it_refuses_what_is_no_mapping(plain):
    with pytest.raises(MappingFault):
        Mapping.from_json(plain)


def test_it_names_line_column_value_and_reason_of_what_it_cannot_read():
    text = "Id,Name,Stage,Amount,Probability\n1,Alfa,Demo,12k,50\n2,Beta,Demo,12,many\n3,Gamma,Demo,1,2,3\n"
    survey = propose(tables(deals=text), today=TODAY)
    mapping, table = survey.tables[0]
    mapping.columns |= {"value": "Amount", "probability": "Probability"}
    first, second, third = read_rows(table, mapping)
    assert not first.refused
    assert first.problems[0][:3] == (2, "Amount", "12k")
    assert not second.refused
    assert second.problems[0].column == "Probability"
    assert second.values["name"] == "Beta"
    assert third.refused
    assert third.problems[0].line == 4


@pytest.mark.parametrize(
    ("head", "row", "asked"),
    [
        (
            "Verkaufschance;Kundenfirma;Inhaber;Phase;Wahrsch.;Summe;Währung;Erstellt am;Abschlussdatum",
            "Linie 4;Acme GmbH;Ada Fuchs;Angebot;60 %;1.000,50;EUR;05.01.2026;01.06.2026",
            {"name", "account", "owner", "stage", "probability", "value", "currency", "started_on", "close_date"},
        ),
        (
            "Bezeichnung;Firma;Verantwortlich;Vertriebsphase;Wahrscheinlichkeit (%);Betrag;Erwartetes Abschlussdatum",
            "Linie 4;Acme GmbH;Ada Fuchs;Angebot;60;1.000,50;01.06.2026",
            {"name", "account", "owner", "stage", "probability", "value", "expected_close"},
        ),
        (
            "Nom de l'opportunité;Nom du compte;Propriétaire;Étape;Probabilité;Montant;Devise;"
            "Date de création;Date de clôture",
            "Ligne 4;Acme SA;Ada Renard;Proposition;60 %;1 000,50;EUR;05/01/2026;13/06/2026",
            {"name", "account", "owner", "stage", "probability", "value", "currency", "started_on", "close_date"},
        ),
        (
            "Nombre de la oportunidad;Cuenta;Propietario;Etapa;Probabilidad;Importe;Moneda;"
            "Fecha de creación;Fecha de cierre",
            "Línea 4;Acme SA;Ada Zorro;Propuesta;60 %;1.000,50;EUR;05/01/2026;13/06/2026",
            {"name", "account", "owner", "stage", "probability", "value", "currency", "started_on", "close_date"},
        ),
    ],
)
def test_it_knows_the_columns_of_german_french_and_spanish_exports(head, row, asked):
    survey = propose(tables(export=f"{head}\n{row}\n"), today=TODAY)
    mapping, table = survey.tables[0]
    assert mapping.kind == "opportunity"
    assert asked <= set(mapping.columns)
    (reading,) = read_rows(table, mapping)
    assert str(reading.values["value"]) == "1000.50"
