"""A note or a call has its day, is changed by whoever wrote it, and is taken away after a question."""

import datetime

import pytest
from django.urls import reverse

from milepost.buyers.models import Evidence, Vision
from milepost.opportunities.models import Note
from milepost.opportunities.report import report
from milepost.web.words import day, short_day

DAY = datetime.timedelta(days=1)


def url(name, *args):
    return reverse(f"opportunities:{name}", args=args)


@pytest.fixture
def note(cast, opportunity):
    return Note.write(by=cast.salesperson, text="They like it", opportunity=opportunity)


def changed(note, **values):
    return {"kind": note.kind, "text": note.text, "on": note.on, "version": note.version, **values}


def test_a_call_has_the_day_it_was(cast, as_, opportunity):
    client, on = as_(cast.team_member), cast.today - 3 * DAY
    client.post(url("write_note", opportunity.pk), {"kind": "call", "text": "Asked for dates", "on": on})
    client.post(url("write_note", opportunity.pk), {"kind": "note", "text": "They like it"})
    assert [(note.text, note.on) for note in Note.objects.all()] == [
        ("They like it", cast.today),
        ("Asked for dates", on),
    ]
    assert f"{cast.team_member.name}, {day(on)}" in client.get(url("work", opportunity.pk)).text


def test_a_call_is_not_of_tomorrow(cast, as_, opportunity):
    data = {"kind": "call", "text": "Asked for dates", "on": cast.today + DAY}
    answer = as_(cast.team_member).post(url("write_note", opportunity.pk), data)
    assert answer.status_code == 422
    assert "still to come" in answer.context["note_form"].errors["on"][0]
    assert "Asked for dates" in answer.text


def test_whoever_wrote_a_note_changes_it_and_the_history_keeps_what_it_said(cast, as_, opportunity, note):
    client, address, on = as_(cast.salesperson), url("edit_note", note.pk), cast.today - DAY
    assert address in client.get(url("work", opportunity.pk)).text
    data = changed(note, kind="call", text="They like it, if it is cheap", on=on)
    assert client.post(address, data).url == url("work", opportunity.pk)
    page = client.get(url("work", opportunity.pk)).text
    assert "They like it, if it is cheap" in page
    assert f"{cast.salesperson.name}, {day(on)}, edited {short_day(cast.today)}" in page
    history = client.get(url("history", opportunity.pk)).text
    assert "What it says: They like it, if it is cheap, was They like it" in history
    assert "Kind: call, was note" in history


def test_two_who_change_it_at_once_see_each_other(cast, as_, note):
    client, first = as_(cast.salesperson), changed(note, text="First")
    client.post(url("edit_note", note.pk), first)
    answer = client.post(url("edit_note", note.pk), first | {"text": "Second"})
    assert answer.status_code == 409
    assert "First" in answer.text
    assert "Second" in answer.text
    assert Note.objects.get().text == "First"


def test_of_what_was_said_after_an_appointment_only_the_words_change(cast, as_, opportunity):
    report(opportunity.steps.get(key="first"), by=cast.salesperson, result="again", on=cast.today - DAY, notes="Good")
    note, client = Note.objects.get(), as_(cast.salesperson)
    assert set(client.get(url("edit_note", note.pk)).context["form"].fields) == {"text", "version"}
    client.post(url("edit_note", note.pk), {"text": "Very good", "version": note.version})
    assert (Note.objects.get().text, Note.objects.get().kind) == ("Very good", "debrief")


def test_it_asks_before_it_removes_and_the_history_keeps_what_it_said(cast, as_, opportunity, note):
    client, address = as_(cast.coordinator), url("remove_note", note.pk)
    page = client.get(url("work", opportunity.pk)).text
    assert address in page
    assert url("edit_note", note.pk) not in page
    assert "They like it" in client.get(address).text
    assert Note.objects.exists()
    assert client.post(address).url == url("work", opportunity.pk)
    assert not Note.objects.exists()
    assert "They like it" in client.get(url("history", opportunity.pk)).text
    assert "They like it" in client.post(address, follow=True).text  # what was taken out, and by whom


def test_nobody_else_changes_or_removes_it(cast, as_, opportunity, note):
    page = as_(cast.team_member).get(url("work", opportunity.pk)).text
    for name in ("edit_note", "remove_note"):
        assert url(name, note.pk) not in page
        assert as_(cast.team_member).post(url(name, note.pk), changed(note)).status_code == 403
        assert as_(cast.outsider).post(url(name, note.pk), changed(note)).status_code == 404
    assert as_(cast.coordinator).post(url("edit_note", note.pk), changed(note)).status_code == 403


def test_what_was_typed_about_a_removed_note_is_kept(cast, as_, opportunity, note):
    note.remove(by=cast.coordinator)
    answer = as_(cast.salesperson).post(url("edit_note", note.pk), changed(note, text="They love it"))
    assert answer.status_code == 409
    assert "They love it" in answer.text
    assert url("write_note", opportunity.pk) in answer.text


def test_evidence_of_the_vision_stays(cast, as_, opportunity, note):
    vision = Vision.begin(opportunity, by=cast.coordinator, words="One crew", whose="The director")
    Evidence.objects.create(vision=vision, question="whose", note=note, version=vision.now, confidence=2, on=cast.today)
    answer = as_(cast.salesperson).post(url("remove_note", note.pk))
    assert answer.status_code == 422
    assert "evidence of the client’s vision" in answer.text
    assert Note.objects.exists()
