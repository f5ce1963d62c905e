"""The client's vision: hypotheses until one is proven, each answer with evidence, and an alarm when it changes."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from milepost.buyers.models import Evidence, Stakeholder, Verdict, Vision, VisionAlarm, VisionVersion
from milepost.buyers.visions import VisionKnown, visions_known
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Attachment, Note

SAID = {"words": "One crew on both coaters", "whose": "The mill director", "origin": "merger", "where": "In the group"}


def url(name, *args):
    return reverse(f"buyers:{name}", args=args)


@pytest.fixture
def vision(cast, opportunity):
    return Vision.begin(opportunity, by=cast.salesperson, **SAID)


def evidenced(vision, by, *questions):
    for question in questions or ("whose", "how", "where"):
        Evidence.add(vision, by=by, question=question, confidence=3, message="She told us so")
    return vision


def known(opportunity, **more):
    return visions_known([opportunity.pk], **more).get(opportunity.pk, VisionKnown())


def test_it_is_written_down_in_their_words(cast, as_, opportunity, contact):
    client = as_(cast.salesperson)
    assert "What does the client want to become?" in client.get(url("vision", opportunity.pk)).text
    who = Stakeholder.add(opportunity, by=None, contact=contact)
    data = {**SAID, "whose": "", "whose_stakeholder": who.pk, "with_whom": "a consultant"}
    kept = client.post(url("begin_vision", opportunity.pk), data)
    assert kept.status_code == 302, kept.context["form"].errors
    page = client.get(url("vision", opportunity.pk)).text
    for text in ("One crew on both coaters", "Dr Helene Brandt", "A merger or sale", "In the group, with a consultant"):
        assert text in page, text
    assert page.count("Nothing speaks for it yet.") == 3
    assert client.post(url("begin_vision", opportunity.pk), {"words": ""}).status_code == 422


def test_each_answer_takes_evidence_of_every_kind(cast, as_, opportunity, vision):
    client = as_(cast.salesperson)
    note = Note.write(by=cast.salesperson, text="The director spoke of it", opportunity=opportunity)
    file = Attachment.keep(SimpleUploadedFile("speech.txt", b"x"), by=cast.salesperson, opportunity=opportunity)
    where = url("evidence", vision.pk)
    client.post(where, {"question": "whose", "note": note.pk, "confidence": "2"})
    client.post(where, {"question": "how", "file": file.pk, "confidence": "3"})
    client.post(where, {"question": "where", "message": "“We sat with the group’s engineers”", "confidence": "1"})
    page = client.get(url("vision", opportunity.pk)).text
    for text in ("The director spoke of it", "speech.txt", "We sat with the group", "a hint"):
        assert text in page, text
    assert (known(opportunity).whose, known(opportunity).how, known(opportunity).where) == (2, 3, 1)
    assert client.post(where, {"question": "whose", "confidence": "2"}).status_code == 422
    history = client.get(reverse("opportunities:history", args=[opportunity.pk])).text
    assert "noted what speaks for an answer. Who wants this?" in history


def test_evidence_of_other_opportunities_is_not_taken(cast, as_, playbook, opportunity, vision):
    far = begin(by=None, name="Far", territory=cast.south, playbook_version=playbook)
    note = Note.write(by=cast.outsider, text="A secret", opportunity=far)
    answer = as_(cast.salesperson).post(
        url("evidence", vision.pk), {"question": "whose", "note": note.pk, "confidence": "2"}
    )
    assert answer.status_code == 422
    assert not Evidence.objects.exists()


def test_no_answer_no_evidence(cast, as_, opportunity):
    bare = Vision.begin(opportunity, by=cast.salesperson, words="To be the leanest mill")
    answer = as_(cast.salesperson).post(
        url("evidence", bare.pk), {"question": "how", "message": "said", "confidence": "2"}
    )
    assert answer.status_code == 422
    assert "There is no answer yet." in answer.text


def test_hypotheses_stand_side_by_side_until_one_is_proven(cast, as_, opportunity, vision):
    client = as_(cast.coordinator)
    rival = Vision.begin(opportunity, by=cast.salesperson, words="To close the mill", whose="The group")
    evidenced(rival, cast.salesperson, "whose")
    assert "Several hypotheses stand side by side" in client.get(url("vision", opportunity.pk)).text
    assert known(opportunity) == VisionKnown(hypotheses=2)
    refused = client.post(url("prove_vision", rival.pk), follow=True).text
    assert "Not proven yet, an answer with evidence is missing: How did it come about?" in refused
    evidenced(vision, cast.salesperson)
    client.post(url("prove_vision", vision.pk))
    assert known(opportunity).proven
    assert known(opportunity).is_answered
    client.post(url("drop_vision", rival.pk), {"reason": "The group denied it"})
    page = client.get(url("vision", opportunity.pk)).text
    assert "The group denied it" in page
    client.post(url("reopen_vision", rival.pk))
    assert rival.state == Verdict.Kind.OPEN


def test_a_change_alarms_the_team_but_who_made_it(cast, as_, opportunity, vision):
    opportunity.assign(by=cast.coordinator, role="team_member", person=cast.team_member)
    client = as_(cast.salesperson)
    data = {**SAID, "words": "To sell the mill", "number": 1, "why": "A new owner"}
    client.post(url("change_vision", vision.pk), data)
    assert set(VisionAlarm.objects.values_list("person", flat=True)) == {cast.coordinator.pk, cast.team_member.pk}
    desk = as_(cast.coordinator).get(reverse("desk:desk")).text
    assert "The client’s vision has changed" in desk
    assert "To sell the mill" in desk
    assert "The client’s vision has changed" in as_(cast.team_member).get(reverse("desk:my_day")).text
    assert "The client’s vision has changed" not in client.get(reverse("desk:desk")).text
    page = as_(cast.coordinator).get(reverse("opportunities:page", args=[opportunity.pk])).text
    assert "Vision changed" in page
    as_(cast.coordinator).post(url("see_vision", opportunity.pk))
    assert "Vision changed" not in as_(cast.coordinator).get(reverse("opportunities:page", args=[opportunity.pk])).text
    assert "The client’s vision has changed" in as_(cast.team_member).get(reverse("desk:my_day")).text
    history = client.get(reverse("opportunities:history", args=[opportunity.pk])).text
    assert "In their words: To sell the mill, was One crew on both coaters" in history


def test_it_alarms_also_after_the_opportunity_has_ended(cast, as_, opportunity, vision):
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today)
    as_(cast.salesperson).post(url("change_vision", vision.pk), {**SAID, "words": "Another", "number": 1})
    assert VisionAlarm.objects.waiting_for(cast.coordinator).count() == 1
    assert "The client’s vision has changed" in as_(cast.coordinator).get(reverse("desk:desk")).text


def test_a_rival_that_changes_alarms_nobody(cast, opportunity, vision):
    Vision.begin(opportunity, by=cast.salesperson, words="Another")
    vision.change(by=cast.salesperson, words="A third")
    assert not VisionAlarm.objects.exists()
    assert vision.change(by=cast.salesperson, words="A third") is None
    assert vision.versions.count() == 2


def test_another_that_is_proven_and_a_doubt_are_alarms_too(cast, opportunity, vision):
    evidenced(vision, cast.salesperson).prove(by=cast.salesperson)
    assert not VisionAlarm.objects.exists()
    other = evidenced(Vision.begin(opportunity, by=cast.salesperson, **{**SAID, "words": "Another"}), cast.salesperson)
    other.prove(by=cast.salesperson)
    assert vision.state == Verdict.Kind.DROPPED
    other.drop(by=cast.salesperson, reason="She has left")
    assert set(VisionAlarm.objects.values_list("kind", flat=True)) == {"replaced", "doubted"}


def test_evidence_holds_for_the_answer_it_was_given_to(cast, as_, opportunity, vision):
    evidenced(vision, cast.salesperson)
    vision.change(by=cast.salesperson, whose="The new owner")
    assert (known(opportunity).whose, known(opportunity).how) == (0, 3)
    page = as_(cast.salesperson).get(url("vision", opportunity.pk)).text
    assert "Spoke for an earlier answer: She told us so" in page
    vision.change(by=cast.salesperson, whose=SAID["whose"])
    assert known(opportunity).whose == 3


def test_what_is_withdrawn_counts_no_longer(cast, as_, opportunity, vision):
    evidenced(vision, cast.salesperson)
    as_(cast.salesperson).post(url("withdraw_evidence", Evidence.objects.get(question="how").pk))
    assert known(opportunity).how == 0
    assert Evidence.objects.count() == 3


def test_two_who_change_it_at_once_are_shown_each_others_words(cast, as_, vision):
    as_(cast.salesperson).post(url("change_vision", vision.pk), {**SAID, "words": "Mine", "number": 1})
    answer = as_(cast.coordinator).post(url("change_vision", vision.pk), {**SAID, "words": "Yours", "number": 1})
    assert answer.status_code == 409
    assert "Mine" in answer.text
    assert "Yours" in answer.text
    assert vision.versions.count() == 2
    as_(cast.coordinator).post(url("change_vision", vision.pk), {**SAID, "words": "Yours", "number": 2})
    assert vision.now.words == "Yours"


def test_it_is_answered_as_it_was_known_on_a_day(cast, opportunity, vision):
    evidenced(vision, cast.salesperson)
    before = cast.today - datetime.timedelta(days=5)
    VisionVersion.objects.update(on=before)
    Evidence.objects.filter(question="whose").update(on=before)
    then = known(opportunity, day=cast.today - datetime.timedelta(days=1))
    assert (then.whose, then.how) == (3, 0)
    assert known(opportunity, day=before - datetime.timedelta(days=1)) == VisionKnown()
    assert known(opportunity).is_answered


def test_many_take_as_many_questions_as_one(cast, playbook, opportunity, vision):
    def questions(ids):
        with CaptureQueriesContext(connection) as queries:
            visions_known(ids)
        return len(queries)

    evidenced(vision, cast.salesperson)
    one, ids = questions([opportunity.pk]), [opportunity.pk]
    for n in range(8):
        more = begin(by=None, name=f"More {n}", territory=cast.north, playbook_version=playbook)
        evidenced(Vision.begin(more, by=None, **SAID), None)
        ids.append(more.pk)
    assert questions(ids) == one
