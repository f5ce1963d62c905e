"""Imports: what comes in, from one table."""

import datetime as dt

from milepost.accounts.models import Account
from milepost.exchange.loading.people import NO_ADDRESS
from milepost.exchange.tests.deals import AS_OF, HEAD, ROWS, one, states
from milepost.opportunities.models import FiguresRun, Judgement, Opportunity, Standing, Stay
from milepost.playbooks.models import Playbook
from milepost.team.models import Membership, Person, Rate
from milepost.web.models import Change, SearchEntry


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
