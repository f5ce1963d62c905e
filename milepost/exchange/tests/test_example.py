"""The example company: true to the rules, and worth looking at."""

import datetime
import random

import pytest
from django.db import connection, models, transaction
from django.urls import reverse

from milepost.accounts.models import Account, Contact
from milepost.buyers.known import people_known
from milepost.buyers.models import (
    ClientRequest,
    Evidence,
    Question,
    Relationship,
    Stakeholder,
    StakeholderFact,
    Tie,
    Verdict,
    Vision,
    VisionVersion,
)
from milepost.buyers.triage import bursts
from milepost.buyers.visions import visions_known
from milepost.desk.models import SavedView
from milepost.exchange.example.clock import Clock
from milepost.exchange.example.make import make_company
from milepost.exchange.example.setting import PASSWORD, sign_ins
from milepost.exchange.tests.emptied import empty, files_of, stored, written
from milepost.exchange.whole.bring import bring
from milepost.forecasts.learn import learn_and_refresh
from milepost.forecasts.models import Submission, Target
from milepost.opportunities import line
from milepost.opportunities.models import (
    Attempt,
    Condition,
    Note,
    Opportunity,
    Outcome,
    Programme,
    Standing,
    Stay,
    Step,
    Tailoring,
    Task,
    ValueLine,
)
from milepost.opportunities.standing import restand
from milepost.plans.models import ClientWord, SharedPlan
from milepost.team.models import Company, Cover, Membership, Person, Rate, Territory
from milepost.web.models import Change, SearchEntry

pytestmark = pytest.mark.slow

TODAY = datetime.date(2026, 11, 24)
TOTAL, OPEN = 770, 70
MODELS = (
    Person, Membership, Rate, Cover, Account, Contact, Opportunity, Step, Stay, Attempt, Condition, Task, Note,
    Outcome, Tailoring, ValueLine, Stakeholder, StakeholderFact,
    Vision, VisionVersion, Evidence, Verdict, ClientRequest, Question, Tie, Relationship, Change, SearchEntry, Standing,
)  # fmt: skip


@pytest.fixture(scope="module")
def company(django_db_setup, django_db_blocker):
    """Make one example company for all tests that only look at it."""
    with django_db_blocker.unblock(), transaction.atomic():
        make_company(total=TOTAL, seed=7, today=TODAY)
        yield Company.the()
        transaction.set_rollback(True)


@pytest.fixture
def strings(company, db):
    """The open opportunities."""
    return list(Opportunity.objects.open())


def test_it_has_as_many_as_were_asked_for(company, strings):
    assert (Opportunity.objects.count(), len(strings), Standing.objects.count()) == (TOTAL, OPEN, OPEN)
    assert Person.objects.count() == 40
    assert Account.objects.count() == 120


def test_it_keeps_every_constraint(company, db):
    connection.check_constraints()
    for model in MODELS:
        for row in model._base_manager.order_by("?")[:60]:
            row.clean_fields(exclude=[f.name for f in model._meta.concrete_fields if _is_empty(f, row)])
            row.validate_constraints()


def _is_empty(field, row):
    return field.is_relation or getattr(row, field.attname) in field.empty_values


def test_clients_share_plans_in_every_state(company):
    assert SharedPlan.objects.count() == 4
    assert sorted(Opportunity.objects.exclude(seal=None).values_list("seal", flat=True)) == [
        "agreed",
        "asked",
        "changed",
    ]
    assert ClientWord.objects.filter(answered_at=None).count() == 1


def test_a_string_stands_where_the_rules_say(strings):
    for opportunity in strings:
        steps = opportunity.steps_in_order
        now = line.current(steps)
        stay = opportunity.stays.filter(left_on=None, end="").first()
        if now is not None and now.is_open:
            assert stay is not None
            assert stay.step_id == now.pk
        else:
            assert stay is None
        for step in steps:
            if step.state in (line.SCHEDULED, line.HELD):
                assert line.in_the_way(steps, step) == []


def test_an_appointment_fits_its_step(strings):
    for step in Step.objects.filter(opportunity__in=strings):
        booked = step.attempts.filter(state__in=["scheduled", "held"]).first()
        assert (step.state in (line.SCHEDULED, line.HELD)) == (booked is not None)
        if booked:
            assert booked.state == step.state
            assert booked.state == "scheduled" or booked.on < TODAY
            assert booked.on >= TODAY - datetime.timedelta(days=60)
    assert not Attempt.objects.filter(state="closed", on__gt=TODAY).exists()


def test_no_step_was_reached_with_a_condition_open(company, db):
    assert not Condition.objects.filter(step__state=line.WON).exclude(state__in=["met", "waived"]).exists()


def test_what_was_won_was_won_step_by_step(company, db):
    won = Opportunity.objects.filter(outcomes__kind="won")
    assert won.count() > 100
    for opportunity in won:
        assert line.still_to_win(opportunity.steps_in_order) == []
    left_out = Step.objects.filter(state=line.SKIPPED, required=True)
    assert left_out.count() == Tailoring.objects.filter(kind="overridden").count() > 0


def test_it_has_targets_and_numbers_that_people_stand_by(company, db):
    root = Territory.objects.get(parent=None)
    assert Target.objects.filter(territory=root).count() == 12
    this = Target.objects.filter(period="2026-Q4", person=None)
    assert this.get(territory=root).amount_minor == sum(
        this.exclude(territory=root).values_list("amount_minor", flat=True)
    )
    assert Submission.objects.filter(previous__isnull=False).exists()
    assert Submission.objects.filter(is_adjustment=True).exists()
    assert not Submission.objects.filter(on__gt=TODAY).exists()
    assert not Submission.objects.exclude(previous=None).filter(on__lt=models.F("previous__on")).exists()


def test_nothing_ends_before_it_begins(company, db):
    assert not Stay.objects.filter(left_on__lt=models.F("entered_on")).exists()
    assert not Stay.objects.filter(opportunity__in=Opportunity.objects.closed(), left_on=None).exists()
    assert not Outcome.objects.filter(on__lt=models.F("opportunity__started_on")).exists()
    assert not Outcome.objects.filter(on__gt=TODAY).exists()
    assert (
        not Change.objects.filter(at__gt=datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC))
        .exclude(
            subject_kind__in=[
                "person",
                "territory",
                "playbook",
                "playbookversion",
                "company",
                "target",
                "rival",
                "planpart",
            ]
        )
        .exclude(models.Q(verb__startswith="plan") | models.Q(verb__startswith="client") | models.Q(verb="shared"))
        .exists()
    )


def test_standing_again_changes_nothing(strings):
    def rows():
        return list(Standing.objects.order_by("pk").values())

    before = rows()
    restand([o.pk for o in strings], today=TODAY)
    assert rows() == before


def test_search_knows_what_the_verbs_would_have_told_it(strings):
    def entries():
        return list(SearchEntry.objects.order_by("kind", "object_id").values("kind", "object_id", "is_open", "text"))

    before = entries()
    for account in Account.objects.all()[:10]:
        account.be_found()
    for opportunity in [*strings[:10], *Opportunity.objects.closed()[:10]]:
        opportunity.be_found()
    for model in (ClientRequest, Question, Vision, Stakeholder):
        for row in model.objects.select_related("opportunity").order_by("-pk")[:10]:
            row.be_found()
    assert entries() == before


def test_money_is_what_the_verbs_would_have_made_of_it(strings, monkeypatch):
    monkeypatch.setattr(Company, "today", lambda self: TODAY)
    for opportunity in strings:
        before = opportunity.company_value_minor, opportunity.rate_id
        opportunity.reprice()
        assert (opportunity.company_value_minor, opportunity.rate_id) == before
        lines = list(opportunity.value_lines.all())
        if lines:
            assert sum(one.total_minor for one in lines) == opportunity.value_minor


def test_a_visitor_finds_one_of_everything(strings):
    ids = [o.pk for o in strings]
    opened = Opportunity.objects.filter(pk__in=ids)
    assert {s.step_state for s in Standing.objects.all()} >= {"planned", "scheduled", "held", "lost"}
    for fact in ({"confidential": True}, {"tender": True}, {"value_minor": None}, {"account": None}):
        assert opened.filter(**fact).exists(), fact
    assert Opportunity.objects.exclude(came_back_from=None).exists()
    assert Stay.objects.filter(end="back").exists()
    assert Programme.objects.get().sites.count() == 5
    assert Attempt.objects.filter(on=TODAY, state="scheduled", step__opportunity__in=ids).count() >= 3
    assert Task.objects.filter(done_at=None, due_on__lt=TODAY).exists()
    assert Change.objects.exclude(on_behalf_of=None).exists()
    assert Standing.objects.exclude(judged_category="").exclude(judged_category=models.F("model_category")).exists()
    assert opened.values("currency").distinct().count() > 3


def test_what_is_known_of_people_is_what_its_facts_say(strings):
    ids = [o.pk for o in strings]
    now, then = people_known(ids), people_known(ids, day=TODAY)
    assert {pk: [(one.pk, one.traits) for one in people] for pk, people in now.items()} == {
        pk: [(one.pk, one.traits) for one in people] for pk, people in then.items()
    }
    visions = visions_known(ids).values()
    assert any(one.proven for one in visions)
    assert any(one.hypotheses == 2 for one in visions)


def test_clients_ask_for_things_and_one_for_much_at_once(strings):
    asked = ClientRequest.objects.filter(opportunity__in=strings)
    assert set(asked.values_list("verdict", flat=True)) == {"", "answer", "hold", "decline"}
    assert asked.exclude(done_on=None).exists()
    assert not asked.filter(asked_on__gt=TODAY).exists()
    assert not asked.exclude(verdict="").filter(because="").exists()
    mara = Person.objects.get(name="Mara Lindt")
    assert any(burst.count >= 3 for burst in bursts(mara, TODAY).values())
    assert asked.to_triage().filter(opportunity__coordinator=mara).count() >= 3


def test_there_is_something_to_learn(company, db):
    won = list(Standing.objects.order_by("win").values_list("win", flat=True))
    assert won[0] < 0.12
    assert won[-1] > 0.8
    stalled = Standing.objects.filter(over_from__lte=TODAY, step_state="planned", value_minor__gt=0)
    losing = stalled.filter(weekly_loss_minor__gt=0).count()
    assert losing > 0.7 * stalled.count() > 0


def test_everybody_named_can_sign_in_and_sees_something(company, db, client):
    for one in sign_ins():
        person = Person.objects.get(email=one.email)
        assert person.check_password(PASSWORD)
        assert Standing.objects.visible_to(person).exists()


def test_the_saved_views_open(company, db, client):
    for view in SavedView.objects.all():
        client.force_login(view.owner)
        page = client.get(f"{reverse('desk:board')}?{view.query}")
        assert page.status_code == 200
        assert not page.context["asked"].troubles
        assert page.context["asked"].query() == view.query


def test_clients_rest_at_weekends_and_slow_down_in_august():
    first = datetime.date(2026, 1, 1).toordinal()
    clock = Clock(first, first + 400, closing=False)
    days = {datetime.date.fromordinal(clock.after(first + random.Random(n).randrange(300), 5)) for n in range(300)}
    assert all(day.weekday() < 5 for day in days)
    june, august = (datetime.date(2026, month, 1).toordinal() for month in (6, 8))
    assert clock.after(august, 10) - august > 1.8 * (clock.after(june, 10) - june)


def test_it_leaves_and_comes_back_as_the_same_company(company, db, tmp_path):
    learn_and_refresh(today=TODAY)
    before = written(tmp_path / "before.zip")
    reading = stored(Standing, "figure"), stored(SearchEntry, "id", "changed_at")
    empty()
    bring(before)
    learn_and_refresh(today=TODAY)
    was, after = files_of(before), files_of(written(tmp_path / "after.zip"))
    history = after["history.csv"]
    assert history.startswith(was["history.csv"])
    assert history.count(b"brought in") == 1
    assert {name for name, held in was.items() if after[name] != held} == {"history.csv"}
    assert (stored(Standing, "figure"), stored(SearchEntry, "id", "changed_at")) == reading
