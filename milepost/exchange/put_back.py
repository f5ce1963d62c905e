"""Put back what an import has changed, from what was kept of it; its history says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, models
from django.db.models import F

from milepost.accounts.models import Contact
from milepost.buyers.models import Stakeholder
from milepost.buyers.models.kept import people_changed
from milepost.exchange.before import Before
from milepost.exchange.models import ImportBatch, SourceLink
from milepost.exchange.since import VERB, since
from milepost.exchange.touched import TOUCHED, Picture, pictures
from milepost.opportunities.models import Opportunity, Task
from milepost.opportunities.standing import restand
from milepost.team.models import Person
from milepost.team.models.person import person_renamed
from milepost.web.history import plain, record
from milepost.web.many import insert
from milepost.web.models import Editable
from milepost.web.turns import in_turns

UNSAID = ("name_key", "company_value_minor", "rate_id", "as_of")
PROGRESS = {"stage": "stage", "outcome": "outcome", "ended on": "ended_on"}


def put_back(batch: ImportBatch, *, by: Person | None, told: Callable[[int], None]) -> int:
    """Put everything back in short transactions, the newest first; return how much was kept.

    What is back is kept no longer: who is interrupted goes on where they were. What somebody has worked on meanwhile
    is left as it is.
    """
    waiting = list(batch.before.order_by("-pk").values_list("pk", flat=True))

    def some(pks: list[int]) -> None:
        rows = _untouched(list(Before.objects.filter(pk__in=pks).order_by("-pk")), batch)
        now = _now(rows)
        for before in rows:
            if before.object_id is None:
                _the_rest(before, batch)
            else:
                known = now[before.kind].pop(before.object_id, None)  # it stands otherwise once it has been put back
                _thing(before, known or pictures(before.kind, [before.object_id])[before.object_id], batch, by)
        restand([row.object_id for row in rows if row.kind == "opportunity" and row.object_id is not None])
        Before.objects.filter(pk__in=pks).delete()

    return in_turns(waiting, some, told=told)


def _untouched(rows: list[Before], batch: ImportBatch) -> list[Before]:
    """Let nobody change the opportunities among these for now, and leave out what somebody has changed already."""
    Opportunity.objects.filter(pk__in=[row.object_id for row in rows if row.kind == "opportunity"]).hold_still()
    ids = {row.object_id for row in rows if row.object_id is not None}
    told = since(batch).filter(subject_kind__in=TOUCHED, subject_id__in=ids)
    worked_on = set(told.values_list("subject_kind", "subject_id"))
    return [row for row in rows if (row.kind, row.object_id) not in worked_on]


def _now(rows: Sequence[Before]) -> dict[str, dict[int, Picture]]:
    """Return how things stand, a few questions for all of a kind."""
    ids: dict[str, set[int]] = defaultdict(set)
    for before in rows:
        if before.object_id is not None:
            ids[before.kind].add(before.object_id)
    return {kind: pictures(kind, sorted(of_kind)) for kind, of_kind in ids.items()}


def _thing(before: Before, now: Picture, batch: ImportBatch, by: Person | None) -> None:
    """Put one thing back, with what the source had said of it."""
    parts = TOUCHED[before.kind]
    own = parts[0]
    if not now[own.label][1]:  # made and changed by the same import, and gone with it
        return
    what = _said(own.model, now[own.label], before.rows[own.label])
    for part in reversed(parts):
        _take_out(part.model, now[part.label][1], before.rows[part.label][1])
    for part in parts:
        _bring_back(part.model, _by_number(now[part.label]), before.rows[part.label])
    what |= _link_back(before, batch)
    row = own.model._base_manager.get(pk=before.object_id)
    _tell(row, by, what, str(batch)[:200])
    AFTER.get(before.kind, lambda row: None)(row)


def _by_number(kept: Sequence[Any]) -> dict[int, dict[str, Any]]:
    columns, rows = kept
    return {pk: dict(zip(columns, values, strict=True)) for pk, *values in rows}


def _take_out(model: type[models.Model], now: Sequence[Sequence[Any]], was: Sequence[Sequence[Any]]) -> None:
    """Delete the rows that the import has added; what names them is told otherwise in the same transaction."""
    added = {row[0] for row in now} - {row[0] for row in was}
    if added:
        model._base_manager.filter(pk__in=added)._raw_delete(using=connection.alias)


def _bring_back(model: type[models.Model], now: dict[int, dict[str, Any]], kept: Sequence[Any]) -> None:
    """Give rows the values they had, in their order, and write those anew that are gone."""
    columns, rows = kept
    for pk, values in _by_number(kept).items():
        other = {
            name: value for name, value in values.items() if name != "version" and now.get(pk, values)[name] != value
        }
        if other:
            _update(model, pk, other)
    _insert(model, ["id", *columns], [row for row in rows if row[0] not in now])


def _update(model: type[models.Model], pk: int, values: dict[str, Any]) -> None:
    """Give a row its values; who has a form on it open is told that it has changed."""
    stored = {name: _field(model, name).to_python(value) for name, value in values.items()}
    if issubclass(model, Editable):
        stored["version"] = F("version") + 1
    model._base_manager.filter(pk=pk).update(**stored)


def _insert(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    fields = [_field(model, name) for name in columns]
    stored = [
        [f.get_db_prep_save(f.to_python(v), connection) for f, v in zip(fields, row, strict=True)] for row in rows
    ]
    insert(model, [str(field.column) for field in fields], stored)


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


def _said(model: type[models.Model], now: Sequence[Any], was: Sequence[Any]) -> dict[str, Any]:
    """Say, as the history does, which of a thing's own fields are put back."""
    (stands,), (stood,) = _by_number(now).values(), _by_number(was).values()
    changed = [name for name in stood if name not in UNSAID and stands[name] != stood[name]]
    fields = [_field(model, name) for name in changed]
    return {field.name: [_word(field, said[field.attname]) for said in (stands, stood)] for field in fields}


def _word(field: Any, value: Any) -> Any:
    if isinstance(field, models.ForeignKey) and value is not None:
        return plain(field.related_model._base_manager.filter(pk=value).first())
    return value


def _link_back(before: Before, batch: ImportBatch) -> dict[str, Any]:
    """Let the source have said what it had said before; return what that was of an opportunity's progress."""
    link = SourceLink.objects.filter(pk=before.link or 0, seen=batch).first()
    said = before.rows.get("link")
    if link is None or not said:
        return {}
    now, was = link.given, (said[1] if len(said) > 1 else link.given)
    _relink(link.pk, said, batch)
    if before.kind != "opportunity":
        return {}
    pairs = {word: [now["progress"].get(name), was["progress"].get(name)] for word, name in PROGRESS.items()}
    pairs["expected close"] = [now.get("expected_close"), was.get("expected_close")]
    return {word: pair for word, pair in pairs.items() if pair[0] != pair[1]}


def _relink(pk: int, said: Sequence[Any], batch: ImportBatch) -> None:
    names = ("seen_id", "given", "fingerprint")
    SourceLink.objects.filter(pk=pk, seen=batch).update(**dict(zip(names, said, strict=False)))


def _the_rest(before: Before, batch: ImportBatch) -> None:
    """Put back which import saw what last, to which day ages count, and what was linked to nothing."""
    seen: dict[int | None, list[int]] = defaultdict(list)
    for pk, said in before.rows["links"].items():
        if len(said) > 1:
            _relink(int(pk), said, batch)
        else:
            seen[said[0]].append(int(pk))
    for earlier, pks in seen.items():
        SourceLink.objects.filter(pk__in=pks, seen=batch).update(seen_id=earlier)
    for kind, external_id in before.rows["linked"]:
        mine = SourceLink.objects.filter(source=batch.source, kind=kind, external_id=external_id)
        mine.filter(made_by=None, seen=batch).delete()
    clocks: dict[str, list[int]] = defaultdict(list)
    for pk, day in before.rows["clocks"].items():
        clocks[day].append(int(pk))
    for day, known in clocks.items():
        # Where somebody has taken it in hand since, its clock goes on.
        Opportunity.objects.filter(pk__in=known, as_of=batch.as_of).update(as_of=day)


def _tell(row: models.Model, by: Person | None, what: dict[str, Any], reason: str) -> None:
    record(row, VERB, by=by, what=what, reason=reason)
    if isinstance(row, Stakeholder | Task) and row.opportunity is not None:
        record(row.opportunity, VERB, by=by, part=str(row), what=what, reason=reason)


def _account(account: Any) -> None:
    account.be_found()
    account.opportunities.account_renamed()


def _stakeholder(row: Any) -> None:
    people_changed(row.opportunity)


def _person(person: Any) -> None:
    person_renamed.send(Person, person=person)


AFTER: dict[str, Callable[[Any], None]] = {
    "opportunity": Opportunity.be_found,
    "account": _account,
    "contact": Contact.be_found,
    "stakeholder": _stakeholder,
    "person": _person,
}
"""What is derived of a thing, and is made anew once it is back."""
