"""Take an import back as a whole, as long as nothing else was built on it: what it made goes, the rest is put back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models, transaction
from django.db.models import ProtectedError

from milepost.accounts.models import Account
from milepost.exchange.built_on import MADE, why_not
from milepost.exchange.load import reckon
from milepost.exchange.loading.playbook import VERSION
from milepost.exchange.models import ImportBatch, SourceLink
from milepost.exchange.put_back import put_back
from milepost.opportunities.models import Offer
from milepost.playbooks.models import Playbook, PlaybookVersion
from milepost.team.models import Company, Membership, Person, Territory
from milepost.web.history import record
from milepost.web.models import SearchEntry
from milepost.web.turns import in_turns


def undo(batch: ImportBatch, *, by: Person | None, progress: Callable[[int], None] = lambda done: None) -> None:
    """Put back what an import changed and delete what it made; raises ValueError when something was built on it.

    That happens in short transactions: what is taken back half when a process dies is taken back whole by doing it
    again. People, territories, offers and versions of playbooks that something else names by now stay.
    """
    if why := why_not(batch):
        raise ValueError(why)
    batch.is_being_undone()
    Company.let_figures_lag()
    done = put_back(batch, by=by, told=progress)
    for kind, model in MADE:
        links = batch.links_made.filter(kind=kind).order_by("pk").values_list("pk", "object_id")
        before = done
        done += in_turns(list(links), _deleter(model, kind), told=lambda n, before=before: progress(before + n))  # type: ignore[misc]
    _take_versions(batch, by)
    _take_playbooks(batch)
    for pk in batch.made.get("offer", []):
        _unless_named(Offer.objects.filter(pk=pk))
    people = [
        *batch.made.get("person", []),
        *(pk for (pk,) in batch.links_made.filter(kind="person").values_list("object_id")),
    ]
    for pk in people:
        _take_person(pk)
    for pk in reversed(batch.made.get("territory", [])):
        _unless_named(Territory.objects.filter(pk=pk))
    batch.links_made.all().delete()
    batch.is_undone(by=by)
    reckon()


def _deleter(model: type[models.Model], kind: str) -> Callable[[list[tuple[int, int]]], None]:
    def delete(some: list[tuple[int, int]]) -> None:
        ids = [pk for _link, pk in some]
        SearchEntry.objects.filter(kind=kind, object_id__in=ids).delete()
        rows = model._default_manager.filter(pk__in=ids)
        if kind == "account":
            Account.objects.filter(parent__in=ids).update(parent=None)
        rows.delete()
        SourceLink.objects.filter(pk__in=[link for link, _pk in some]).delete()

    return delete


def left_versions(batch: ImportBatch) -> models.QuerySet[PlaybookVersion]:
    """Return the versions that an import has made of playbooks and that are here still."""
    return PlaybookVersion.objects.filter(pk__in=batch.made.get(VERSION, [])).select_related("playbook")


def _take_versions(batch: ImportBatch, by: Person | None) -> None:
    """Take back the versions that playbooks have gained, where they are the newest and nothing names them."""
    for version in left_versions(batch).order_by("-number"):
        with transaction.atomic():
            newer = version.playbook.versions.filter(number__gt=version.number)
            if not newer.exists() and _unless_named(PlaybookVersion.objects.filter(pk=version.pk)):
                record(version.playbook, "version taken back", by=by, what={"version": [version.number, None]})


def _take_playbooks(batch: ImportBatch) -> None:
    with transaction.atomic():
        for playbook in Playbook.objects.filter(pk__in=batch.made.get("playbook", [])):
            if _unless_named(PlaybookVersion.objects.filter(playbook=playbook)):
                _unless_named(Playbook.objects.filter(pk=playbook.pk))


def _take_person(pk: int) -> None:
    """Delete somebody who is known from the import alone and whom nothing names."""
    person = Person.objects.filter(pk=pk, last_login=None).first()
    if person is None or person.has_usable_password():
        return
    try:
        with transaction.atomic():
            Membership.objects.filter(person=person).delete()
            person.delete()
    except ProtectedError:
        return


def _unless_named(rows: models.QuerySet[Any]) -> bool:
    """Delete rows that nothing else names; tell whether they are gone."""
    try:
        with transaction.atomic():
            rows.delete()
    except ProtectedError:
        return False
    return True
