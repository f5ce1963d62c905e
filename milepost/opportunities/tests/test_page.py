"""The Opportunity page."""

import datetime
from itertools import product
from math import prod

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from milepost.forecasts.learn import learn_and_refresh
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import (
    Attempt,
    Condition,
    Figure,
    Judgement,
    Note,
    Opportunity,
    Reason,
    Standing,
    Stay,
    Step,
    Task,
)
from milepost.opportunities.report import report
from milepost.team.models import Rate
from milepost.web import words
from milepost.web.words import short_day


def url(name, *args):
    return reverse(f"opportunities:{name}", args=args)


def test_it_shows_the_string_and_the_step_where_work_is(cast, as_, opportunity):
    page = as_(cast.coordinator).get(url("page", opportunity.pk))
    assert page.status_code == 200
    text = page.content.decode()
    assert "Coating line 4" in text
    assert "First talk" in text
    assert "They name the problem" in text
    assert "10 of usually 14 days" in text


def test_every_tab_answers(cast, as_, opportunity):
    client = as_(cast.coordinator)
    for name in ("why", "history", "edit", "end", "judge", "assign", "add_member", "value", "add_line", "work"):
        assert client.get(url(name, opportunity.pk)).status_code == 200, name
    step = opportunity.steps.all()[0]
    for name in ("schedule", "report", "skip", "tailor", "add_after", "move", "add_condition", "call_off", "reopen"):
        assert client.get(url(name, step.pk)).status_code == 200, name
    assert client.get(reverse("buyers:people", args=[opportunity.pk])).status_code == 200
    assert client.get(reverse("buyers:add", args=[opportunity.pk])).status_code == 200
    assert client.get(url("new")).status_code == 200


def test_somebody_of_another_territory_finds_nothing(cast, as_, opportunity):
    assert as_(cast.outsider).get(url("page", opportunity.pk)).status_code == 404


@pytest.fixture
def full(cast, opportunity, contact):
    """An opportunity with something of everything."""
    step = opportunity.steps.first()
    people = {"ours": [cast.salesperson], "theirs": [contact]}
    Attempt.schedule(step, by=cast.coordinator, on=cast.today, time=None, zone="Europe/Berlin", **people)
    for name in ("Security review", "Legal review"):
        Condition.add(step, by=cast.coordinator, name=name, owner_contact=contact)
        Task.add(by=cast.coordinator, title=name, opportunity=opportunity, step=step, owner=cast.salesperson)
    opportunity.steps.get(name="Site visit").skip(by=cast.coordinator, on=cast.today, reason="Known")
    Judgement.give(opportunity, by=cast.salesperson, on=cast.today, category="commit")
    Note.write(by=cast.salesperson, text="They like it", opportunity=opportunity)
    opportunity.stakeholders.create(contact=contact, stance="supporter")
    return opportunity


def count(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries), "\n".join(query["sql"][:160] for query in queries)


@pytest.mark.parametrize("who", ["coordinator", "salesperson", "team_member"])
def test_no_page_takes_more_than_sixteen_queries(cast, as_, full, who):
    addresses = [url(name, full.pk) for name in ("page", "why", "history", "value", "work")]
    for address in [*addresses, reverse("buyers:people", args=[full.pk])]:
        number, queries = count(as_(getattr(cast, who)), address)
        assert number <= 16, f"{address}\n{queries}"


def test_nor_does_one_that_has_ended(cast, as_, full, playbook):
    reason = Reason.objects.create(outcome="lost", text="Price")
    close(full, by=cast.coordinator, kind="lost", on=cast.today, reasons=[reason])
    begin(by=None, name="Again", playbook_version=playbook, territory=cast.north, came_back_from=full)
    number, queries = count(as_(cast.team_member), url("page", full.pk))
    assert number <= 16, queries


def test_an_imported_one_says_as_of_when_it_is_known(cast, as_, opportunity):
    day = cast.today - datetime.timedelta(days=3)
    Opportunity.objects.filter(pk=opportunity.pk).update(as_of=day)
    Opportunity.objects.get(pk=opportunity.pk).restand()
    text = as_(cast.coordinator).get(url("page", opportunity.pk)).content.decode()
    assert "as of" in text
    assert "7 of usually 14 days" in text
    assert "closes about" in text.split('class="facts"')[1].split("</ul>")[0]
    assert "about" not in text.split('class="string"')[1].split("</ol>")[0]


def test_thin_data_is_said_plainly(cast, as_, opportunity):
    text = as_(cast.coordinator).get(url("why", opportunity.pk)).content.decode()
    assert "From the default, no history yet" in text
    assert "the usual days that its playbook states stand for them" in text
    unstated(opportunity)  # as before the first learning that knows its playbook
    text = as_(cast.coordinator).get(url("why", opportunity.pk)).text
    days = sum(step.usual_days for step in opportunity.steps_in_order if step.required)
    planned = words.day(cast.today + datetime.timedelta(days=days))
    assert f"By the usual days that its playbook states it would be {planned}." in text


def unstated(opportunity):
    figure = Opportunity.objects.get(pk=opportunity.pk).standing.figure
    Figure.objects.filter(pk=figure.pk).update(steps=[part | {"stated": False} for part in figure.steps])


def test_what_the_default_is_stands_beside_what_comes_from_it(cast, as_, opportunity, playbook):
    client, told = as_(cast.coordinator), "60\u202f% are reached, and half have their answer within 21 days."
    assert told in client.get(url("why", opportunity.pk)).text
    for n in range(2):
        other = begin(by=None, name=f"Other {n}", playbook_version=playbook, territory=cast.north)
        for step in other.steps.filter(required=True).order_by("position"):
            step.win(by=None, on=cast.today)
    learn_and_refresh()
    assert told not in client.get(url("why", opportunity.pk)).text


def test_days_that_pass_are_told_of_a_step_without_history_and_not_where_none_count(cast, as_, opportunity):
    client, told = as_(cast.coordinator), "It counts that 25 days have passed in this step."
    Stay.objects.filter(opportunity=opportunity).update(entered_on=cast.today - datetime.timedelta(days=25))
    opportunity.restand()
    assert told in client.get(url("why", opportunity.pk)).text
    Step.objects.filter(opportunity=opportunity, key="first").update(required=False)
    Opportunity.objects.get(pk=opportunity.pk).restand()
    assert "days have passed in this step" not in client.get(url("why", opportunity.pk)).text


def test_where_a_share_is_not_the_chance_it_says_what_else_counts(cast, as_, opportunity, past):
    client, steps = as_(cast.coordinator), opportunity.standing.figure.steps
    told = "Like all it leans on what is usual for your other steps, too."
    alone = {"open": 4, "undated_open": 4, "won": 5, "lost": 0, "conversion": 0.9}
    Figure.objects.update(steps=[steps[0] | alone, *steps[1:]])
    assert told in client.get(url("why", opportunity.pk)).text
    Figure.objects.update(steps=[steps[0] | alone | {"conversion": 0.99}, *steps[1:]])
    assert told not in client.get(url("why", opportunity.pk)).text


def test_who_is_not_among_those_that_lasted_as_long_is_said_of_what_was_imported(cast, as_, opportunity, past):
    client, told = (
        as_(cast.coordinator),
        "whoever was as old as this one by then is left out of those that lasted as long",
    )
    Stay.objects.filter(opportunity=opportunity).update(entered_on=cast.today - datetime.timedelta(days=25))
    Opportunity.objects.filter(pk=opportunity.pk).update(first_told=cast.today)
    opportunity.restand()
    steps = Opportunity.objects.get(pk=opportunity.pk).standing.figure.steps
    for old in (7, 0):
        Figure.objects.update(steps=[steps[0] | {"old": old, "later": 0}, *steps[1:]])
        assert (told in client.get(url("why", opportunity.pk)).text) is bool(old)


def test_the_head_says_that_no_such_steps_have_ended_and_what_the_playbook_gives(cast, as_, opportunity):
    client, address = as_(cast.coordinator), url("page", opportunity.pk)
    days = sum(step.usual_days for step in opportunity.steps_in_order if step.required)
    planned = cast.today + datetime.timedelta(days=days)
    Standing.objects.update(close_on=cast.today + datetime.timedelta(days=400))
    assert "by the usual days that its playbook states: no such steps have ended yet" in client.get(address).text
    unstated(opportunity)
    said = "no such steps have ended yet, others stand for them; by the playbook"
    assert f"{said} {words.month_year(planned)}" in client.get(address).text
    Standing.objects.update(close_on=planned)
    assert said not in client.get(address).text


def test_a_date_is_said_to_be_of_such_steps_only_as_far_as_such_have_ended(cast, as_, opportunity):
    """Its three steps have no history; then one, two and all of them have."""
    client, steps = as_(cast.coordinator), opportunity.standing.figure.steps
    Standing.objects.update(close_on=cast.today + datetime.timedelta(days=400))
    heads = ("none like {} of its 3 steps has ended yet, others stand", "for {} of its 3 steps by the usual days")
    all_told = "That is how long steps like these have"
    for told, stated in product(range(len(steps) + 1), (False, True)):
        head, is_thin = heads[stated], [at >= told for at in range(len(steps))]
        parts = [
            p | {"thin": thin, "won": 4 * (not thin), "stated": stated} for p, thin in zip(steps, is_thin, strict=True)
        ]
        Figure.objects.update(steps=parts)
        page, why = (client.get(url(name, opportunity.pk)).text for name in ("page", "why"))
        left = len(steps) - told
        assert ("Nothing like its steps has ended yet" in why) is (left == 3)
        assert (f"Like {left} of its 3 steps nothing has ended yet: for" in why) is (left in (1, 2))
        assert (all_told in why) is (left == 0 and not stated)
        assert ("Like 3 of its 3 steps few have ended yet: beside the days" in why) is (left == 0 and stated)
        assert ("no such steps have ended yet" in page) is (left == 3)
        assert (head.format(left) in page) is (left == 2)


def test_of_one_step_left_it_says_that_half_take_less_than_is_stated(cast, as_, opportunity):
    for step in opportunity.steps.filter(required=True).order_by("position")[:2]:
        step.win(by=cast.coordinator, on=cast.today)
    why = as_(cast.coordinator).get(url("why", opportunity.pk)).text
    assert "usual days that its playbook states stand for it, which would be" in why
    assert "Half of such steps take less than that, and some far more." in why


def test_where_the_chances_do_not_multiply_to_the_whole_it_says_why(cast, as_, opportunity):
    why = as_(cast.coordinator).get(url("why", opportunity.pk))
    product = prod(row.conversion for row in why.context["chances"])
    assert words.percent(product) != words.percent(opportunity.standing.win)
    assert f"Multiplied one by one they would make {words.percent(product)}." in why.text


@pytest.fixture
def past(cast, opportunity, playbook):
    """Five others have ended their first step, a sixth is still in it, and all of it is learnt."""
    for n in range(6):
        other = begin(by=None, name=f"Other {n}", playbook_version=playbook, territory=cast.north)
        if n < 3:
            report(other.steps.first(), by=cast.coordinator, result="won", on=cast.today)
        elif n < 5:
            close(other, by=cast.coordinator, kind="lost", on=cast.today)
    learn_and_refresh()


def test_the_chance_is_explained_in_counts(cast, as_, opportunity, past):
    why = as_(cast.coordinator).get(url("why", opportunity.pk))
    assert "3 of 5 like it were reached, 2 still open. That is 60\u202f% of those that ended;" in why.text
    shown = {"chances": why.context["chances"][:1], "steps_left": 1, "pace": why.context["pace"]}
    card = render_to_string("opportunities/_chances.html", shown)
    assert "3 of 5 like it were reached, 2 still open (counted as waiting);" in card


@pytest.mark.parametrize(
    ("counted", "said"),
    [
        ({"undated_open": 2}, "2 still open. Nobody recorded since when those are open: they say nothing yet."),
        ({"undated_open": 1}, "1 of those still open counts too, as no answer after so many days; nobody recorded"),
        ({"undated_ended": 5}, "Of “First talk” nobody recorded how long it took: what is usual elsewhere stands for"),
    ],
)
def test_it_says_which_days_nobody_recorded(cast, as_, opportunity, past, counted, said):
    client = as_(cast.coordinator)
    assert said not in client.get(url("why", opportunity.pk)).text
    steps = opportunity.standing.figure.steps
    Figure.objects.update(steps=[steps[0] | counted, *steps[1:]])
    assert said in client.get(url("why", opportunity.pk)).text


def test_of_one_step_left_none_is_the_weakest(cast, as_, opportunity):
    client = as_(cast.coordinator)
    for key in ("first", "proposal"):
        report(opportunity.steps.get(key=key), by=cast.coordinator, result="won", on=cast.today)
    text = client.get(url("page", opportunity.pk)).text
    assert "One step left." in text
    assert "Weakest:" not in text


def test_where_the_chances_are_alike_none_is_the_weakest(cast, as_, opportunity):
    client, steps = as_(cast.coordinator), opportunity.standing.figure.steps
    at = Figure.objects.get(pk=opportunity.standing.figure_id).weakest
    alike = [step | {"conversion": 0.49} for step in steps]
    Figure.objects.update(steps=[*alike[:at], alike[at] | {"conversion": 0.48}, *alike[at + 1 :]])
    assert "Weakest:" not in client.get(url("page", opportunity.pk)).text
    Figure.objects.update(steps=[*alike[:at], alike[at] | {"conversion": 0.40}, *alike[at + 1 :]])
    assert "Weakest:" in client.get(url("page", opportunity.pk)).text


def test_once_it_has_ended_a_phone_shows_the_line_once(cast, as_, opportunity):
    client = as_(cast.coordinator)
    assert "Progress with dates" in client.get(url("page", opportunity.pk)).text
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today)
    assert "Progress with dates" not in client.get(url("page", opportunity.pk)).text


def test_deeds_one_may_not_do_are_not_offered(cast, as_, full):
    text = as_(cast.team_member).get(url("page", full.pk)).content.decode()
    for name in ("report", "skip", "tailor", "schedule"):
        assert url(name, full.steps.first().pk) not in text
    assert url("end", full.pk) not in text
    assert url("add_task", full.pk) in text


def test_a_value_in_another_currency_stands_in_full_beside_ours(cast, as_, opportunity):
    Rate.objects.create(currency="GBP", base="EUR", value="1.2", valid_from=cast.today)
    opportunity.revise(by=cast.coordinator, value_minor=12_500_00, currency="GBP")
    text = " ".join(as_(cast.coordinator).get(url("page", opportunity.pk)).text.split())
    assert "<b>£12,500</b>" in text
    assert "(€15 k)" in text


def test_it_keeps_a_currency_of_the_past_and_offers_no_other(cast, as_, opportunity):
    Opportunity.objects.filter(pk=opportunity.pk).update(currency="HRK")
    page = as_(cast.coordinator).get(url("edit", opportunity.pk)).text
    assert '<option value="HRK" selected>' in page
    assert '"DEM"' not in page


def test_the_last_step_is_expected_when_the_close_is(cast, as_, opportunity):
    close_on = opportunity.standing.close_on
    page = as_(cast.coordinator).get(url("page", opportunity.pk)).text
    assert f"about {short_day(close_on)}" in page
    Standing.objects.filter(opportunity=opportunity).update(figure=None)
    assert f"about {short_day(close_on)}" not in as_(cast.coordinator).get(url("page", opportunity.pk)).text
