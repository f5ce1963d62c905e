"""A button that is pressed twice, names of files that deceive, and a link that ends while somebody writes."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from milepost.plans.models import ClientWord


@pytest.fixture
def said(client, address, shared, part):
    """Say something of the step: `said("ask", text="…")`."""

    def now(kind, **values):
        return client.post(f"{address}parts/{part.pk}/{kind}/", {"seen": 1, "text": "", **values})

    return now


@pytest.fixture
def address(shared, contact, invited):
    return invited(shared, contact)[1]


@pytest.fixture
def part(shared):
    return shared.parts.get()


@pytest.mark.parametrize(
    ("kind", "values"), [("ask", {"text": "Which hall?"}), ("done", {}), ("date", {"on": "2099-03-01"})]
)
def test_what_is_sent_twice_is_said_once(said, kind, values):
    first, second = said(kind, **values), said(kind, **values)
    assert first.url == second.url
    assert "said=1" in second.url
    assert ClientWord.objects.count() == 1


def test_another_question_is_another_word(said):
    said("ask", text="Which hall?")
    said("ask", text="Which door?")
    assert ClientWord.objects.count() == 2


def test_the_same_file_is_kept_once(said):
    for _each in range(2):
        said("file", file=SimpleUploadedFile("plan.pdf", b"%PDF-1.4 x"))
    word = ClientWord.objects.get()
    assert default_storage.listdir("plans")[1] == [word.path.rpartition("/")[2]]


@pytest.mark.parametrize(
    ("sent", "kept"), [("report\u202efdp.pdf", "reportfdp.pdf"), ("a" * 251 + ".pdf", "a" * 196 + ".pdf")]
)
def test_a_name_says_what_it_is_and_keeps_its_ending(said, sent, kept):
    assert said("file", file=SimpleUploadedFile(sent, b"%PDF-1.4 x")).status_code == 302
    assert ClientWord.objects.get().name == kept


def test_who_writes_while_their_link_ends_has_their_words_back(cast, said, shared):
    shared.invitations.get().end(by=cast.coordinator)
    answer = said("ask", text="Which <hall>?")
    assert answer.status_code == 410
    assert "It was not sent" in answer.text
    assert "Which &lt;hall&gt;?" in answer.text
    assert not ClientWord.objects.exists()


def test_an_unknown_link_gives_nothing_back(cast, client):
    answer = client.post("/plan/nobody/parts/1/ask/", {"text": "Which hall?"})
    assert answer.status_code == 404
    assert "Which hall?" not in answer.text
