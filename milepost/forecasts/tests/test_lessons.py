"""Lessons at the steps of a playbook: written, read, reworded, archived, and never telling what is confidential."""

import csv
import io

import pytest
from django.urls import reverse

from milepost.forecasts.learn import learn_and_refresh
from milepost.forecasts.learnt.past import keep_past
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Lesson
from milepost.opportunities.report import report
from milepost.opportunities.tailor import add_step
from milepost.playbooks.models import Playbook
from milepost.web.models import Change

NEW = reverse("learn:write_lesson")


@pytest.fixture
def lesson(cast, playbook, opportunity):
    """The salesperson has learnt something at the first step of an opportunity in the north."""
    text = "Ask for the shutdown’s date in the first talk."
    return Lesson.write(
        by=cast.salesperson, playbook=playbook.playbook, key="first", text=text, opportunity=opportunity
    )


def shown(as_, person, query=""):
    return as_(person).get(f"/learn/{query}").content.decode()


def test_it_is_written_at_a_step_and_read_on_learn_by_all(cast, as_, playbook, opportunity):
    sent = {"step": f"{playbook.playbook_id}:proposal", "text": "Bring the engineer."}
    answer = as_(cast.team_member).post(NEW, sent)
    assert answer.status_code == 302
    row = Lesson.objects.get()
    assert (row.key, row.by, row.opportunity, row.text) == ("proposal", cast.team_member, None, "Bring the engineer.")
    asked = f"?playbook={playbook.playbook_id}"
    assert "Bring the engineer." in shown(as_, cast.coordinator, asked)
    assert list(Lesson.objects.visible_to(cast.outsider)) == [row]


@pytest.mark.parametrize(
    ("step", "text"), [("{book}:first", " "), ("{book}:nowhere", "Yes"), ("0:first", "Yes"), ("x", "Yes"), ("", "")]
)
def test_what_cannot_be_kept_is_said_and_stays_typed(cast, as_, playbook, step, text):
    answer = as_(cast.coordinator).post(NEW, {"step": step.format(book=playbook.playbook_id), "text": text})
    assert answer.status_code == 422
    assert not Lesson.objects.exists()
    if text.strip():
        assert text in answer.content.decode()


def test_ending_an_opportunity_asks_for_one(cast, as_, opportunity, playbook):
    sent = {
        "kind": "lost", "on": cast.today.isoformat(), "words": "Too late", "seen": "",
        "lesson": "Meet purchasing before the proposal.", "lesson_step": "proposal",
    }  # fmt: skip
    address = reverse("opportunities:end", args=[opportunity.pk])
    page = as_(cast.coordinator).get(address).content.decode()
    sent["seen"] = page.split('name="seen" value="')[1].split('"')[0]
    assert as_(cast.coordinator).post(address, sent).status_code == 302
    row = Lesson.objects.get()
    assert (row.key, row.opportunity, row.playbook) == ("proposal", opportunity, playbook.playbook)
    assert opportunity.outcome.kind == "lost"


def test_a_lesson_is_asked_for_at_the_last_step_of_the_playbook_before_one_of_its_own(cast, as_, opportunity):
    first = opportunity.steps_in_order[0]
    first.win(by=cast.coordinator, on=cast.today)
    add_step(first, by=cast.coordinator, reason="They ask for it", name="Visit to the mill", usual_days=5)
    page = as_(cast.coordinator).get(reverse("opportunities:end", args=[opportunity.pk]))
    assert page.context["form"]["lesson_step"].value() == "first"
    assert "“Visit to the mill” was added here alone: the next one has the playbook’s steps" in page.text


def test_where_no_step_is_its_own_nothing_is_said_of_such(cast, as_, opportunity):
    assert "added here alone" not in as_(cast.coordinator).get(reverse("opportunities:end", args=[opportunity.pk])).text


def test_one_that_is_not_written_does_not_stand_in_the_way_of_the_end(cast, as_, opportunity):
    address = reverse("opportunities:end", args=[opportunity.pk])
    page = as_(cast.coordinator).get(address).content.decode()
    seen = page.split('name="seen" value="')[1].split('"')[0]
    sent = {"kind": "lost", "on": cast.today.isoformat(), "words": "Too late", "seen": seen}
    assert as_(cast.coordinator).post(address, sent).status_code == 302
    assert not Lesson.objects.exists()


def test_it_stands_where_work_is_now(cast, as_, lesson, opportunity):
    page = reverse("opportunities:page", args=[opportunity.pk])
    assert lesson.text in as_(cast.salesperson).get(page).content.decode()
    for key in ("first", "visit"):
        report(opportunity.steps.get(key=key), by=cast.coordinator, result="won", on=cast.today)
    text = as_(cast.salesperson).get(page).content.decode()
    assert lesson.text not in text
    assert "Write a lesson" in text


def test_it_stays_with_its_step_through_versions(cast, as_, lesson, playbook):
    draft = playbook.playbook.new_draft(by=cast.coordinator)
    draft.steps.get(key="first").revise(by=cast.coordinator, name="The first hour")
    for version in (playbook, draft):
        page = as_(cast.coordinator).get(reverse("playbooks:version", args=[version.pk])).content.decode()
        assert lesson.text in page
    assert lesson.step_name == "The first hour"


def test_one_of_a_step_that_is_gone_is_still_read(cast, as_, lesson, playbook):
    draft = playbook.playbook.new_draft(by=cast.coordinator)
    draft.steps.get(key="first").remove(by=cast.coordinator)
    draft.publish(by=cast.coordinator)
    text = shown(as_, cast.coordinator, f"?playbook={playbook.playbook_id}")
    assert lesson.text in text
    assert "no longer in the line" in text


def test_where_it_comes_from_is_told_to_whoever_sees_that(cast, as_, lesson, playbook):
    address = reverse("learn:lesson", args=[lesson.pk])
    assert "Coating line 4" in as_(cast.coordinator).get(address).content.decode()
    outside = as_(cast.outsider).get(address)
    assert lesson.text in outside.content.decode()
    assert "Coating line 4" not in outside.content.decode()


def test_one_of_a_confidential_opportunity_is_its_teams_alone(cast, as_, lesson, opportunity, playbook):
    opportunity.edit(by=cast.coordinator, confidential=True)
    asked = f"?playbook={playbook.playbook_id}"
    addresses = [reverse("learn:page") + asked, reverse("playbooks:version", args=[playbook.pk])]
    addresses += [reverse("learn:archived_lessons"), f"/learn/csv/lessons/{asked}"]
    lesson.archive(by=cast.salesperson)
    for is_archived in (True, False):
        if not is_archived:
            lesson.restore(by=cast.salesperson)
        for address in addresses:
            assert lesson.text not in as_(cast.sales_manager).get(address).getvalue().decode()
        assert as_(cast.sales_manager).get(reverse("learn:lesson", args=[lesson.pk])).status_code == 404
        for name in ("reword_lesson", "archive_lesson", "restore_lesson"):
            assert as_(cast.sales_manager).post(reverse(f"learn:{name}", args=[lesson.pk])).status_code == 404
    assert lesson.text in as_(cast.salesperson).get(reverse("learn:lesson", args=[lesson.pk])).content.decode()


def test_nobody_writes_one_from_an_opportunity_they_do_not_see(cast, as_, opportunity, playbook):
    sent = {"step": f"{playbook.playbook_id}:first", "text": "Psst", "opportunity": opportunity.pk}
    assert as_(cast.outsider).post(NEW, sent).status_code == 404
    assert not Lesson.objects.exists()


def test_who_wrote_it_and_who_writes_playbooks_reword_it(cast, as_, lesson):
    address = reverse("learn:reword_lesson", args=[lesson.pk])
    for person in (cast.salesperson, cast.coordinator):
        lesson.refresh_from_db()
        sent = {"text": f"Better said by {person.name}.", "version": lesson.version}
        assert as_(person).post(address, sent).status_code == 302
    lesson.refresh_from_db()
    assert lesson.text == f"Better said by {cast.coordinator.name}."
    assert as_(cast.team_member).post(address, {"text": "No", "version": lesson.version}).status_code == 403
    assert "Better said by" in as_(cast.team_member).get(reverse("learn:lesson", args=[lesson.pk])).content.decode()


def test_a_stale_edit_is_refused_and_shown(cast, as_, lesson):
    address, was = reverse("learn:reword_lesson", args=[lesson.pk]), lesson.version
    lesson.revise(by=cast.coordinator, text="Theirs")
    answer = as_(cast.salesperson).post(address, {"text": "Mine", "version": was})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Theirs" in text
    assert "Mine" in text
    lesson.refresh_from_db()
    assert lesson.text == "Theirs"


def test_it_is_archived_and_brought_back(cast, as_, lesson, playbook):
    client, asked = as_(cast.coordinator), f"?playbook={playbook.playbook_id}"
    answer = client.post(reverse("learn:archive_lesson", args=[lesson.pk]), follow=True)
    assert reverse("learn:restore_lesson", args=[lesson.pk]) in answer.content.decode()  # the undo
    assert lesson.text not in shown(as_, cast.coordinator, asked)
    assert lesson.text in client.get(reverse("learn:archived_lessons")).content.decode()
    client.post(reverse("learn:restore_lesson", args=[lesson.pk]))
    assert lesson.text in shown(as_, cast.coordinator, asked)


def test_its_history_tells_who_did_what(cast, as_, lesson, opportunity):
    lesson.revise(by=cast.coordinator, text="Shorter.")
    lesson.archive(by=cast.coordinator)
    text = as_(cast.coordinator).get(reverse("learn:lesson", args=[lesson.pk])).content.decode()
    for said in ("added it", "changed it", "archived it"):
        assert said in text
    verbs = Change.objects.filter(subject_kind="opportunity", subject_id=opportunity.pk, verb__startswith="lesson")
    assert set(verbs.values_list("verb", flat=True)) == {"lesson written", "lesson changed", "lesson archived"}
    told = as_(cast.coordinator).get(reverse("opportunities:history", args=[opportunity.pk])).content.decode()
    assert "wrote a lesson for “First talk”" in told


def test_lessons_follow_the_filters_and_can_be_taken_along(cast, as_, lesson, playbook):
    Lesson.write(by=cast.coordinator, playbook=playbook.playbook, key="first", text="From nowhere.")
    asked = f"?playbook={playbook.playbook_id}"
    assert "From nowhere." in shown(as_, cast.coordinator, asked)
    of_north = shown(as_, cast.coordinator, f"{asked}&territory={cast.north.pk}")
    assert lesson.text in of_north
    assert "From nowhere." not in of_north
    assert lesson.text not in shown(as_, cast.outsider, f"{asked}&territory={cast.north.pk}")
    answer = as_(cast.coordinator).get(f"/learn/csv/lessons/{asked}&territory={cast.north.pk}")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [(row["Step"], row["Lesson"], row["Opportunity"]) for row in rows] == [
        ("First talk", lesson.text, "Coating line 4")
    ]


def test_learn_asks_few_questions_however_many_lessons(cast, as_, playbook, opportunity, django_assert_max_num_queries):
    one = begin(by=None, name="Gone", playbook_version=playbook, territory=cast.north)
    close(one, by=cast.coordinator, kind="lost", on=cast.today)
    for n in range(12):
        key = ("first", "proposal", "contract")[n % 3]
        Lesson.write(by=cast.salesperson, playbook=playbook.playbook, key=key, text=f"No {n}", opportunity=opportunity)
    learn_and_refresh()
    keep_past()
    client = as_(cast.coordinator)
    client.get("/learn/")
    with django_assert_max_num_queries(15):
        client.get("/learn/")
    for lesson in Lesson.objects.all():
        lesson.archive(by=cast.coordinator)
    with django_assert_max_num_queries(6):
        client.get(reverse("learn:archived_lessons"))


def test_a_playbook_without_lessons_names_those_that_have_some(cast, as_, playbook, opportunity):
    other = Playbook.add(by=cast.coordinator, name="Service contracts")
    draft = other.draft
    draft.add_step(by=None, name="First call", key="call")
    draft.publish(by=None)
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today)
    assert "Nobody has written one yet." in shown(as_, cast.coordinator)
    Lesson.write(by=cast.salesperson, playbook=other, key="call", text="Ask who signs.")
    text = shown(as_, cast.coordinator)
    assert "Nobody has written one for this playbook yet. There are some for others:" in text
    assert f'<a href="?playbook={other.pk}#lessons">Service contracts</a> (1)' in text
    assert "Ask who signs." in shown(as_, cast.coordinator, f"?playbook={other.pk}")
