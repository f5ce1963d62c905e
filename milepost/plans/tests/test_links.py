"""A client's people reach their plan by personal links, and nothing else by them."""

import datetime
import re

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from milepost.accounts.models import Account, Contact
from milepost.buyers.models import Stakeholder
from milepost.plans.models import Invitation, Look
from milepost.web.models import Letter


def url(name, *args):
    return reverse(f"plans:{name}", args=args)


def test_a_coordinator_invites_and_the_client_looks(cast, as_, client, opportunity, shared, contact):
    ours = as_(cast.coordinator)
    assert "Nobody yet" in ours.get(url("plan", opportunity.pk)).text
    answer = ours.post(url("invite", opportunity.pk), {"contact": contact.pk, "days": "90"})
    address = answer.context["address"]
    assert address in answer.text
    page = client.get(address)
    assert page.status_code == 200
    assert "Our plan for line 4" in page.text
    assert "For Dr Helene Brandt, Brennholt Paper" in page.text
    assert "sees when you open this page" in page.text
    tab = ours.get(url("plan", opportunity.pk)).text
    assert "Looked once" in tab
    assert address.split("/")[-2] not in tab  # it was shown once


def test_only_the_hash_is_kept(shared, contact):
    link, token = Invitation.make(shared, by=None, contact=contact)
    assert len(token) >= 43  # 32 bytes
    kept = Invitation.objects.filter(pk=link.pk).values_list()[0]
    assert token not in str(kept)
    assert Invitation.of(token) == link


def test_people_of_this_opportunity_are_offered_first(cast, as_, account, opportunity, shared, contact):
    Contact.add(by=None, account=account, name="Anna First")
    Stakeholder.add(opportunity, by=None, contact=contact)
    page = as_(cast.coordinator).get(url("invite", opportunity.pk)).text
    assert page.index("Dr Helene Brandt") < page.index("Anna First")
    assert "People in this opportunity" in page


def test_nobody_is_invited_to_what_is_not_published(cast, as_, opportunity, plan, contact):
    answer = as_(cast.coordinator).post(url("invite", opportunity.pk), {"contact": contact.pk, "days": 90}, follow=True)
    assert "Publish the plan first" in answer.text
    assert not Invitation.objects.exists()


def test_somebody_of_another_client_is_not_invited(cast, as_, opportunity, shared):
    other = Account.add(by=None, name="Other Works", territory=cast.north)
    stranger = Contact.add(by=None, account=other, name="A Stranger")
    answer = as_(cast.coordinator).post(url("invite", opportunity.pk), {"contact": stranger.pk, "days": 90})
    assert answer.status_code == 422
    assert not Invitation.objects.exists()


def test_the_link_is_mailed_and_wiped(cast, as_, opportunity, shared, contact, mail, client):
    from milepost.web.models import Job
    from milepost.web.post import deliver

    contact.revise(by=None, email="brandt@example.com")
    said = {"contact": contact.pk, "days": 90, "mail": "on"}
    answer = as_(cast.coordinator).post(url("invite", opportunity.pk), said)
    assert "Mailed to brandt@example.com" in answer.text
    assert Job.objects.filter(kind="letter").exists()
    deliver(Letter.objects.get())
    text = mail.letters[0].get_content()
    path = re.search(r"https://sales\.example\.com(/plan/\S+/)", text)[1]
    assert client.get(path).status_code == 200
    assert Letter.objects.get().text == ""


@pytest.mark.parametrize("contacts", [{"email": ""}, {"email": "brandt@example.com", "opted_out": True}])
def test_who_cannot_or_does_not_want_to_be_mailed_is_not(cast, as_, opportunity, shared, contact, contacts):
    contact.revise(by=None, **contacts)
    said = {"contact": contact.pk, "days": 90, "mail": "on"}
    assert as_(cast.coordinator).post(url("invite", opportunity.pk), said).status_code == 200
    assert not Letter.objects.exists()


def test_a_link_runs_out_and_works_again_when_prolonged(cast, as_, client, opportunity, shared, contact, invited):
    link, address = invited(shared, contact, days=30)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=31)):
        gone = client.get(address)
        assert gone.status_code == 410
        assert "Our plan" not in gone.text
        ours = as_(cast.coordinator)
        assert "ran out on" in ours.get(url("plan", opportunity.pk)).text
        ours.post(url("prolong", link.pk), {"days": 180})
        assert client.get(address).status_code == 200


def test_a_link_that_was_ended_or_replaced_works_no_more(cast, as_, client, opportunity, shared, contact, invited):
    _first, old = invited(shared, contact)
    link, new = invited(shared, contact)
    assert client.get(old).status_code == 410
    assert client.get(new).status_code == 200
    ours = as_(cast.coordinator)
    ours.post(url("end_link", link.pk))
    assert client.get(new).status_code == 410
    assert "was ended already" in ours.post(url("end_link", link.pk), follow=True).text
    answer = ours.post(url("prolong", link.pk), {"days": 90})
    assert "This link was ended meanwhile" in answer.text
    assert client.get(new).status_code == 410


def test_who_has_left_the_client_is_let_in_no_more(cast, client, opportunity, shared, contact, invited):
    _link, address = invited(shared, contact)
    contact.leave(by=cast.coordinator, on=cast.today)
    assert client.get(address).status_code == 410


def test_a_plan_that_became_another_clients_is_not_shown(cast, client, opportunity, shared, contact, invited):
    _link, address = invited(shared, contact)
    opportunity.revise(by=None, account=Account.add(by=None, name="Other Works", territory=cast.north))
    assert client.get(address).status_code == 410


def test_every_answer_keeps_the_address_secret(client, shared, contact, invited):
    _link, address = invited(shared, contact)
    link_ended, ended = invited(shared, contact)
    link_ended.end(by=None)
    _link, works = invited(shared, contact)
    for one, status in ((works, 200), (ended, 410), (address, 410), ("/plan/unknown/", 404), (f"{works}files/1/", 404)):
        answer = client.get(one)
        assert answer.status_code == status
        assert answer["Referrer-Policy"] == "strict-origin"
        assert "noindex" in answer["X-Robots-Tag"]
        assert "no-store" in answer["Cache-Control"]
        assert one.split("/")[2] not in answer.text.replace("unknown", "")
    assert '<meta name="robots" content="noindex' in client.get(works).text


def test_guessing_is_stopped(client, shared, contact, invited):
    _link, address = invited(shared, contact)
    found = [client.get(f"/plan/guess-{n}/").status_code for n in range(32)]
    assert found[:30] == [404] * 30
    assert client.get(address).status_code == 429
    assert client.get(address, REMOTE_ADDR="192.0.2.7").status_code == 200
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=2)):
        assert client.get(address).status_code == 200


def test_a_look_is_noted_once_and_only_the_clients(cast, as_, client, shared, contact, invited):
    _link, address = invited(shared, contact)
    as_(cast.coordinator).get(address)
    client.head(address)
    client.get(address, headers={"Sec-Purpose": "prefetch"})
    assert not Look.objects.exists()
    client.get(address)
    client.get(address)
    assert Look.objects.count() == 1
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=1)):
        client.get(address)
    assert Look.objects.count() == 2


def test_where_looks_are_not_noted_the_page_does_not_say_so(client, shared, contact, invited):
    shared.revise(by=None, records_looks=False)
    _link, address = invited(shared, contact)
    assert "sees when you open this page" not in client.get(address).text
    assert not Look.objects.exists()
