"""Making the example company: the same for the same seed and day, and only where there is none yet."""

import datetime
import hashlib

import pytest
from django.core.management import CommandError, call_command
from django.db import models, transaction

from milepost.exchange.example import make
from milepost.exchange.example.make import make_company
from milepost.exchange.tests.test_example import MODELS
from milepost.gates.models import Afterwards, FreedUse, GateDecision
from milepost.opportunities.models import Gate, Opportunity

TODAY = datetime.date(2026, 11, 24)


def digest(total, seed, today):
    """Return what a company of this seed and day says, without ids and moments, and leave nothing behind."""
    told = hashlib.sha256()
    with transaction.atomic():
        make_company(total=total, seed=seed, today=today)
        for model in MODELS:
            names = [f.attname for f in model._meta.concrete_fields if _says_something(f)]
            rows = model._base_manager.order_by("pk")
            for row in rows.values_list(*names) if names else [rows.count()]:  # without names it would give all of them
                told.update(repr(row).encode())
        transaction.set_rollback(True)
    return told.hexdigest()


def _says_something(field):
    silent = field.primary_key or field.is_relation or isinstance(field, models.DateTimeField)
    return not silent and field.name not in ("password", "subject_id", "object_id", "step_id", "path", "beads")


@pytest.mark.slow
def test_it_is_the_same_for_the_same_seed_and_day(db):
    first = digest(30, 3, TODAY)
    assert digest(30, 3, TODAY) == first
    assert digest(30, 4, TODAY) != first


def test_the_command_makes_a_company_once(db, capsys):
    call_command("demo_company", opportunities=12, seed=2, date=TODAY, password="somethingelse")
    said = capsys.readouterr().out
    assert "mara.lindt@kestermann.example  somethingelse" in said
    assert Opportunity.objects.count() == 12
    with pytest.raises(CommandError, match="already"):
        call_command("demo_company", opportunities=12)


def test_the_command_refuses_none_at_all(db):
    with pytest.raises(CommandError, match="at least one"):
        call_command("demo_company", opportunities=0)


@pytest.mark.slow
def test_a_large_one_tells_what_was_decided_at_gates_too(db, monkeypatch):
    monkeypatch.setattr(make, "TOLD_WHOLE", 100)
    make_company(total=300, seed=3, today=TODAY)

    decided = Gate.objects.exclude(state="undecided")
    assert decided.filter(state="refused", opportunity__outcomes__kind="withdrawn").exists()
    assert set(decided.values_list("pk", flat=True)) == set(GateDecision.objects.values_list("gate", flat=True))
    kept = [rival for card in GateDecision.objects.values_list("card", flat=True) for rival in card["rivals"]]
    assert {len(rival["signs"]) for rival in kept} == {4}
    assert FreedUse.objects.exists()
    assert Afterwards.objects.exists()
