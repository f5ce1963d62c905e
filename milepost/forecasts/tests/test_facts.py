"""Dated facts: what was known on a day, and what the pages say of it."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from milepost.buyers.models import Stakeholder, StakeholderFact
from milepost.forecasts.learn import learn_and_refresh
from milepost.forecasts.models import AnswersTrial
from milepost.forecasts.trial import STRIDE, rows_of
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.facts import NOT_KNOWN, Fact, Known, Source, Told, add_source, facts, read_known
from milepost.opportunities.models import Condition, Judgement, Opportunity, Outcome, Party
from milepost.web.models import Change

DAY = datetime.timedelta(days=1)


@pytest.fixture
def tomorrow(cast):
    return cast.today + DAY


@pytest.fixture
def make(cast, playbook):
    def one(name, **values):
        return begin(by=None, name=name, playbook_version=playbook, territory=cast.north, **values)

    return one


def test_an_answer_counts_from_the_day_after_it_was_told(cast):
    first, second = cast.today, cast.today + 3 * DAY
    known = Known([Told(1, second, "a", "late"), Told(1, first, "a", "early"), Told(1, first, "a", "same day, later")])
    assert [known.on(1, "a", first + n * DAY) for n in (0, 1, 3, 4)] == [
        NOT_KNOWN,
        "same day, later",
        "same day, later",
        "late",
    ]
    assert (known.on(2, "a", second), known.since(1, "a", second + DAY)) == (NOT_KNOWN, second)
    again = Known([Told(1, first, "a", "yes"), Told(1, second, "a", "yes")])
    assert again.since(1, "a", second + 9 * DAY) == first


def test_a_key_is_told_by_one_source_alone():
    with pytest.raises(ValueError, match="client"):
        add_source(Source((Fact("client", "again", {}),), lambda pks: ()))


def test_every_answer_that_is_told_has_words(cast, make):
    made = make("One")
    for told in read_known([made.pk])._answers.items():
        (_pk, key), answers = told
        assert all(not answer or answer in facts()[key].answers for answer in answers)


def test_judgements_are_known_from_their_own_day(cast, make, tomorrow):
    made = make("One", started_on=cast.today - 60 * DAY)
    Judgement.give(made, by=cast.coordinator, on=cast.today - 20 * DAY, category="commit", probability=0.8)
    Judgement.give(made, by=cast.coordinator, on=cast.today - 5 * DAY, category="pipeline", probability=0.2)
    known = read_known([made.pk])
    days = [cast.today - n * DAY for n in (30, 20, 19, 5, 4)]
    assert [known.on(made.pk, "category", day) for day in days] == ["", "", "commit", "commit", "pipeline"]
    assert [known.on(made.pk, "own", day) for day in days] == ["", "", "3", "3", "0"]


def test_conditions_and_parties_follow_the_history(cast, make, tomorrow):
    made = make("One")

    def answers():
        known = read_known([made.pk])
        return known.on(made.pk, "conditions", tomorrow), known.on(made.pk, "parties", tomorrow)

    assert answers() == ("none", "none")
    condition = Condition.add(made.steps.first(), by=cast.coordinator, name="Legal")
    party = Party.add(made, by=cast.coordinator, name="Rival", part="integrator")
    assert answers() == ("open", "some")
    condition.turn("failed", by=cast.coordinator, reason="No")
    assert answers() == ("failed", "some")
    condition.turn("met", by=cast.coordinator)
    party.remove(by=cast.coordinator)
    assert answers() == ("met", "none")
    assert read_known([made.pk]).on(made.pk, "conditions", cast.today - 3 * DAY) == NOT_KNOWN
    assert Change.objects.filter(verb__startswith="condition ").count() >= 3


def test_an_account_is_a_client_from_its_first_win(cast, make, account, tomorrow):
    before, after = make("Before", account=account), make("After", account=account)
    won = make("Won", account=account, started_on=cast.today - 50 * DAY)
    Outcome.objects.create(opportunity=won, kind="won", on=cast.today - 10 * DAY)
    known = read_known([before.pk, after.pk])
    assert known.on(after.pk, "client", cast.today - 10 * DAY) == "no"
    assert known.on(after.pk, "client", cast.today - 9 * DAY) == "yes"


def test_as_many_queries_for_one_as_for_many(cast, make):
    pks = [make(f"Number {n}").pk for n in range(4)]
    counts = []
    for some in (pks[:1], pks):
        with CaptureQueriesContext(connection) as queries:
            read_known(some)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16


def test_rows_are_days_on_which_it_was_open(cast, make):
    made = make("One", started_on=cast.today - 100 * DAY)
    close(made, by=cast.coordinator, kind="lost", on=cast.today - 10 * DAY)
    rows, today = list(rows_of(cast.today)), cast.today.toordinal()
    assert rows
    assert all(today - 100 < row.day <= row.closed == today - 10 for row in rows)
    assert {(row.age, row.cell.age) for row in rows} == {(row.day - today + 100,) * 2 for row in rows}
    assert {(today - row.day) % STRIDE for row in rows} == {0}


def test_learning_anew_keeps_a_trial_and_says_what_is_too_few(cast, make):
    make("One")
    learn_and_refresh(today=cast.today)
    trial = AnswersTrial.objects.get()
    assert (trial.cases, trial.earned, trial.without) == (0, False, None)
    learn_and_refresh(today=cast.today, anew=False)
    assert AnswersTrial.objects.count() == 1


def test_its_page_shows_what_is_known_and_says_that_it_is_not_used(cast, as_, make):
    made = make("One")
    Judgement.give(made, by=cast.coordinator, on=cast.today, category="commit")
    AnswersTrial.objects.create(
        as_of=cast.today, cases=120, without=0.6, with_answers=0.58, error=0.02,
        effects=[["category", "commit", 2.5, 30, 7]],
    )  # fmt: skip
    client = as_(cast.coordinator)
    text = client.get(reverse("forecasts:facts", args=[made.pk])).content.decode()
    assert "Nothing else of what stands here moves it" in text
    assert "Commit" in text.split("Category")[1][:200]
    assert '<td class="num">30</td>' in text
    assert (
        reverse("forecasts:facts", args=[made.pk])
        in client.get(reverse("opportunities:why", args=[made.pk])).content.decode()
    )


def test_accuracy_shows_champion_and_challenger(cast, as_):
    AnswersTrial.objects.create(
        as_of=cast.today, cases=120, without=0.6, with_answers=0.512, error=0.02, earned=True,
        effects=[["category", "commit", 2.5, 30, 7]],
    )  # fmt: skip
    text = as_(cast.administrator).get(reverse("forecasts:accuracy")).content.decode()
    for each in ("0.512", "0.600", "the win chance counts with it", "2.50"):
        assert each in text


def test_the_page_takes_few_queries(cast, as_, make, account):
    made, client = make("One", account=account), as_(cast.coordinator)
    address = reverse("forecasts:facts", args=[made.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    assert len(queries) <= 20, "\n".join(query["sql"][:160] for query in queries)


def test_somebody_named_later_is_known_from_that_day(cast, make, account, tomorrow):
    """A place kept for the economic buyer is nobody known until it has a name."""
    made = make("One", account=account)
    place = Stakeholder.add(made, by=cast.coordinator, placeholder="Whoever pays", role="economic_buyer")
    Opportunity.objects.filter(pk=made.pk).update(created_at=timezone.now() - 30 * DAY)
    Stakeholder.everyone.update(since=cast.today - 30 * DAY)
    StakeholderFact.objects.update(said_on=cast.today - 30 * DAY, at=timezone.now() - 30 * DAY)
    place.refresh_from_db()
    place.revise(by=cast.coordinator, contact=account.contacts.create(name="Ada Berg"), placeholder="")
    known = read_known([made.pk])
    days = (cast.today - 10 * DAY, cast.today, tomorrow)
    assert [known.on(made.pk, "buyer", day) for day in days] == ["no", "no", "yes"]
    assert known.since(made.pk, "buyer", tomorrow) == cast.today


def test_a_place_joined_with_somebody_known_has_a_name_from_that_day(cast, make, account):
    made = make("One", account=account)
    place = Stakeholder.add(made, by=cast.coordinator, placeholder="Whoever pays", role="economic_buyer")
    ada = Stakeholder.add(made, by=cast.coordinator, contact=account.contacts.create(name="Ada Berg"))
    ada.join(place, by=cast.coordinator)
    assert Stakeholder.objects.get().named_on == cast.today
