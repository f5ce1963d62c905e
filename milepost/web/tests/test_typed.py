"""What a person typed is handed back by the page that refuses it."""

import pytest
from django.urls import reverse

from milepost.opportunities.models import Note


@pytest.fixture
def address(opportunity):
    return reverse("opportunities:write_note", args=[opportunity.pk])


TYPED = {"text": "They buy <b>in May</b>", "kind": "note", "csrfmiddlewaretoken": "abc"}


def test_what_is_out_of_sight_by_now_gives_it_back(cast, as_, opportunity, address):
    opportunity.revise(by=cast.coordinator, confidential=True)
    answer = as_(cast.sales_manager).post(address, TYPED)
    assert answer.status_code == 404
    assert "They buy &lt;b&gt;in May&lt;/b&gt;" in answer.text
    assert "abc" not in answer.text
    assert not Note.objects.exists()


def test_what_is_no_longer_allowed_gives_it_back(cast, as_, account):
    typed = {"note-text": "They buy in May", "note-kind": "note"}
    answer = as_(cast.team_member).post(reverse("desk:account_note", args=[account.pk]), typed)
    assert answer.status_code == 403
    assert "They buy in May" in answer.text


def test_nothing_is_shown_to_whoever_only_looks_or_is_not_signed_in(cast, as_, client, address):
    assert "What you typed" not in as_(cast.outsider).get(address, {"text": "Tell"}).text
    assert "Tell" not in client.post("/nothing/here/", {"text": "Tell"}).text
    assert "Tell" not in as_(cast.outsider).post("/nothing/here/", {"text": "Tell"}).text


def test_no_secret_is_shown(cast, as_):
    address = reverse("team:person", args=[cast.outsider.pk])
    answer = as_(cast.coordinator).post(address, {"name": "Ada", "password1": "sesame", "new_password": "sesame"})
    assert answer.status_code == 403
    assert "Ada" in answer.text
    assert "sesame" not in answer.text
