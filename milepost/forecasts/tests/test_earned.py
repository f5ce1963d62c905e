"""What else is known moves the chance everywhere once it has earned it, at once, and no longer when it loses."""

import datetime
import re

import numpy as np
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from milepost.buyers.models import Stakeholder
from milepost.forecasts.learn import learn_and_refresh
from milepost.forecasts.models import AnswersTrial, Snapshot
from milepost.forecasts.snapshots import take
from milepost.opportunities.begin import begin
from milepost.opportunities.models import FiguresRun, Judgement, Opportunity, Outcome, Standing, Step

DAY = datetime.timedelta(days=1)


@pytest.fixture
def make(cast, playbook):
    def one(name, **values):
        return begin(by=None, name=name, playbook_version=playbook, territory=cast.north, **values)

    return one


def like(row, **values):
    """Return a new row like this one, but for some values."""
    kept = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not f.primary_key}
    return type(row)(**{**kept, **values})


def live(cast, make, number, *, foretells, first=600, apart=3):
    """Let opportunities live and end; every second has a category "commit", which may foretell that it is won."""
    one = make(f"From {first}")
    began = [cast.today - (first - apart * n) * DAY for n in range(number)]
    won = [(n % 2 and n % 10 != 1) if foretells else n % 4 < 2 for n in range(number)]
    copies = (like(one, name=f"{one.name}, {n}", started_on=on) for n, on in enumerate(began))
    made = Opportunity.objects.bulk_create(copies)
    line, stay = list(one.steps.all()), one.stays.get()
    steps = Step.objects.bulk_create(like(step, opportunity_id=each.pk) for each in made for step in line)
    stays, ends, said = [], [], []
    for n, (each, step, on, yes) in enumerate(zip(made, steps[:: len(line)], began, won, strict=True)):
        end, left = "won" if yes else "lost", on + 60 * DAY
        of = {"opportunity_id": each.pk, "step_id": step.pk}
        stays.append(like(stay, **of, entered_on=on, left_on=left, end=end))
        ends.append(Outcome(opportunity=each, kind=end, on=left))
        said.append(Judgement(opportunity=each, on=on, category=("pipeline", "commit")[n % 2]))
    for rows in (stays, ends, said):
        type(rows[0]).objects.bulk_create(rows)
    Outcome.objects.create(opportunity=one, kind="withdrawn", on=cast.today)


@pytest.fixture
def earned(cast, make):
    """Give a company whose categories foretell its ends."""
    live(cast, make, 170, foretells=True)
    learn_and_refresh(today=cast.today)
    return AnswersTrial.objects.get()


def earn(errors=None, **answers):
    """Let a correction count from now on."""
    run = FiguresRun.objects.first() or learn_and_refresh()
    run.earned = {"answers": answers, "states": {}, "usual": [[0, 1], [0, 1]], "level": 0.0, "errors": errors or {}}
    run.save(update_fields=["earned"])


def test_what_foretold_better_than_the_chain_is_kept_with_what_it_saved(cast, earned):
    assert (earned.earned, earned.champion) == (True, "answers")
    assert earned.with_answers < earned.without - 0.1
    key, answer, factor, *_counts = earned.effects[0]
    assert (key, answer in ("commit", "pipeline")) == ("category", True)
    assert factor > 2 or factor < 0.5
    assert FiguresRun.objects.first().earned == earned.correction


def test_it_moves_the_chance_at_once_and_is_the_same_number_everywhere(cast, as_, make, earned):
    made = make("Going", value_minor=1_000_000)
    before = Standing.objects.get(pk=made.pk)
    Judgement.give(made, by=cast.coordinator, on=cast.today, category="commit")
    row = Standing.objects.select_related("figure").get(pk=made.pk)
    assert row.win > before.win + 0.02
    draws = np.frombuffer(bytes(row.figure.win_draws), np.float32)
    by = np.frombuffer(bytes(row.figure.won_by), np.float16).reshape(-1, len(draws))
    assert draws.mean() == pytest.approx(row.win, abs=1e-4)
    assert 0 < row.win_low < row.win < row.win_high < 1
    assert (by <= draws + 1e-3).all()
    assert row.expected_minor == round(row.value_minor * row.win)
    client, said = as_(cast.administrator), f"{round(100 * row.win)}\u202f%"
    for address in (reverse("desk:board"), reverse("opportunities:page", args=[made.pk])):
        assert said in client.get(address).content.decode(), address
    take()
    assert Snapshot.objects.get(opportunity=made.pk).win == pytest.approx(row.win)


def test_why_says_what_moves_it_and_the_points_add_up(cast, as_, make, earned):
    made = make("Going")
    Judgement.give(made, by=cast.coordinator, on=cast.today, category="pipeline")
    row = Standing.objects.select_related("figure").get(pk=made.pk)
    assert row.answers[0][:2] == ["category", "pipeline"]
    text = as_(cast.coordinator).get(reverse("opportunities:why", args=[made.pk])).content.decode()
    part = text.split('id="because-title"')[1].split("</section>")[0]
    assert "Category: Pipeline" in part
    whole, *parts = [int(n.replace("−", "-")) for n in re.findall(r"<b(?: class=\"push\")?>([+−]\d+|0)</b>", part)]
    assert whole == sum(parts) < 0
    assert whole == round(100 * row.win) - round(100 * row.figure.moved["without"])
    facts = as_(cast.coordinator).get(reverse("forecasts:facts", args=[made.pk])).content.decode()
    assert [line.split("</th>")[0] for line in facts.split('<th scope="row">') if ">counts<" in line] == ["Category"]


def test_the_chain_takes_the_right_back_when_answers_no_longer_foretell(cast, make):
    live(cast, make, 120, foretells=True, first=1000, apart=2)
    live(cast, make, 240, foretells=False, first=700, apart=2)
    made = make("Going")
    Judgement.give(made, by=cast.coordinator, on=cast.today, category="commit")
    earn(category={"commit": 0.8})
    made.restand()
    assert Standing.objects.get(pk=made.pk).answers
    learn_and_refresh(today=cast.today)
    trial, row = AnswersTrial.objects.first(), Standing.objects.select_related("figure").get(pk=made.pk)
    assert (trial.earned, trial.cases > 100, FiguresRun.objects.first().earned) == (False, True, {})
    assert (row.answers, row.figure.moved) == ([], {})


def test_what_people_say_of_a_buyer_counts_at_once(cast, make, account):
    made = make("Going", account=account)
    learn_and_refresh(today=cast.today)
    earn(buyer={"yes": 0.5, "no": -0.5})
    made.restand()
    before = Standing.objects.get(pk=made.pk)
    contact = account.contacts.create(name="Ada Berg")
    somebody = Stakeholder.add(made, by=cast.coordinator, contact=contact)
    somebody.say("role", "economic_buyer", by=cast.coordinator)
    after = Standing.objects.get(pk=made.pk)
    assert (before.answers, after.answers) == ([["buyer", "no", -0.5]], [["buyer", "yes", 0.5]])
    assert after.win > before.win
    somebody.remove(by=cast.coordinator)
    assert Standing.objects.get(pk=made.pk).win == before.win


def test_a_call_that_counts_comes_on_top(cast, as_, make):
    made = make("Going")
    learn_and_refresh(today=cast.today)
    earn(category={"commit": 1.0})
    voice = {"weight": 0.5, "bias": 0.0, "people": 6}
    FiguresRun.objects.update(voices={"everyone": voice, "people": {}})
    Judgement.give(made, by=cast.coordinator, on=cast.today, category="commit", probability=0.9)
    figure = Standing.objects.select_related("figure").get(pk=made.pk).figure
    assert figure.moved["without"] < figure.word["without"] < figure.win < 0.9
    card = " ".join(as_(cast.coordinator).get(f"/opportunities/{made.pk}/").text.split())
    shown = re.search(r'<div class="figure">(\d+)\s%', card)
    told = re.search(r"That is (\d+)\s%; what else is known: \+(\d+)\. The call that counts: \+(\d+)\.", card)
    assert sum(map(int, told.groups())) == int(shown.group(1))


def test_what_is_unsure_of_an_answer_makes_the_range_wider(cast, make):
    made = make("Going")
    learn_and_refresh(today=cast.today)
    Judgement.give(made, by=cast.coordinator, on=cast.today, category="commit")
    rows = []
    for error in (0.0, 1.0):
        earn({"category": {"commit": error}}, category={"commit": 0.5})
        made.restand()
        rows.append(Standing.objects.get(pk=made.pk))
    sure, unsure = rows
    assert sure.win == pytest.approx(unsure.win, abs=1e-3)
    assert unsure.win_low < sure.win_low < sure.win < sure.win_high < unsure.win_high


def test_a_rebuild_makes_the_same_rows(cast, make, earned):
    made = make("Going", value_minor=500_000)
    Judgement.give(made, by=cast.coordinator, on=cast.today, category="commit")
    before = Standing.objects.filter(pk=made.pk).values().get()
    call_command("rebuild")
    assert Standing.objects.filter(pk=made.pk).values().get() == before


def test_a_change_asks_as_many_questions_for_one_as_for_many(cast, make):
    from milepost.opportunities.standing import restand

    pks = [make(f"Number {n}").pk for n in range(5)]
    learn_and_refresh(today=cast.today)
    earn(category={"commit": 1.0}, buyer={"yes": 0.5, "no": -0.5})
    restand(pks)
    counts = []
    for some in (pks[:1], pks):
        with CaptureQueriesContext(connection) as queries:
            restand(some)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 34
