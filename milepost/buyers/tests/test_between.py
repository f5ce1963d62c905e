"""Who reports to whom, who sways whom, who of us is near, and two entries for one person."""

import pytest
from django.urls import reverse

from milepost.accounts.models import Contact
from milepost.buyers.models import Relationship, Stakeholder, Tie


def url(name, *args):
    return reverse(f"buyers:{name}", args=args)


@pytest.fixture
def people(cast, account, opportunity, contact):
    """The director, an engineer and somebody from purchasing."""
    rows = [Stakeholder.add(opportunity, by=cast.coordinator, contact=contact, role="economic_buyer")]
    for name in ("Markus Oyelaran", "Sabine Roth"):
        other = Contact.add(by=None, account=account, name=name)
        rows.append(Stakeholder.add(opportunity, by=cast.coordinator, contact=other, stance="supporter"))
    return rows


def test_a_loop_in_reporting_lines_is_refused_in_words(cast, as_, people):
    top, middle, low = people
    client = as_(cast.coordinator)
    for row, manager in ((middle, top), (low, middle)):
        data = {"contact": row.contact_id, "reports_to": manager.pk, "version": row.version}
        assert client.post(url("edit", row.pk), data).status_code == 302
    data = {"contact": top.contact_id, "role": "economic_buyer", "reports_to": low.pk, "version": top.version}
    response = client.post(url("edit", top.pk), data)
    assert response.status_code == 422
    assert "Sabine Roth reports to Dr Helene Brandt" in response.text
    top.refresh_from_db()
    assert top.reports_to is None
    with pytest.raises(ValueError, match="themselves"):
        top.revise(by=cast.coordinator, reports_to=top)


def test_who_is_taken_out_leaves_no_gap_in_the_line(cast, people):
    top, middle, low = people
    middle.revise(by=cast.coordinator, reports_to=top)
    low.revise(by=cast.coordinator, reports_to=middle)
    middle.remove(by=cast.coordinator)
    low.refresh_from_db()
    assert low.reports_to == top


def test_who_sways_whom_and_who_is_at_odds(cast, as_, people):
    top, middle, low = people
    client = as_(cast.team_member)
    client.post(url("tie", top.pk), {"kind": "swayed", "other": middle.pk})
    client.post(url("tie", low.pk), {"kind": "conflict", "other": top.pk, "words": "data"})
    assert str(Tie.objects.get(kind="sways")) == "Markus Oyelaran sways Dr Helene Brandt"
    page = client.get(url("person", top.pk)).text
    assert "Markus Oyelaran sways Dr Helene Brandt" in page
    assert "Dr Helene Brandt and Sabine Roth are at odds" in page
    twice = client.post(url("tie", top.pk), {"kind": "conflict", "other": low.pk})
    assert twice.status_code == 422
    assert "This is known already." in twice.text
    client.post(url("untie", Tie.objects.get(kind="conflict").pk))
    assert Tie.objects.count() == 1
    history = client.get(reverse("opportunities:history", args=[top.opportunity_id])).text
    assert "noted who sways whom: Markus Oyelaran – Dr Helene Brandt" in history


def test_people_of_another_opportunity_cannot_be_tied(cast, as_, people, playbook):
    from milepost.opportunities.begin import begin

    far = begin(by=None, name="Far", territory=cast.south, playbook_version=playbook)
    stranger = Stakeholder.add(far, by=None, placeholder="A stranger")
    response = as_(cast.coordinator).post(url("tie", people[0].pk), {"kind": "sways", "other": stranger.pk})
    assert response.status_code == 422
    assert "A stranger" not in response.text


def test_how_near_we_are_and_want_to_be(cast, as_, people):
    client = as_(cast.salesperson)
    data = {"person": cast.salesperson.pk, "now": "vendor", "wanted": "adviser"}
    client.post(url("relate", people[0].pk), data)
    page = client.get(url("person", people[0].pk)).text
    assert "wanted: Trusted adviser" in page
    assert client.post(url("relate", people[0].pk), data).status_code == 422
    row = Relationship.objects.get()
    client.post(url("relationship", row.pk), {"now": "source", "wanted": "adviser", "version": row.version})
    row.refresh_from_db()
    assert row.now == "source"
    card = client.get(url("person", row.stakeholder_id), {"part": "card"}, headers={"HX-Request": "true"}).text
    assert f"{row.person}: Credible source" in card
    assert "wanted: Trusted adviser" in card
    stale = client.post(url("relationship", row.pk), {"now": "solver", "wanted": "", "version": 1})
    assert stale.status_code == 409
    history = client.get(reverse("opportunities:history", args=[people[0].opportunity_id])).text
    assert "Now: Credible source, was Vendor" in history
    client.post(url("unrelate", row.pk))
    assert not Relationship.objects.exists()


@pytest.fixture
def twins(cast, account, opportunity, contact):
    known = opportunity.stakeholders.filter(contact=contact).first()
    known = known or Stakeholder.add(opportunity, by=cast.coordinator, contact=contact, stance="supporter")
    again = Contact.add(by=None, account=account, name="Helene Brandt")
    return known, Stakeholder.add(opportunity, by=cast.coordinator, contact=again, access="brief")


def test_two_entries_for_one_person_are_pointed_out_and_joined(cast, as_, people, twins, opportunity):
    known = people[0]
    other = twins[1]
    other_boss, below = people[1], people[2]
    below.revise(by=cast.coordinator, reports_to=other)
    Tie.add(other, by=cast.coordinator, kind="sways", other=other_boss)
    client = as_(cast.coordinator)
    assert "One person or two?" in client.get(url("people", opportunity.pk)).text
    client.post(url("same", known.pk), {"other": other.pk, "is": "one"})
    known.refresh_from_db()
    below.refresh_from_db()
    assert (known.role, known.access) == ("economic_buyer", "brief")
    assert below.reports_to == known
    assert Tie.objects.get().stakeholder == known
    assert opportunity.stakeholders.count() == 3
    assert "One person or two?" not in client.get(url("people", opportunity.pk)).text


def test_joining_two_of_one_line_makes_no_loop(cast, people):
    top, middle, low = people
    middle.revise(by=cast.coordinator, reports_to=low)
    top.revise(by=cast.coordinator, reports_to=middle)
    low.join(top, by=cast.coordinator)  # the one at the top is the one at the bottom
    lines = dict(Stakeholder.objects.values_list("pk", "reports_to"))
    assert lines == {top.pk: None, middle.pk: top.pk}


def test_joining_keeps_the_manager_that_either_has(cast, people):
    top, middle, low = people
    low.revise(by=cast.coordinator, reports_to=top)
    low.join(middle, by=cast.coordinator)
    assert Stakeholder.objects.get(pk=middle.pk).reports_to == top


def test_two_people_of_like_names_stay_two(cast, as_, twins, opportunity):
    client = as_(cast.coordinator)
    client.post(url("same", twins[0].pk), {"other": twins[1].pk, "is": "two"})
    assert "One person or two?" not in client.get(url("people", opportunity.pk)).text
    assert opportunity.stakeholders.count() == 2
    gone = client.post(url("same", twins[0].pk), {"other": 999_999, "is": "one"}, follow=True)
    assert "One of the two is no longer here." in gone.text


def test_a_placeholder_joined_to_a_contact_becomes_that_contact(cast, opportunity, contact):
    place = Stakeholder.add(opportunity, by=None, placeholder="Helene Brandt", role="economic_buyer")
    known = Stakeholder.add(opportunity, by=None, contact=contact, stance="supporter")
    known.join(place, by=cast.coordinator)
    place.refresh_from_db()
    assert (place.contact, place.role, place.stance) == (contact, "economic_buyer", "supporter")
    with pytest.raises(ValueError, match="cannot be joined"):
        known.join(place, by=cast.coordinator)
