"""Two people at the same moment, each in a thread and with a connection of their own: one deed is done, once."""

import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from milepost.opportunities.close import close
from milepost.opportunities.models import Attempt, Outcome, Stay, Step, Task
from milepost.web.models import Change

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*asked):
    """Send forms at the same moment, each as (person, address, data); return the statuses in their order."""
    start = threading.Barrier(len(asked))
    answers = {}

    def send(place, person, address, data):
        client = Client()
        client.force_login(person)
        start.wait()
        try:
            answers[place] = client.post(address, data).status_code
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(place, *each)) for place, each in enumerate(asked)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers.get(place) for place in range(len(asked))]


def told(opportunity, verb):
    return Change.objects.filter(subject_kind="opportunity", subject_id=opportunity.pk, verb=verb).count()


def test_an_appointment_is_reported_once(cast, opportunity):
    step = opportunity.steps.get(key="first")
    address = reverse("opportunities:report", args=[step.pk])
    won = (cast.salesperson, address, {"result": "won", "on": cast.today})
    lost = (cast.coordinator, address, {"result": "lost", "on": cast.today})
    assert sorted(at_once(won, lost, won)) == [302, 422, 422]
    assert Attempt.objects.filter(step=step).count() == 1
    assert told(opportunity, "step won") + told(opportunity, "step lost") == 1
    assert Stay.objects.filter(step=step).count() == 1


def test_an_opportunity_ends_once(cast, opportunity):
    address = reverse("opportunities:end", args=[opportunity.pk])
    ends = [
        (who, address, {"kind": kind, "on": cast.today, "words": "It is over"})
        for who, kind in ((cast.coordinator, "lost"), (cast.sales_manager, "no_decision"))
    ]
    assert sorted(at_once(*ends)) == [302, 422]
    assert Outcome.objects.filter(opportunity=opportunity).count() == 1
    assert told(opportunity, "ended") == 1


def test_an_outcome_is_corrected_once(cast, opportunity):
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today)
    address = reverse("opportunities:correct", args=[opportunity.pk])
    ends = [
        (who, address, {"kind": kind, "on": cast.today, "words": "It is over", "why": "Wrong"})
        for who, kind in ((cast.coordinator, "withdrawn"), (cast.sales_manager, "no_decision"))
    ]
    assert sorted(at_once(*ends)) == [302, 422]
    assert Outcome.objects.filter(opportunity=opportunity).count() == 2


def test_a_step_is_skipped_or_reported_but_not_both(cast, opportunity):
    step = opportunity.steps.get(key="first")
    skip = (cast.coordinator, reverse("opportunities:skip", args=[step.pk]), {"reason": "Met at the fair"})
    said = {"result": "won", "on": cast.today}
    report = (cast.salesperson, reverse("opportunities:report", args=[step.pk]), said)
    assert sorted(at_once(skip, report)) == [302, 422]
    assert told(opportunity, "step won") + told(opportunity, "step skipped") == 1
    assert Step.objects.get(pk=step.pk).state in ("won", "skipped")


def test_a_task_that_two_tick_is_done(cast, opportunity):
    task = Task.add(by=cast.coordinator, title="Call", owner=cast.salesperson, opportunity=opportunity)
    address = reverse("opportunities:finish_task", args=[task.pk])
    both = at_once((cast.coordinator, address, {}), (cast.salesperson, address, {}))
    assert set(both) == {302}
    task.refresh_from_db()
    assert task.done_at
    assert told(opportunity, "task done") == 1
