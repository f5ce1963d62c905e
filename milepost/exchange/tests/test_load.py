"""Imports: what comes in, what a second time changes, and what people's own changes survive."""

import datetime as dt

import pytest

from milepost.accounts.models import Account, Contact
from milepost.exchange.load import Incoming
from milepost.exchange.loading.people import NO_ADDRESS
from milepost.exchange.models import ImportBatch, SourceLink
from milepost.exchange.tests.files import bring_in, incoming
from milepost.opportunities.models import FiguresRun, Judgement, Offer, Opportunity, Outcome, Standing, Stay, ValueLine
from milepost.playbooks.models import Playbook
from milepost.team.models import Membership, Person, Rate, Territory
from milepost.web.models import Change, SearchEntry

HEAD = "Id,Name,Account Name,Owner,StageName,Amount,Probability,CreatedDate,CloseDate,LastStageChangeDate,Loss Reason\n"
ROWS = (
    "1,Line 4,Acme,Ada Fox,Discovery,1000.50,10,2026-01-05,2026-06-01,2026-01-20,\n"
    "2,Line 5,Acme,Ada Fox,Proposal,2000,60,2025-12-01,2026-05-01,2026-01-10,\n"
    "3,Pilot,Bolt,Bob Ray,Closed Won,300,100,2025-10-01,2026-01-15,,\n"
    "4,Repair,Bolt,Bob Ray,Closed Lost,0,0,2025-10-01,2026-01-18,,too dear\n"
)
AS_OF = dt.date(2026, 1, 20)


@pytest.fixture
def bring(cast, tmp_path):
    """Import a text of opportunities as the coordinator of the north."""

    def bring(text=HEAD + ROWS, **more):
        return bring_in(incoming(tmp_path, deals=text), **{"by": cast.coordinator} | more)

    return bring


def one(name):
    return Opportunity.objects.get(name=name)


def states(opportunity):
    return list(opportunity.steps.values_list("state", flat=True))


def test_it_makes_opportunities_with_strings_people_and_accounts(bring, cast):
    batch = bring()
    line4 = one("Line 4")
    assert batch.state == "done"
    assert batch.as_of == AS_OF
    assert line4.account.name == "Acme"
    assert line4.salesperson.name == "Ada Fox"
    assert line4.coordinator == cast.coordinator
    assert line4.value_minor == 100050
    assert line4.started_on == dt.date(2026, 1, 5)
    assert line4.as_of == AS_OF
    assert states(line4) == ["planned", "planned"]
    assert states(one("Line 5")) == ["not_recorded", "planned"]
    assert batch.counts["opportunity"] == {"created": 4}


def test_it_makes_a_playbook_of_the_open_stages(bring):
    bring()
    steps = Playbook.objects.get().active.steps
    assert list(steps.values_list("name", flat=True)) == ["Discovery", "Proposal"]


def test_it_counts_the_age_in_a_step_from_the_day_the_source_tells(bring):
    bring()
    assert Stay.objects.get(opportunity=one("Line 5")).entered_on == dt.date(2026, 1, 10)
    assert one("Line 5").standing.entered_on == dt.date(2026, 1, 10)


def test_it_ends_closed_opportunities_with_their_outcome_and_words(bring):
    bring()
    lost = one("Repair").outcome
    assert (lost.kind, lost.on, lost.words) == ("lost", dt.date(2026, 1, 18), "too dear")
    assert one("Pilot").outcome.kind == "won"
    assert Standing.objects.count() == 2


def test_it_takes_a_0_on_a_lost_deal_for_unknown_and_never_stores_0(bring):
    bring()
    assert one("Repair").value_minor is None


def test_it_keeps_what_the_owner_expects_as_their_own_judgement(bring):
    bring()
    judgement = Judgement.objects.get(opportunity=one("Line 4"))
    assert judgement.close_on == dt.date(2026, 6, 1)
    assert judgement.by.name == "Ada Fox"
    assert not Judgement.objects.filter(opportunity=one("Pilot")).exists()


def test_it_adds_unknown_owners_who_cannot_sign_in(bring, cast):
    bring()
    ada = Person.objects.get(name="Ada Fox")
    assert ada.is_from_import or not ada.has_usable_password()
    assert not ada.has_usable_password()
    assert ada.email.endswith(NO_ADDRESS)
    assert Membership.objects.get(person=ada).territory == cast.north


def test_it_finds_people_and_accounts_that_are_here_already(bring, cast):
    cast.salesperson.edit(by=None, name="Ada Fox", name_key="ada fox")
    acme = Account.add(by=None, name="ACME", territory=cast.north)
    bring()
    assert one("Line 4").salesperson == cast.salesperson
    assert one("Line 4").account == acme
    assert Person.objects.filter(name_key="ada fox").count() == 1


def test_it_does_not_reach_into_territories_the_importer_does_not_look_after(bring, cast):
    theirs = Account.add(by=None, name="Acme", territory=cast.south)
    bring()
    assert one("Line 4").account != theirs
    assert one("Line 4").territory == cast.north


def test_it_leaves_alone_an_opportunity_that_went_to_another_territory(bring, cast):
    bring()
    Opportunity.objects.filter(name="Line 4").update(territory=cast.south)
    batch = bring(HEAD + ROWS.replace("1000.50", "9"))
    assert one("Line 4").value_minor == 100050
    assert "territory" in batch.refused_rows.get().reason


def test_it_leaves_account_value_and_start_unknown(bring):
    bring(HEAD + "9,Bare,,,Discovery,,,,,,\n")
    bare = one("Bare")
    assert (bare.account, bare.value_minor, bare.started_on, bare.salesperson) == (None, None, None, None)
    assert bare.standing.value_key == -1
    assert bare.standing.entered_on is None


def test_it_makes_what_it_imports_findable(bring):
    bring()
    entry = SearchEntry.objects.get(kind="opportunity", object_id=one("Pilot").pk)
    assert entry.text == "pilot bolt"
    assert not entry.is_open
    assert SearchEntry.objects.filter(kind="account").count() == 2


def test_it_writes_one_line_of_history_for_all_it_creates(bring):
    batch = bring()
    assert Change.objects.filter(subject_kind="opportunity").count() == 0
    line = Change.objects.get(subject_kind="importbatch", subject_id=batch.pk)
    assert line.verb == "imported"
    assert line.what["opportunity"] == [None, "4 created"]


def test_it_refreshes_what_was_learnt(bring):
    before = FiguresRun.objects.count()
    bring()
    assert FiguresRun.objects.count() == before + 1


def test_it_converts_at_the_rate_of_the_closing_day(bring):
    Rate.objects.create(currency="USD", base="EUR", valid_from=dt.date(2025, 1, 1), value="0.5")
    Rate.objects.create(currency="USD", base="EUR", valid_from=dt.date(2026, 1, 17), value="0.9")
    bring(change=lambda mapping: setattr(mapping, "currency", "USD"))
    assert one("Pilot").company_value_minor == 150_00
    assert one("Line 5").company_value_minor == 1800_00


# ---------------------------------------------------------------- the same file twice, and a newer one


def everything():
    """Take a picture of all that an import may touch."""
    rows = [Opportunity, Account, Person, Stay, Outcome, Judgement, ValueLine, Offer, Territory, Playbook, Membership]
    return {row.__name__: list(row.objects.order_by("pk").values()) for row in rows}


def test_it_changes_nothing_when_the_same_file_comes_twice(bring):
    bring()
    before = everything()
    batch = bring()
    assert everything() == before
    assert batch.counts["opportunity"] == {"unchanged": 4}
    assert batch.created == batch.changed == batch.refused == 0


def test_it_updates_what_the_source_owns(bring):
    bring()
    batch = bring(HEAD + ROWS.replace("1000.50", "1500").replace("1,Line 4", "1,Line four"))
    line4 = one("Line four")
    assert line4.value_minor == 150000
    assert line4.company_value_minor == 150000
    assert line4.standing.value_minor == 150000
    assert batch.counts["opportunity"] == {"changed": 1, "unchanged": 3}
    change = Change.objects.get(subject_kind="opportunity", subject_id=line4.pk)
    assert change.what["value_minor"] == [100050, 150000]


def test_it_leaves_what_people_changed_here(bring, cast):
    bring()
    one("Line 4").revise(by=cast.coordinator, value_minor=7, name="Ours")
    batch = bring(HEAD + ROWS.replace("1000.50", "1500").replace("2026-01-05", "2026-01-04"))
    ours = one("Ours")
    assert ours.value_minor == 7
    assert ours.started_on == dt.date(2026, 1, 4)
    assert "keep what was changed here" in batch.notes[0]


def test_it_follows_the_source_to_a_later_stage_and_learns_from_it(bring):
    bring()
    later = ROWS.replace(
        "Discovery,1000.50,10,2026-01-05,2026-06-01,2026-01-20", "Proposal,1000.50,60,2026-01-05,,2026-02-03"
    )
    bring(HEAD + later)
    line4 = one("Line 4")
    assert states(line4) == ["won", "planned"]
    stays = list(line4.stays.order_by("id").values_list("entered_on", "left_on", "end"))
    assert stays == [(dt.date(2026, 1, 20), dt.date(2026, 2, 3), "won"), (dt.date(2026, 2, 3), None, "")]
    assert line4.standing.step_name == "Proposal"


def test_it_ends_an_opportunity_that_the_source_has_closed_since(bring):
    bring()
    bring(HEAD + ROWS.replace("Proposal,2000,60,2025-12-01,2026-05-01", "Closed Lost,2000,0,2025-12-01,2026-02-05"))
    line5 = one("Line 5")
    assert line5.outcome.kind == "lost"
    assert states(line5) == ["not_recorded", "lost"]
    assert line5.stays.get().cause == "lost"
    assert not Standing.objects.filter(opportunity=line5).exists()


def test_it_opens_again_what_the_source_has_opened_and_keeps_the_old_outcome(bring):
    bring()
    bring(HEAD + ROWS.replace("Closed Lost,0,0,2025-10-01,2026-01-18", "Proposal,0,0,2025-10-01,2026-09-01"))
    repair = one("Repair")
    assert repair.outcome is None
    assert repair.outcomes.count() == 2
    assert repair.standing.step_name == "Proposal"
    bring()
    assert one("Repair").outcome.kind == "lost"
    assert one("Repair").outcomes.count() == 3


def test_it_does_not_move_a_string_that_people_here_have_taken_in_hand(bring, cast):
    bring()
    line4 = one("Line 4")
    line4.steps.first().win(by=cast.coordinator, on=cast.today)
    batch = bring(HEAD + ROWS.replace("Discovery", "Closed Lost"))
    assert one("Line 4").outcome is None
    assert states(line4) == ["won", "planned"]
    row = batch.refused_rows.get()
    assert not row.whole_row
    assert "managed here" in row.reason


def test_it_moves_the_clock_to_the_newer_day_unless_people_have_moved_on(bring, cast):
    bring()
    one("Line 4").steps.first().win(by=cast.coordinator, on=cast.today)
    bring(as_of=dt.date(2026, 2, 1))
    assert one("Line 5").as_of == dt.date(2026, 2, 1)
    assert one("Line 4").as_of is None


def test_it_adds_a_step_for_a_new_stage_as_a_new_version(bring):
    bring()
    bring(HEAD + ROWS + "5,Fresh,Acme,Ada Fox,Pilot run,1,30,2026-01-05,,,\n")
    version = Playbook.objects.get().active
    assert version.number == 2
    assert list(version.steps.values_list("name", flat=True)) == ["Discovery", "Pilot run", "Proposal"]
    assert states(one("Fresh")) == ["not_recorded", "planned", "planned"]
    assert one("Line 4").steps.count() == 2


def test_it_stops_before_a_draft_that_somebody_is_editing(bring, cast):
    bring()
    Playbook.objects.get().new_draft(by=cast.coordinator)
    batch = bring(HEAD + ROWS + "5,Fresh,Acme,Ada Fox,Pilot run,1,30,2026-01-05,,,\n")
    assert batch.state == "failed"
    assert "unpublished draft" in batch.error


# ---------------------------------------------------------------- refused rows


def test_it_lists_refused_rows_and_imports_the_rest(bring):
    batch = bring(
        HEAD
        + ROWS
        + "1,Twice,Acme,Ada Fox,Discovery,5k,,,,,\n"
        + ",,Acme,Ada Fox,Discovery,5k,,,,,\n"
        + "8,Wide,Acme,Ada Fox,Discovery,5,,,,,,surplus\n"
    )
    found = [(row.line, row.column, row.value, row.whole_row) for row in batch.refused_rows.order_by("line")]
    assert found == [(6, "", "1", True), (7, "Name", "", True), (8, "", "surplus", True)]
    assert all(batch.refused_rows.values_list("reason", flat=True))
    assert Opportunity.objects.count() == 4
    assert batch.refused == 3


def test_a_row_with_a_value_that_cannot_be_read_arrives_without_it_and_says_so(bring):
    batch = bring(
        HEAD
        + ROWS
        + "5,Shorthand,Acme,Ada Fox,Discovery,12k,,,,,\n"
        + "6,Below,Acme,Ada Fox,Discovery,-5,,,,,\n"
        + "7,No such day,Acme,Ada Fox,Discovery,5,,2026-02-31,,,\n"
        + "8,Vague,Acme,Ada Fox,Discovery,5,many,,soon,,\n"
        + "9,Won some day,Acme,Ada Fox,Closed Won,5,,2026-01-02,spring,,\n"
    )
    found = [(row.line, row.column, row.value, row.whole_row) for row in batch.refused_rows.order_by("line", "id")]
    assert found == [
        (6, "Amount", "12k", False),
        (7, "Amount", "-5", False),
        (8, "CreatedDate", "2026-02-31", False),
        (9, "Probability", "many", False),
        (9, "CloseDate", "soon", False),
        (10, "CloseDate", "spring", False),
    ]
    assert [row.told for row in batch.refused_rows.all()[:1]] == [
        "Arrived without Amount: “12k” is shorthand: write the number out."
    ]
    assert batch.counts["opportunity"] == {"created": 9}
    assert (one("Shorthand").value_minor, one("Below").value_minor) == (None, None)
    assert (one("No such day").started_on, one("No such day").value_minor) == (None, 500)
    assert (one("Won some day").outcome.kind, one("Won some day").outcome.on) == ("won", None)


def test_what_was_known_stays_where_a_newer_file_cannot_be_read(bring):
    bring()
    before = {row.name: (row.value_minor, row.started_on) for row in Opportunity.objects.all()}
    ends = list(Outcome.objects.order_by("id").values_list("kind", "on"))
    slips = ROWS.replace(",1000.50,", ",about 1000,").replace("2026-01-15", "mid January").replace("2025-12-01", "then")
    batch = bring(HEAD + slips)
    assert batch.counts["opportunity"] == {"unchanged": 4}
    assert batch.refused_rows.filter(whole_row=False).count() == 3
    assert {row.name: (row.value_minor, row.started_on) for row in Opportunity.objects.all()} == before
    assert list(Outcome.objects.order_by("id").values_list("kind", "on")) == ends


def test_a_row_without_an_id_is_refused_where_what_it_is_known_by_cannot_be_read(bring):
    batch = bring(
        "Name,Account,StageName,Amount,CreatedDate\nLine 4,Acme,Demo,12k,2026-01-05\nLine 5,Acme,Demo,1,then\n"
    )
    found = [(row.line, row.column, row.whole_row) for row in batch.refused_rows.order_by("line")]
    assert found == [(2, "Amount", False), (3, "CreatedDate", True)]
    assert [row.name for row in Opportunity.objects.all()] == ["Line 4"]


def test_an_amount_in_an_unknown_currency_is_listed_as_it_was_typed(bring):
    batch = bring("Id,Name,StageName,Amount,CurrencyIsoCode,CloseDate\n1,A,Demo,5,XQZ,\n2,B,Demo,5,JPY,\n")
    row = batch.refused_rows.get()
    assert (row.column, row.value, row.whole_row) == ("CurrencyIsoCode", "5 XQZ", False)
    assert one("A").value_minor is None
    assert one("B").value_minor == 5


def test_a_file_whose_rows_are_all_deleted_makes_no_playbook(bring):
    batch = bring("Id,Name,StageName,Amount,IsDeleted\n1,A,Demo,5,true\n2,B,Won,5,1\n")
    assert batch.state == "done"
    assert not Playbook.objects.exists()
    assert not Opportunity.objects.exists()
    assert any("deleted in the source" in note for note in batch.notes)


def test_it_refuses_a_row_that_another_file_has_too_even_on_the_same_line(cast, tmp_path):
    batch = bring_in(incoming(tmp_path, a=HEAD + ROWS, b=HEAD + ROWS))
    assert batch.counts["opportunity"] == {"created": 4, "refused": 4}


def test_it_does_not_mix_up_the_ids_of_two_sources(cast, tmp_path):
    text = "Nr,Deal,Phase\n1,Line 4,Demo\n"
    for name in ("east-2026-03", "west-2026-03", "east-2026-04"):
        path = tmp_path / f"{name}.csv"
        path.write_text(text.replace("Nr", "Id"))
        bring_in([Incoming(path.name, path)])
    assert Opportunity.objects.count() == 2
    assert set(SourceLink.objects.values_list("source", flat=True)) == {"east", "west"}


def test_it_notes_amounts_that_no_rate_turns_into_the_companys_currency(bring):
    batch = bring(change=lambda mapping: setattr(mapping, "currency", "USD"))
    assert one("Line 4").value_minor == 100050
    assert one("Line 4").company_value_minor is None
    assert any(note.startswith("Amounts without a rate") for note in batch.notes)


def test_it_leaves_out_what_the_source_has_deleted(bring):
    batch = bring("Id,Name,StageName,CloseDate,IsDeleted\n1,Gone,Demo,,1\n2,Here,Demo,,0\n")
    assert list(Opportunity.objects.values_list("name", flat=True)) == ["Here"]
    assert "Rows deleted in the source, left out: 1." in batch.notes


def test_it_says_which_row_is_the_same_when_there_is_no_id(bring):
    batch = bring("Name,Account Name,StageName\nA,Acme,Demo\nA,Acme,Demo\nA,Bolt,Demo\n")
    assert Opportunity.objects.count() == 2
    assert "line 2" in batch.refused_rows.get().reason


def test_it_stops_in_words_and_goes_on_from_there_the_next_time(bring, tmp_path):
    rows = "".join(f"{n},Deal {n},Acme,Ada Fox,Discovery,5,,,,,\n" for n in range(1, 2001))
    path = tmp_path / "deals.csv"
    broken = HEAD + rows + '999,"never closed,' + "x\n" * 600_000
    batch = bring(HEAD + rows, change=lambda _mapping: path.write_text(broken))
    assert batch.state == "failed"
    assert "line 2002" in batch.error
    written = Opportunity.objects.count()
    assert 0 < written <= 2000
    counts = bring(HEAD + rows).counts["opportunity"]
    assert (counts.get("created", 0), counts["unchanged"]) == (2000 - written, written)


# ---------------------------------------------------------------- linked files


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
