"""Merge two accounts that are one company, and take it back.

Whatever points at the account that goes is pointed at the one that stays, whichever folder it belongs to; the ids
that were moved are kept, so that taking it back moves these and nothing newer.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from milepost.accounts.models import Account, Merge
from milepost.team.models import Person
from milepost.web.history import record

FACTS = ("manager_id", "sector", "city", "country", "website", "employees", "description", "selected_on")
AT_ONCE = 500


@transaction.atomic
def merge(gone: Account, *, into: Account, by: Person) -> Merge:
    """Let `into` take over everything of `gone`; what it does not know itself it learns from there."""
    kept = into
    _lock(gone, kept)
    if gone.pk == kept.pk:
        raise ValueError(_("An account cannot be merged into itself."))
    if gone.merged_into_id or kept.merged_into_id:
        raise ValueError(_("One of the two has been merged already."))
    learnt = {name: getattr(gone, name) for name in FACTS if _is_blank(kept, name) and not _is_blank(gone, name)}
    if _is_below(kept, gone):
        learnt["parent_id"] = gone.parent_id  # or it would stand below itself
    was = {name: getattr(kept, name) for name in learnt}
    _set(kept, **learnt)
    moved = {_label(field): _repoint(field, gone, kept) for field in pointing()}
    _set(gone, merged_into_id=kept.pk)
    row = Merge.objects.create(kept=kept, gone=gone, by=by, was=_plain(was), learnt=_plain(learnt))
    row.moved = {label: ids for label, ids in moved.items() if ids}
    row.save(update_fields=["moved"])
    record(kept, "merged", by=by, part=gone.name)
    record(gone, "merged away", by=by, part=kept.name)
    _tell(gone, kept)
    return row


@transaction.atomic
def take_back(row: Merge, *, by: Person) -> None:
    """Let the two be two again; what has come since stays where it came."""
    gone, kept = row.gone, row.kept
    _lock(gone, kept)
    if row.undone_at is not None or gone.merged_into_id != kept.pk:
        raise ValueError(_("This has been taken back already, or the account was merged further."))
    fields = {_label(field): field for field in pointing()}
    for label, ids in row.moved.items():
        if label in fields:
            _point_back(fields[label], ids, kept, gone)
    _set(gone, merged_into_id=None)
    _forget(row, kept)
    row.undone_at, row.undone_by = timezone.now(), by
    row.save(update_fields=["undone_at", "undone_by"])
    record(kept, "merge undone", by=by, part=gone.name)
    record(gone, "merge undone", by=by, part=kept.name)
    _tell(gone, kept)


def _forget(row: Merge, kept: Account) -> None:
    """Take back what the account learnt, unless somebody has changed it since."""
    now = _plain({name: getattr(kept, name) for name in row.learnt})
    back = {name: row.was[name] for name, value in row.learnt.items() if now[name] == value}
    above = Account.objects.filter(pk=back.get("parent_id") or 0).first()
    if above is not None and (above.pk == kept.pk or _is_below(above, kept)):
        del back["parent_id"]
    _set(kept, **back)


def pointing() -> list[Any]:
    """Return every foreign key that points at an account, but for the merges' own."""
    relations = Account._meta.get_fields(include_hidden=True)
    keys = [
        getattr(relation, "field", None) for relation in relations if relation.auto_created and not relation.concrete
    ]
    return [field for field in keys if isinstance(field, models.ForeignKey) and field.model is not Merge]


def _label(field: Any) -> str:
    return f"{field.model._meta.label_lower}.{field.name}"


def _repoint(field: Any, gone: Account, kept: Account) -> list[int]:
    rows = field.model._default_manager.filter(**{field.name: gone})
    ids = list(rows.values_list("pk", flat=True))
    rows.update(**{field.name: kept})
    return ids


def _point_back(field: Any, ids: list[int], kept: Account, gone: Account) -> None:
    rest: Iterator[int] = iter(ids)
    while some := list(islice(rest, AT_ONCE)):
        field.model._default_manager.filter(pk__in=some, **{field.name: kept}).update(**{field.name: gone})


def _is_below(account: Account, other: Account) -> bool:
    above, seen = account.parent, set[int]()
    while above is not None and above.pk not in seen:
        if above.pk == other.pk:
            return True
        seen.add(above.pk)
        above = above.parent
    return False


def _is_blank(account: Account, name: str) -> bool:
    return getattr(account, name) in (None, "")


def _set(account: Account, **values: Any) -> None:
    """Save these columns; a form that somebody has open on the account is stale then."""
    for name, value in {**values, "version": account.version + 1}.items():
        setattr(account, name, value)
    account.save(update_fields=[name.removesuffix("_id") for name in (*values, "version")])


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}


def _lock(*accounts: Account) -> None:
    """Read both as they are now, and let nobody else change them until the transaction ends."""
    list(Account.objects.select_for_update().filter(pk__in=[account.pk for account in accounts]).order_by("pk"))
    for account in accounts:
        account.refresh_from_db()


def _tell(*accounts: Account) -> None:
    """Bring search, and the rows that carry an account's name, up to date."""
    for account in accounts:
        account.refresh_from_db()
        account.opportunities.account_renamed()
        account.be_found()
