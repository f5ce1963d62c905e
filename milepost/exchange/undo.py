"""Take an import back as a whole, as long as nothing else was built on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models, transaction
from django.db.models import ProtectedError, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from milepost.accounts.models import Account, Contact
from milepost.buyers.models import Stakeholder
from milepost.exchange.load import reckon
from milepost.exchange.loading.activities import NOTE, TASK
from milepost.exchange.models import ImportBatch, SourceLink
from milepost.opportunities.models import Note, Offer, Opportunity, Task
from milepost.playbooks.models import Playbook, PlaybookVersion
from milepost.team.models import Company, Membership, Person, Territory
from milepost.web.models import Change, SearchEntry
from milepost.web.turns import in_turns
from milepost.web.words import count

# In this order: what names others goes before them.
MADE: tuple[tuple[str, type[models.Model]], ...] = (
    (NOTE, Note),
    (TASK, Task),
    ("contact_role", Stakeholder),
    ("opportunity", Opportunity),
    ("contact", Contact),
    ("account", Account),
)
UNDOABLE = (ImportBatch.State.DONE, ImportBatch.State.FAILED, ImportBatch.State.UNDOING)


def why_not(batch: ImportBatch) -> str:
    """Say in plain words why an import cannot be undone; "" when it can."""
    if batch.state not in UNDOABLE:
        return _("Only an import that has run can be undone.")
    if batch.changed:
        told = _(
            "It brought %(n)s rows up to date that were here before. What they said until then stands in their history."
        )
        return told % {"n": count(batch.changed)}
    if not batch.links_made.exists() and not batch.made:
        return _("It made nothing that could be taken back.")
    return _built_on(batch)


def _ids(batch: ImportBatch, kind: str) -> Any:
    return batch.links_made.filter(kind=kind).values("object_id")


def _built_on(batch: ImportBatch) -> str:
    """Say what has been done since with what the import made."""
    touched = Q(subject_kind__in=["opportunity", "account", "contact"]) & Q(at__gt=batch.finished_at or batch.at)
    worked_on = sum(
        Change.objects.filter(touched, subject_kind=kind, subject_id__in=_ids(batch, kind))
        .values("subject_id")
        .distinct()
        .count()
        for kind in ("opportunity", "account", "contact")
    )
    if worked_on:
        told = ngettext(
            "%(n)s thing it made has been worked on since.",
            "%(n)s things it made have been worked on since.",
            worked_on,
        )
        return told % {"n": count(worked_on)}
    if _hang_on_it(batch):
        return _("Others have come since that hang on its accounts, its contacts or its playbook.")
    if SourceLink.objects.filter(made_by=batch).exclude(seen=batch).exists():
        return _("A later import has read the same rows. Undo that one first.")
    return ""


def _hang_on_it(batch: ImportBatch) -> bool:
    """Tell whether anything that the import did not make names what it made."""
    own_kinds = {model: kind for kind, model in MADE}
    versions = PlaybookVersion.objects.filter(playbook__in=batch.made.get("playbook", []))
    returned = {"came_back_from__in": _ids(batch, "opportunity")}
    asked: list[tuple[type[models.Model], dict[str, Any]]] = [
        (Opportunity, {"playbook_version__in": versions}),
        (Opportunity, returned),
    ]
    for model, kind in ((Account, "account"), (Contact, "contact")):
        for relation in model._meta.related_objects:
            if not relation.many_to_many:
                asked.append((relation.related_model, {f"{relation.field.name}__in": _ids(batch, kind)}))
    return any(_others(batch, model, named, own_kinds.get(model)).exists() for model, named in asked)


def _others(
    batch: ImportBatch, model: type[models.Model], named: dict[str, Any], kind: str | None
) -> models.QuerySet[Any]:
    rows = model._default_manager.filter(**named)
    return rows.exclude(pk__in=_ids(batch, kind)) if kind else rows


def undo(batch: ImportBatch, *, by: Person | None, progress: Callable[[int], None] = lambda done: None) -> None:
    """Delete what an import made, in short transactions; raises ValueError when something was built on it.

    What is taken back half when a process dies is taken back whole by doing it again. People, territories and offers
    that something else names by now stay.
    """
    if why := why_not(batch):
        raise ValueError(why)
    Company.let_figures_lag()
    done = 0
    for kind, model in MADE:
        links = batch.links_made.filter(kind=kind).order_by("pk").values_list("pk", "object_id")
        before = done
        done += in_turns(list(links), _deleter(model, kind), told=lambda n, before=before: progress(before + n))  # type: ignore[misc]
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
