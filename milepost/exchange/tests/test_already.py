"""Before a newer file is brought in it is said how much of it is here already."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from milepost.exchange import already
from milepost.exchange.already import Already
from milepost.exchange.models import SourceLink
from milepost.exchange.tests.deals import HEAD, ROWS


@pytest.fixture
def look(as_, cast):
    client = as_(cast.coordinator)

    def look(text):
        files = SimpleUploadedFile("deals.csv", text.encode())
        return client.post(reverse("exchange:add"), {"files": files}, follow=True)

    return look


def test_it_counts_what_an_earlier_import_brought(bring, look):
    assert "here already" not in look(HEAD + ROWS).text
    bring()
    assert "These very files were imported" in look(HEAD + ROWS).text
    assert "here already" not in look(HEAD + ROWS).text
    page = look(HEAD + ROWS + "X1,A new one,,,Demo,,,,,,\n")
    assert "are here already and are brought up to date" in page.text
    batch = page.context["batch"]
    assert batch.survey["counts"]["already"] > 0
    assert batch.rows == batch.survey["counts"]["opportunity"]  # each row once: how far it is counts to this


def test_it_asks_for_some_at_a_time(bring, monkeypatch, django_assert_num_queries):
    bring()
    monkeypatch.setattr(already, "AT_ONCE", 2)
    ids = list(SourceLink.objects.filter(kind="opportunity").values_list("external_id", flat=True))[:3]
    source = SourceLink.objects.first().source
    with django_assert_num_queries(1 + 2):
        one = Already(source)
        for external_id in (*ids, "not here", None):
            one.add(external_id)
        assert one.total() == len(ids) == 3
