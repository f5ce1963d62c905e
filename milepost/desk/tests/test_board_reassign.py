"""Many opportunities to one person at once, and back."""

import pytest
from django.urls import reverse

from milepost.desk.models import MANY, Reassignment
from milepost.desk.tests.boards import BOARD
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Opportunity, Standing
from milepost.opportunities.reassign import reassign
from milepost.opportunities.standing import restand
from milepost.team.models import Membership, Person
from milepost.web.jobs import Work, claim
from milepost.web.models import Change, Job
from milepost.web.worker import Worker

ASK, DO = reverse("desk:reassign"), reverse("desk:reassign_do")


@pytest.fixture
def three(cast, playbook, opportunity):
    more = [
        begin(by=None, name=name, territory=cast.north, playbook_version=playbook, coordinator=cast.coordinator)
        for name in ("Kiln", "Pumps")
    ]
    return [opportunity, *more]


@pytest.fixture
def manager(as_, cast):
    return as_(cast.sales_manager)


def ids_of(opportunities):
    return ",".join(str(one.pk) for one in opportunities)


def give(client, opportunities, person, role="coordinator"):
    answer = client.post(DO, {"ids": ids_of(opportunities), "role": role, "person": person.pk})
    assert answer.status_code == 302
    return Reassignment.objects.first()


def test_it_says_how_many_before_it_does_anything(manager, three):
    page = manager.post(ASK, {"ids": [one.pk for one in three]}).content.decode()

    assert "Reassign 3 opportunities" in page
    assert "Kiln" in page
    assert not Reassignment.objects.exists()


def test_with_none_chosen_it_takes_the_whole_filter(manager, three):
    page = manager.post(ASK, {"query": "q=kiln"}).content.decode()

    assert "Reassign 1 opportunity" in page
    assert f'value="{three[1].pk}"' in page


def test_nothing_chosen_says_so(manager, three):
    assert "Nothing to reassign" in manager.post(ASK).content.decode()


def test_it_gives_them_all_with_a_line_of_history_each(manager, cast, three):
    done = give(manager, three, cast.team_member)

    assert {one.coordinator for one in Opportunity.objects.all()} == {cast.team_member}
    assert {row.coordinator for row in Standing.objects.all()} == {cast.team_member}
    lines = Change.objects.filter(verb="assigned", subject_kind="opportunity")
    assert {line.subject_id for line in lines} == {one.pk for one in three}
    assert lines[0].what == {"coordinator": [cast.coordinator.name, cast.team_member.name]}
    assert dict(done.rows) == dict.fromkeys((one.pk for one in three), cast.coordinator.pk)


def test_it_agrees_with_giving_one(cast, three):
    one, other = three[1:]
    one.assign(by=cast.sales_manager, role="salesperson", person=cast.team_member)
    reassign({other.pk: cast.team_member}, by=cast.sales_manager, role="salesperson")

    def state(pk):
        row = Opportunity.objects.values("version", "salesperson_id", "coordinator_id").get(pk=pk)
        change = Change.objects.filter(subject_id=pk, subject_kind="opportunity").order_by("-id")
        stands = Standing.objects.values("salesperson_id", "next_who", "category", "win").get(pk=pk)
        return row, change.values("verb", "what", "reason", "by_id", "on_behalf_of_id")[0], stands

    assert state(one.pk) == state(other.pk)


def test_undo_gives_them_back(manager, cast, three):
    Opportunity.objects.filter(pk=three[2].pk).update(coordinator=None)
    done = give(manager, three, cast.team_member)

    page = manager.post(reverse("desk:reassign_undo", args=[done.pk]), follow=True).content.decode()

    assert [Opportunity.objects.get(pk=one.pk).coordinator for one in three] == [
        cast.coordinator,
        cast.coordinator,
        None,
    ]
    assert "3 opportunities have their earlier people back." in page


def test_who_sees_only_their_own_takes_back_what_they_gave_away(as_, cast, three):
    freelance = Person.join(by=None, name="Free Lance", email="free@example.com")
    Membership.give(by=None, person=freelance, territory=cast.north, role="coordinator", scope="own")
    reassign(dict.fromkeys((one.pk for one in three), freelance), by=cast.sales_manager, role="coordinator")
    their_own = as_(freelance)
    done = give(their_own, three, cast.sales_manager)
    assert not Opportunity.objects.visible_to(Person.objects.get(pk=freelance.pk)).exists()
    Opportunity.objects.get(pk=three[1].pk).assign(by=cast.sales_manager, role="coordinator", person=cast.administrator)

    their_own.post(reverse("desk:reassign_undo", args=[done.pk]))

    held = {one.name: one.coordinator for one in Opportunity.objects.all()}
    assert held == {
        three[0].name: freelance,
        three[1].name: cast.administrator,
        three[2].name: freelance,
    }


def test_undo_leaves_what_is_newer_and_what_has_ended(manager, cast, three):
    done = give(manager, three, cast.team_member)
    first, second, third = (Opportunity.objects.get(pk=one.pk) for one in three)
    first.assign(by=cast.administrator, role="coordinator", person=cast.salesperson)
    first.assign(by=cast.administrator, role="coordinator", person=cast.team_member)
    close(second, by=cast.sales_manager, kind="withdrawn", on=cast.today)

    page = manager.post(reverse("desk:reassign_undo", args=[done.pk]), follow=True).content.decode()

    first.refresh_from_db()
    third.refresh_from_db()
    assert (first.coordinator, third.coordinator) == (cast.team_member, cast.coordinator)
    assert "2 stay as they are" in page


def test_undo_works_once_and_only_for_who_did_it(as_, manager, cast, three):
    done = give(manager, three, cast.team_member)
    undo, page = reverse("desk:reassign_undo", args=[done.pk]), reverse("desk:reassigned", args=[done.pk])

    assert as_(cast.administrator).post(undo).status_code == 404
    assert as_(cast.administrator).get(page).status_code == 404
    assert manager.post(undo).status_code == 302
    assert manager.post(undo).status_code == 403


def test_what_a_person_may_not_reassign_is_left_out(as_, cast, three):
    theirs = as_(cast.salesperson).post(ASK, {"ids": ids_of(three)}).content.decode()
    outside = as_(cast.outsider)

    assert "Nothing to reassign" in theirs
    assert "Coating line 4" not in outside.post(ASK, {"ids": ids_of(three)}).content.decode()
    outside.post(DO, {"ids": ids_of(three), "role": "coordinator", "person": cast.outsider.pk})
    assert {one.coordinator for one in Opportunity.objects.all()} == {cast.coordinator}


@pytest.mark.parametrize("wrong", [{"role": "boss"}, {"person": "9999999"}, {"person": ""}])
def test_wrong_answers_are_refused_and_the_choice_is_kept(manager, cast, three, wrong):
    sent = {"ids": ids_of(three), "role": "coordinator", "person": cast.team_member.pk, **wrong}

    answer = manager.post(DO, sent)

    assert answer.status_code == 422
    assert "Reassign 3 opportunities" in answer.content.decode()
    assert not Reassignment.objects.exists()


@pytest.mark.parametrize("ids", ["x", "1;DROP TABLE", "٣", "9" * 30, ",,,"])
def test_ids_that_are_none_choose_nothing(manager, three, ids):
    assert "Nothing to reassign" in manager.post(ASK, {"ids": ids}).content.decode()


def test_the_board_offers_boxes_to_who_may_reassign(as_, cast, manager, three):
    assert manager.get(BOARD).content.decode().count('name="ids"') == 3
    assert "Reassign all 3 of this view" in manager.get(BOARD).content.decode()
    assert "Reassign" not in as_(cast.salesperson).get(BOARD).content.decode()


@pytest.fixture
def many(cast, playbook):
    """More than a person would wait for."""
    for number in range(MANY + 30):
        name = f"Number {number}"
        Opportunity(name=name, name_key=name, playbook_version=playbook, territory=cast.north).save()
    restand(Opportunity.objects.values_list("pk", flat=True))
    return list(Opportunity.objects.all())


def held_by(person):
    return Standing.objects.filter(coordinator=person).count()


def test_many_are_given_and_taken_back_in_jobs_that_the_page_tells_of(cast, manager, many):
    done = give(manager, many, cast.coordinator)
    page = reverse("desk:reassigned", args=[done.pk])
    assert "Waiting for its turn" in manager.get(page).text
    assert held_by(cast.coordinator) == 0
    assert manager.post(reverse("desk:reassign_undo", args=[done.pk])).status_code == 403
    Worker().run_until_idle()
    assert held_by(cast.coordinator) == len(many)
    assert f"of {len(many)} opportunities" in manager.get(page).text
    many[0].refresh_from_db()
    many[0].assign(by=cast.sales_manager, role="coordinator", person=cast.salesperson)
    manager.post(reverse("desk:reassign_undo", args=[done.pk]))
    Worker().run_until_idle()
    assert held_by(cast.coordinator) == 0
    assert held_by(cast.salesperson) == 1  # something newer stands on it
    assert f"{len(many) - 1} opportunities have their earlier people back" in manager.get(page).text


def test_an_interrupted_one_goes_on_and_can_be_taken_back_whole(cast, manager, many):
    done = give(manager, many, cast.coordinator)
    assert Work(claim("first"), "first", stopping=lambda: True).run().state == "waiting"
    assert 0 < held_by(cast.coordinator) < len(many)
    Worker().run_until_idle()
    done.refresh_from_db()
    assert len(done.rows) == len({pk for pk, _had in done.rows}) == held_by(cast.coordinator) == len(many)
    assert Change.objects.filter(verb="assigned").count() == len(many)
    manager.post(reverse("desk:reassign_undo", args=[done.pk]))
    assert Work(claim("first"), "first", stopping=lambda: True).run().state == "waiting"
    Worker().run_until_idle()
    done.refresh_from_db()
    assert (held_by(cast.coordinator), done.restored) == (0, len(many))


def test_one_that_failed_says_that_some_are_left(cast, manager, many):
    done = give(manager, many, cast.coordinator)
    Job.objects.update(state="failed")
    assert "It stopped before all were given" in manager.get(reverse("desk:reassigned", args=[done.pk])).text
