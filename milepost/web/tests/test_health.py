"""GET /health: what supervisors and balancers ask, without signing in."""

import pytest
from django.db.migrations.recorder import MigrationRecorder

from milepost import __version__
from milepost.web import health

pytestmark = pytest.mark.django_db


def test_it_answers_when_ready(client):
    answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "version": __version__})
    assert "no-store" in answer["Cache-Control"]
    assert client.head("/health").status_code == 200


def test_it_says_what_is_missing(client, monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)
    MigrationRecorder.Migration.objects.filter(app="web").delete()
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["why"]) == (503, "the database is not migrated")


def test_it_is_only_read(client):
    assert client.post("/health").status_code == 405
