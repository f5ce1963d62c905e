"""Tell what stands against taking an import back: what was built on it, or that what stood before is kept no longer."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from milepost.accounts.models import Account, Contact
from milepost.buyers.models import Stakeholder
from milepost.exchange.loading.activities import NOTE, TASK
from milepost.exchange.models import ImportBatch, SourceLink
from milepost.exchange.since import since
from milepost.exchange.touched import TOUCHED
from milepost.opportunities.models import Note, Opportunity, Task
from milepost.playbooks.models import PlaybookVersion
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
LINKED_AS = {"opportunity": "opportunity", "account": "account", "contact": "contact", "stakeholder": "contact_role"}
"""What is looked for in the history of things that were made, and the kind of their links."""
UNDOABLE = (ImportBatch.State.DONE, ImportBatch.State.FAILED, ImportBatch.State.UNDOING)


def why_not(batch: ImportBatch) -> str:
    """Say in plain words why an import cannot be undone; "" when it can."""
    if batch.state not in UNDOABLE:
        return _("Only an import that has run can be undone.")
    begun = batch.state == ImportBatch.State.UNDOING
    if not begun and _is_let_go(batch):
        return _("What stood before it is kept no longer. The history of what it changed says what that was.")
    if not begun and not batch.links_made.exists() and not batch.made and not batch.before.exists():
        return _("It made nothing that could be taken back.")
    return _built_on(batch)


def made_by(batch: ImportBatch, kind: str) -> Any:
    """Ask for the numbers of what the import has made of a kind."""
    return batch.links_made.filter(kind=kind).values("object_id")


def read_later(batch: ImportBatch) -> bool:
    """Tell whether a later import has read what this one made or changed."""
    changed = Q(pk__in=batch.before.exclude(link=None).values("link"))
    return SourceLink.objects.filter(changed | Q(made_by=batch)).exclude(seen=batch).exists()


def _is_let_go(batch: ImportBatch) -> bool:
    """Tell whether it changed something of which nothing is kept; a playbook only gains a version, which is known."""
    changed = any(told.get("changed") for kind, told in batch.counts.items() if kind != "playbook")
    return batch.let_go or (changed and not batch.before.exists())


def _built_on(batch: ImportBatch) -> str:
    """Say what has been done since with what the import made or changed."""
    if read_later(batch):
        return _("A later import has read the same rows. Undo that one first.")
    begun = batch.state == ImportBatch.State.UNDOING  # then what is worked on meanwhile is left as it is
    made, changed = _worked_on(batch, _made), 0 if begun else _worked_on(batch, _changed)
    if made:
        told = ngettext(
            "%(n)s thing it made has been worked on since.", "%(n)s things it made have been worked on since.", made
        )
        return told % {"n": count(made)}
    if changed:
        told = ngettext(
            "%(n)s thing it changed has been worked on since.",
            "%(n)s things it changed have been worked on since.",
            changed,
        )
        return told % {"n": count(changed)}
    if _hang_on_it(batch):
        return _("Others have come since that hang on its accounts, its contacts or its playbook.")
    return ""


def _made(batch: ImportBatch, kind: str) -> Any:
    return made_by(batch, LINKED_AS[kind]) if kind in LINKED_AS else None


def _changed(batch: ImportBatch, kind: str) -> Any:
    return batch.before.filter(kind=kind).values("object_id")


def _worked_on(batch: ImportBatch, ids_of: Any) -> int:
    """Count the things of an import that the history tells of since."""
    lines = since(batch)
    asked = [(kind, ids_of(batch, kind)) for kind in TOUCHED]
    rows = [lines.filter(subject_kind=kind, subject_id__in=ids) for kind, ids in asked if ids is not None]
    return sum(found.values("subject_id").distinct().count() for found in rows)


def _hang_on_it(batch: ImportBatch) -> bool:
    """Tell whether anything that the import did neither make nor change names what it made."""
    own_kinds = {model: kind for kind, model in MADE}
    versions = PlaybookVersion.objects.filter(playbook__in=batch.made.get("playbook", []))
    returned = {"came_back_from__in": made_by(batch, "opportunity")}
    asked: list[tuple[type[models.Model], dict[str, Any]]] = [
        (Opportunity, {"playbook_version__in": versions}),
        (Opportunity, returned),
    ]
    for model, kind in ((Account, "account"), (Contact, "contact")):
        for relation in model._meta.related_objects:
            if not relation.many_to_many:
                asked.append((relation.related_model, {f"{relation.field.name}__in": made_by(batch, kind)}))
    return any(_others(batch, model, named, own_kinds.get(model)).exists() for model, named in asked)


def _others(
    batch: ImportBatch, model: type[models.Model], named: dict[str, Any], kind: str | None
) -> models.QuerySet[Any]:
    rows = model._default_manager.filter(**named)
    if not kind:
        return rows
    before = batch.before.filter(kind=model._meta.model_name, object_id=OuterRef("pk"))
    return rows.exclude(pk__in=made_by(batch, kind)).exclude(Exists(before))
