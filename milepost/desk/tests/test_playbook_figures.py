"""How a playbook goes, through its address."""

import datetime

from django.urls import reverse

from milepost.forecasts.learn import learn_and_refresh
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.playbooks.models import Playbook


def url(version):
    return reverse("desk:playbook_figures", args=[version.pk])


def test_it_counts_what_the_history_tells_of_each_step(as_, cast, playbook, opportunity):
    start = cast.today - datetime.timedelta(days=60)
    for number in range(4):
        past = begin(by=None, name=f"Past {number}", playbook_version=playbook, territory=cast.south, started_on=start)
        if number:
            past.steps.get(key="first").win(by=None, on=start + datetime.timedelta(days=9))
        close(past, by=cast.outsider, kind="lost", on=start + datetime.timedelta(days=20))
    learn_and_refresh(today=cast.today)

    response = as_(cast.team_member).get(url(playbook))

    learnt = {row.step.key: row.learnt for row in response.context["rows"]}
    assert (learnt["first"]["won"], learnt["first"]["lost"], learnt["first"]["open"]) == (3, 1, 1)
    assert learnt["visit"] is None
    assert sum(row.weakest for row in response.context["rows"]) == 1
    assert "weakest" in response.content.decode()


def test_it_says_so_before_there_is_any_history(as_, cast, playbook):
    page = as_(cast.coordinator).get(url(playbook)).content.decode()

    assert page.count("no history yet") == 3


def test_it_says_how_far_days_rest_on_those_it_states(as_, cast, playbook):
    client, days = as_(cast.coordinator), sum(step.usual_days for step in playbook.steps.filter(required=True))
    told = "None of its steps has ended yet: the usual days that it states stand for them. They add up to"
    assert f"{told} {days};" in client.get(url(playbook)).text
    for number, end in enumerate(("first", None)):
        past = begin(by=None, name=f"Past {number}", playbook_version=playbook, territory=cast.south)
        for step in past.steps.filter(required=True).order_by("position"):
            step.win(by=None, on=cast.today)
            if step.key == end:
                break
        learn_and_refresh()
        said = ("Of 2 of its 3 required steps none has ended yet", "Of 3 of its 3 required steps few have ended yet")
        assert f"{said[number]}" in client.get(url(playbook)).text
        assert f"Those of all add up to {days}." in client.get(url(playbook)).text


def test_a_new_playbook_goes_by_its_days_before_anything_is_learnt_anew(as_, cast):
    learn_and_refresh()
    for days in (10, 60):
        draft = Playbook.add(by=None, name=f"Tender {days}").draft
        draft.add_step(by=None, name="Bid", usual_days=days)
        draft.publish(by=None)
        assert as_(cast.coordinator).get(url(draft)).context["figure"].close_days[1] in range(days // 2, days + 2)


def test_an_empty_line_has_no_figures(as_, cast):
    draft = Playbook.add(by=None, name="Tender").draft

    assert "Nothing to reckon with yet" in as_(cast.coordinator).get(url(draft)).content.decode()


def test_it_takes_few_queries(as_, cast, playbook, django_assert_max_num_queries):
    seen = as_(cast.coordinator)
    seen.get(url(playbook))

    with django_assert_max_num_queries(15):
        seen.get(url(playbook))
