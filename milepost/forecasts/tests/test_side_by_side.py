"""Learn sets groups side by side: versions, territories, values and people, and says what can be told apart."""

import csv
import datetime
import io

import pytest
from python_calamine import CalamineWorkbook

from milepost.engine.group import Range
from milepost.forecasts.learn import learn_and_refresh
from milepost.forecasts.learnt.past import keep_past
from milepost.forecasts.learnt.side_by_side import Apart
from milepost.forecasts.learnt.side_words import more_often
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Opportunity, Stay
from milepost.opportunities.report import report
from milepost.team.models import Membership, Person, Role

DAY = datetime.timedelta(days=1)


@pytest.fixture
def went(cast, playbook):
    """Return what makes opportunities that reached the first step, or ended there."""

    def make(n, *, reached, where=None, version=playbook, **more):
        for number in range(n):
            one = begin(
                by=None, name=f"No {number}", playbook_version=version, territory=where or cast.north,
                started_on=cast.today - 40 * DAY, **more,
            )  # fmt: skip
            if reached:
                report(one.steps.get(key="first"), by=cast.administrator, result="won", on=cast.today - 20 * DAY)
            else:
                close(one, by=cast.administrator, kind="lost", on=cast.today - 5 * DAY)

    return make


@pytest.fixture
def unlike(cast, went, again):
    """Let nearly everybody go on in the north and hardly anybody in the south."""

    def make():
        went(24, reached=True)
        went(2, reached=False)
        went(2, reached=True, where=cast.south)
        went(24, reached=False, where=cast.south)
        learn_and_refresh()
        return {}

    again("unlike", make)


def page(as_, person, query):
    answer = as_(person).get(f"/learn/{query}")
    assert answer.status_code == 200
    return answer


def names(answer):
    return [group.name for group in answer.context["beside"].groups] if "beside" in answer.context else []


def first(answer):
    return next(told for told in answer.context["told"] if told.row.step.key == "first")


def test_it_compares_territories_step_by_step(cast, as_, unlike):
    answer = page(as_, cast.administrator, "?compare=territory")
    assert names(answer) == ["North", "South"]
    north, south = first(answer).row.lines
    assert (north.came, north.counts["won"], south.came, south.counts["won"]) == (26, 24, 26, 2)
    assert north.figure.conversion.low > south.figure.conversion.high
    assert first(answer).said.endswith("of 100 chance that North reaches it more often than South")
    assert 'class="groups along"' in answer.content.decode()


def test_a_handful_is_not_told_apart(cast, as_, went):
    went(2, reached=True)
    went(2, reached=False, where=cast.south)
    answer = page(as_, cast.administrator, "?compare=territory")
    assert first(answer).said == "too few to tell apart"
    assert not first(answer).row.apart.is_sure


def test_groups_that_hardly_differ_are_said_to(cast):
    def said(high, level):
        return more_often(Apart(None, None, Range(0.0, -0.02, high), 0.6, level))

    assert said(0.05, 0.8) == "hardly differ"
    assert said(0.07, 0.8) == said(0.05, 0.1) == "too few to tell apart"


def test_a_group_that_came_to_no_step_has_no_figure_there(cast, as_, unlike):
    contract = page(as_, cast.administrator, "?compare=territory").context["told"][-1]
    assert (contract.row.lines, contract.row.apart) == ([None, None], None)


def test_it_says_how_many_that_begin_are_won(cast, as_, unlike):
    whole = page(as_, cast.administrator, "?compare=territory").context["beside"].whole
    assert whole.shares[0].mean > 3 * whole.shares[1].mean
    assert whole.apart.ahead.name == "North"


def test_the_whole_of_it_is_said_in_words(cast, as_, unlike):
    said = page(as_, cast.administrator, "?compare=territory").context["beside_picture"].said
    assert "First talk: North 8" in said
    assert "North ahead" in said


def test_a_group_is_what_its_filter_shows(cast, as_, unlike):
    answer = page(as_, cast.administrator, "?compare=territory")
    north = answer.context["beside"].groups[0]
    alone = page(as_, cast.administrator, north.href)
    line = next(line for line in alone.context["lines"] if line.step.key == "first")
    assert line.counts == first(answer).row.lines[0].counts
    assert names(alone) == []
    assert "no two groups to compare" in alone.content.decode()


def test_what_lies_in_a_territory_itself_stands_beside_its_parts(cast, as_, went):
    went(2, reached=True)
    went(2, reached=True, where=cast.world)
    assert names(page(as_, cast.administrator, "?compare=territory")) == ["World itself", "North"]


def test_it_compares_versions_with_the_steps_of_each(cast, as_, went, playbook):
    went(3, reached=True)
    draft = playbook.playbook.new_draft(by=cast.coordinator)
    draft.add_step(by=None, name="Pilot", key="pilot", usual_days=30)
    draft.steps.get(key="visit").delete()
    draft.publish(by=cast.coordinator)
    went(3, reached=False, version=draft)
    answer = page(as_, cast.coordinator, "?compare=version")
    assert names(answer) == ["v2", "v1"]
    steps = [told.row.step.key for told in answer.context["told"]]
    assert steps == ["first", "visit", "proposal", "contract", "pilot"]
    assert [line.came for line in first(answer).row.lines] == [3, 3]
    visit = answer.context["told"][1].row
    assert (visit.number, visit.lines[0], visit.lines[1].came) == (None, None, 3)
    assert "no longer in the line" in answer.content.decode()


def test_it_compares_bands_of_value_and_what_has_none(cast, as_, went):
    went(2, reached=True, value_minor=20_000_00)
    went(2, reached=True, value_minor=100_000_00)
    went(2, reached=False)
    learn_and_refresh()
    answer = page(as_, cast.coordinator, "?compare=size&size=unknown")
    assert names(answer)[-1] == "value unknown"
    assert sum(line.came for line in first(answer).row.lines if line) == 6


def test_the_filter_that_groups_are_made_by_is_off(cast, as_, unlike):
    asked = page(as_, cast.administrator, f"?compare=person&person={cast.salesperson.pk}&years=4").context["asked"]
    assert asked.query == "years=4&compare=person"
    assert asked.link(person=cast.salesperson.pk) == f"?person={cast.salesperson.pk}&years=4"


@pytest.mark.parametrize("what", ["moon", "playbook", "person' or 1=1", ""])
def test_what_cannot_be_compared_by_is_no_comparison(cast, as_, unlike, what):
    answer = page(as_, cast.administrator, f"?compare={what}")
    assert names(answer) == []
    assert 'id="groups"' not in answer.content.decode()


def test_nobody_sees_groups_of_what_is_not_theirs(cast, as_, unlike):
    answer = page(as_, cast.outsider, "?compare=territory")
    assert names(answer) == []
    assert "Compared are the two" not in answer.content.decode()
    taken = as_(cast.outsider).get("/learn/csv/groups/?compare=territory").getvalue().decode()
    assert len(taken.splitlines()) == 1


@pytest.fixture
def sellers(cast, went):
    """Six more who sell in the north; the first five of them and the salesperson have two each that ended."""
    made = []
    for n in range(6):
        person = Person.join(by=None, name=f"Seller {n}", email=f"seller{n}@example.com")
        Membership.give(by=None, person=person, territory=cast.north, role=Role.SALESPERSON)
        made.append(person)
    for person in [*made[:5], cast.salesperson]:
        went(2, reached=False, salesperson=person)
    return made


def test_people_are_oneself_and_others_in_groups_of_five(cast, as_, sellers):
    answer = page(as_, cast.salesperson, "?compare=person")
    others = answer.context["beside"].groups[1]
    assert names(answer) == ["You", "North"]
    assert (others.people, [line.came for line in first(answer).row.lines]) == (5, [2, 10])
    assert "Seller" not in answer.content.decode()


def test_fewer_than_five_others_are_no_group(cast, as_, sellers):
    Opportunity.objects.filter(salesperson=sellers[0]).update(salesperson=sellers[1])
    answer = page(as_, cast.salesperson, "?compare=person")
    assert names(answer) == []
    assert "groups of five people or more" in answer.content.decode()
    assert len(as_(cast.salesperson).get("/learn/csv/groups/?compare=person").getvalue().splitlines()) == 1


def test_by_name_only_where_the_company_has_settled_so_and_five_have_ended(cast, as_, sellers, went):
    went(3, reached=False, salesperson=sellers[0])
    cast.company.revise(by=cast.administrator, accuracy_by_name=True)
    answer = page(as_, cast.salesperson, "?compare=person")
    assert names(answer) == ["You", "Seller 0"]
    assert [line.came for line in first(answer).row.lines] == [2, 5]
    assert "Seller 1" not in {group.name for group in answer.context["beside"].groups}


def test_only_the_largest_are_compared_and_it_says_so(cast, as_, went):
    from milepost.team.models import Territory

    for n in range(8):
        went(1 + (n > 0), reached=True, where=Territory.add(by=None, name=f"Land {n}", parent=cast.world))
    answer = page(as_, cast.administrator, "?compare=territory")
    assert len(names(answer)) == 6
    assert "Land 0" not in names(answer)
    assert "2 smaller groups are left out" in answer.content.decode()


def test_it_is_taken_along(cast, as_, unlike):
    taken = as_(cast.administrator).get("/learn/csv/groups/?compare=territory").getvalue().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(taken)))
    assert [row[:4] for row in rows[1:3]] == [["First talk", "North", "26", "24"], ["First talk", "South", "26", "2"]]
    book = as_(cast.administrator).get("/learn/xlsx/?compare=territory").getvalue()
    assert "Groups" in CalamineWorkbook.from_filelike(io.BytesIO(book)).sheet_names
    figures = page(as_, cast.administrator, "?compare=territory").context["beside_picture"].figures_text
    assert '"First talk","North",26,' in figures


def test_it_asks_no_more_questions_than_without(cast, as_, unlike, sellers, django_assert_max_num_queries):
    keep_past()
    client = as_(cast.administrator)
    client.get("/learn/?compare=territory")
    for what in ("territory", "size", "person", "version"):
        with django_assert_max_num_queries(15):
            client.get(f"/learn/?compare={what}")


def test_days_are_told_apart_too(cast, as_, unlike):
    Stay.objects.filter(opportunity__territory=cast.south, end="won").update(left_on=cast.today)
    row = first(page(as_, cast.administrator, "?compare=territory")).row
    assert row.slower.ahead.name == "South"
