"""Tasks, notes, calls and files."""

import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from milepost.opportunities.models import Attachment, Task


def url(name, *args):
    return reverse(f"opportunities:{name}", args=args)


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def upload(name="plan.html", content=b"<script>alert(1)</script>"):
    return SimpleUploadedFile(name, content, content_type="text/html")


def test_a_note_and_a_call_are_kept(cast, as_, opportunity, contact):
    client = as_(cast.team_member)
    client.post(url("write_note", opportunity.pk), {"kind": "note", "text": "They like it"})
    client.post(url("write_note", opportunity.pk), {"kind": "call", "text": "Asked for dates", "contact": contact.pk})
    assert [(n.kind, n.text) for n in opportunity.notes.order_by("id")] == [
        ("note", "They like it"),
        ("call", "Asked for dates"),
    ]
    assert "Asked for dates" in client.get(url("work", opportunity.pk)).content.decode()


def test_an_empty_note_is_told_and_nothing_lost(cast, as_, opportunity):
    response = as_(cast.coordinator).post(url("write_note", opportunity.pk), {"kind": "call", "text": " "})
    assert response.status_code == 422
    assert "text" in response.context["note_form"].errors


def test_a_file_comes_back_as_a_download_and_never_as_a_page(cast, as_, opportunity):
    client = as_(cast.coordinator)
    client.post(url("attach", opportunity.pk), {"file": upload()})
    kept = Attachment.objects.get()
    response = client.get(url("download", kept.pk))
    assert response["Content-Disposition"] == 'attachment; filename="plan.html"'
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"
    assert as_(cast.outsider).get(url("download", kept.pk)).status_code == 404


def test_a_file_that_is_too_large_is_told_in_plain_words(cast, as_, opportunity, settings):
    settings.MAX_FILE_BYTES = 10
    response = as_(cast.coordinator).post(url("attach", opportunity.pk), {"file": upload(content=b"12345678901")})
    assert response.status_code == 422
    assert "the most is" in str(response.context["file_form"].errors["file"])
    assert not Attachment.objects.exists()


def test_no_file_and_an_empty_file_are_told(cast, as_, opportunity):
    client = as_(cast.coordinator)
    assert "Choose a file" in client.post(url("attach", opportunity.pk)).content.decode()
    assert "empty" in client.post(url("attach", opportunity.pk), {"file": upload(content=b"")}).content.decode()


def test_a_large_file_is_stored_once_and_whole(cast, as_, opportunity):
    content = b"x" * 6_000_000
    for _ in range(2):
        kept = Attachment.keep(SimpleUploadedFile("big.bin", content), by=cast.coordinator, opportunity=opportunity)
    with default_storage.open(kept.path) as stored:
        assert io.BytesIO(stored.read()).getbuffer().nbytes == len(content)
    assert len(default_storage.listdir(kept.sha256[:2])[1]) == 1


def test_a_removed_file_is_no_longer_there(cast, as_, opportunity):
    client = as_(cast.coordinator)
    client.post(url("attach", opportunity.pk), {"file": upload()})
    kept = Attachment.objects.get()
    said = client.post(url("remove_file", kept.pk), follow=True).text
    assert "plan.html" in said
    assert client.get(url("download", kept.pk)).status_code == 404
    assert "plan.html" not in client.get(url("work", opportunity.pk)).text
    assert "removed the file “plan.html”" in client.get(url("history", opportunity.pk)).content.decode()


def test_a_task_of_either_side_is_added_ticked_and_taken_back(cast, as_, opportunity, contact):
    client = as_(cast.coordinator)
    step = opportunity.steps.first()
    data = {"title": "Name the shift", "owner_contact": contact.pk, "due_on": cast.today, "step": step.pk}
    client.post(url("add_task", opportunity.pk), data)
    task = Task.objects.get()
    assert (task.owner, task.owner_contact, task.step) == (None, contact, step)
    client.post(url("finish_task", task.pk))
    assert Task.objects.get().done_by == cast.coordinator
    client.post(url("reopen_task", task.pk))
    assert Task.objects.get().done_at is None


def test_a_task_has_one_owner(cast, as_, opportunity, contact):
    data = {"title": "Both", "owner": cast.coordinator.pk, "owner_contact": contact.pk}
    response = as_(cast.coordinator).post(url("add_task", opportunity.pk), data)
    assert response.status_code == 422
    assert "owner_contact" in response.context["form"].errors


def test_a_task_is_edited_and_history_tells(cast, as_, opportunity):
    task = Task.add(by=cast.coordinator, title="Send it", opportunity=opportunity, owner=cast.coordinator)
    data = {"title": "Send the drawings", "owner": cast.salesperson.pk, "version": task.version}
    as_(cast.coordinator).post(url("edit_task", task.pk), data)
    assert Task.objects.get().owner == cast.salesperson
    assert "Task: Send the drawings, was Send it" in as_(cast.coordinator).get(
        url("history", opportunity.pk)
    ).content.decode().replace("&quot;", '"')


def test_outsiders_find_no_task_or_file(cast, as_, opportunity):
    task = Task.add(by=cast.coordinator, title="Send it", opportunity=opportunity)
    for address in (url("finish_task", task.pk), url("edit_task", task.pk), url("attach", opportunity.pk)):
        assert as_(cast.outsider).post(address).status_code == 404
