"""The same file twice, a newer one, and what people changed here meanwhile."""

import datetime as dt

from django.urls import reverse

from milepost.accounts.models import Account
from milepost.exchange.tests.deals import HEAD, ROWS, one, states
from milepost.opportunities.close import close
from milepost.opportunities.models import FiguresRun, Judgement, Offer, Opportunity, Outcome, Standing, Stay, ValueLine
from milepost.opportunities.report import report
from milepost.playbooks.models import Playbook
from milepost.team.models import Company, Membership, Person, Territory
from milepost.web.history_words import tell
from milepost.web.models import Change
from milepost.web.words import day


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


def test_it_moves_no_figure_when_nothing_was_written(bring, cast):
    bring()
    report(one("Line 4").steps.get(state="planned", name="Discovery"), by=cast.coordinator, result="won", on=cast.today)
    runs, standings = FiguresRun.objects.count(), list(Standing.objects.order_by("pk").values())
    bring()
    assert FiguresRun.objects.count() == runs
    assert list(Standing.objects.order_by("pk").values()) == standings
    assert Company.the().figures_behind_since is None


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
    assert not batch.refused_rows.exists()
    (kept,) = batch.kept
    assert (kept["name"], kept["field"]) == ("Line 4", "Outcome")
    assert (kept["ours"], kept["theirs"]) == ("open", f"lost, {day(dt.date(2026, 6, 1))}")
    assert "managed here" in batch.notes[0]


def test_the_report_and_the_history_say_what_the_source_says_of_one_that_ended_otherwise_here(bring, cast, as_):
    bring()
    line5 = one("Line 5")
    close(line5, by=cast.coordinator, kind="lost", on=cast.today, words="too dear")
    won = ROWS.replace("Proposal,2000,60,2025-12-01,2026-05-01", "Closed Won,2000,100,2025-12-01,2026-02-05")
    batch = bring(HEAD + won)
    assert one("Line 5").outcome.kind == "lost"
    page = as_(cast.coordinator).get(reverse("exchange:batch", args=[batch.pk])).text
    assert "Left as people here have made it" in page
    assert f"<td>lost, {day(cast.today)}</td><td>won, {day(dt.date(2026, 2, 5))}</td>" in page
    assert "not taken over" not in page
    told = tell(Change.objects.filter(verb="left by import", subject_id=line5.pk))
    assert told[0].sentence == f"{cast.coordinator} imported what the source says now; here it stays as it is"
    assert "Outcome: won" in told[0].details


def test_nothing_is_said_where_the_source_says_what_people_here_did(bring, cast):
    bring()
    one("Line 4").steps.first().win(by=cast.coordinator, on=cast.today)
    batch = bring(HEAD + ROWS.replace("Discovery,1000.50,10", "Proposal,1000.50,60"))
    assert (batch.kept, batch.notes) == ([], [])
    assert batch.counts["opportunity"] == {"unchanged": 4}


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


def test_it_says_where_a_new_salesperson_works_in_another_territory(bring, cast, as_):
    bring()
    for name, place in (("Cy New", cast.south), ("Dy New", cast.world)):
        person = Person.join(by=None, name=name, email=f"{name[:2]}@example.com")
        Membership.give(by=None, person=person, territory=place, role="salesperson")
    batch = bring(HEAD + ROWS.replace("1,Line 4,Acme,Ada Fox", "1,Line 4,Acme,Cy New").replace("Bob Ray", "Dy New"))
    assert one("Line 4").territory == cast.north
    (kept,) = batch.kept
    assert (kept["name"], kept["field"], kept["ours"]) == ("Line 4", "Territory", "North")
    assert kept["theirs"] == "Cy New works in South"
    report = as_(cast.coordinator).get(reverse("exchange:batch", args=[batch.pk])).text
    assert "Salespeople who work in another territory" in report
    assert "Left as people here have made it" not in report
    assert batch.notes == ["Opportunities whose new salesperson works in another territory than theirs: 1."]


def test_a_cell_that_is_read_twice_is_listed_once(bring):
    maven = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
    batch = bring(maven + "ONE,Ada Fox,Gear,Acme,Engaging,2016-13-45,,\nTWO,Ada Fox,Gear,Acme,Engaging,2016-10-20,,\n")
    assert [row.value for row in batch.refused_rows.all()] == ["2016-13-45"]


def test_an_end_by_a_later_file_carries_the_step_it_ended_at(bring):
    bring()
    bring(HEAD + ROWS.replace("Proposal,2000,60,2025-12-01,2026-05-01", "Closed Lost,2000,0,2025-12-01,2026-02-05"))
    assert one("Line 5").outcome.step.name == "Proposal"
    bring(HEAD + ROWS.replace("Proposal,2000,60,2025-12-01,2026-05-01", "Closed Won,2000,100,2025-12-01,2026-02-05"))
    assert one("Line 5").outcome.step is None
    bring(HEAD + ROWS.replace("Proposal,2000,60,2025-12-01,2026-05-01", "No Decision,2000,0,2025-12-01,2026-02-06"))
    assert one("Line 5").outcome.step.name == "Proposal"


def test_a_name_made_of_the_account_follows_the_one_that_it_has_here(bring, cast):
    maven = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
    bring(maven + "ONE,Ada Fox,Gear,,Engaging,2016-10-20,,\nTWO,Ada Fox,Gear,Acme,Engaging,2016-10-20,,\n")
    ours = one("Gear (ONE)")
    ours.revise(by=cast.coordinator, account=Account.objects.get(name="Acme"))
    newer = maven + "ONE,Ada Fox,Gear,Bolt,Engaging,2016-10-20,,\nTWO,Ada Fox,Gear,Bolt,Engaging,2016-10-20,,\n"
    batch = bring(newer)
    ours.refresh_from_db()
    assert (ours.name, ours.account.name) == ("Gear for Acme", "Acme")
    assert one("Gear for Bolt").account.name == "Bolt"
    assert [(kept["name"], kept["field"], kept["theirs"]) for kept in batch.kept] == [("Gear (ONE)", "account", "Bolt")]
    assert bring(newer).counts["opportunity"] == {"unchanged": 2}
