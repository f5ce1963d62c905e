"""The past as it was kept, with what has changed since: whatever changes it, the page tells of it at once."""

import datetime
from types import SimpleNamespace

import pytest
from django.db import connection

from milepost.forecasts.jobs import each_day
from milepost.forecasts.learn import learn_daily
from milepost.forecasts.learnt.asked import Asked, Scope
from milepost.forecasts.learnt.columns import TABLES, read_past
from milepost.forecasts.learnt.past import is_behind, keep_past, past_now
from milepost.forecasts.models import KeptPast, PastTouched
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Opportunity, Outcome, Reason, Stay
from milepost.opportunities.report import report

DAY = datetime.timedelta(days=1)


@pytest.fixture
def some(cast, playbook):
    """Three: one going on, one lost, one at its first step."""
    made = [
        begin(
            by=None, name=f"No {n}", playbook_version=playbook, territory=cast.north, started_on=cast.today - 40 * DAY
        )
        for n in range(3)
    ]
    report(made[0].steps.get(key="first"), by=cast.coordinator, result="won", on=cast.today - 20 * DAY)
    close(made[1], by=cast.coordinator, kind="lost", on=cast.today - 5 * DAY, lost_to="Aurelio")
    return made


def same(one, other):
    """Tell whether two pasts say the same, whatever places their words have."""
    told = []
    for past in (one, other):
        words = {"key": (*past.keys, None), "rival": (*past.rivals, None)}
        tables = {}
        for table, names in TABLES.items():
            columns = [
                [words[name][value] for value in past.tables[table][name]]
                if name in words
                else past.tables[table][name].tolist()
                for name in names
            ]
            tables[table] = list(zip(*columns, strict=True))
        told.append(tables)
    return told[0] == told[1]


def test_rows_written_together_note_every_one_of_their_opportunities(some):
    keep_past()
    ended = {one.pk: one.steps.get(key="first") for one in some}
    Stay.objects.bulk_create(
        Stay(
            opportunity_id=pk, step=step, key=step.key, entered_on=step.opportunity.started_on, left_on=day, end="back"
        )
        for pk, step in ended.items()
        for day in (step.opportunity.started_on, step.opportunity.started_on + DAY)
    )
    assert set(PastTouched.objects.values_list("opportunity", flat=True)) == set(ended)
    assert PastTouched.objects.count() == (len(ended) if connection.vendor == "postgresql" else 2 * len(ended))
    assert same(past_now(), read_past())


def test_what_is_kept_is_what_was_read(some):
    keep_past()
    assert same(past_now(), read_past())
    assert len(past_now().tables["stays"]["pk"]) == Stay.objects.count()


def test_every_way_to_change_the_past_is_noted(cast, some, playbook):
    keep_past()
    price = Reason.add(by=None, outcome="lost", text="Too dear")
    lost = some[1].outcome
    changes = [
        lambda: report(some[2].steps.get(key="first"), by=cast.coordinator, result="again", on=cast.today),
        lambda: close(some[2], by=cast.coordinator, kind="no_decision", on=cast.today),
        lambda: lost.reasons.add(price),
        lambda: lost.reasons.remove(price),
        lambda: Outcome.objects.update(on=cast.today - 9 * DAY),
        lambda: Stay.objects.filter(opportunity=some[0]).update(entered_on=cast.today - 50 * DAY),
        lambda: Opportunity.objects.update(company_value_minor=7_00),
        lambda: Opportunity.objects.filter(pk=some[0].pk).update(territory=cast.south, confidential=True),
        lambda: Opportunity.objects.filter(pk=some[2].pk).update(merged_into=some[0]),
        lambda: Stay.objects.filter(opportunity=some[0]).delete(),
        lambda: begin(by=None, name="New", playbook_version=playbook, territory=cast.north, started_on=cast.today),
    ]
    for number, change in enumerate(changes):
        before = past_now()
        change()
        assert not same(before, read_past()), number
        assert same(past_now(), read_past()), number


def test_keeping_it_again_lets_go_of_what_was_noted(cast, some):
    keep_past()
    Opportunity.objects.update(company_value_minor=7_00)
    assert PastTouched.objects.count() == 3
    keep_past()
    assert (PastTouched.objects.count(), KeptPast.objects.count()) == (0, 1)
    assert same(past_now(), read_past())


def test_the_daily_job_keeps_it_where_the_days_learning_was_done_without_it(cast, some):
    learn_daily()
    assert is_behind()
    assert each_day(SimpleNamespace(progress=lambda *told: None))["stays"] == len(past_now().tables["stays"]["pk"])
    assert not is_behind()
    assert each_day(SimpleNamespace(progress=lambda *told: None)) == {}


def test_it_chooses_in_memory_what_the_database_chooses(cast, some):
    Opportunity.objects.filter(pk=some[0].pk).update(company_value_minor=40_000_00, salesperson=cast.salesperson)
    Opportunity.objects.filter(pk=some[2].pk).update(confidential=True, coordinator=cast.coordinator)
    past = past_now()
    for asked in (
        Asked(),
        Asked(territory=cast.north.pk),
        Asked(territory=cast.south.pk),
        Asked(person=cast.salesperson.pk),
    ):
        for person in (cast.administrator, cast.coordinator, cast.salesperson, cast.outsider):
            scope = Scope(asked, cast.company)
            seen = Opportunity.objects.visible_to(person).filter(scope.condition())
            assert past.about["pk"][scope.chosen(past, person)].tolist() == sorted(seen.values_list("pk", flat=True))


def test_the_database_has_all_of_its_notes(db):
    """A migration that makes one of these tables anew loses them: it has to make them again."""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        names = {name for (name,) in cursor.fetchall() if name.startswith("past_")}
    assert len(names) == 9
