"""Two at the same moment, each in a thread and with a connection of their own: one thing is done, once."""

import datetime
import threading

import pytest
from django.db import connection
from django.test import Client

from milepost.accounts.models import Contact
from milepost.opportunities.models import Attempt
from milepost.plans.models import ClientWord, OfferedTime, TimeOffer
from milepost.plans.news import mail_soon
from milepost.web.models import Letter

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds):
    """Do these at the same moment; return what each answered, in their order."""
    start, answers = threading.Barrier(len(deeds)), {}

    def do(place, deed):
        start.wait()
        try:
            answers[place] = deed()
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=each) for each in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers.get(place) for place in range(len(deeds))]


def test_of_many_who_pick_one_has_it_and_the_others_are_told(cast, account, shared, step, contact, invited):
    part = shared.parts.get(step=step)
    days = [(cast.today + datetime.timedelta(days=n), datetime.time(14)) for n in (3, 4, 5)]
    TimeOffer.make(part, by=None, times=days, zone="Europe/London")
    people = [contact, *(Contact.add(by=None, account=account, name=f"Person {n}") for n in range(2))]
    asked = [
        (f"{invited(shared, who)[1]}parts/{part.pk}/times/", {"time": time.pk})
        for who, time in zip(people, OfferedTime.objects.all(), strict=True)
    ]
    answers = at_once(*(lambda each=each: Client().post(*each) for each in asked))
    assert sorted(answer.status_code for answer in answers) == [302, 409, 409]
    assert all("was a moment earlier and has picked" in each.text for each in answers if each.status_code == 409)
    assert Attempt.objects.count() == ClientWord.objects.count() == 1
    assert OfferedTime.objects.exclude(picked_at=None).get().on == Attempt.objects.get().on


def test_of_two_who_mail_one_thing_one_does(cast, shared, contact, invited):
    link, _address = invited(shared, contact)
    ClientWord.say(link, kind="date", seen=1, part=shared.parts.get(), about="x", on=cast.today)
    letters = at_once(*(lambda: mail_soon(cast.company, shared.pk) for _each in range(3)))
    assert sorted(letters) == [0, 0, 2]
    assert Letter.objects.filter(purpose="plan news").count() == 2
