"""What is known of people is dated, belongs to one opportunity, and can be asked for as it was on a day."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from milepost.buyers.known import buyers_known, facts_of, people_known
from milepost.buyers.models import ListedAnswer, Stakeholder, StakeholderFact
from milepost.opportunities.begin import begin


def url(name, *args):
    return reverse(f"buyers:{name}", args=args)


@pytest.fixture
def buyer(cast, opportunity, contact):
    day = cast.today - datetime.timedelta(days=8)
    return Stakeholder.add(
        opportunity, by=cast.salesperson, on=day, contact=contact, role="economic_buyer", stance="neutral"
    )


def test_the_newest_answer_stands_and_the_old_one_is_kept(cast, as_, buyer):
    client = as_(cast.coordinator)
    client.post(url("edit", buyer.pk), {"contact": buyer.contact_id, "stance": "supporter", "version": buyer.version})
    buyer.refresh_from_db()
    assert (buyer.stance, buyer.role) == ("supporter", "")
    known = StakeholderFact.objects.filter(stakeholder=buyer, trait="stance")
    assert list(known.values_list("answer", flat=True)) == ["neutral", "supporter"]
    page = client.get(url("person", buyer.pk)).text
    assert "As it became known" in page
    assert "no longer known" in page  # the role that was emptied


def test_what_was_known_on_a_day_is_answered_as_it_was(cast, opportunity, buyer):
    before = cast.today - datetime.timedelta(days=2)
    buyer.say("stance", "enemy", by=cast.salesperson)
    then = people_known([opportunity.pk], day=before)[opportunity.pk]
    now = people_known([opportunity.pk])[opportunity.pk]
    assert [one.side for one in then] == ["neutral"]
    assert [one.side for one in now] == ["against"]
    assert people_known([opportunity.pk], day=cast.today - datetime.timedelta(days=9)) == {}


def test_both_ways_to_ask_agree_about_today(cast, opportunity, buyer):
    other = Stakeholder.add(opportunity, by=None, placeholder="A finance director", role="approver", influence="high")
    buyer.say("access", "several", by=cast.salesperson)
    other.say("role", "", by=cast.salesperson)

    def told(found):
        return [(one.pk, one.met, {k: v for k, v in one.traits.items() if v}) for one in found[opportunity.pk]]

    assert told(people_known([opportunity.pk])) == told(people_known([opportunity.pk], day=cast.today))


def test_somebody_taken_out_was_known_until_then(cast, opportunity, buyer):
    buyer.remove(by=cast.coordinator)
    assert people_known([opportunity.pk]) == {}
    assert people_known([opportunity.pk], day=cast.today - datetime.timedelta(days=1))[opportunity.pk]
    assert not opportunity.stakeholders.exists()


def test_a_fact_of_an_earlier_day_does_not_push_a_newer_one_aside(cast, buyer):
    buyer.say("stance", "supporter", by=cast.salesperson)
    assert not buyer.say("stance", "enemy", by=cast.salesperson, on=cast.today - datetime.timedelta(days=5))
    buyer.refresh_from_db()
    assert buyer.stance == "supporter"


def test_many_opportunities_take_as_many_questions_as_one(cast, playbook, account, contact, opportunity, buyer):
    def questions(ids):
        with CaptureQueriesContext(connection) as queries:
            found = buyers_known(ids)
            buyers_known(ids, day=cast.today)
            list(facts_of(ids))
        return len(queries), found

    one, found = questions([opportunity.pk])
    assert found[opportunity.pk].economic_buyer
    ids = [opportunity.pk]
    for n in range(12):
        more = begin(by=None, name=f"More {n}", account=account, territory=cast.north, playbook_version=playbook)
        Stakeholder.add(more, by=None, placeholder="A director", role="economic_buyer")
        ids.append(more.pk)
    many, found = questions(ids)
    assert many == one
    assert not found[ids[-1]].economic_buyer  # a place kept for one is nobody known


def test_an_answer_of_the_companys_own_counts_as_the_usual_one(cast, opportunity, buyer):
    own = ListedAnswer.add("role", text="Budget owner", means="economic_buyer", by=cast.administrator)
    buyer.say("role", own.key, by=cast.salesperson)
    assert buyers_known([opportunity.pk])[opportunity.pk].economic_buyer
    assert buyers_known([opportunity.pk], day=cast.today)[opportunity.pk].economic_buyer


def test_what_was_known_elsewhere_is_offered_and_confirmed_by_a_click(cast, as_, playbook, account, contact, buyer):
    later = begin(
        by=cast.coordinator, name="Coating line 5", account=account, territory=cast.north, playbook_version=playbook
    )
    row = Stakeholder.add(later, by=cast.coordinator, contact=contact)
    client = as_(cast.coordinator)
    page = client.get(url("people", later.pk)).text
    assert "Buying role, last known: Economic buyer" in page
    assert "in “Coating line 4”" in page
    fact = StakeholderFact.objects.get(stakeholder=buyer, trait="role")
    client.post(url("recall", row.pk), {"fact": fact.pk})
    row.refresh_from_db()
    assert (row.role, row.stance) == ("economic_buyer", "")
    assert row.facts.get().recalled_from == fact
    assert row.facts.get().said_on == cast.today
    assert "Buying role, last known" not in client.get(url("people", later.pk)).text
    again = client.post(url("recall", row.pk), {"fact": fact.pk}, follow=True)
    assert "Somebody else was a moment earlier" in again.text


def test_what_one_may_not_see_elsewhere_is_not_offered(cast, as_, playbook, account, contact, opportunity, buyer):
    opportunity.edit(by=cast.coordinator, confidential=True)
    later = begin(by=cast.coordinator, name="Line 5", account=account, territory=cast.north, playbook_version=playbook)
    row = Stakeholder.add(later, by=cast.coordinator, contact=contact)
    client = as_(cast.team_member)
    assert "last known" not in client.get(url("people", later.pk)).text
    client.post(url("recall", row.pk), {"fact": StakeholderFact.objects.filter(trait="role").first().pk})
    row.refresh_from_db()
    assert row.role == ""


def test_a_few_facts_speak_for_an_answer_and_the_person_chooses(cast, as_, buyer):
    client = as_(cast.salesperson)
    where = f"{url('help', buyer.pk)}?trait=stance"
    assert "This speaks for" not in client.get(where).text
    page = client.get(f"{where}&q0=1&q1=0").text
    assert "This speaks for: For" in page
    assert "Because: They have said to others that they prefer us; They would win with us." in page
    client.post(url("help", buyer.pk), {"trait": "stance", "answer": "non_supporter"})
    buyer.refresh_from_db()
    assert buyer.stance == "non_supporter"
    assert client.get(f"{url('help', buyer.pk)}?trait=nothing").status_code == 404
    assert client.post(url("help", buyer.pk), {"trait": "stance", "answer": "nonsense"}).status_code == 404


def test_a_day_in_the_company_dates_a_fact(cast, buyer):
    with time_machine.travel("2031-05-01 23:30:00+00:00"):
        buyer.say("access", "brief", by=cast.salesperson)
    assert buyer.facts.get(trait="access").said_on == datetime.date(2031, 5, 2)  # it is the next day in Berlin
